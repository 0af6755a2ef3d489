"""What private zones, their links and private endpoints amount to: what the rules of `lint` share.

Each part is worked out when first asked for, and once for each topology.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from acrdns.check.way import End, Ways
from acrdns.names import ancestors, is_under, join, name
from acrdns.record import Type
from acrdns.zone.private import zone_group_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from acrdns.check.way import Way
    from acrdns.names import Member, Name
    from acrdns.topology.model import PrivateEndpoint, PrivateZone, Registry, Topology
    from acrdns.zone.private import Written


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint of a registry, by its names."""

    registry: Registry
    member: Member
    fqdn: str
    public: Name
    alias: Name
    """Its name under privatelink."""


class Cause(StrEnum):
    """Why a linked zone has no record for an endpoint."""

    SHADOWED = "shadowed"
    """Another linked zone would be asked, were it not for this more specific one."""
    NO_ADDRESS = "no-address"
    """The private endpoints in reach have no address for it."""
    UNWRITTEN = "unwritten"
    """The private endpoint in reach is in no zone at all."""
    INCOMPLETE = "incomplete"
    """The zone has other endpoints of the registry."""
    REDIRECTED = "redirected"
    """The link falls back to public DNS, which hides that the record is missing."""
    ELSEWHERE = "elsewhere"
    """The record is in another zone, which is not linked."""
    THIRD_PARTY = "third-party"
    """No private endpoint is in reach: somebody else's registry."""


@dataclass(frozen=True, slots=True)
class Gap:
    """An endpoint whose alias ends, in one network, in a linked private zone that has no record for it."""

    network: str
    zone: PrivateZone
    endpoint: Endpoint
    cause: Cause


@dataclass(frozen=True, slots=True)
class Asked:
    """A registry's login server, asked for by a client in a network, and the way that the question takes."""

    network: str
    endpoint: Endpoint
    way: Way


