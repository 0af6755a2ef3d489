"""Gaps: endpoints for which a linked private zone has no record, and why it has none.

A linked zone is authoritative, so in that network the endpoint does not exist (facts.md section 3). Every gap has one
cause, and the cause decides which rule reports it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING

from acrdns.azure import LOGIN
from acrdns.names import ancestors, is_under, name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from acrdns.check.causes.layout import Layout
    from acrdns.check.causes.routed import EndpointNames
    from acrdns.topology.model import PrivateZone


class GapCause(StrEnum):
    """Why a linked zone has no record for an endpoint."""

    SHADOWED = "shadowed"
    """This zone is more specific than another linked zone, and hides it."""
    NO_ADDRESS = "no-address"
    """The private endpoints in reach have no address for it."""
    UNWRITTEN = "unwritten"
    """No zone has a record of the private endpoint in reach."""
    INCOMPLETE = "incomplete"
    """The zone has other endpoints of the registry, the login server too."""
    NO_LOGIN = "no-login"
    """The zone has other endpoints of the registry; this one is the login server."""
    REDIRECTED = "redirected"
    """The link falls back to public DNS, which hides that the record is missing."""
    ELSEWHERE = "elsewhere"
    """The record is in another zone, which is not linked."""
    NOT_APPROVED = "not-approved"
    """The private endpoint that would write the record is not approved."""
    THIRD_PARTY = "third-party"
    """No private endpoint is in reach: a third party's registry."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Endpoints whose aliases end, in one network, in a linked private zone without a record for them."""

    network: str
    zone: PrivateZone
    cause: GapCause
    endpoints: tuple[EndpointNames, ...]


class _Missing:
    """The endpoints without a record in one zone, by registry, in file order."""

    def __init__(self, endpoints: Mapping[str, tuple[EndpointNames, ...]]) -> None:
        self.endpoints = endpoints
        self._split: dict[frozenset[str], tuple[list[tuple[int, str]], tuple[EndpointNames, ...], int]] = {}

    def split(self, registries: frozenset[str]) -> tuple[list[tuple[int, str]], tuple[EndpointNames, ...], int]:
        """Return those of some registries with their numbers, the endpoints of the others, and the first's number.

        Networks near each other have the same registries in reach.
        """
        found = self._split.get(registries)
        if found is None:
            ours = [(number, key) for number, key in enumerate(self.endpoints) if key in registries]
            others = tuple(chain.from_iterable(ends for key, ends in self.endpoints.items() if key not in registries))
            first = next((at for at, (number, _) in enumerate(ours) if at != number), len(ours))
            found = self._split[registries] = ours, others, first
        return found


def find_gaps(layout: Layout) -> tuple[Gap, ...]:
    """Return the gaps by network, one for each zone and cause."""
    shadowing = _shadowing(layout)
    gaps: list[Gap] = []
    for network, view in layout.views.items():
        zone = _only_zone(layout, network)
        if zone is None or (network, zone.key) in shadowing:
            gaps += _in_zones(layout, network, shadowing) if view else ()
            continue
        gaps += _in_zone(layout, network, zone, _missing_in(layout, zone))
    return tuple(gaps)


def _missing_in(layout: Layout, zone: PrivateZone) -> _Missing:
    """Return the endpoints without a record in a zone, worked out once, also for topologies made of this one."""
    known = layout.missing.get(zone.key)
    if known is None:
        depends = (layout.owners_in(zone), layout.private_groups)
        known = layout.before.missing.get(zone.key) if layout.before else None
        if known is None or known[0] != depends:
            earlier = known[1].endpoints if known and known[0][0] == depends[0] else None
            known = depends, _Missing(_lacking(layout, zone, earlier))
        layout.missing[zone.key] = known
    found: _Missing = known[1]
    return found


def _in_zone(layout: Layout, network: str, zone: PrivateZone, missing: _Missing) -> Iterator[Gap]:
    """Return the gaps of a network in which one zone decides. In an estate of many most registries are out of reach."""
    if not missing.endpoints:
        return
    ours, others, first = missing.split(frozenset(missing.endpoints.keys() & _ours(layout, network)))
    found: dict[GapCause, list[EndpointNames]] = {}
    begins = {GapCause.THIRD_PARTY: first}
    for number, registry in ours:
        for endpoint in missing.endpoints[registry]:
            cause = _cause(layout, network, zone, endpoint)
            begins.setdefault(cause, number)
            found.setdefault(cause, []).append(endpoint)
    every = {cause: tuple(endpoints) for cause, endpoints in found.items()}
    if others:
        every[GapCause.THIRD_PARTY] = others
    for cause in sorted(every, key=begins.__getitem__):
        yield Gap(network, zone, cause, every[cause])


def _in_zones(layout: Layout, network: str, shadowing: frozenset[tuple[str, str]]) -> Iterator[Gap]:
    """Return the gaps of a network in which several zones decide, or one hides another."""
    found: dict[tuple[str, GapCause], list[EndpointNames]] = {}
    ours = _ours(layout, network)
    for zone, endpoint in _missing(layout, network):
        cause = GapCause.THIRD_PARTY
        if (network, zone.key) in shadowing and (
            endpoint.registry.name in ours or _hides(layout, network, zone, endpoint)
        ):
            cause = GapCause.SHADOWED
        elif endpoint.registry.name in ours:
            cause = _cause(layout, network, zone, endpoint)
        found.setdefault((zone.key, cause), []).append(endpoint)
    zones = layout.topology.private_dns_zones
    return (Gap(network, zones[key], cause, tuple(ends)) for (key, cause), ends in found.items())


