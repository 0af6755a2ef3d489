"""The owner of the server that handles a step: Azure, a team of one's own, or the internet."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS
from acrdns.record import is_private
from acrdns.resolve.chain import MatchKind
from acrdns.resolve.servers.public_dns import PUBLIC_DNS

if TYPE_CHECKING:
    from acrdns.resolve.chain import Step
    from acrdns.topology.model import DnsServer, Network, Topology


class OwnerKind(StrEnum):
    """Kinds of servers by who runs them; the values are the words of all texts and pictures."""

    AZURE = "Azure-provided DNS"
    INBOUND = "inbound endpoint"
    OWN = "own DNS server"
    PUBLIC = "public DNS"
    HOSTS = "hosts file"
    LOCAL = "local DNS of a connected registry"
    NOBODY = "no DNS server"


RUN_BY = {
    OwnerKind.AZURE: "Azure runs it. It sees the private zones that are linked to the network that asks.",
    OwnerKind.INBOUND: "Azure runs it for you. It sees what Azure-provided DNS sees in the network that it stands in.",
    OwnerKind.OWN: "You run it. It knows its own zones, and asks the servers that it is configured to ask.",
    OwnerKind.PUBLIC: "Others run it, for everybody. It sees public zones only.",
    OwnerKind.HOSTS: "It is a file on the client, which wins over DNS.",
    OwnerKind.LOCAL: "You run it. It knows the local names of connected registries.",
    OwnerKind.NOBODY: "Nobody runs a DNS server at this address.",
}
"""Who runs a server of each kind, and what it sees."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The server at an address, as an asker means it."""

    kind: OwnerKind
    address: str
    """`public DNS` where no address is known; the vantage point for a hosts file; else the server's address."""
    network: str = ""
    """The network that it stands in, in reach or not, or its client there; empty for public DNS and for nobody."""

    def __str__(self) -> str:
        where = f" in {self.network}" if self.network else ""
        if self.kind is OwnerKind.HOSTS:
            return f"the hosts file of {self.address}"
        if self.kind is OwnerKind.LOCAL:
            return f"the local DNS of a connected registry{where}"
        if self.kind is OwnerKind.NOBODY:
            return f"{self.address} (no DNS server is there)"
        return PUBLIC_DNS if self.address == PUBLIC_DNS else f"{self.kind} {self.address}{where}"


def owner_of(topology: Topology, step: Step) -> Owner:
    """Return the owner of a step's server."""
    if step.matched.kind is MatchKind.HOSTS:
        return Owner(OwnerKind.HOSTS, step.server, step.network)
    if step.server == step.network:
        return Owner(OwnerKind.LOCAL, step.server, step.network)
    return owner_at(topology, step.server, step.sent_from, step.network)


def owner_at(topology: Topology, address: str, vantage: str, network: str = "") -> Owner:
    """Return the owner of an address that is asked from a vantage point; `network` is that of the server, if known."""
    if address == PUBLIC_DNS:
        return Owner(OwnerKind.PUBLIC, PUBLIC_DNS)
    if address == AZURE_DNS:
        return Owner(OwnerKind.AZURE, address, network)
    if server := _own_server(topology, address, vantage, network):
        return Owner(OwnerKind.OWN, address, server.host)
    homes = [each.network for each in topology.private_resolvers.values() if address in each.inbound_endpoints]
    if homes:
        return Owner(OwnerKind.INBOUND, address, network or homes[0])
    if is_private(address) or topology.in_a_network(address):
        return Owner(OwnerKind.NOBODY, address)
    return Owner(OwnerKind.PUBLIC, address)


def _own_server(topology: Topology, address: str, vantage: str, network: str) -> DnsServer | None:
    asker = network_at(topology, vantage)
    found = topology.server_at(asker, address) if asker else topology.dns_servers.get(address)
    return None if found is None or (network and found.network != network) else found


def network_at(topology: Topology, vantage: str) -> Network | None:
    """Return the network of a vantage point as its clients see it; a virtual hub too; None for the internet."""
    if vantage in topology.networks:
        return topology.networks[vantage]
    return topology.vantage(vantage) if vantage in topology.vantages[1:] else None
