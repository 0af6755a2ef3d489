"""Add addresses to a record set of a private zone, and remove others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from acrdns.check.fixes.fix import (
    ADDRESS,
    Edit,
    Fix,
    Topology,
    ZoneName,
    az,
    deployed,
    literal,
    quoted,
    resource,
    symbol,
)
from acrdns.names import join, name
from acrdns.record import Type
from acrdns.topology.text.edit import Drop, Put

TTL = 10
"""Seconds, as zone groups write (facts.md section 1.1); az would take 3600."""


@dataclass(frozen=True, slots=True)
class SetRecord(Fix):
    """A record set with the right addresses in the place of wrong ones. One without any goes."""

    zone: ZoneName
    owner: str
    """Relative to the zone: `contoso.eastus.data`."""
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    type: Literal["A", "AAAA"] = "A"

    @property
    def az(self) -> tuple[str, ...]:
        where = ("-g", self.zone.group, "-z", self.zone.apex, "-n", self.owner)
        command = f"network private-dns record-set {self.type.lower()}"
        kept = ("--keep-empty-record-set",) if self.add else ()
        removed = [az(f"{command} remove-record", *where, "-a", address, *kept) for address in self.remove]
        added = [az(f"{command} add-record", *where, "-a", address) for address in self.add]
        lasting = [az(f"{command} update", *where, "--set", f"ttl={TTL}")] if added and not removed else []
        return (*removed, *added, *lasting)

    @property
    def terraform(self) -> str:
        kind = f"azurerm_private_dns_{self.type.lower()}_record"
        if not self.add:
            where = f"{kind}.{symbol(self.owner)} ({self.owner} in {self.zone.apex})"
            return f"# remove {', '.join(self.remove)} from the records of {where}"
        fields = {
            "name": quoted(self.owner),
            "zone_name": quoted(self.zone.apex),
            "resource_group_name": quoted(self.zone.group),
            "ttl": str(TTL),
            "records": f"[{', '.join(map(quoted, self.add))}]",
        }
        return resource(kind, self.owner, fields)

    @property
    def bicep(self) -> str:
        kind = f"Microsoft.Network/privateDnsZones/{self.type}"
        where = f"{self.zone.apex}/{self.owner}"
        if not self.add:
            return f"// remove {', '.join(self.remove)} from the {kind} resource '{where}'"
        field, records = ("aRecords", "ipv4Address") if self.type == "A" else ("aaaaRecords", "ipv6Address")
        addresses = ", ".join(f"{{ {records}: {literal(address)} }}" for address in self.add)
        return deployed(f"{kind}@2024-06-01", where, f"{{ ttl: {TTL}, {field}: [{addresses}] }}", label=self.owner)

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        """Return the edits; one made by hand takes the place of a record that a zone group writes."""
        if ADDRESS in self.add:
            return ()
        path, zone = (*self.zone.path, "records", self.owner), topology.private_dns_zones.get(str(self.zone.path[-1]))
        owner = join(self.owner, name(self.zone.apex))
        sets = {Type(rrset.type).name: rrset for rrset in zone.records if rrset.name == owner} if zone else {}
        known = sets[self.type].texts() if self.type in sets else ()
        left = [address for address in known if address not in self.remove]
        if records := [*left, *(address for address in self.add if address not in left)]:
            return (Put((*path, self.type), records) if sets else Put(path, {"ttl": TTL, self.type: records}),)
        if not known:
            return ()
        return (Drop((*path, self.type) if len(sets) > 1 else path),)