class Layout:
    """The zones, links and endpoints of one topology."""

    def __init__(self, topology: Topology) -> None:
        self.topology = topology

    @cached_property
    def written(self) -> Mapping[str, Mapping[Name, list[Written]]]:
        """What zone groups write: zone key, owner name, writers in the order of the file."""
        found: dict[str, defaultdict[Name, list[Written]]] = {
            key: defaultdict(list) for key in self.topology.private_dns_zones
        }
        for written in zone_group_records(self.topology):
            found[written.zone][written.rrset.name].append(written)
        return found

    @cached_property
    def _owners(self) -> Mapping[str, frozenset[Name]]:
        return {
            key: frozenset((*self.written[key], *(rrset.name for rrset in zone.records)))
            for key, zone in self.topology.private_dns_zones.items()
        }

    @cached_property
    def _wildcards(self) -> Mapping[str, bool]:
        return {key: any(owner[:2] == b"\x01*" for owner in owners) for key, owners in self._owners.items()}

    def holds(self, zone: PrivateZone, owner: Name) -> bool:
        """Tell whether a private zone has a name, by a wildcard perhaps (RFC 4592)."""
        owners = self._owners[zone.key]
        if owner in owners or not self._wildcards[zone.key]:
            return owner in owners
        return any(join("*", ancestor) in owners for ancestor in ancestors(owner) if len(ancestor) >= len(zone.apex))

    @cached_property
    def views(self) -> Mapping[str, Mapping[Name, str]]:
        """The zones that Azure-provided DNS sees in each network: apex to zone key. Links in progress do not count."""
        found: dict[str, dict[Name, str]] = {network: {} for network in self.topology.networks}
        for zone in self.topology.private_dns_zones.values():
            for network, link in zone.links.items():
                if link.active:
                    found[network][zone.apex] = zone.key
        return found

    def holder(self, network: str, owner: Name) -> PrivateZone | None:
        """Give the private zone that decides about a name in a network: the most specific one linked."""
        view = self.views[network]
        return next((self.topology.private_dns_zones[view[a]] for a in ancestors(owner) if a in view), None)

    @cached_property
    def ways(self) -> Ways:
        """The ways that questions take."""
        return Ways(self.topology, self.views)

    @cached_property
    def endpoints(self) -> Mapping[str, tuple[Endpoint, ...]]:
        """The endpoints of each registry."""
        return {key: tuple(self._endpoints_of(registry)) for key, registry in self.topology.registries.items()}

    def _endpoints_of(self, registry: Registry) -> Iterator[Endpoint]:
        cloud, label = self.topology.cloud, registry.dns_label
        for member in registry.members():
            fqdn = member.fqdn(label, cloud)
            yield Endpoint(registry, member, fqdn, name(fqdn), name(member.privatelink(label, cloud)))

    @cached_property
    def by_name(self) -> Mapping[Name, Endpoint]:
        """The endpoints by their public names and by their aliases."""
        every = [endpoint for endpoints in self.endpoints.values() for endpoint in endpoints]
        return {owner: endpoint for endpoint in every for owner in (endpoint.public, endpoint.alias)}

    @cached_property
    def reach(self) -> Mapping[str, Mapping[str, list[PrivateEndpoint]]]:
        """The approved private endpoints that a client in a network can reach, by registry.

        Those in its own network, then those in networks peered with it; peering is not transitive.
        """
        homes: defaultdict[str, list[PrivateEndpoint]] = defaultdict(list)
        for endpoint in self.topology.private_endpoints.values():
            if endpoint.approved:
                homes[endpoint.network].append(endpoint)
        found: dict[str, defaultdict[str, list[PrivateEndpoint]]] = {}
        for network in self.topology.networks.values():
            found[network.name] = defaultdict(list)
            for home in (network.name, *(other for other in homes if other in network.peerings)):
                for endpoint in homes.get(home, ()):
                    found[network.name][endpoint.registry].append(endpoint)
        return found

    @cached_property
    def asked(self) -> Mapping[str, tuple[Asked, ...]]:
        """The login servers that each network has a private endpoint of in reach, and the ways to their addresses."""
        return {network: tuple(self._ask(network, reach)) for network, reach in self.reach.items()}

    @cached_property
    def asked_anyway(self) -> tuple[Asked, ...]:
        """As `asked`, for all networks; one that has nothing in reach asks for the first registry."""
        first = list(self.topology.registries)[:1]
        return tuple(
            asked for network, found in self.asked.items() for asked in found or tuple(self._ask(network, first))
        )

    def _ask(self, network: str, registries: Iterable[str]) -> Iterator[Asked]:
        for registry in registries:
            login = self.endpoints[registry][0]
            yield Asked(network, login, self.ways.way(network, login.public, login.alias))

    @cached_property
    def unlinked(self) -> tuple[Asked, ...]:
        """Those that end at the Azure-provided DNS of a network without a link, where none is on its way either."""
        return tuple(
            asked
            for found in self.asked.values()
            for asked in found
            if asked.way.end is End.UNLINKED and not self._in_progress(asked.way.network, asked.endpoint.alias)
        )

    def _in_progress(self, network: str, owner: Name) -> bool:
        zones = self.topology.private_dns_zones.values()
        return any(network in zone.links and is_under(owner, zone.apex) for zone in zones)

    @cached_property
    def owners(self) -> Mapping[str, tuple[PrivateEndpoint, Member]]:
        """Whose each private address is."""
        endpoints = self.topology.private_endpoints.values()
        return {address: (e, member) for e in endpoints for member, address in e.addresses.items()}

    def assigned(self, endpoint: Endpoint) -> list[str]:
        """Give the addresses that private endpoints have for an endpoint, whether approved or not."""
        return self._assigned.get((endpoint.registry.name, endpoint.member), [])

    @cached_property
    def _assigned(self) -> Mapping[tuple[str, Member], list[str]]:
        found: defaultdict[tuple[str, Member], list[str]] = defaultdict(list)
        for address, (private, member) in self.owners.items():
            found[private.registry, member].append(address)
        return found

    @cached_property
    def private_registries(self) -> tuple[str, ...]:
        """The registries whose public names go over privatelink."""
        linked = {endpoint.registry for endpoint in self.topology.private_endpoints.values() if endpoint.approved}
        return tuple(key for key in self.topology.registries if key in linked)

    @cached_property
    def recorded(self) -> frozenset[str]:
        """The private endpoints of which any zone, or any server of people, has an address."""
        by_group = {w.endpoint for owners in self.written.values() for writers in owners.values() for w in writers}
        by_hand = {text for rrset in self._hand_made() for text in rrset}
        addresses = {
            endpoint.name
            for endpoint in self.topology.private_endpoints.values()
            if by_hand and not by_hand.isdisjoint(endpoint.addresses.values())
        }
        return frozenset(by_group | addresses)

    def _hand_made(self) -> Iterator[tuple[str, ...]]:
        for zone in self.topology.private_dns_zones.values():
            yield from (rrset.texts() for rrset in zone.records if rrset.type == Type.A)
        for server in self.topology.dns_servers.values():
            for records in server.zones.values():
                yield from (rrset.texts() for rrset in records if rrset.type == Type.A)

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """Every endpoint whose alias ends in a linked zone without a record for it, network by network."""
        gaps: list[Gap] = []
        missing: dict[tuple[tuple[Name, str], ...], list[tuple[PrivateZone, Endpoint]]] = {}
        for network, view in self.views.items():
            signature = tuple(sorted(view.items()))
            if signature not in missing:
                missing[signature] = list(self._missing(network)) if view else []
            gaps += (Gap(network, zone, end, self._cause(network, zone, end)) for zone, end in missing[signature])
        return tuple(gaps)

    def _missing(self, network: str) -> Iterator[tuple[PrivateZone, Endpoint]]:
        for registry in self.private_registries:
            for endpoint in self.endpoints[registry]:
                zone = self.holder(network, endpoint.alias)
                if zone and not self.holds(zone, endpoint.alias) and self.holder(network, endpoint.public) is None:
                    yield zone, endpoint

    def _cause(self, network: str, zone: PrivateZone, endpoint: Endpoint) -> Cause:
        if self._shadows(network, zone):
            return Cause.SHADOWED
        near = self.reach[network].get(endpoint.registry.name, ())
        if not near:
            return Cause.THIRD_PARTY
        if not any(endpoint.member in private.addresses for private in near):
            return Cause.NO_ADDRESS
        if not any(private.name in self.recorded for private in near):
            return Cause.UNWRITTEN
        if self.redirects(network, zone):
            return Cause.REDIRECTED
        siblings = self.endpoints[endpoint.registry.name]
        return Cause.INCOMPLETE if any(self.holds(zone, other.alias) for other in siblings) else Cause.ELSEWHERE

    def _shadows(self, network: str, zone: PrivateZone) -> bool:
        return any(ancestor in self.views[network] for ancestor in ancestors(zone.apex) if ancestor != zone.apex)

    @staticmethod
    def redirects(network: str, zone: PrivateZone) -> bool:
        """Tell whether the zone's link falls back to public DNS."""
        return zone.links[network].resolution_policy == "NxDomainRedirect"

    def gaps_by_record(self, cause: Cause) -> Mapping[tuple[str, str], list[Gap]]:
        """Give the gaps of one cause by zone key and endpoint, one gap a network."""
        found: defaultdict[tuple[str, str], list[Gap]] = defaultdict(list)
        for gap in self.gaps:
            if gap.cause is cause:
                found[gap.zone.key, gap.endpoint.fqdn].append(gap)
        return found


class _Identity:
    """A topology as a key that compares by identity, since its mappings cannot be hashed."""

    __slots__ = ("topology",)

    def __init__(self, topology: Topology) -> None:
        self.topology = topology

    def __hash__(self) -> int:
        return id(self.topology)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and other.topology is self.topology


@lru_cache(maxsize=1)
def _layout(key: _Identity) -> Layout:
    return Layout(key.topology)


def layout(topology: Topology) -> Layout:
    """Give the layout of a topology; the rules of one run share it."""
    return _layout(_Identity(topology))
