"""Our zone hides a registry whose private endpoint is elsewhere."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault
from acrdns.check.fixes.fix import ZoneName
from acrdns.check.fixes.set_link import SetLink
from acrdns.names import is_under, name, show
from acrdns.topology.text.edit import Drop, Put

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from acrdns.check.faults.site import Observed, Site
    from acrdns.check.fixes.fix import Fix
    from acrdns.topology.model import PrivateZone, ZoneLink
    from acrdns.topology.text.edit import Edit


def find(site: Site, observed: Observed | None) -> Iterator[Candidate]:
    """Return every registry that a link's fallback lets through, or that gets an endpoint elsewhere.

    One network, one zone, or one link alone may be without the fallback, or those that are without it in the file.
    Answers say which; a break is at all links.
    So they do of a registry that is Premium in Azure by now, and another SKU in the file. Nothing says of a registry
    without a private endpoint that it has one by now, where none of its names was asked for.
    """
    topology = site.topology
    hiders = _hiders(site)
    for registry in topology.registries.values():
        private, premium = topology.has_private_link(registry.name), registry.sku == "Premium"
        if (private and not any(hider.policies for hider in hiders)) or not (
            premium or private or observed is not None
        ):
            continue
        hiding = [
            hider
            for hider in hiders
            if registry.name not in site.registries_in[hider.zone]
            and any(is_under(endpoint.alias, hider.apex) for endpoint in site.layout.endpoints[registry.name])
            and not site.layout.reach[hider.network].get(registry.name)
        ]
        for at, where in _some(hiders, hiding) if observed is not None and private else ():
            yield _candidate(registry.name, at, where)
        path = ("registries", registry.name)
        upgraded = () if premium else (Put((*path, "sku"), "Premium"),)
        elsewhere = () if private else (*upgraded, Put((*path, "private_link"), "elsewhere"))
        unseen = observed is not None and not any(e.fqdn in observed for e in site.layout.endpoints[registry.name])
        if elsewhere and unseen:
            continue
        plain = [hider for hider in hiding if not hider.policies]
        if elsewhere and observed is not None and 0 < len(plain) < len(hiding):
            yield _candidate(registry.name, plain, ", by the links that do not fall back", elsewhere)
        if hiding and (elsewhere or any(hider.policies for hider in hiding)):
            found = _candidate(registry.name, hiding, "", elsewhere)
            yield found if premium or private else replace(found, likelihood=0.5)


def _some(hiders: Sequence[_Hider], hiding: Sequence[_Hider]) -> Iterator[tuple[Sequence[_Hider], str]]:
    """Return links that fall back, not all: those of one network, of one zone, and each alone; with words for them.

    Every link of a zone is one choice more where some of them do not hide the registry.
    """
    falling = [hider for hider in hiding if hider.policies]
    whole = dict(_grouped([hider for hider in hiders if hider.policies], "zone"))
    groups: list[tuple[tuple[_Hider, ...], str]] = []
    for network, some in _grouped(falling, "network"):
        groups.append((some, f" from {network}"))
    for zone, some in _grouped(falling, "zone"):
        groups.append((some, f", by the links of {zone} alone"))
        groups.append((whole[zone], f", by every link of {zone}"))
    groups += (((hider,), f" from {hider.network}, by the link of {hider.zone} alone") for hider in falling)
    known = {frozenset(falling)} if len(falling) == len(hiding) else set()
    for some, words in groups:
        if frozenset(some) not in known:
            known.add(frozenset(some))
            yield some, words


def _grouped(hiders: Sequence[_Hider], by: str) -> Iterator[tuple[str, tuple[_Hider, ...]]]:
    """Return links by their networks or zones."""
    found: dict[str, list[_Hider]] = {}
    for hider in hiders:
        found.setdefault(getattr(hider, by), []).append(hider)
    return ((value, tuple(some)) for value, some in found.items())


def _candidate(registry: str, hiding: Sequence[_Hider], where: str, elsewhere: tuple[Edit, ...] = ()) -> Candidate:
    """Return the registry, hidden by links."""
    policies, fixes = _changes(hiding)
    message = f"the private endpoint of {registry} is elsewhere, and {hiding[0].message}{where}"
    return Candidate(registry, message, (*policies, *elsewhere), fixes, hiding[0].path)


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
