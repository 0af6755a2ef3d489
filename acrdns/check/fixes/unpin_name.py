"""Take a name out of the hosts files of a network's machines."""

from __future__ import annotations

from dataclasses import dataclass

from acrdns.check.fixes.fix import Edit, FixOutsideAzure, Topology
from acrdns.topology.text.edit import Drop


@dataclass(frozen=True, slots=True)
class UnpinName(FixOutsideAzure):
    """Nothing in Azure is to be changed; the machines are, or the image that they are made of."""

    vantage: str
    """A network, or a client in it: `aks/pods`."""
    fqdn: str

    @property
    def text(self) -> str:
        """The change in one line, as reports show it."""
        return f"take {self.fqdn} out of the hosts file of {self.vantage}"

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        return (Drop((*topology.path_of(self.vantage), "hosts", self.fqdn)),)
