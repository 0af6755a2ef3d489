"""The structure of a vantage point: everything its answers depend on, without the names of networks and servers.

Estates have many networks, few of which resolve differently. The *structure* is everything that decides where a
question goes: the servers reached in order, their forwarders and rules, the apexes that they see, and their locations.
The *zones* are those that the structure looks into, in its order. Two vantage points of one structure give a question
the same answer where their zones have the same records at the names that were looked up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from acrdns.resolve.servers.server import SimulatedServer
    from acrdns.topology.model import Network, Selection
    from acrdns.zone.view import View
    from acrdns.zone.zone import Zone

    Find = Callable[[Network, str], tuple[SimulatedServer | None, str]]
    """From an asker and an address to the server that answers there, or None and why none does."""

NOBODY = ("nobody",)
"""Nothing answers."""

MAX_PARTS = 1000
"""Servers in one structure, at most. Forwarders that fan out further are not worth comparing."""


class TooTangledError(Exception):
    """A structure would have more than `MAX_PARTS` servers."""


class Structure(NamedTuple):
    """How a vantage point resolves."""

    structure: Hashable
    zones: tuple[Zone, ...]
    """The zones that `structure` leaves open."""

    @property
    def signature(self) -> Hashable:
        """Return a value that is equal for vantage points which get equal answers for every question."""
        return self.structure, tuple(map(id, self.zones))


class Describer:
    """Describes how one asker resolves, by going to every server that its questions may reach."""

    def __init__(self, find: Find) -> None:
        self._find = find
        self._path: list[str] = []
        self._parts = 0
        self.zones: list[Zone] = []

    def ask_one_of(self, asker: Network, addresses: Iterable[str], selection: Selection = "order") -> Hashable:
        """Describe several servers, and whether any of them may answer."""
        servers = tuple(self.ask(asker, address) for address in addresses)
        return servers if selection == "order" or len(servers) == 1 else ("any", *servers)

    def ask(self, asker: Network, address: str) -> Hashable:
        """Describe the server that answers at an address for somebody in a network. Raises TooTangledError."""
        server, _ = self._find(asker, address)
        if server is None:
            return NOBODY
        if server.identity in self._path:
            return ("back", len(self._path) - self._path.index(server.identity))
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise TooTangledError
        self._path.append(server.identity)
        try:
            return server.structure(self)
        finally:
            self._path.pop()

    def look_into(self, view: View) -> Hashable:
        """Describe the zones of a server. One whose answers are not those of its nodes alone stands for itself."""
        found: list[Hashable] = []
        for apex, zone in sorted(view.zones.items()):
            if _is_plain(zone):
                self.zones.append(zone)
                found.append((apex, zone.denial))
            else:
                found.append((apex, id(zone)))
        return tuple(found)


def _is_plain(zone: Zone) -> bool:
    """Return whether a name's node, or that there is none, is all that its answer depends on."""
    return not (zone.cuts or zone.dnames or any(owner[:2] == b"\x01*" for owner in zone.nodes))
