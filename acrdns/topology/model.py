"""The meaning of a topology file: frozen types, checked before `normalize` makes them.

Names of registries, networks and so on are the file's keys. Everything that the file may leave out is filled in here;
derived public addresses and names are not (`zone.publish.derive` makes them).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING, Literal, NamedTuple

from acrdns.azure import INTERNET, LOGIN, Member
from acrdns.names import deepest
from acrdns.topology.assumptions import Assumptions
from acrdns.topology.network import Client, Network, Selection, joining, out_of_reach, reach_of, vantages_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from ipaddress import IPv6Network

    from acrdns.azure import Cloud
    from acrdns.errors import Path, Place
    from acrdns.names import Name
    from acrdns.record import RRset

__all__ = [
    "Accepted",
    "AddressOwner",
    "Client",
    "ConnectedRegistry",
    "DnsServer",
    "ForwardingRule",
    "ForwardingRuleset",
    "Network",
    "PrivateEndpoint",
    "PrivateResolver",
    "PrivateZone",
    "Registry",
    "Replication",
    "Selection",
    "Topology",
    "ZoneLink",
]


@dataclass(frozen=True, slots=True)
class Replication:
    """A replica of a registry in another region than its home."""

    region: str
    global_endpoint_routing: bool = True
    """Whether the login server may route there."""


@dataclass(frozen=True, slots=True)
class ConnectedRegistry:
    """A connected registry on premises."""

    name: str
    network: str
    mode: Literal["ReadWrite", "ReadOnly"]
    login_server: str | None
    address: str | None
    parent: str | None
    repositories: tuple[str, ...]
    sync_schedule: str
    message_ttl: str
    sync_window: str | None


@dataclass(frozen=True, slots=True)
class Registry:
    """A container registry."""

    name: str
    sku: Literal["Basic", "Standard", "Premium"]
    location: str
    replications: tuple[Replication, ...]
    """The home region is not among them."""
    dns_label: str
    data_endpoint_enabled: bool
    regional_endpoints_enabled: bool
    public_network_access_enabled: bool
    ip_rules: tuple[str, ...]
    frontend: str | None
    traffic_manager: str | None
    public_addresses: Mapping[Member, tuple[str, ...]]
    """Addresses that the file gives; a member that is missing here has a derived one."""
    connected_registries: Mapping[str, ConnectedRegistry]
    private_link: Literal["elsewhere"] | None = None
    """`elsewhere`: approved private endpoints exist, in networks of which nothing is known."""
    redirect_status: Literal[302, 307] = 307
    """Status of the answer that leads from a layer at the login server to the data endpoint (facts.md section 0)."""
    anonymous_pull_enabled: bool = False

    @property
    def regions(self) -> tuple[str, ...]:
        """The home region, then the replicas' in file order."""
        return (self.location, *(replication.region for replication in self.replications))

    @property
    def routed_regions(self) -> tuple[str, ...]:
        """The regions that the login server may route to: home, and the replicas with `global_endpoint_routing`."""
        return (self.location, *(r.region for r in self.replications if r.global_endpoint_routing))

    def members(self) -> tuple[Member, ...]:
        """Return the endpoints that exist: login server, data endpoints, regional endpoints, in the regions' order."""
        return _members(self.regions, self.data_endpoint_enabled, self.regional_endpoints_enabled)


@lru_cache(maxsize=1024)
def _members(regions: tuple[str, ...], data: bool, regional: bool) -> tuple[Member, ...]:
    kinds = ("data",) * data + ("regional",) * regional
    return (LOGIN, *(Member(kind, region) for kind in kinds for region in regions))


@dataclass(frozen=True, slots=True)
class PrivateEndpoint:
    """A private endpoint of a registry."""

    name: str
    registry: str
    network: str
    status: Literal["Approved", "Pending", "Rejected", "Disconnected"]
    addresses: Mapping[Member, str]
    dns_zone_group: tuple[str, ...]
    """Keys of the private zones that receive its records."""

    @property
    def approved(self) -> bool:
        """Only approved endpoints count."""
        return self.status == "Approved"


@dataclass(frozen=True, slots=True)
class ZoneLink:
    """A virtual network link of a private DNS zone."""

    network: str
    resolution_policy: Literal["Default", "NxDomainRedirect"]
    registration_enabled: bool
    state: Literal["Completed", "InProgress"]

    @property
    def active(self) -> bool:
        """A link in progress is as good as none (facts.md F19)."""
        return self.state == "Completed"


@dataclass(frozen=True, slots=True)
class PrivateZone:
    """A private DNS zone: what was made by hand in it; the zone groups' records are added by `zone.publish.compile`."""

    key: str
    apex: Name
    ttl: int
    """TTL of the records that zone groups write."""
    soa_minimum: int
    links: Mapping[str, ZoneLink]
    """By network."""
    records: tuple[RRset, ...]


