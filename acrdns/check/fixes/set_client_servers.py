"""Set the DNS servers of clients in a network: pods, nodes, builds, laptops."""

from __future__ import annotations

from dataclasses import dataclass

from acrdns.check.fixes.fix import Edit, FixOutsideAzure, Topology
from acrdns.topology.text.edit import Put


@dataclass(frozen=True, slots=True)
class SetClientServers(FixOutsideAzure):
    """Nothing in Azure is to be changed. The configuration of the clients is."""

    network: str
    client: str
    servers: tuple[str, ...]

    @property
    def text(self) -> str:
        """The change in one line, as reports show it."""
        return f"on {self.network}/{self.client}: ask {', '.join(self.servers)}"

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        return (Put(("networks", self.network, "clients", self.client, "dns_servers"), list(self.servers)),)
