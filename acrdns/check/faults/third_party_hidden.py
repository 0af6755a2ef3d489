"""Our zone hides a registry whose private endpoint is elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault
from acrdns.check.fixes.fix import ZoneName
from acrdns.check.fixes.set_link import SetLink
from acrdns.names import show
from acrdns.topology.text.edit import Drop, Put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.site import Observed, Site


def find(site: Site, _observed: Observed | None) -> Iterator[Candidate]:
    """Return every registry that a link's fallback lets through, or that gets an endpoint elsewhere."""
    topology = site.topology
    for registry in topology.registries.values():
        hiding = [
            (zone, link)
            for zone, link in site.links
            if registry.name not in site.registries_in[zone.key]
            and not topology.endpoints_in_reach(link.network, registry.name)
        ]
        policies = tuple(
            Drop(("private_dns_zones", zone.key, "virtual_network_links", link.network, "resolution_policy"))
            for zone, link in hiding
            if link.resolution_policy != "Default"
        )
        private = topology.has_private_link(registry.name) or registry.sku != "Premium"
        elsewhere = () if private else (Put(("registries", registry.name, "private_link"), "elsewhere"),)
        if hiding and (policies or elsewhere):
            zone, link = hiding[0]
            yield Candidate(
                registry.name,
                f"{registry.name} has its private endpoint elsewhere, and {show(zone.apex)} hides its public addresses",
                (*policies, *elsewhere),
                tuple(SetLink(ZoneName.of(z), k.network, "resolution_policy", "NxDomainRedirect") for z, k in hiding),
                ("private_dns_zones", zone.key, "virtual_network_links", link.network),
            )


FAULT = Fault(
    "third-party-hidden",
    summary="the registry has its private endpoint elsewhere, and our zone hides its public address",
    client="""\
The other registry is NXDOMAIN: `no such host`, from the day that it got a private endpoint.""",
    lesson="""\
A private endpoint anywhere makes the registry's names aliases for everybody. Where our zone is linked,
NxDomainRedirect lets them through.""",
    references=("facts F17",),
    find=find,
)