@dataclass(frozen=True, slots=True)
class DnsServer:
    """A DNS server that people run themselves, by its address or, where it belongs to one client, by its key."""

    address: str
    network: str
    recursion: Literal["forward", "iterate", "unbound"]
    forwarders: tuple[str, ...]
    """Empty: public DNS."""
    conditional_forwarders: Mapping[Name, tuple[str, ...]]
    zones: Mapping[Name, tuple[RRset, ...]]
    key: str = ""
    """The key in the file, where it is not the address."""
    client: str = ""
    """The client of the network that runs it, and alone can ask it; for loopback and link-local addresses."""
    selection: Selection = "order"
    """Among forwarders."""
    fallback: Literal["none", "public"] = "none"
    """Who is asked where a conditional forwarder is silent or fails."""
    rebind_protection: bool = False
    """Whether private addresses are taken out of other servers' answers."""
    dns64: IPv6Network | None = None
    """Prefix of AAAA records that are made of A records (RFC 6147)."""

    @property
    def host(self) -> str:
        """The vantage point whose DNS servers, reach and location it has: its network, or a client of it."""
        return f"{self.network}/{self.client}" if self.client else self.network

    @property
    def written(self) -> str:
        """The key in the file."""
        return self.key or self.address

    def forwards_below(self, apex: Name, name: Name) -> bool:
        """Return whether a conditional forwarder below an own zone gets what that has no record for, as in dnsmasq."""
        domain = deepest(name, self.conditional_forwarders)
        return self.recursion == "forward" and domain is not None and len(domain) > len(apex)


@dataclass(frozen=True, slots=True)
class PrivateResolver:
    """An Azure DNS Private Resolver."""

    name: str
    network: str
    inbound_endpoints: tuple[str, ...]
    outbound_endpoints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ForwardingRule:
    """A rule of a DNS forwarding ruleset."""

    domain: Name
    targets: tuple[str, ...]
    enabled: bool


