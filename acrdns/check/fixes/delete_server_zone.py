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
        return f"on {self.server}: delete the zone {self.instead} and forward {self.domain}{target} instead"

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        path = ("dns_servers", self.server)
        forward = (Put((*path, "conditional_forwarders", self.domain), list(self.targets)),) if self.targets else ()
        return (Drop((*path, "zones", self.instead)), *forward)
