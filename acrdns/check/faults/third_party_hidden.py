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


def find(site: Site, observed: Observed | None) -> Iterator[Candidate]:
    """Return every registry that a link's fallback lets through, or that gets an endpoint elsewhere.

    A network may be the only one whose link has no fallback. Answers say which; a break is at all links.
    """
    topology = site.topology
    for registry in topology.registries.values():
        hiding = [
            (zone, link)
            for zone, link in site.links
            if registry.name not in site.registries_in[zone.key]
            and not topology.endpoints_in_reach(link.network, registry.name)
        ]
        private = topology.has_private_link(registry.name) or registry.sku != "Premium"
        elsewhere = () if private else (Put(("registries", registry.name, "private_link"), "elsewhere"),)
        single = [[each] for each in hiding] if observed is not None and len(hiding) > 1 and private else []
        for some in (*single, hiding):
            policies = tuple(
                Drop(("private_dns_zones", zone.key, "virtual_network_links", link.network, "resolution_policy"))
                for zone, link in some
                if link.resolution_policy != "Default"
            )
            if not some or not (policies or elsewhere):
                continue
            zone, link = some[0]
            whom = f" from {link.network}" if len(some) < len(hiding) else ""
            message = f"its private endpoint elsewhere, and {show(zone.apex)} hides its public addresses{whom}"
            yield Candidate(
                registry.name,
                f"{registry.name} has {message}",
                (*policies, *elsewhere),
                tuple(SetLink(ZoneName.of(z), k.network, "resolution_policy", "NxDomainRedirect") for z, k in some),
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
