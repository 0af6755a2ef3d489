"""The records of private zones: those made by hand, and those that zone groups write."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from acrdns.names import ancestors, join
from acrdns.record import Type
from acrdns.zone.publish.private import written_by

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from acrdns.names import Name
    from acrdns.topology.model import PrivateEndpoint, PrivateZone, Topology
    from acrdns.zone.publish.private import Written


class ZoneRecords:
    """The records in the private zones of one topology; `earlier` are those of one that it was edited from."""

    def __init__(self, topology: Topology, earlier: ZoneRecords | None = None) -> None:
        self.topology = topology
        self._earlier = earlier
        self.groups: dict[tuple[str, str], tuple[PrivateEndpoint, Hashable, tuple[Written, ...]]] = {}
        """The records that private endpoints write into zones, with all that these depend on; also of others."""

    def forget(self) -> None:
        """Let go of the earlier topology."""
        self._earlier = None

    @cached_property
    def written(self) -> Mapping[str, Mapping[Name, list[Written]]]:
        """The records of zone groups: by zone key and owner name, the writers in file order."""
        before = self._earlier
        found: dict[str, Mapping[Name, list[Written]]] = {}
        for key, parts in self.written_in.items():
            if before and (before.written_in.get(key) is parts or before.written_in.get(key) == parts):
                found[key] = before.written[key]
                continue
            owners: defaultdict[Name, list[Written]] = defaultdict(list)
            found[key] = owners
            for written in chain.from_iterable(parts):
                owners[written.rrset.name].append(written)
        return found

    @cached_property
    def written_in(self) -> Mapping[str, list[tuple[Written, ...]]]:
        """The records of zone groups: by zone key, those of each private endpoint in file order."""
        zones, before = self.topology.private_dns_zones, self._earlier
        if before and self._has_the_same_writers(before):
            self.groups = before.groups
            return {key: before.written_in[key] for key in zones}
        found: dict[str, list[tuple[Written, ...]]] = {key: [] for key in zones}
        self.groups = before.groups if before else {}
        for endpoint in self.topology.private_endpoints.values():
            for key in endpoint.dns_zone_group if endpoint.approved else ():
                found[key].append(self._written_by(endpoint, zones[key]))
        return found

    def _has_the_same_writers(self, before: ZoneRecords) -> bool:
        """Return whether an earlier topology has all that zone groups depend on."""
        one, other = self.topology, before.topology
        if one.registries is not other.registries or one.private_endpoints is not other.private_endpoints:
            return False
        known = {key: (zone.apex, zone.ttl) for key, zone in other.private_dns_zones.items()}
        return all(known.get(key) == (zone.apex, zone.ttl) for key, zone in one.private_dns_zones.items())

    def _written_by(self, endpoint: PrivateEndpoint, zone: PrivateZone) -> tuple[Written, ...]:
        depends = (self.topology.registries[endpoint.registry].dns_label, zone.apex, zone.ttl)
        here = zone.key, endpoint.name
        found = self.groups.get(here)
        if found is None or found[0] is not endpoint or found[1] != depends:
            found = self.groups[here] = endpoint, depends, tuple(written_by(endpoint, zone, self.topology))
        return found[2]

    @cached_property
    def _owners(self) -> Mapping[str, frozenset[Name]]:
        before, found = self._earlier, {}
        for key, zone in self.topology.private_dns_zones.items():
            known = before.topology.private_dns_zones.get(key) if before else None
            if before and known and known.records == zone.records and before.written[key] is self.written[key]:
                found[key] = before.owners_in(zone)
            else:
                found[key] = frozenset((*self.written[key], *(rrset.name for rrset in zone.records)))
        return found

    @cached_property
    def _wildcards(self) -> Mapping[str, bool]:
        return {key: any(owner[:2] == b"\x01*" for owner in owners) for key, owners in self._owners.items()}

    def has_wildcard(self, zone: PrivateZone) -> bool:
        """Return whether a private zone has a wildcard."""
        return self._wildcards[zone.key]

    def holds(self, zone: PrivateZone, owner: Name) -> bool:
        """Return whether a private zone has a name, also by a wildcard (RFC 4592)."""
        owners = self._owners[zone.key]
        if owner in owners or not self.has_wildcard(zone):
            return owner in owners
        return any(join("*", ancestor) in owners for ancestor in ancestors(owner) if len(ancestor) >= len(zone.apex))

    def owners_in(self, zone: PrivateZone) -> frozenset[Name]:
        """Return the names of a private zone's records."""
        return self._owners[zone.key]

    def addresses_in(self, zone: PrivateZone, owner: Name) -> tuple[str, ...]:
        """Return the IPv4 addresses of a name in a private zone: a hand-made record set, else that of a zone group."""
        found = [rrset for rrset in zone.records if rrset.name == owner and rrset.type == Type.A]
        found += [written.rrset for written in self.written[zone.key].get(owner, ())[-1:]]
        return found[0].texts() if found else ()
