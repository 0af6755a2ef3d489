"""The private zones of a topology: zones, links, record sets and zone groups, all or those that another lacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns.check.fixes.fix import ZoneName
from acrdns.names import relative, show
from acrdns.record import Type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.record import RRset
    from acrdns.topology.model import PrivateZone, Topology, ZoneLink

KINDS = (Type.A, Type.AAAA, Type.CNAME, Type.TXT, Type.MX, Type.SRV, Type.PTR)
"""Types that private zones of Azure have."""


@dataclass(frozen=True, slots=True)
class ZoneExport:
    """All that is to be made of one zone."""

    zone: ZoneName
    created: bool
    """Whether the zone itself is to be made."""
    links: tuple[ZoneLink, ...]
    records: tuple[tuple[str, RRset], ...]
    """With their owners, relative to the zone."""
    left: tuple[str, ...]
    """Things that the other topology has and this one does not: nothing is deleted."""


@dataclass(frozen=True, slots=True)
class GroupExport:
    """The zone group of a private endpoint: there is one, for up to five zones."""

    endpoint: str
    zones: tuple[ZoneName, ...]
    """All of its zones."""
    new: tuple[ZoneName, ...]
    """Those that the other topology does not have in it."""


@dataclass(frozen=True, slots=True)
class PrivateDnsExport:
    """All that is to be made."""

    zones: tuple[ZoneExport, ...]
    groups: tuple[GroupExport, ...]

    @property
    def nothing(self) -> str:
        """The line that says that there is nothing to be made; empty where there is."""
        return "" if self.zones or self.groups else "Nothing is to be made: there is no difference, or no private zone."


def exported(topology: Topology, other: Topology | None = None, key: str = "") -> PrivateDnsExport:
    """Return what is to be made; with another topology, what it does not have just so; with a key, of one zone."""
    found = []
    for zone in topology.private_dns_zones.values():
        if key in ("", zone.key, show(zone.apex)):
            known = other.private_dns_zones.get(zone.key) if other else None
            found.append(_zone(topology, other, zone, known))
    zones = tuple(zone for zone in found if zone.created or zone.links or zone.records or zone.left)
    wanted = {zone.zone for zone in found}
    return PrivateDnsExport(zones, tuple(each for each in _all_groups(topology, other) if wanted & {*each.new}))


def _all_groups(topology: Topology, other: Topology | None) -> Iterator[GroupExport]:
    for key, endpoint in topology.private_endpoints.items():
        before = other.private_endpoints.get(key) if other else None
        had = before.dns_zone_group if before else ()
        names = {zone: ZoneName.of(topology.private_dns_zones[zone]) for zone in endpoint.dns_zone_group}
        yield GroupExport(key, tuple(names.values()), tuple(each for zone, each in names.items() if zone not in had))


def _zone(topology: Topology, other: Topology | None, zone: PrivateZone, known: PrivateZone | None) -> ZoneExport:
    links = {key: link for key, link in zone.links.items() if known is None or known.links.get(key) != link}
    sets = {(show(rrset.name), rrset.type): rrset for rrset in zone.records}
    before = {(show(rrset.name), rrset.type): rrset for rrset in known.records} if known else {}
    groups = _groups(topology, zone.key)
    had = _groups(other, zone.key) if other and known else []
    gone = [
        *(f"the link to {link}" for link in (known.links if known else ()) if link not in zone.links),
        *(f"the record set {owner} {Type(type_).name}" for owner, type_ in before if (owner, type_) not in sets),
        *(f"the zone group of {endpoint}" for endpoint in had if endpoint not in groups),
    ]
    return ZoneExport(
        ZoneName.of(zone),
        created=known is None,
        links=tuple(links.values()),
        records=tuple(
            (relative(rrset.name, zone.apex), rrset) for key, rrset in sets.items() if before.get(key) != rrset
        ),
        left=tuple(gone),
    )


def _groups(topology: Topology, zone: str) -> list[str]:
    return [key for key, endpoint in topology.private_endpoints.items() if zone in endpoint.dns_zone_group]
