"""Output of az, as it is found in directories: what comes out loads, answers right, and says what is missing."""

from __future__ import annotations

import json

import pytest

from acrdns.exchange.imports.importing import Imported, imported
from acrdns.exchange.imports.reading import Input
from tests.exchange.imports.importing import ADDRESSES, NETWORK, answers, fixtures, said, topology


@pytest.fixture(scope="module")
def estate() -> Imported:
    """Import the directory of fixtures, without Terraform's."""
    return imported(fixtures())


def test_an_estate_answers_as_it_does_in_azure(estate: Imported) -> None:
    """The linked hub sees the private addresses; the spoke asks the resolver there, which it does not reach."""
    assert answers(topology(estate), "vnet-hub") == ADDRESSES
    assert answers(topology(estate), "vnet-spoke") == dict.fromkeys(ADDRESSES, "")


def test_a_peering_opens_the_way_to_the_resolver() -> None:
    """One side that is Connected is enough where the other side's are not in the input."""
    hub, spoke = (f"{NETWORK}/virtualNetworks/vnet-{each}" for each in ("hub", "spoke"))
    peering = {
        "id": f"{hub}/virtualNetworkPeerings/to-spoke",
        "remoteVirtualNetwork": {"id": spoke.upper()},
        "peeringState": "Connected",
    }
    loaded = topology(imported([*fixtures(), Input("peering.json", json.dumps(peering).encode())]))
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
    assert imported(fixtures()).text == estate.text
