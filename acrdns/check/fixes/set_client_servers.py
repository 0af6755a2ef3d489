"""Set the DNS servers of clients in a network: pods, nodes, builds, laptops."""

from __future__ import annotations

from dataclasses import dataclass

from acrdns.check.fixes.fix import Edit, FixOutsideAzure, Topology
from acrdns.check.fixes.set_forwarder import INBOUND
from acrdns.topology.text.edit import Put


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
