"""Let a DNS server that people run forward a domain."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS
from acrdns.check.fixes.fix import Edit, FixOutsideAzure, Topology
from acrdns.names import deepest, is_under, name
from acrdns.topology.model import DnsServer
from acrdns.topology.text.edit import Drop, Put

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from acrdns.errors import Path
    from acrdns.topology.model import PrivateResolver

INBOUND = "the inbound endpoint of a private resolver"
_WORKLOAD = re.compile(
    r"(?!.*(?:vpn|p2s|remote|laptop|home))(?:.*[-_])?(?:pod|node|build|agent|runner|container|vm)s?(?:[-_].*)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SetForwarder(FixOutsideAzure):
    """Nothing in Azure is to be changed. The server's own configuration is."""

    server: str
    """An address of a server, or words for it."""
    domain: str
    targets: tuple[str, ...]
    """Empty: the inbound endpoint of a private resolver, which the file does not have."""
    instead: str = ""
    """A domain that is forwarded now, and should not be."""
    others: tuple[str, ...] = ()
    """More of them."""

    @property
    def text(self) -> str:
        """The change in one line, as reports show it."""
        return f"on {self.server}: {self.says}"

    @property
    def says(self) -> str:
        """The change without the server, to follow `let SERVER`."""
        instead = f", not {', '.join((self.instead, *self.others))}," if self.instead else ""
        return f"forward {self.domain}{instead} to {', '.join(self.targets) or INBOUND}"

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        server = topology.dns_servers.get(topology.server_key(self.server))
        if server is None or not self.targets:
            return ()
        path = ("dns_servers", server.key or self.server, "conditional_forwarders")
        gone = tuple(Drop((*path, domain)) for domain in (self.instead, *self.others) if domain)
        known = server.conditional_forwarders.get(name(self.domain)) == self.targets
        # Where the domain is forwarded there already, a forwarder for a part of it is all that goes.
        return gone if gone and known else (*gone, Put((*path, self.domain), list(self.targets)))


def forwarding(path: Path, network: str, domain: str, targets: Iterable[str]) -> SetForwarder:
    """Return what lets the DNS server at a path of the file forward a domain; elsewhere, that of the network.

    Where the path is a conditional forwarder for a part of the domain, that one goes, since it would still win.
    """
    server = str(path[1]) if path[0] == "dns_servers" else f"the DNS server of {network}"
    forwarded = str(path[3]) if path[2:3] == ("conditional_forwarders",) and len(path) > 3 else ""  # noqa: PLR2004
    instead = forwarded if forwarded != domain and is_under(name(forwarded), name(domain)) else ""
    return SetForwarder(server, domain, tuple(targets), instead)


def is_inside(topology: Topology, network: str, client: str = "") -> bool:
    """Return whether 168.63.129.16 surely answers the clients of a network, or those of one name in it.

    Clients of a virtual network with DNS servers of their own may have come by VPN, and then it does not answer them.
    They are inside if the file says that they ask it themselves, or by a resolver on their machine, and if their name
    is that of programs which run in Azure, such as `pods`.
    """
    here = topology.networks[network]
    if here.kind != "virtual_network" or not client:
        return here.kind == "virtual_network"
    seen = here.clients[client]
    if seen.dns_servers is None or _WORKLOAD.fullmatch(client):
        return True
    local = (server for server in topology.dns_servers.values() if (server.network, server.client) == (network, client))
    forwarded = (a for s in local for a in chain(s.forwarders, *s.conditional_forwarders.values()))
    return AZURE_DNS in (*seen.dns_servers, *forwarded)


def targets_for(topology: Topology, network: str, client: str = "") -> tuple[str, ...]:
    """Return where a DNS server in a network forwards to: Azure-provided DNS, or from outside inbound endpoints.

    Of several inbound endpoints those within reach count, if there are any; without one, a server in a virtual network
    that asks Azure-provided DNS. A resolver on the machine of a `client` is where the client is.
    """
    if is_inside(topology, network, client):
        return (AZURE_DNS,)
    near, resolvers = topology.reach(network) | {network}, topology.private_resolvers.values()
    for reached in ([r for r in resolvers if r.network in near], _asking_azure(topology, near), resolvers):
        if found := tuple(a for each in reached for a in _addresses(each)):
            return found
    return ()


def _addresses(answering: PrivateResolver | DnsServer) -> tuple[str, ...]:
    return (answering.address,) if isinstance(answering, DnsServer) else answering.inbound_endpoints


def _asking_azure(topology: Topology, near: Container[str]) -> list[DnsServer]:
    """Return the servers in virtual networks that send the names of registries to Azure-provided DNS."""
    found, suffix = [], name(topology.cloud.registry)
    for server in topology.dns_servers.values():
        domain = deepest(suffix, server.conditional_forwarders)
        targets = server.conditional_forwarders[domain] if domain else server.forwarders
        inside = topology.networks[server.network].kind == "virtual_network" and not server.client
        own = deepest(suffix, server.zones)
        if inside and server.network in near and targets == (AZURE_DNS,) and own is None:
            found.append(server)
    return found


def answering(topology: Topology, network: str, client: str = "") -> str:
    """Return the network whose Azure-provided DNS answers what DNS servers in a network forward by `targets_for`."""
    targets = targets_for(topology, network, client)[:1]
    known: tuple[PrivateResolver | DnsServer, ...] = (
        *topology.private_resolvers.values(),
        *topology.dns_servers.values(),
    )
    return next((each.network for each in known if targets and targets[0] in _addresses(each)), network)


def client_at(topology: Topology, path: Path) -> str:
    """Return the client of the DNS server that a path of the file leads to; empty for other servers and paths."""
    server = topology.dns_servers.get(topology.server_key(str(path[1]))) if path[0] == "dns_servers" else None
    return server.client if server else ""
