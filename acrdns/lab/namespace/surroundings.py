"""The surroundings of a client at a vantage point: its addresses, DNS servers that answer, endpoints in reach.

The public addresses of all registries are there, and the private ones of its own network and of those that it reaches.
All other addresses are silent, as they are in Azure: an address that is not reached drops packets.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from ipaddress import IPv4Network, ip_address
from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS, INTERNET, LOGIN, Member
from acrdns.check.firewall.service_tags import tags_of
from acrdns.check.simulate import addresses
from acrdns.lab.sites import LabSite, Sites
from acrdns.names import name, show
from acrdns.record import Type, is_private
from acrdns.resolve.chain import Question
from acrdns.topology.inbound import inbound_endpoints
from acrdns.topology.network import Client
from acrdns.traffic import management_host
from acrdns.zone.publish import derive

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.firewall.entries import AllowList
    from acrdns.resolve.servers.directory import Directory
    from acrdns.resolve.world import World
    from acrdns.topology.model import Network, Topology

HTTPS = 443
PUBLIC_RESOLVER = "8.8.8.8"
"""Public DNS, where the topology names no public resolver."""
_WAY_OUT = "198.18"
"""Clients on the internet, and each network's way out, have addresses of RFC 2544's benchmarking network."""
_WAY_OUT_6 = "2001:2::"
"""RFC 5180's, for IPv6."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address that answers HTTPS."""

    address: str
    site: LabSite
    """The endpoint that has the address; where several share it, the first."""
    hosts: tuple[str, ...]
    """Names that lead there."""
    tags: frozenset[str] = frozenset()
    """The service tags of Azure that the address is in."""
    by_name: bool = False
    """Whether a firewall looks at the name that a connection is for: the address alone does not let it pass."""


@dataclass(frozen=True, slots=True)
class DnsAddress:
    """An address that answers DNS."""

    address: str
    vantage: str
    """The vantage point of `Surroundings.answering` that is served there."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything that a client at a vantage point can reach, and how it resolves."""

    vantage: str
    private_client: str
    """The client's address, as private endpoints and DNS servers see it."""
    public_client: str
    """Its address, as public endpoints see it."""
    public_client_6: str
    asks: tuple[str, ...]
    """The DNS servers that it asks, in order; some may be silent."""
    hosts: tuple[tuple[str, str], ...]
    """Its hosts file: address and name."""
    resolvers: tuple[DnsAddress, ...]
    endpoints: tuple[Endpoint, ...]
    asked: tuple[str | None, AllowList | None]
    """The client's address and the firewall that were asked for."""
    answering: Topology
    """The topology, with a vantage point for each DNS server that has answers of its own."""

    def client_for(self, address: str) -> str:
        """Return the client's address as the one who answers at an address sees it."""
        if ":" in address:
            return self.public_client_6
        return self.private_client if is_private(address) or address == AZURE_DNS else self.public_client


def surroundings(
    world: World, vantage: str, *, client: str | None = None, firewall: AllowList | None = None
) -> Surroundings:
    """Return what is around a vantage point; `client` is an address to be used instead of the derived one.

    Raises KeyError for an unknown vantage point.
    """
    topology = world.topology
    network = None if vantage == INTERNET else topology.vantage(vantage)
    private, public = _clients(topology, vantage, network)
    if client is not None:
        private, public = (client, public) if is_private(client) else (private, client)
    asks = _asks(network)
    answering, resolvers = _resolvers(topology, world.directory, network, asks)
    endpoints = tuple(_endpoints(topology, vantage))
    if firewall is not None:
        endpoints = tuple(_passing(world, vantage, endpoints, firewall))
    return Surroundings(
        vantage,
        private or public,
        public,
        f"{_WAY_OUT_6}{topology.vantages.index(vantage) + 5:x}",
        asks,
        tuple((a, show(name)) for name, addresses in network.hosts.items() for a in addresses) if network else (),
        resolvers,
        endpoints,
        (client, firewall),
        answering,
    )


def _clients(topology: Topology, vantage: str, network: Network | None) -> tuple[str | None, str]:
    """Return the client's private address, the last free one of its network, and that of the way out."""
    number = topology.vantages.index(vantage) + 5
    public = f"{_WAY_OUT}.{number >> 8}.{number & 0xFF}"
    if network is None:
        return None, public
    taken = {a for endpoint in topology.private_endpoints.values() for a in endpoint.addresses.values()}
    taken.update(c.address for r in topology.registries.values() for c in r.connected_registries.values() if c.address)
    taken.update(topology.dns_servers, inbound_endpoints(topology))
    for space in network.address_space:
        if isinstance(space, IPv4Network) and space.num_addresses > 2:  # noqa: PLR2004 -- its own and the broadcast
            last = int(space.broadcast_address) - 1
            free = (str(ip_address(number)) for number in range(last, int(space.network_address), -1))
            return next((address for address in free if address not in taken), None), public
    return None, public


