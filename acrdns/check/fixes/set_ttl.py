"""Set the TTL of a record set."""

from __future__ import annotations

from dataclasses import dataclass

from acrdns.check.fixes.fix import Edit, Fix, Topology, ZoneName, az, deployed, literal, quoted, resource
from acrdns.topology.text.edit import Put


@dataclass(frozen=True, slots=True)
class SetTtl(Fix):
    """The records of type A of one name."""

    zone: ZoneName
    owner: str
    seconds: int
    addresses: tuple[str, ...]

    @property
    def az(self) -> tuple[str, ...]:
        where = ("-g", self.zone.group, "-z", self.zone.apex, "-n", self.owner)
        return (az("network private-dns record-set a update", *where, "--set", f"ttl={self.seconds}"),)

    @property
    def terraform(self) -> str:
        fields = {
            "name": quoted(self.owner),
            "zone_name": quoted(self.zone.apex),
            "resource_group_name": quoted(self.zone.group),
            "ttl": str(self.seconds),
            "records": f"[{', '.join(map(quoted, self.addresses))}]",
        }
        return resource("azurerm_private_dns_a_record", self.owner, fields)

    @property
    def bicep(self) -> str:
        addresses = ", ".join(f"{{ ipv4Address: {literal(address)} }}" for address in self.addresses)
        properties = f"{{ ttl: {self.seconds}, aRecords: [{addresses}] }}"
        where = f"{self.zone.apex}/{self.owner}"
        return deployed("Microsoft.Network/privateDnsZones/A@2024-06-01", where, properties, label=self.owner)

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        return (Put((*self.zone.path, "records", self.owner, "ttl"), self.seconds),)
