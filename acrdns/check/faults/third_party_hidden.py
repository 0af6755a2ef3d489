"""Our zone hides a registry whose private endpoint is elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault
from acrdns.check.fixes.fix import ZoneName
from acrdns.check.fixes.set_link import SetLink
from acrdns.names import is_under, name, show
from acrdns.topology.text.edit import Drop, Put

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from acrdns.check.faults.site import Observed, Site
    from acrdns.check.fixes.fix import Fix
    from acrdns.topology.model import PrivateZone, ZoneLink
    from acrdns.topology.text.edit import Edit


def find(site: Site, observed: Observed | None) -> Iterator[Candidate]:
    """Return every registry that a link's fallback lets through, or that gets an endpoint elsewhere.

    A network may be the only one whose link has no fallback. Answers say which; a break is at all links.
    """
    topology = site.topology
    hiders = _hiders(site)
    for registry in topology.registries.values():
        private = topology.has_private_link(registry.name) or registry.sku != "Premium"
        if private and not any(hider.policies for hider in hiders):
            continue
        hiding = [
            hider
            for hider in hiders
            if registry.name not in site.registries_in[hider.zone]
            and any(is_under(endpoint.alias, hider.apex) for endpoint in site.layout.endpoints[registry.name])
            and not site.layout.reach[hider.network].get(registry.name)
        ]
        elsewhere = () if private else (Put(("registries", registry.name, "private_link"), "elsewhere"),)
        hidden = f"the private endpoint of {registry.name} is elsewhere, and"
        networks = dict.fromkeys(hider.network for hider in hiding)
        for network in networks if observed is not None and len(networks) > 1 and private else ():
            here = [hider for hider in hiding if hider.network == network and hider.policies]
            if here:
                policies, fixes = _changes(here)
                message = f"{hidden} {here[0].message} from {network}"
                yield Candidate(registry.name, message, policies, fixes, here[0].path)
        policies, fixes = _changes(hiding)
        if hiding and (policies or elsewhere):
            yield Candidate(
                registry.name, f"{hidden} {hiding[0].message}", (*policies, *elsewhere), fixes, hiding[0].path
            )


class _Hider:
    """A link of a zone, which hides what the zone does not have."""

    def __init__(self, zone: PrivateZone, link: ZoneLink) -> None:
        self.zone, self.apex, self.network = zone.key, zone.apex, link.network
        self.path = ("private_dns_zones", zone.key, "virtual_network_links", link.network)
        self.message = f"{show(zone.apex)} hides its public addresses"
        self.policies = (Drop((*self.path, "resolution_policy")),) if link.resolution_policy != "Default" else ()
        self.fixes = (SetLink(ZoneName.of(zone), link.network, "resolution_policy", "NxDomainRedirect"),)


def _hiders(site: Site) -> list[_Hider]:
    """Return the completed links of the zones named as the privatelink zone of the cloud, or as a region's below it."""
    above = name(site.topology.cloud.privatelink)
    zones = (zone for zone in site.topology.private_dns_zones.values() if is_under(zone.apex, above))
    return [_Hider(zone, link) for zone in zones for link in zone.links.values() if link.active]


def _changes(hiding: Iterable[_Hider]) -> tuple[tuple[Edit, ...], tuple[Fix, ...]]:
    """Return the edits that make links hide, and the fixes that end it."""
    every = list(hiding)
    edits = tuple(policy for hider in every for policy in hider.policies)
    return edits, tuple(fix for hider in every for fix in hider.fixes)


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
