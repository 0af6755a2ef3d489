"""Create a private zone."""

from __future__ import annotations

from dataclasses import dataclass

from acrdns.check.fixes.fix import Edit, Fix, Topology, ZoneName, az, deployed, quoted, resource
from acrdns.topology.text.edit import Put


@dataclass(frozen=True, slots=True)
class CreateZone(Fix):
    """An empty zone, linked to nothing."""

    zone: ZoneName

    @property
    def az(self) -> tuple[str, ...]:
        return (az("network private-dns zone create", "-g", self.zone.group, "-n", self.zone.apex),)

    @property
    def terraform(self) -> str:
        fields = {"name": quoted(self.zone.apex), "resource_group_name": quoted(self.zone.group)}
        return resource("azurerm_private_dns_zone", self.zone.key or self.zone.apex, fields)

    @property
    def bicep(self) -> str:
        return deployed("Microsoft.Network/privateDnsZones@2024-06-01", self.zone.apex, "{}", location="global")

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        key = self.zone.path[-1]
        if key in topology.private_dns_zones:
            return ()
        return (Put(self.zone.path, {} if key == self.zone.apex else {"name": self.zone.apex}),)
