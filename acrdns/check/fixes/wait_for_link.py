"""Wait until a virtual network link is completed."""

from __future__ import annotations

from dataclasses import dataclass

from acrdns.check.fixes import link_zone
from acrdns.check.fixes.fix import Edit, Fix, Topology, ZoneName, az, link_of
from acrdns.topology.text.edit import Put


@dataclass(frozen=True, slots=True)
class WaitForLink(Fix):
    """Nothing is to be changed: Azure completes the link, which the command shows."""

    zone: ZoneName
    network: str

    @property
    def az(self) -> tuple[str, ...]:
        where = ("-g", self.zone.group, "-z", self.zone.apex, "-n", link_of(self.network))
        return (az("network private-dns link vnet show", *where, "--query", "virtualNetworkLinkState"),)

    @property
    def terraform(self) -> str:
        return f"# nothing to change: {link_zone.TERRAFORM} waits for the link; let what pulls images depend on it"

    @property
    def bicep(self) -> str:
        return f"// nothing to change; let what pulls images depend on '{self.zone.apex}/{self.network}-link'"

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        return (Put((*self.zone.path, "virtual_network_links", self.network, "state"), "Completed"),)
