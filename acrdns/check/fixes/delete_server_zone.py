"""Delete a zone of a DNS server that people run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns.check.fixes.set_forwarder import SetForwarder
from acrdns.topology.text.edit import Drop, Put

if TYPE_CHECKING:
    from acrdns.topology.model import Topology
    from acrdns.topology.text.edit import Edit


@dataclass(frozen=True, slots=True)
class DeleteServerZone(SetForwarder):
    """The server forwards the domain in place of answering for the zone `instead`."""

    @property
    def text(self) -> str:
        """The change in one line, as reports show it."""
        target = f" to {', '.join(self.targets)}" if self.targets else ""
        if self.domain == self.instead and not target:
            return f"on {self.server}: delete the zone {self.instead}, whose names are to be resolved as others are"
        return f"on {self.server}: delete the zone {self.instead} and forward {self.domain}{target} instead"

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        server = topology.dns_servers.get(topology.server_key(self.server))
        path = ("dns_servers", (server.key or server.address) if server else self.server)
        forward = (Put((*path, "conditional_forwarders", self.domain), list(self.targets)),) if self.targets else ()
        return (Drop((*path, "zones", self.instead)), *forward)
