"""Take a private zone away from a virtual network."""

from __future__ import annotations

from dataclasses import dataclass

from acrdns.check.fixes import link_zone
from acrdns.check.fixes.fix import Edit, Fix, Topology, ZoneName, az, link_of, symbol
from acrdns.topology.text.edit import Drop


@dataclass(frozen=True, slots=True)
class UnlinkZone(Fix):
    """The zone stays, with its other links."""

    zone: ZoneName
    network: str

    @property
    def az(self) -> tuple[str, ...]:
        where = ("-g", self.zone.group, "-z", self.zone.apex, "-n", link_of(self.network))
        return (az("network private-dns link vnet delete", *where, "-y"),)

    @property
    def terraform(self) -> str:
        return f"# remove {link_zone.TERRAFORM}.{symbol(self.network)}, the link of {self.zone.apex} to {self.network}"

    @property
    def bicep(self) -> str:
        return f"// remove the {link_zone.BICEP} resource '{self.zone.apex}/{self.network}-link'"

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        return (Drop((*self.zone.path, "virtual_network_links", self.network)),)
