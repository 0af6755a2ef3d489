"""Pin a name to its right address in the hosts files of a network's machines."""

from __future__ import annotations

from dataclasses import dataclass

from acrdns.check.fixes.fix import Edit, FixOutsideAzure, Topology
from acrdns.topology.text.edit import Put


@dataclass(frozen=True, slots=True)
class PinName(FixOutsideAzure):
    """For machines whose DNS servers do not know the private answer, so that the name has to stay pinned."""

    vantage: str
    """A network, or a client in it: `aks/pods`."""
    fqdn: str
    address: str

    @property
    def text(self) -> str:
        """The change in one line, as reports show it."""
        return f"in the hosts file of {self.vantage}: give {self.fqdn} the address {self.address}"

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        return (Put((*topology.path_of(self.vantage), "hosts", self.fqdn), self.address),)
