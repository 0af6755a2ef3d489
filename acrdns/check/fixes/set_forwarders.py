"""Set where a DNS server that people run sends what it has no conditional forwarder for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns.check.fixes.fix import Edit, FixOutsideAzure, Topology
from acrdns.topology.text.edit import Put

if TYPE_CHECKING:
    from acrdns.check.fixes.fix import Fix
    from acrdns.errors import Path


@dataclass(frozen=True, slots=True)
class SetForwarders(FixOutsideAzure):
    """Nothing in Azure is to be changed. The server's own configuration is."""

    server: str
    """Address, or the key in the file."""
    targets: tuple[str, ...]
    """None: public DNS."""

    @property
    def text(self) -> str:
        """The change in one line, as reports show it."""
        if not self.targets:
            return f"on {self.server}: resolve all other names by public DNS, without a forwarder"
        return f"on {self.server}: forward all other names to {', '.join(self.targets)}"

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        server = topology.dns_servers[topology.server_key(self.server)]
        return (Put(("dns_servers", server.key or server.address, "forwarders"), list(self.targets)),)


def to_nobody(path: Path) -> list[tuple[Fix, ...]]:
    """Return what lets the DNS server whose general forwarders are at a path resolve by public DNS; none elsewhere."""
    is_general = path[0] == "dns_servers" and path[2:3] == ("forwarders",)
    return [(SetForwarders(str(path[1]), ()),)] if is_general else []
