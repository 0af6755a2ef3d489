"""The story of a simulated pull agrees with the lab's registries, which derive their answers in another way."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from acrdns.azure import INTERNET
from acrdns.check.estate.pull_story import pull_story
from acrdns.lab.authority.certificates import certificate_names
from acrdns.lab.data_endpoint.link import make_link
from acrdns.lab.sites import lab_world
from acrdns.probe.pull.reference import image_name
from acrdns.topology.samples import samples
from acrdns.zone.publish.routed import as_routed
from tests.lab.lab import make

if TYPE_CHECKING:
    from acrdns.check.estate.pull_story import SimulatedRequest
    from acrdns.lab.sites import LabSite
    from acrdns.topology.model import Registry
    from tests.lab.lab import Lab

ZONES = Path(__file__).resolve().parents[3] / "zones"
LAYER = b"a layer"
FEW = ("private-link-geo", "public", "transit-hub", "broken/missing-data-record")


def matches(host: str, names: tuple[str, ...]) -> bool:
    """Return whether a certificate does for a host (RFC 6125: a wildcard is one label)."""
    return any(
        host == name or (name.startswith("*.") and host.partition(".")[2] == name.removeprefix("*.")) for name in names
    )


def answered(lab: Lab, vantage: str, registry: Registry, request: SimulatedRequest) -> str:
    """Return the cause for which the lab's endpoint at the request's address fails, or empty."""
    state = lab.state
    sites: tuple[LabSite, ...] = state.sites.at(vantage, request.address)
    if vantage != INTERNET:
        home = state.topology.vantage(vantage).name
        near = {home} | state.topology.reach(home)
    else:
        near = set()
    sites = tuple(
        site
        for site in sites
        if not site.private_endpoint
        or (site.approved and state.topology.private_endpoints[site.private_endpoint].network in near)
    )
    if not sites:
        return "unreachable"
    site = next((site for site in sites if request.host in state.sites.names(site)), sites[0])
    if not matches(request.host, certificate_names(state.topology, site)):
        return "certificate"
    path = "/v2/"
    if request.number == 5:
        region = request.host.split(".")[1] if site.kind == "data" else site.region
        link = make_link(state, registry, region, f"{registry.dns_label}.azurecr.io", "app", lab.digest(LAYER))
        path = link.removeprefix(f"https://{request.host}")

    async def asked() -> int:
        async with lab.client(request.host, request.address, vantage=vantage, source="198.18.0.5") as client:
            return (await client.get(path)).status_code

    return {401: "", 200: "", 403: "denied", 404: "absent", 503: "other"}[asyncio.run(asked())]


@pytest.mark.parametrize(
    "sample", [pytest.param(name, marks=() if name in FEW else pytest.mark.slow) for name in samples()]
)
def test_the_story_is_as_the_lab_answers(sample: str, tmp_path: Path) -> None:
    """Each request of each pull from everywhere fails for the same cause, or for none."""
    assert compared(make(tmp_path / "store", (ZONES / f"{sample}.yaml").read_text(encoding="utf-8")))


GEO = """
chains: observed
registries: {contoso: {location: eastus, replications: [westus], ENABLED}}
networks: {office: {location: eastus, address_space: [10.9.0.0/16]}, far: {location: westus, address_space: [10.8.0.0/16]}}
"""


@pytest.mark.parametrize("down", [(), ("eastus",), ("westus",), ("eastus", "westus")], ids=" ".join)
@pytest.mark.parametrize("regional", ["true", "false"])
def test_the_story_while_regions_are_down(regional: str, down: tuple[str, ...], tmp_path: Path) -> None:
    """Each region's stamp has an address of its own, and Traffic Manager leads to one that is up."""
    text = GEO.replace("ENABLED", f"data_endpoint_enabled: true, regional_endpoints_enabled: {regional}")
    lab = make(tmp_path / "store", text)
    for region in down:
        lab.state.set_region(region, down=True)
    assert compared(lab) == (3 if len(down) == 2 else 6)


def compared(lab: Lab) -> int:
    """Compare all pulls from everywhere, as told and as the lab answers; return how many requests were compared."""
    topology = as_routed(lab.state.topology, lab.state.down)
    for registry in topology.registries.values():
        lab.push(registry.name, "app", LAYER)
    checked = 0
    for vantage in topology.vantages:
        for registry in topology.registries.values():
            for request in pull_story(lab_world(topology), vantage, registry, image_name("app"), lab.state.down):
                if request.address and request.number in (1, 5):
                    told = answered(lab, vantage, registry, request)
                    unlisted = "denied" if request.why.startswith("only clients") else ""
                    assert told == (request.cause or unlisted), (vantage, request.host, request.address, request.why)
                    checked += 1
    lab.state.close()
    return checked
