"""Change a record set in a zone of a DNS server that people run."""

from __future__ import annotations

from dataclasses import dataclass

from acrdns.check.fixes.fix import Edit, FixOutsideAzure, Topology
from acrdns.names import join, name
from acrdns.record import Type
from acrdns.topology.text.edit import Drop, Put

TTL = 10
"""Seconds, as zone groups write (facts.md section 1.1)."""


@dataclass(frozen=True, slots=True)
class SetServerRecord(FixOutsideAzure):
    """A record set with these values; without any it goes. Nothing in Azure is to be changed."""

    server: str
    """Address, or the key in the file."""
    zone: str
    owner: str
    """Relative to the zone; `@` for the zone's own name."""
    type: str
    values: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The change in one line, as reports show it."""
        if not self.values:
            return f"on {self.server}: delete the {self.type} record {self.owner} in {self.zone}"
        return f"on {self.server}: set the {self.type} record {self.owner} in {self.zone} to {', '.join(self.values)}"

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        server = topology.dns_servers[topology.server_key(self.server)]
        apex = name(self.zone)
        owner = apex if self.owner == "@" else join(self.owner, apex)
        records = server.zones.get(apex, ())
        types = {Type(rrset.type).name for rrset in records if rrset.name == owner}
        path = ("dns_servers", server.key or server.address, "zones", self.zone, self.owner)
        if self.values:
            values = list(self.values)
            return (Put((*path, self.type), values) if types else Put(path, {"ttl": TTL, self.type: values}),)
        if self.type not in types:
            return ()
        return (Drop((*path, self.type) if len(types) > 1 else path),)
