"""Networks of a topology: the clients in them, and which networks reach each other."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from ipaddress import IPv4Network, IPv6Network

    from acrdns.names import Name

Selection = Literal["order", "fastest", "random"]
"""Which of several DNS servers answers: `order` is the first that is not silent, otherwise any of them may."""


@dataclass(frozen=True, slots=True)
class Client:
    """Clients in a network that resolve in another way; None is as the network."""

    name: str
    dns_servers: tuple[str, ...] | None = None
    selection: Selection | None = None
    hosts: Mapping[Name, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Network:
    """A virtual network, a network on premises, or the hub of a virtual WAN, as its clients see it.

    `Topology.vantage` returns one for each vantage point: for `aks/pods` it is network `aks` with the DNS servers,
    selection and hosts file of client `pods`.
    """

    name: str
    kind: Literal["virtual_network", "on_premises", "virtual_hub"]
    address_space: tuple[IPv4Network | IPv6Network, ...]
    dns_servers: tuple[str, ...]
    """Empty: Azure-provided DNS in a virtual network, public DNS on premises."""
    peerings: frozenset[str]
    """Names of the networks peered with this one, either side having said so. `Topology.reach` adds transit."""
    location: str | None
    """The region, where the file says one; the login server's geo-routing looks at it."""
    transit: bool = False
    """Whether networks peered with this one reach each other through it."""
    selection: Selection = "order"
    hosts: Mapping[Name, tuple[str, ...]] = field(default_factory=dict)
    """Hosts file: name to addresses. It wins over DNS, for A and AAAA."""
    clients: Mapping[str, Client] = field(default_factory=dict)
    subnets: Mapping[str, IPv4Network | IPv6Network] = field(default_factory=dict)
    client: str = ""
    """The client whose view this is; empty for the network's own."""

    @property
    def vantage(self) -> str:
        """The name as a vantage point: `aks`, or `aks/pods`."""
        return f"{self.name}/{self.client}" if self.client else self.name

    def seen_by(self, client: Client) -> Network:
        """Return this network with what one of its clients has of its own."""
        return replace(
            self,
            client=client.name,
            dns_servers=self.dns_servers if client.dns_servers is None else client.dns_servers,
            selection=client.selection or self.selection,
            hosts=self.hosts if client.hosts is None else client.hosts,
        )


def vantages_of(networks: Mapping[str, Network]) -> dict[str, Network]:
    """Return each vantage point with its network as clients see it; a virtual hub is none, and its clients are."""
    found: dict[str, Network] = {}
    for network in networks.values():
        if network.kind != "virtual_hub":
            found[network.name] = network
        for client in network.clients.values():
            seen = network.seen_by(client)
            found[seen.vantage] = seen
    return found


def reach_of(network: Network, networks: Mapping[str, Network]) -> frozenset[str]:
    """Return the other networks that a network reaches: peered ones, and those behind a transit hub.

    Peering is not transitive (facts.md section 3). A hub with `transit` joins what is peered with it; so do the hubs of
    a virtual WAN, any number of them in a row.
    """
    found: set[str] = set()
    waiting = [*network.peerings]
    while waiting:
        other = networks[waiting.pop()]
        if other.name not in found:
            found.add(other.name)
            waiting += other.peerings if other.kind == "virtual_hub" else ()
    hubs = (networks[other] for other in network.peerings)
    return frozenset(found.union(*(hub.peerings for hub in hubs if hub.transit))) - {network.name}


def joining(network: Network, other: Network) -> list[str]:
    """Return the networks that both are peered with, which join them if they are transit hubs."""
    return sorted(network.peerings & other.peerings)


def out_of_reach(network: Network, other: Network) -> str:
    """Say that one network does not reach another, and what would change that."""
    known = f"{other.name}, which is not peered with {network.name}"
    hubs = joining(network, other)
    return f"{known}{not_joined(hubs)}"


def not_joined(hubs: Sequence[str]) -> str:
    """Say that networks which two others are peered with do not join them, to follow a sentence; empty without any."""
    verb = "passes" if len(hubs) == 1 else "pass"
    said = f"; both are peered with {' and '.join(hubs)}, which {verb} nothing on between them (no `transit: true`)"
    return said if hubs else ""
