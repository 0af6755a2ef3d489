"""The private zones: hand-made records, and what the zone groups of approved private endpoints write into them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns import names
from acrdns.record import Soa, Type, addresses
from acrdns.zone.zone import Zone, build

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from acrdns.azure import Cloud, Member
    from acrdns.names import Name
    from acrdns.record import RRset
    from acrdns.topology.model import PrivateEndpoint, PrivateZone, Registry, Topology

SOA_TTL = 3600

_Made = tuple["PrivateEndpoint | None", "Registry | None", "Name", int]
KnownGroups = Mapping[tuple[str, str], tuple[_Made, tuple["RRset", ...]]]
"""By private endpoint and zone key: what the record sets of a zone group are worked out from, and they themselves."""
_UNKNOWN: tuple[_Made, tuple[RRset, ...]] = ((None, None, names.ROOT, 0), ())


@dataclass(frozen=True, slots=True)
class Written:
    """One record set that a zone group writes."""

    zone: str
    """The private zone's key."""
    endpoint: str
    member: Member
    rrset: RRset


def zones(topology: Topology, known: KnownGroups, but: Collection[str] = ()) -> dict[str, Zone]:
    """Return every private zone by its key, without some; what is `known` is not worked out again."""
    by_zone: dict[str, list[RRset]] = {key: [] for key in topology.private_dns_zones if key not in but}
    for endpoint, zone in _zone_groups(topology, but):
        by_zone[zone.key] += _rrsets(endpoint, zone, topology, known)
    return {key: _zone(topology.private_dns_zones[key], written) for key, written in by_zone.items()}


def groups(topology: Topology) -> KnownGroups:
    """Return the record sets that each zone group writes into each zone, and what they are worked out from."""
    return {
        (endpoint.name, zone.key): (
            (endpoint, topology.registries[endpoint.registry], zone.apex, zone.ttl),
            tuple(written.rrset for written in written_by(endpoint, zone, topology)),
        )
        for endpoint, zone in _zone_groups(topology)
    }


def _rrsets(endpoint: PrivateEndpoint, zone: PrivateZone, topology: Topology, known: KnownGroups) -> Iterable[RRset]:
    (same, registry, apex, ttl), rrsets = known.get((endpoint.name, zone.key), _UNKNOWN)
    # What no edit concerns is the same object in both topologies.
    if same is endpoint and registry is topology.registries[endpoint.registry] and (apex, ttl) == (zone.apex, zone.ttl):
        return rrsets
    return (written.rrset for written in written_by(endpoint, zone, topology))


def _zone(zone: PrivateZone, written: list[RRset]) -> Zone:
    """Put a zone together: hand-made record sets replace those of zone groups, and an alias stands alone."""
    aliases = {rrset.name for rrset in zone.records if rrset.type == Type.CNAME}
    kept = (rrset for rrset in written if rrset.name not in aliases)
    return build(zone.apex, "private", zone.key, (soa(zone), *kept, *zone.records))


def soa(zone: PrivateZone) -> RRset:
    """Return a private zone's SOA (facts.md section 1.4)."""
    fields = Soa("azureprivatedns.net", "azureprivatedns-host.microsoft.com", 1, 3600, 300, 2419200, zone.soa_minimum)
    return fields.rrset(zone.apex, SOA_TTL)


def zone_group_records(topology: Topology, but: Collection[str] = ()) -> Iterator[Written]:
    """Return what zone groups write, in the order of the file: of two writers of one record set the last one wins.

    Nothing is said of some zones.
    """
    for endpoint, zone in _zone_groups(topology, but):
        yield from written_by(endpoint, zone, topology)


def _zone_groups(topology: Topology, but: Collection[str] = ()) -> Iterator[tuple[PrivateEndpoint, PrivateZone]]:
    for endpoint in topology.private_endpoints.values():
        if endpoint.approved:
            for key in (key for key in endpoint.dns_zone_group if key not in but):
                yield endpoint, topology.private_dns_zones[key]


def written_by(endpoint: PrivateEndpoint, zone: PrivateZone, topology: Topology) -> Iterator[Written]:
    """Return what the zone group of a private endpoint writes into one zone."""
    label = topology.registries[endpoint.registry].dns_label
    for member, address in endpoint.addresses.items():
        owner = record_owner(member, label, zone.apex, topology.cloud)
        if owner is not None:
            for rrset in addresses(owner, zone.ttl, (address,)):
                yield Written(zone.key, endpoint.name, member, rrset)


def record_owner(member: Member, label: str, apex: Name, cloud: Cloud) -> Name | None:
    """Return the owner name of a member's record in a zone, or None where the zone cannot hold it.

    In `privatelink.azurecr.io` it is `<label>` and `<label>.<region>.data` (facts.md section 1.1). Assumption: a zone
    above the public name (F10, `azurecr.io`) gets the public name, a zone below the privatelink suffix (F12,
    `eastus.data.privatelink.azurecr.io`) the rest of the privatelink name, and any other zone (F11) gets nothing.
    """
    relative = member.relative(label)
    for suffix in (cloud.registry, cloud.privatelink):
        owner = names.join(relative, names.name(suffix))
        if names.is_under(owner, apex):
            return owner
    return None
