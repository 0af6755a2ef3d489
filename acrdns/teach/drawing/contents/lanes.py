"""The contents of a picture before anything is placed: lanes, and what stands in them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS, INTERNET
from acrdns.names import is_under
from acrdns.resolve.servers.public_dns import PUBLIC_DNS
from acrdns.teach.words.owner import OwnerKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.names import Name
    from acrdns.topology.model import Network, PrivateZone, Topology

KINDS = {"virtual_network": "virtual network", "on_premises": "on premises", "virtual_hub": "virtual hub"}
PEERS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class BoxContent:
    """A server or an endpoint."""

    title: str
    """Its address."""
    subtitle: str
    state: str = ""
    """`silent`, `end` or `nobody` where no server answers."""


@dataclass(frozen=True, slots=True)
class LaneAnswer:
    """The answer at one vantage point."""

    state: str
    """`private`, `public`, `NODATA` or the rcode."""
    addresses: tuple[str, ...] = ()
    expected: bool = True
    """Whether a working Private Link gives this."""


@dataclass(slots=True)
class LaneContent:
    """The internet, a network, or clients of a network that resolve in another way."""

    vantage: str
    network: str
    """Empty for the internet."""
    kind: str
    details: tuple[str, ...] = ()
    """Lines below the name."""
    has_client: bool = True
    servers: dict[str, BoxContent] = field(default_factory=dict)
    """By address."""
    endpoints: dict[str, BoxContent] = field(default_factory=dict)
    """By address, or by how the question ended."""
    asks: str = ""
    """The servers elsewhere that clients ask."""
    asked_first: str = ""
    """The server that clients ask first, wherever it is."""
    answer: LaneAnswer | None = None
    folded: bool = False
    zones: tuple[str, ...] = ()
    """The public zones of Azure's, in the lane of the internet."""

    @property
    def has_zones(self) -> bool:
        """Whether private zones can be linked to it."""
        return self.kind == "virtual network" and self.vantage == self.network


def lanes_of(topology: Topology) -> dict[str, LaneContent]:
    """Return the lanes by their vantage points, in the order of the picture, with the servers that always stand there.

    The internet is first, then virtual networks, then networks on premises; each kind in the order of the file.
    """
    internet = LaneContent(INTERNET, "", "everyone else", ("everyone else",))
    internet.servers[PUBLIC_DNS] = BoxContent(PUBLIC_DNS, "on the internet")
    internet.zones = (topology.cloud.registry, topology.cloud.frontend)
    lanes = {INTERNET: internet}
    networks = sorted(topology.networks.values(), key=lambda network: network.kind == "on_premises")
    for network in networks:
        lanes[network.name] = _lane(network, network)
        for client in network.clients.values():
            own = network.seen_by(client)
            lanes[own.vantage] = _lane(own, network)
    for server in topology.dns_servers.values():
        lanes[server.host].servers[server.address] = BoxContent(server.address, OwnerKind.OWN)
    for resolver in topology.private_resolvers.values():
        for address in resolver.inbound_endpoints:
            lanes[resolver.network].servers[address] = BoxContent(address, OwnerKind.INBOUND)
    for name in _asking_azure(topology):
        lanes[name].servers[AZURE_DNS] = BoxContent(AZURE_DNS, OwnerKind.AZURE)
    for vantage in topology.vantages[1:]:
        asked = _asked(topology.vantage(vantage))
        lanes[vantage].asked_first = asked[0]
        elsewhere = [address for address in asked if address not in lanes[vantage].servers]
        lanes[vantage].asks = elsewhere[0] + (f" +{len(elsewhere) - 1}" if elsewhere[1:] else "") if elsewhere else ""
    return lanes


def _lane(seen: Network, network: Network) -> LaneContent:
    kind = KINDS[network.kind]
    if seen.client:
        return LaneContent(seen.vantage, network.name, kind, (f"clients in {network.name}",))
    spaces = [str(space) for space in network.address_space]
    space = f"{spaces[0]} and {len(spaces) - 1} more" if spaces[1:] else "".join(spaces)
    details = tuple(filter(None, (f"{kind} {space}".rstrip(), _peered(network))))
    return LaneContent(network.name, network.name, kind, details, has_client=network.kind != "virtual_hub")


def _peered(network: Network) -> str:
    peers = sorted(network.peerings)
    if len(peers) > PEERS_SHOWN:
        return f"peered: {peers[0]} and {len(peers) - 1} more"
    return f"peered: {', '.join(peers)}" if peers else ""


def _asked(network: Network) -> tuple[str, ...]:
    """Return the addresses that clients ask."""
    if network.dns_servers:
        return network.dns_servers
    return (AZURE_DNS,) if network.kind == "virtual_network" else (PUBLIC_DNS,)


def _asking_azure(topology: Topology) -> Iterator[str]:
    """Return the virtual networks in which somebody asks Azure-provided DNS."""
    asked: dict[str, set[str]] = {name: set() for name in topology.networks}
    for vantage in topology.vantages[1:]:
        network = topology.vantage(vantage)
        asked[network.name].update(_asked(network))
    for server in topology.dns_servers.values():
        asked[server.network].update(server.forwarders, *server.conditional_forwarders.values())
    for name, addresses in asked.items():
        if AZURE_DNS in addresses and topology.networks[name].kind == "virtual_network":
            yield name


def with_state(box: BoxContent, state: str, subtitle: str) -> BoxContent:
    """Return a box in another state."""
    return replace(box, state=state, subtitle=subtitle)


def rails_of(topology: Topology, names_asked: set[Name], used: set[str], most: int) -> tuple[list[PrivateZone], int]:
    """Return the private zones that are drawn, in the order of the file, and the number of the others.

    Of many, only those stay that are on the way or hold one of the names.
    """
    zones = list(topology.private_dns_zones.values())
    if len(zones) <= most:
        return zones, 0
    near = [z for z in zones if z.key in used or any(is_under(name, z.apex) for name in names_asked)]
    shown = near[:most] if names_asked else zones[:most]
    missing = [z for z in near if z.key in used and z not in shown]
    shown = [*shown[: most - len(missing)], *missing] if missing else shown
    return shown, len(zones) - len(shown)
