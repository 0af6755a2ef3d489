"""Output of az, as it is found in directories: what comes out loads, answers right, and says what is missing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from acrdns.exchange.imports.importing import Imported, imported
from acrdns.exchange.imports.reading import Input
from acrdns.names import name
from acrdns.record import Type
from acrdns.resolve.chain import Question
from acrdns.resolve.world import World
from acrdns.topology.load import loads

if TYPE_CHECKING:
    from acrdns.topology.model import Topology

FIXTURES = Path(__file__).parent / "az"
SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-contoso/providers"


def fixture(stem: str) -> Any:
    """Return a file as az writes it."""
    return json.loads((FIXTURES / f"{stem}.json").read_text(encoding="utf-8"))


def of(**files: Any) -> Imported:
    """Import JSON values, a file each."""
    return imported(Input(f"{stem}.json", json.dumps(value).encode()) for stem, value in files.items())


def topology(result: Imported) -> Topology:
    """Load what was imported."""
    return loads(result.text, "OUT")


def said(result: Imported) -> list[str]:
    """Return the notes, as they are reported."""
    return [str(note) for note in result.notes.notes]


@pytest.fixture(scope="module")
def estate() -> Imported:
    """Import the directory of fixtures, without Terraform's."""
    files = (path for path in sorted(FIXTURES.glob("az_*.json")) if "show_endpoints_no" not in path.name)
    return imported(Input(path.name, path.read_bytes()) for path in files)


ADDRESSES = {
    "contoso.azurecr.io": "10.0.0.7",
    "contoso.eastus.data.azurecr.io": "10.0.0.4",
    "contoso.westeurope.data.azurecr.io": "10.0.0.5",
}


def answers(loaded: Topology, vantage: str) -> dict[str, str]:
    """Return the address that each endpoint has for a vantage point; empty for none."""
    world = World(loaded)
    found = {}
    for fqdn in ADDRESSES:
        answer = world.resolve(vantage, Question(name(fqdn), Type.A)).response.answer
        found[fqdn] = answer[-1].texts()[0] if answer else ""
    return found


def test_an_estate_answers_as_it_does_in_azure(estate: Imported) -> None:
    """The linked hub sees the private addresses; the spoke asks the resolver there, which it does not reach."""
    assert answers(topology(estate), "vnet-hub") == ADDRESSES
    assert answers(topology(estate), "vnet-spoke") == dict.fromkeys(ADDRESSES, "")


def test_a_peering_opens_the_way_to_the_resolver() -> None:
    """One side that is Connected is enough where the other side's are not in the input."""
    files = [Input(path.name, path.read_bytes()) for path in sorted(FIXTURES.glob("az_*.json"))]
    hub, spoke = (f"{SUBSCRIPTION}/Microsoft.Network/virtualNetworks/vnet-{each}" for each in ("hub", "spoke"))
    peering = {
        "id": f"{hub}/virtualNetworkPeerings/to-spoke",
        "remoteVirtualNetwork": {"id": spoke.upper()},
        "peeringState": "Connected",
    }
    loaded = topology(imported([*files, Input("peering.json", json.dumps(peering).encode())]))
    assert answers(loaded, "vnet-spoke") == ADDRESSES


def test_what_is_written_is_only_what_is_known(estate: Imported) -> None:
    """Records that the zone group writes are left out; every entry says where it comes from."""
    loaded = topology(estate)
    zone = loaded.private_dns_zones["privatelink.azurecr.io"]
    assert zone.records == ()
    assert loaded.private_endpoints["pe-contoso"].dns_zone_group == ("privatelink.azurecr.io",)
    assert loaded.registries["contoso"].regions == ("eastus", "westeurope")
    assert not loaded.registries["contoso"].public_network_access_enabled
    assert "  # az: az_network_private_endpoint_show.json\n  pe-contoso:" in estate.text
    assert len(said(estate)) == 1
    assert "the connected registry edge1: its network is not in the input" in said(estate)[0]
    assert '#     sync_schedule: "0 9 * * *"' in estate.text


def test_the_same_input_gives_the_same_octets(estate: Imported) -> None:
    """Also in another order of hash values."""
    files = (path for path in sorted(FIXTURES.glob("az_*.json")) if "show_endpoints_no" not in path.name)
    assert imported(Input(path.name, path.read_bytes()) for path in files).text == estate.text