@dataclass(frozen=True, slots=True)
class ForwardingRuleset:
    """A DNS forwarding ruleset."""

    name: str
    outbound_endpoint: str
    links: tuple[str, ...]
    """Networks."""
    rules: tuple[ForwardingRule, ...]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A finding that the file excuses, at an object, in a section or everywhere."""

    path: Path
    """Of the object or section; empty for the whole file."""
    rule: str
    reason: str
    until: str | None
    """The last day, YYYY-MM-DD."""


class AddressOwner(NamedTuple):
    """A private endpoint, approved or not, and the member of it that has an address."""

    endpoint: PrivateEndpoint
    member: Member


@dataclass(frozen=True)
class Topology:
    """One topology file, whole and checked."""

    file: str
    cloud: Cloud
    chains: Literal["documented", "observed"]
    registries: Mapping[str, Registry] = field(default_factory=dict)
    networks: Mapping[str, Network] = field(default_factory=dict)
    private_endpoints: Mapping[str, PrivateEndpoint] = field(default_factory=dict)
    private_dns_zones: Mapping[str, PrivateZone] = field(default_factory=dict)
    dns_servers: Mapping[str, DnsServer] = field(default_factory=dict)
    private_resolvers: Mapping[str, PrivateResolver] = field(default_factory=dict)
    dns_forwarding_rulesets: Mapping[str, ForwardingRuleset] = field(default_factory=dict)
    accepted: tuple[Accepted, ...] = ()
    assumptions: Assumptions = field(default_factory=Assumptions)
    """How open questions about Azure are decided. No file says it: it is an option of who simulates."""
    places: Mapping[Path, Place] = field(default_factory=dict, compare=False, repr=False)
    """Where each key, value and list item stands in the file."""

    @cached_property
    def _endpoints(self) -> Mapping[str, tuple[PrivateEndpoint, ...]]:
        by_registry: dict[str, tuple[PrivateEndpoint, ...]] = {}
        for endpoint in self.private_endpoints.values():
            by_registry[endpoint.registry] = (*by_registry.get(endpoint.registry, ()), endpoint)
        return by_registry

    @cached_property
    def _approved(self) -> Mapping[str, tuple[PrivateEndpoint, ...]]:
        approved = ((key, tuple([e for e in every if e.approved])) for key, every in self._endpoints.items())
        return {key: endpoints for key, endpoints in approved if endpoints}

    @cached_property
    def _owners(self) -> Mapping[str, tuple[AddressOwner, ...]]:
        by_address: dict[str, tuple[AddressOwner, ...]] = {}
        for endpoint in sorted(self.private_endpoints.values(), key=lambda endpoint: not endpoint.approved):
            for member, address in endpoint.addresses.items():
                by_address[address] = (*by_address.get(address, ()), AddressOwner(endpoint, member))
        return by_address

    @property
    def vantages(self) -> tuple[str, ...]:
        """`internet`, then every network that has hosts, in file order, each followed by its clients."""
        return (INTERNET, *self._vantages)

    def vantage(self, name: str) -> Network:
        """Return a network as the clients at a vantage point see it. Raises KeyError for none, and for `internet`."""
        return self._vantages[name]

    @cached_property
    def _vantages(self) -> Mapping[str, Network]:
        return vantages_of(self.networks)

    def path_of(self, vantage: str) -> Path:
        """Return the path of a vantage point in the file, the internet has none. Raises KeyError for an unknown one."""
        seen = self.vantage(vantage)
        return ("networks", seen.name, "clients", seen.client) if seen.client else ("networks", seen.name)

    def dns_path_of(self, vantage: str) -> Path:
        """Return the path of the list of DNS servers that a vantage point uses. Raises KeyError for an unknown one."""
        seen = self.vantage(vantage)
        client = seen.clients.get(seen.client)
        own = client is not None and client.dns_servers is not None
        return (*(self.path_of(vantage) if own else ("networks", seen.name)), "dns_servers")

    def server_key(self, written: str) -> str:
        """Return the key in `dns_servers` of a server by its key in the file, which may be any text."""
        return next((key for key, server in self.dns_servers.items() if server.written == written), written)

    def server_at(self, asker: Network, address: str) -> DnsServer | None:
        """Return the self-hosted server that has an address, in reach or not: one of the asker's own, or any."""
        own = (s for s in self.dns_servers.values() if s.client and s.host == asker.vantage and s.address == address)
        return next(own, None) or self.dns_servers.get(address)

    def reach(self, network: str) -> frozenset[str]:
        """Return the other networks that clients in a network reach: peered ones, and those behind a transit hub.

        Peering is not transitive (facts.md section 3). A hub with `transit` joins what is peered with it, and so do the
        hubs of a virtual WAN, any number of them in a row.
        """
        return self._reach[network]

    @cached_property
    def _reach(self) -> Mapping[str, frozenset[str]]:
        return {name: reach_of(network, self.networks) for name, network in self.networks.items()}

    def joining(self, network: str, other: str) -> list[str]:
        """Return the networks that would join two others as transit hubs."""
        return joining(self.networks[network], self.networks[other])

    def out_of_reach(self, network: str, other: str) -> str:
        """Say that one network does not reach another, and what would change that."""
        return out_of_reach(self.networks[network], self.networks[other])

    def place(self, *path: str | int) -> Place:
        """Return the place of a value, or of the nearest thing around it that the file has."""
        from acrdns.errors import Place

        if path[:1] == ("dns_servers",) and (server := self.dns_servers.get(str(path[1:2] and path[1]))):
            path = ("dns_servers", server.key or server.address, *path[2:])
        for end in range(len(path), -1, -1):
            if found := self.places.get(path[:end]):
                return found
        return Place(self.file, 1, 1)

    def endpoints_of(self, registry: str) -> tuple[PrivateEndpoint, ...]:
        """Return the registry's private endpoints, approved or not, in file order."""
        return self._endpoints.get(registry, ())

    def approved_endpoints(self, registry: str) -> tuple[PrivateEndpoint, ...]:
        """Return the registry's approved private endpoints, in file order."""
        return self._approved.get(registry, ())

    def endpoints_in_reach(self, vantage: str, registry: str) -> tuple[PrivateEndpoint, ...]:
        """Return the registry's private endpoints that count for clients at a vantage point; none for the internet.

        An approved one in the client's own network counts first, then those in networks that it reaches (facts.md
        sections 2.1 and 3). Raises KeyError for an unknown vantage point.
        """
        if vantage == INTERNET:
            return ()
        home = self.vantage(vantage).name
        approved = self.approved_endpoints(registry)
        own = tuple(endpoint for endpoint in approved if endpoint.network == home)
        return own or tuple(endpoint for endpoint in approved if endpoint.network in self.reach(home))

    def owners_of(self, address: str) -> tuple[AddressOwner, ...]:
        """Return the private endpoints that have an address, approved ones first: unpeered networks may share one."""
        return self._owners.get(address, ())

    def owner_of(self, address: str) -> AddressOwner | None:
        """Return the private endpoint that has an address, or None."""
        return next(iter(self.owners_of(address)), None)

    def in_a_network(self, address: str) -> bool:
        """Return whether an address is in the address space of any network."""
        return self.network_with(address) is not None

    def network_with(self, address: str) -> Network | None:
        """Return the first network with an address in its address space, or None."""
        parsed = ip_address(address)
        return next((n for n in self.networks.values() if any(parsed in space for space in n.address_space)), None)

    def has_private_link(self, registry: str) -> bool:
        """Return whether the registry's public names go over privatelink: one approved endpoint anywhere makes them."""
        return registry in self._approved or self.registries[registry].private_link is not None
