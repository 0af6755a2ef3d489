"""Gaps: endpoints for which a linked private zone has no record, and why it has none.

A linked zone is authoritative, so in that network the endpoint does not exist (facts.md section 3). Every gap has one
cause, and the cause decides which rule reports it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from acrdns.azure import LOGIN
from acrdns.names import ancestors, is_under, name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from acrdns.check.causes.layout import EndpointNames, Layout
    from acrdns.names import Name
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
    """The endpoints without a record in some zones, each with the zone that lacks it."""

    def __init__(self, pairs: Iterable[tuple[PrivateZone, EndpointNames]]) -> None:
        self._pairs = tuple(pairs)
        self.zones = {zone.key: zone for zone, _ in self._pairs}
        self.endpoints = tuple(endpoint for _, endpoint in self._pairs)
        self.registries = frozenset(endpoint.registry.name for endpoint in self.endpoints)

    def __iter__(self) -> Iterator[tuple[PrivateZone, EndpointNames]]:
        return iter(self._pairs)


def find_gaps(layout: Layout) -> tuple[Gap, ...]:
    """Return the gaps by network, one for each zone and cause."""
    zones = layout.topology.private_dns_zones
    shadowing = _shadowing(layout)
    gaps: list[Gap] = []
    missing: dict[tuple[tuple[Name, str], ...], _Missing] = {}
    for network, view in layout.views.items():
        # Networks that see the same zones miss the same records, though not for the same cause.
        signature = tuple(sorted(view.items()))
        if signature not in missing:
            missing[signature] = _Missing(_missing(layout, network))
        third_party = _third_partys(layout, network, missing[signature], shadowing)
        if third_party:
            gaps.append(third_party)
            continue
        found: dict[tuple[str, GapCause], list[EndpointNames]] = {}
        for zone, endpoint in missing[signature]:
            hides = (network, zone.key) in shadowing
            cause = GapCause.SHADOWED if hides else _cause(layout, network, zone, endpoint)
            found.setdefault((zone.key, cause), []).append(endpoint)
        gaps += (Gap(network, zones[key], cause, tuple(ends)) for (key, cause), ends in found.items())
    return tuple(gaps)


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


def _third_partys(layout: Layout, network: str, missing: _Missing, shadowing: frozenset[tuple[str, str]]) -> Gap | None:
    """Return the one gap of a network with one zone where no private endpoint is in reach, or None for another case.

    Estates have many networks in which most registries are those of others.
    """
    if len(missing.zones) != 1:
        return None
    near = layout.reach[network].keys() | layout.waiting
    if not missing.registries.isdisjoint(near):
        return None
    (zone,) = missing.zones.values()
    return None if (network, zone.key) in shadowing else Gap(network, zone, GapCause.THIRD_PARTY, missing.endpoints)


def _missing(layout: Layout, network: str) -> Iterator[tuple[PrivateZone, EndpointNames]]:
    zone = _only_zone(layout, network)
    if zone is not None:
        owners = layout.owners_in(zone)
        yield from ((zone, e) for e in layout.private if e.alias not in owners and not layout.holds(zone, e.alias))
    elif layout.views[network]:
        yield from _missing_among_several(layout, network)


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


def redirects(network: str, zone: PrivateZone) -> bool:
    """Return whether the link of a zone to a network falls back to public DNS."""
    return zone.links[network].resolution_policy == "NxDomainRedirect"
