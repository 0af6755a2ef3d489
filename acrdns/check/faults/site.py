"""A topology as faults look at it: its records, whoever wrote them, and the networks that others ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_address
from itertools import chain, count
from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS
from acrdns.check.causes.layout import Layout
from acrdns.check.fixes.add_zone_group import AddZoneGroup
from acrdns.check.fixes.create_zone import CreateZone
from acrdns.check.fixes.delete_zone_group import DeleteZoneGroup
from acrdns.check.fixes.fix import ZoneName
from acrdns.check.fixes.link_zone import LinkZone
from acrdns.check.fixes.set_client_servers import SetClientServers
from acrdns.check.fixes.set_dns_servers import SetDnsServers
from acrdns.check.fixes.set_link import SetLink, with_names
from acrdns.check.fixes.set_record import SetRecord
from acrdns.check.fixes.unlink_zone import UnlinkZone
from acrdns.names import is_under, join, name, relative
from acrdns.record import Type
from acrdns.topology.inbound import inbound_endpoints
from acrdns.topology.text.edit import Drop, Put

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from acrdns.check.causes.routed import EndpointNames
    from acrdns.check.fixes.fix import Fix
    from acrdns.errors import Path
    from acrdns.names import Name
    from acrdns.topology.model import Network, PrivateEndpoint, PrivateZone, Topology, ZoneLink
    from acrdns.topology.text.edit import Edit


Observed = Mapping[str, tuple[str, ...]]
"""Names that were asked for, and the private addresses that were observed for them, IPv4 or IPv6."""


@dataclass(frozen=True, slots=True)
class Held:
    """The address record of an endpoint in a private zone."""

    zone: PrivateZone
    endpoint: EndpointNames
    owner: str
    """Relative to the zone."""
    addresses: tuple[str, ...]
    writers: tuple[str, ...]
    """The private endpoints whose zone groups write it; none where it is made by hand."""
    alone: bool
    """Whether the name has no record of another type in the file."""

    @property
    def subject(self) -> str:
        """The record as reports name it: `ZONE/OWNER`."""
        return f"{self.zone.key}/{self.owner}"

    @property
    def path(self) -> Path:
        """Where it stands in the file, if it does."""
        return ("private_dns_zones", self.zone.key, "records", self.owner)

    def pointed_at(self, *addresses: str) -> tuple[Edit, ...]:
        """Return the edits that put other addresses into it; one made by hand replaces that of a zone group."""
        name_ = join(self.owner, self.zone.apex)
        if self.writers and all(rrset.name != name_ for rrset in self.zone.records):
            return (Put(self.path, {"ttl": self.zone.ttl, "A": list(addresses)}),)
        return (Put((*self.path, "A"), list(addresses)),)

    def mended(self, *wrong: str) -> SetRecord:
        """Return the fix that puts the right addresses back in the place of wrong ones."""
        return SetRecord(ZoneName.of(self.zone), self.owner, self.addresses, wrong)


@dataclass(frozen=True, slots=True)
class Setting:
    """The DNS servers that a network, or a client in one, asks."""

    vantage: str
    network: Network
    """As the vantage point sees it."""
    path: Path
    fix: Fix
    """The fix that sets them as they are."""


class Site:
    """One topology, each part of it worked out when it is first needed."""

    def __init__(
        self,
        topology: Topology,
        layout: Layout | None = None,
        names: Collection[Name] | None = None,
        meant: Site | None = None,
    ) -> None:
        self.topology = topology
        self.layout = layout or Layout(topology)
        self._names = names
        self._meant = meant
        self.by_name = False
        """Whether the names were of interest."""

    @cached_property
    def records(self) -> tuple[Held, ...]:
        """The address records of endpoints, zone by zone."""
        return tuple(held for zone in self.topology.private_dns_zones.values() for held in self._records_of(zone))

    @property
    def concerned(self) -> tuple[Held, ...]:
        """The records in which a fault of one record is looked for: those of some names, or all."""
        self.by_name = True
        names = self._names
        if names is None:
            return self.records
        return tuple(h for h in self.records if h.endpoint.public in names or h.endpoint.alias in names)

    def _records_of(self, zone: PrivateZone) -> Iterator[Held]:
        by_hand = {rrset.name: rrset for rrset in zone.records if rrset.type == Type.A}
        written = self.layout.written[zone.key]
        for owner in dict.fromkeys((*by_hand, *written)):
            endpoint = self.layout.by_name.get(owner)
            if endpoint is None:
                continue
            alone = sum(rrset.name == owner for rrset in zone.records) == 1
            if owner in by_hand:
                yield Held(zone, endpoint, relative(owner, zone.apex), by_hand[owner].texts(), (), alone)
            else:
                writers, texts = written[owner], written[owner][-1].rrset.texts()
                names = tuple(dict.fromkeys(writer.endpoint for writer in writers))
                yield Held(zone, endpoint, relative(owner, zone.apex), texts, names, alone)

    def without(self, *gone: Held) -> tuple[Edit, ...]:
        """Return the edits after which a zone has no such records; others of their zone groups are kept by hand."""
        edits: list[Edit] = [Drop(held.path if held.alone else (*held.path, "A")) for held in gone if not held.writers]
        written = self.layout.written[gone[0].zone.key]
        names = (join(held.owner, held.zone.apex) for held in gone)
        writers = dict.fromkeys(writer.endpoint for each in names for writer in written.get(each, ()))
        for writer in writers:
            edits += self.ungrouped(writer, gone[0].zone)
        numbers = {each for writer in writers for each in self._written_by.get((gone[0].zone.key, writer), ())}
        left = (self.records[number] for number in sorted(numbers))
        return (*edits, *(edit for held in left if held not in gone for edit in held.pointed_at(*held.addresses)))

    @cached_property
    def _written_by(self) -> Mapping[tuple[str, str], Sequence[int]]:
        """The numbers of the records that a private endpoint writes, by zone key and endpoint."""
        found: dict[tuple[str, str], list[int]] = {}
        for number, held, writer in ((n, of, each) for n, of in enumerate(self.records) for each in of.writers):
            found.setdefault((held.zone.key, writer), []).append(number)
        return found

    def ungrouped(self, endpoint: str, zone: PrivateZone) -> tuple[Edit, ...]:
        """Return the edits after which a private endpoint writes nothing into a zone."""
        group = self.topology.private_endpoints[endpoint].dns_zone_group
        path = ("private_endpoints", endpoint, "dns_zone_group")
        return (Drop(path) if len(group) == 1 else Drop((*path, group.index(zone.key))),)

    @cached_property
    def by_registry(self) -> Mapping[tuple[str, str], tuple[Held, ...]]:
        """The records by zone key and registry."""
        found: dict[tuple[str, str], tuple[Held, ...]] = {}
        for held in self.records:
            key = (held.zone.key, held.endpoint.registry.name)
            found[key] = (*found.get(key, ()), held)
        return found

    @cached_property
    def zones(self) -> tuple[PrivateZone, ...]:
        """The zones named as the privatelink zone of the cloud."""
        right = name(self.topology.cloud.privatelink)
        return tuple(zone for zone in self.topology.private_dns_zones.values() if zone.apex == right)

    @cached_property
    def links(self) -> tuple[tuple[PrivateZone, ZoneLink], ...]:
        """The completed links of those zones, and of zones of one region with records of registries in them."""
        above = name(self.topology.cloud.privatelink)
        below = (zone for zone in self.topology.private_dns_zones.values() if zone.apex != above)
        regional = (zone for zone in below if is_under(zone.apex, above) and self.registries_in[zone.key])
        zones = (*self.zones, *regional)
        return tuple((zone, link) for zone in zones for link in zone.links.values() if link.active)

    @cached_property
    def linked(self) -> frozenset[str]:
        """The networks with a completed link of a zone that has the names of all regions."""
        return frozenset(link.network for zone, link in self.links if zone in self.zones)

    @cached_property
    def askers(self) -> Mapping[str, tuple[str, ...]]:
        """The networks in which questions of other networks are answered, and those others."""
        found: dict[str, tuple[str, ...]] = {}
        for routed in (routed for every in self.layout.routed.values() for routed in every):
            home, asker = routed.route.network, routed.network.partition("/")[0]
            if home != asker and asker not in found.get(home, ()):
                found[home] = (*found.get(home, ()), asker)
        return found

    @cached_property
    def taken(self) -> frozenset[str]:
        """Every address that something in the file has."""
        topology = self.topology
        found = {address for e in topology.private_endpoints.values() for address in e.addresses.values()}
        found |= inbound_endpoints(topology).keys()
        return frozenset(
            found
            | {server.address for server in topology.dns_servers.values()}
            | {a for held in self.records for a in held.addresses}
        )

    def free(self, address: str) -> str:
        """Return an address near another that nothing has: 10.0.0.70 for 10.0.0.7."""
        head, _, last = address.rpartition(".")
        tries = (int(last) * 10, *range(99, 255), *range(1, 99))
        near = (a for n in tries if n < 255 and (a := f"{head}.{n}") not in self.taken)  # noqa: PLR2004 - an octet
        return next(near, DEAD)

    def relinking(self, zone: PrivateZone, link: ZoneLink) -> tuple[Fix, ...]:
        """Return the fixes that link a zone to a network again, as it was."""
        named, network, policy = ZoneName.of(zone), link.network, link.resolution_policy
        kept = () if policy == "Default" else (SetLink(named, network, "resolution_policy", policy),)
        return with_names((LinkZone(named, network), *kept))

    @cached_property
    def registries_in(self) -> Mapping[str, frozenset[str]]:
        """The registries that have records in each private zone, by its key."""
        found: dict[str, set[str]] = {key: set() for key in self.topology.private_dns_zones}
        for key, registry in self.by_registry:
            found[key].add(registry)
        return {key: frozenset(registries) for key, registries in found.items()}

    @cached_property
    def shared(self) -> frozenset[str]:
        """The keys of the zones in which several registries have records, here or in what is meant."""
        here = frozenset(key for key, registries in self.registries_in.items() if len(registries) > 1)
        return here | (self._meant.shared if self._meant else frozenset())

    def redirected(self, zone: PrivateZone) -> bool:
        """Return whether all links of a zone fall back to public DNS."""
        links = [link for link in zone.links.values() if link.active]
        return bool(links) and all(link.resolution_policy == "NxDomainRedirect" for link in links)

    def is_replica(self, held: Held) -> bool:
        """Return whether a record is that of a replica's data endpoint."""
        regions = {replica.region for replica in held.endpoint.registry.replications}
        return held.endpoint.member.kind == "data" and held.endpoint.member.region in regions

    def unused_key(self, key: str) -> str:
        """Return a key that no private zone of the file has."""
        tries = chain((key,), (f"{key}-{number}" for number in count(2)))
        return next(found for found in tries if found not in self.topology.private_dns_zones)

    def grouped(self, first: PrivateEndpoint, later: PrivateEndpoint) -> Iterator[tuple[PrivateZone, PrivateZone]]:
        """Return the pairs of zones of one name that two private endpoints of a registry write."""
        zones = self.topology.private_dns_zones
        for one in first.dns_zone_group if first.registry == later.registry else ():
            for other in later.dns_zone_group:
                if one != other and zones[one].apex == zones[other].apex:
                    yield zones[one], zones[other]

    def separating(
        self, first: PrivateEndpoint, later: PrivateEndpoint, zone: PrivateZone, other: PrivateZone
    ) -> tuple[Fix, ...]:
        """Return the fixes that give a private endpoint and its networks a zone of their own again."""
        own = ZoneName.of(other)
        return (
            CreateZone(own),
            # The records of both go with the zone group, so those that stay are written at once.
            DeleteZoneGroup(later.name),
            AddZoneGroup(first.name, ZoneName.of(zone)),
            AddZoneGroup(later.name, own),
            *(UnlinkZone(ZoneName.of(zone), network) for network in other.links),
            *(fix for link in other.links.values() for fix in self.relinking(other, link)),
        )

    def settings(self) -> Iterator[Setting]:
        """Return where DNS servers are set, or may be: each network, and each client in it."""
        for vantage in self.topology.vantages[1:]:
            seen = self.topology.vantage(vantage)
            fix: Fix = SetDnsServers(seen.name, seen.dns_servers, seen.kind != "on_premises")
            if seen.client:
                azure = (AZURE_DNS,) if seen.kind == "virtual_network" else ()
                fix = SetClientServers(seen.name, seen.client, seen.dns_servers or azure)
            yield Setting(vantage, seen, (*self.topology.path_of(vantage), "dns_servers"), fix)


DEAD = "10.255.255.53"
"""An address where no DNS server is: private, and nothing in the file owns it."""
PUBLIC_DNS = "8.8.8.8"


def of_kind(observed: Observed | None, fqdn: str, version: int) -> Iterable[str] | None:
    """Return the addresses of an IP version that were observed for a name, or None where values are to be chosen."""
    if observed is None:
        return None
    return (address for address in observed.get(fqdn, ()) if ip_address(address).version == version)
