"""A memo of parsing: what was read from one query goes for all that differ in their ID, name and type alone.

The shape of a query is everything else in it: flags, counts, class and EDNS, octet for octet. Clients send few shapes.
A shape is ordinary if nothing in it decides the answer; queries of any other shape are read one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from acrdns.names import MAX_LABEL, MAX_NAME
from acrdns.record import Type
from acrdns.wire.message.query import HEADER, Query, read

if TYPE_CHECKING:
    from acrdns.wire.message.edns import Edns

_MOST_SHAPES = 256
_LONGEST = HEADER + MAX_NAME

NO_LOOKUP = frozenset({Type.OPT, Type.TSIG, Type.AXFR, Type.IXFR, Type.ANY})
"""Types that are not looked up like others."""


class _QueryShape(NamedTuple):
    """The parts of an ordinary query besides its ID, name and type."""

    flags: int
    edns: Edns | None


class QueryShapes:
    """The shapes that were read, up to a number; then all are forgotten."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[bytes, _QueryShape | None] = {}
        """By all octets but the ID, the name and the type; None for a shape that is not ordinary."""

    def read(self, packet: bytes) -> tuple[Query | None, bool]:
        """Return a query, as `query.read` does, and whether its shape is ordinary."""
        position = HEADER
        try:
            while length := packet[position]:
                if length > MAX_LABEL:
                    return read(packet), False
                position += 1 + length
        except IndexError:
            return read(packet), False
        position += 1
        if position > _LONGEST:
            return read(packet), False
        key = packet[2:HEADER] + packet[position + 2 :]
        try:
            shape = self._known[key]
        except KeyError:
            shape = self._learn(key, packet)
        if shape is None:
            return read(packet), False
        flags, edns = shape
        return Query(packet[0] << 8 | packet[1], flags, packet[HEADER : position + 4], edns), True

    def _learn(self, key: bytes, packet: bytes) -> _QueryShape | None:
        if len(self._known) >= _MOST_SHAPES:
            self._known.clear()
        query = read(packet)
        shape = _QueryShape(query.flags, query.edns) if query is not None and query.is_ordinary else None
        self._known[key] = shape
        return shape
