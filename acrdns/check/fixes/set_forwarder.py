"""Let a DNS server that people run forward a domain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns.check.fixes.fix import Edit, FixOutsideAzure, Topology
from acrdns.topology.text.edit import Drop, Put

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.errors import Path

INBOUND = "the inbound endpoint of a private resolver"


@dataclass(frozen=True, slots=True)
class SetForwarder(FixOutsideAzure):
    """Nothing in Azure is to be changed. The server's own configuration is."""

    server: str
    """An address of a server, or words for it."""
    domain: str
    targets: tuple[str, ...]
    """Empty: the inbound endpoint of a private resolver, which the file does not have."""
    instead: str = ""
    """A domain that is forwarded now, and should not be."""

    @property
    def text(self) -> str:
        """The change in one line, as reports show it."""
        return f"on {self.server}: {self._says}"

    @property
    def _says(self) -> str:
        instead = f", not {self.instead}," if self.instead else ""
        return f"forward {self.domain}{instead} to {', '.join(self.targets) or INBOUND}"

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        server = topology.dns_servers.get(topology.server_key(self.server))
        if server is None or not self.targets:
            return ()
        path = ("dns_servers", server.key or self.server, "conditional_forwarders")
        gone = (Drop((*path, self.instead)),) if self.instead else ()
        return (*gone, Put((*path, self.domain), list(self.targets)))


def forwarding(path: Path, network: str, domain: str, targets: Iterable[str]) -> SetForwarder:
    """Return what lets the DNS server at a path of the file forward a domain; elsewhere, that of the network."""
    server = str(path[1]) if path[0] == "dns_servers" else f"the DNS server of {network}"
    return SetForwarder(server, domain, tuple(targets))
