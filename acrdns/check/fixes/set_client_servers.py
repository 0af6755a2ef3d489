"""Set the DNS servers of clients in a network: pods, nodes, builds, laptops."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS
from acrdns.check.fixes.fix import Edit, Fix, FixOutsideAzure, Topology
from acrdns.check.fixes.set_dns_servers import SetDnsServers
from acrdns.check.fixes.set_forwarder import INBOUND, is_inside
from acrdns.topology.text.edit import Put

if TYPE_CHECKING:
    from acrdns.topology.model import Network


@dataclass(frozen=True, slots=True)
class SetClientServers(FixOutsideAzure):
    """Nothing in Azure is to be changed. The configuration of the clients is."""

    network: str
    client: str
    servers: tuple[str, ...]
    """Empty: the inbound endpoint of a private resolver, which the file does not have."""

    @property
    def text(self) -> str:
        """The change in one line, as reports show it."""
        return f"on {self.network}/{self.client}: ask {', '.join(self.servers) or INBOUND}"

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        if not self.servers:
            return ()
        return (Put(("networks", self.network, "clients", self.client, "dns_servers"), list(self.servers)),)


def asking(topology: Topology, network: Network, wrong: str) -> Fix:
    """Return what lets clients ask other DNS servers than a public one."""
    left = tuple(s for s in network.dns_servers if s != wrong and (topology.server_at(network, s) or s == AZURE_DNS))
    if topology.dns_path_of(network.vantage)[2] == "clients":
        # What else is in their network knows the way, as far as the file says.
        others = tuple(s for s in topology.networks[network.name].dns_servers if topology.server_at(network, s))
        azure = (AZURE_DNS,) if is_inside(topology, network.name, network.client) else ()
        asked = left or others or inbound_near(topology, network) or azure
        return SetClientServers(network.name, network.client, asked)
    return SetDnsServers(network.name, () if left == (AZURE_DNS,) else left)


def asking_only(topology: Topology, network: Network, servers: tuple[str, ...]) -> Fix:
    """Return what lets clients ask some servers: those of one name where these have their own, else a whole network."""
    if topology.dns_path_of(network.vantage)[2] == "clients":
        return SetClientServers(network.name, network.client, servers)
    return SetDnsServers(network.name, () if servers == (AZURE_DNS,) else servers, network.kind != "on_premises")


def inbound_near(topology: Topology, network: Network) -> tuple[str, ...]:
    """Return an inbound endpoint in a network, or in reach of it."""
    near = [r for r in topology.private_resolvers.values() if r.inbound_endpoints]
    near = [r for r in near if r.network == network.name or r.network in topology.reach(network.name)]
    near.sort(key=lambda resolver: resolver.network != network.name)
    return near[0].inbound_endpoints[:1] if near else ()