def _asks(network: Network | None) -> tuple[str, ...]:
    if network is None or (network.kind == "on_premises" and not network.dns_servers):
        return (PUBLIC_RESOLVER,)
    return network.dns_servers or (AZURE_DNS,)


def _resolvers(
    topology: Topology, directory: Directory, network: Network | None, asks: tuple[str, ...]
) -> tuple[Topology, tuple[DnsAddress, ...]]:
    """Return who answers at each address of a DNS server that the client reaches.

    The client's own servers come first, then all others that it could ask by their addresses.
    """
    if network is None:
        return topology, (DnsAddress(PUBLIC_RESOLVER, INTERNET),)
    own = (server.address for server in topology.dns_servers.values())
    addresses = dict.fromkeys((*asks, AZURE_DNS, PUBLIC_RESOLVER, *own, *inbound_endpoints(topology)))
    answering = [address for address in addresses if directory.find(network, address)[0] is not None]
    as_network = len(asks) == 1 and not network.hosts
    found, clients = [], {}
    for address in answering:
        if as_network and address == asks[0]:
            found.append(DnsAddress(address, network.vantage))
            continue
        client = f"server-{address}".replace(":", "-")
        clients[client] = Client(client, (address,), "order", {})
        found.append(DnsAddress(address, f"{network.name}/{client}"))
    if not clients:
        return topology, tuple(found)
    home = topology.networks[network.name]
    home = replace(home, clients={**home.clients, **clients})
    return replace(topology, networks={**topology.networks, home.name: home}), tuple(found)


def _is_neighbour(topology: Topology, site: LabSite, vantage: str) -> bool:
    """Return whether an endpoint is a connected registry in the client's own network: no firewall is between them."""
    if site.kind != "connected" or vantage == INTERNET:
        return False
    network = topology.vantage(vantage).name
    return topology.registries[site.registry].connected_registries[site.connected].network == network


def _endpoints(topology: Topology, vantage: str) -> Iterator[Endpoint]:
    sites = Sites(topology)
    near = dict.fromkeys(_near(topology, vantage))
    private = (
        address
        for endpoint in topology.private_endpoints.values()
        if endpoint.approved and endpoint.network in near
        for address in endpoint.addresses.values()
    )
    local = (address for address, _ in sites.local(near))
    for address in dict.fromkeys((*local, *private, *sites.public_addresses())):
        found = sites.at(vantage, address)
        hosts = tuple(host for site in found for host in _hosts(topology, site))
        yield Endpoint(address, found[0], hosts, tags_of(found[0].kind, found[0].region, address))


def _passing(world: World, vantage: str, endpoints: tuple[Endpoint, ...], firewall: AllowList) -> Iterator[Endpoint]:
    """Return the endpoints that a firewall lets clients connect to: by address, or by a name that leads there.

    A firewall that knows names lets a client connect to whatever address an allowed name leads the client to, and then
    looks at the name in the ClientHello.
    """
    names: dict[str, set[str]] = {endpoint.address: set(endpoint.hosts) for endpoint in endpoints}
    for host in dict.fromkeys(host for endpoint in endpoints for host in endpoint.hosts):
        answer = world.answer(vantage, Question(name(host), Type.A))
        for address in (a for each in (answer, *answer.alternatives) for a in addresses(each, Type.A)):
            names.setdefault(address, set()).add(host)
    for endpoint in endpoints:
        address, tags = endpoint.address, endpoint.tags
        by_address = firewall.passes(None, address, HTTPS, tags)
        if _is_neighbour(world.topology, endpoint.site, vantage) or (by_address and not firewall.has_order):
            yield endpoint
        elif by_address or any(firewall.passes(host, address, HTTPS, tags) for host in names[address]):
            yield replace(endpoint, by_name=True)


def _near(topology: Topology, vantage: str) -> Iterator[str]:
    if vantage != INTERNET:
        home = topology.vantage(vantage).name
        yield home
        yield from topology.reach(home)


def _hosts(topology: Topology, site: LabSite) -> Iterator[str]:
    cloud = topology.cloud
    if site.kind == "management":
        yield management_host(cloud)
        return
    registry = topology.registries[site.registry]
    if site.kind == "connected":
        connected = registry.connected_registries[site.connected]
        yield connected.login_server or str(connected.address)
        return
    if site.kind == "storage":
        yield derive.blob_host(registry, site.region, cloud)
        return
    if site.kind == "data":
        yield Member("data", site.region).fqdn(registry.dns_label, cloud)
        return
    yield LOGIN.fqdn(registry.dns_label, cloud)
    if site.region:
        yield Member("regional", site.region).fqdn(registry.dns_label, cloud)
