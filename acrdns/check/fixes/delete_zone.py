"""Delete a private zone."""

from __future__ import annotations

from dataclasses import dataclass

from acrdns.check.fixes.fix import Edit, Fix, Topology, ZoneName, az, symbol
from acrdns.check.fixes.unlink_zone import UnlinkZone
from acrdns.topology.text.edit import Drop


@dataclass(frozen=True, slots=True)
class DeleteZone(Fix):
    """The zone with its records. Its links have to be gone before, so they are named."""

    zone: ZoneName
    networks: tuple[str, ...] = ()

    @property
    def az(self) -> tuple[str, ...]:
        unlinked = [command for network in self.networks for command in UnlinkZone(self.zone, network).az]
        return (*unlinked, az("network private-dns zone delete", "-g", self.zone.group, "-n", self.zone.apex, "-y"))

    @property
    def terraform(self) -> str:
        return f"# remove azurerm_private_dns_zone.{symbol(self.zone.key or self.zone.apex)}, its records and its links"

    @property
    def bicep(self) -> str:
        return f"// remove the Microsoft.Network/privateDnsZones resource '{self.zone.apex}', its records and its links"

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        key = self.zone.path[-1]
        writing = [
            Drop(("private_endpoints", endpoint.name, "dns_zone_group", at))
            for endpoint in topology.private_endpoints.values()
            for at, group in enumerate(endpoint.dns_zone_group)
            if group == key
        ]
        return (*writing, Drop(self.zone.path))
