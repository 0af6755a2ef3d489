"""Delete a record set of a private zone."""

from __future__ import annotations

from dataclasses import dataclass

from acrdns.check.fixes.fix import Edit, Fix, Topology, ZoneName, az, symbol
from acrdns.names import join
from acrdns.record import Type
from acrdns.topology.text.edit import Drop


@dataclass(frozen=True, slots=True)
class DeleteRecordSet(Fix):
    """All records of one type that a name has."""

    zone: ZoneName
    owner: str
    type: str

    @property
    def az(self) -> tuple[str, ...]:
        where = ("-g", self.zone.group, "-z", self.zone.apex, "-n", self.owner)
        return (az(f"network private-dns record-set {self.type.lower()} delete", *where, "-y"),)

    @property
    def terraform(self) -> str:
        kind = f"azurerm_private_dns_{self.type.lower()}_record"
        return f"# remove {kind}.{symbol(self.owner)} ({self.owner} in {self.zone.apex})"

    @property
    def bicep(self) -> str:
        kind = f"Microsoft.Network/privateDnsZones/{self.type}"
        return f"// remove the {kind} resource '{self.zone.apex}/{self.owner}'"

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        zone = topology.private_dns_zones[str(self.zone.path[-1])]
        owner = zone.apex if self.owner == "@" else join(self.owner, zone.apex)
        types = {Type(rrset.type).name for rrset in zone.records if rrset.name == owner}
        path = (*self.zone.path, "records", self.owner)
        # A name without any record set does not load.
        return (Drop((*path, self.type) if types != {self.type} else path),)