def _ours(layout: Layout, network: str) -> AbstractSet[str]:
    """Return the registries with a private endpoint in reach, approved or not; the others are a third party's."""
    waiting = {registry for registry in layout.waiting if layout.is_waiting(network, registry)}
    return layout.reach[network].keys() | waiting


def gaps_of(gaps: Iterable[Gap], cause: GapCause) -> Iterator[Gap]:
    """Return the gaps of one cause."""
    return (gap for gap in gaps if gap.cause is cause)


def networks_by_record(
    gaps: Iterable[Gap], cause: GapCause
) -> Mapping[tuple[str, str], tuple[EndpointNames, list[str]]]:
    """Return, by zone key and endpoint, the endpoint and the networks in which one cause leaves a gap."""
    found: dict[tuple[str, str], tuple[EndpointNames, list[str]]] = {}
    for gap in gaps_of(gaps, cause):
        for endpoint in gap.endpoints:
            found.setdefault((gap.zone.key, endpoint.fqdn), (endpoint, []))[1].append(gap.network)
    return found


def _missing(layout: Layout, network: str) -> Iterator[tuple[PrivateZone, EndpointNames]]:
    zone = _only_zone(layout, network)
    if zone is not None:
        return (
            (zone, endpoint) for endpoints in _missing_in(layout, zone).endpoints.values() for endpoint in endpoints
        )
    return _missing_among_several(layout, network)


def _lacking(
    layout: Layout, zone: PrivateZone, earlier: Mapping[str, tuple[EndpointNames, ...]] | None
) -> dict[str, tuple[EndpointNames, ...]]:
    """Return the endpoints that a zone has no record for, by registry.

    `earlier` is the same of the earlier topology, where the zone has equal names.
    """
    owners, wildcard = layout.owners_in(zone), layout.has_wildcard(zone)
    found: dict[str, tuple[EndpointNames, ...]] = {}
    for registry in layout.private_registries if earlier is None else layout.fresh:
        lacking = [each for each in layout.endpoints[registry] if each.alias not in owners]
        if lacking := [each for each in lacking if not layout.holds(zone, each.alias)] if wildcard else lacking:
            found[registry] = tuple(lacking)
    if earlier is None:
        return found
    both = {key: each for key, each in earlier.items() if key not in layout.fresh} | found
    return {key: both[key] for key in layout.private_registries if key in both}


def _only_zone(layout: Layout, network: str) -> PrivateZone | None:
    """Return the zone that decides about every alias in a network, or None if several zones do."""
    cloud, view = layout.topology.cloud, layout.views[network]
    suffix, alias = name(cloud.registry), name(cloud.privatelink)
    concerned = [apex for apex in view if is_under(apex, suffix) or is_under(suffix, apex)]
    return layout.topology.private_dns_zones[view[alias]] if concerned == [alias] else None


def _missing_among_several(layout: Layout, network: str) -> Iterator[tuple[PrivateZone, EndpointNames]]:
    for endpoint in layout.private:
        zone = layout.holder(network, endpoint.alias)
        if zone and not layout.holds(zone, endpoint.alias) and layout.holder(network, endpoint.public) is None:
            yield zone, endpoint


def _cause(layout: Layout, network: str, zone: PrivateZone, endpoint: EndpointNames) -> GapCause:
    near = layout.reach[network].get(endpoint.registry.name)
    is_waiting = layout.is_waiting(network, endpoint.registry.name)
    if is_waiting or not near:
        return GapCause.NOT_APPROVED if is_waiting else GapCause.THIRD_PARTY
    if not any(endpoint.member in private.addresses for private in near):
        return GapCause.NO_ADDRESS
    if not any(private.name in layout.recorded for private in near):
        return GapCause.UNWRITTEN
    if redirects(network, zone):
        return GapCause.REDIRECTED
    if any(layout.holds(zone, other.alias) for other in layout.endpoints[endpoint.registry.name]):
        return GapCause.NO_LOGIN if endpoint.member == LOGIN else GapCause.INCOMPLETE
    return GapCause.ELSEWHERE


def _shadowing(layout: Layout) -> frozenset[tuple[str, str]]:
    """Return pairs of network and zone where the zone hides a linked zone above it."""
    return frozenset(
        (network, key)
        for network, view in layout.views.items()
        for apex, key in view.items()
        if any(above in view for above in ancestors(apex) if above != apex)
    )


def _hides(layout: Layout, network: str, zone: PrivateZone, endpoint: EndpointNames) -> bool:
    """Return whether a linked zone above one has a record for an endpoint, as of a third party's registry."""
    view, zones = layout.views[network], layout.topology.private_dns_zones
    above = (zones[view[apex]] for apex in ancestors(zone.apex) if apex in view and apex != zone.apex)
    return any(layout.holds(each, endpoint.alias) for each in above)


def redirects(network: str, zone: PrivateZone) -> bool:
    """Return whether the link of a zone to a network falls back to public DNS."""
    return zone.links[network].resolution_policy == "NxDomainRedirect"
