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
    from acrdns.topology.model import PrivateZone, ZoneLink


def find(site: Site, observed: Observed | None) -> Iterator[Candidate]:
    """Return every registry that a link's fallback lets through, or that gets an endpoint elsewhere.

    A network may be the only one whose link has no fallback. Answers say which; a break is at all links.
    """
    topology = site.topology
    hiders = [_Hider(zone, link) for zone, link in site.links]
    for registry in topology.registries.values():
        private = topology.has_private_link(registry.name) or registry.sku != "Premium"
        if private and not any(hider.policies for hider in hiders):
            continue
        hiding = [
            hider
            for hider in hiders
            if registry.name not in site.registries_in[hider.zone]
            and not site.layout.reach[hider.network].get(registry.name)
        ]
        elsewhere = () if private else (Put(("registries", registry.name, "private_link"), "elsewhere"),)
        hidden = f"the private endpoint of {registry.name} is elsewhere, and"
        for hider in hiding if observed is not None and len(hiding) > 1 and private else ():
            if hider.policies:
                message = f"{hidden} {hider.message} from {hider.network}"
                yield Candidate(registry.name, message, hider.policies, hider.fixes, hider.path)
        policies = tuple(policy for hider in hiding for policy in hider.policies)
        if hiding and (policies or elsewhere):
            fixes = tuple(fix for hider in hiding for fix in hider.fixes)
            yield Candidate(
                registry.name, f"{hidden} {hiding[0].message}", (*policies, *elsewhere), fixes, hiding[0].path
            )


class _Hider:
    """A link of a zone, which hides what the zone does not have."""

    def __init__(self, zone: PrivateZone, link: ZoneLink) -> None:
        self.zone, self.network = zone.key, link.network
        self.path = ("private_dns_zones", zone.key, "virtual_network_links", link.network)
        self.message = f"{show(zone.apex)} hides its public addresses"
        self.policies = (Drop((*self.path, "resolution_policy")),) if link.resolution_policy != "Default" else ()
        self.fixes = (SetLink(ZoneName.of(zone), link.network, "resolution_policy", "NxDomainRedirect"),)


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
