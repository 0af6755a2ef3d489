"""Names that are asked for beside each other: what one of them has shown of a zone goes for all of them.

A family is what packets have in common that differ in their ID and in the letters of the first label alone. Whatever
follows from the rest is worked out once, the second time that it comes: the zone, the headers, and the SOA of a denial
with its compression. Then a question costs two lookups: its family, and its name. A flood of random names below one
zone is a family for each length; made-up parents are none, as they do not come again. All else goes on to
`wire.remembered.quick`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.wire.message.query import HEADER
from acrdns.wire.remembered.doorkeeper import Doorkeeper
from acrdns.wire.remembered.quick import POINTER
from acrdns.zone.packed import HEAD

if TYPE_CHECKING:
    from acrdns.wire.remembered.quick import Family, Quick

_MOST = 4096
"""Families that are kept; then all are forgotten."""
_NAME = HEADER - 2
"""Where the name begins, in a packet without its ID."""
_LABEL = _NAME + 1


class Siblings:
    """Answers for families, and asks `Quick` for the others."""

    __slots__ = ("_families", "_quick", "_seen")

    def __init__(self, quick: Quick) -> None:
        self._quick = quick
        self._families: dict[bytes, Family | None] = {}
        self._seen = Doorkeeper()

    def reply(self, packet: bytes, lowered: bytes) -> bytes | None:
        """Return the reply to a packet, all of them without the ID; None where it is not for this way.

        `lowered` is the packet in lower case.
        """
        if len(packet) <= _NAME:
            return None
        key = lowered[:_LABEL] + lowered[_LABEL + packet[_NAME] :]
        family = self._families.get(key)
        if family is None:
            self._meet(key, packet, lowered)
            return self._quick.reply(packet, lowered)
        form, ground, end, barred, room, missing, denial = family
        name = lowered[_NAME:end]
        if name in barred:
            return self._quick.reply(packet, lowered)
        question = packet[_NAME : end + 4]
        node = ground.nodes.get(name)  # type: ignore[call-overload]  # a Name is bytes
        if node is None:
            return None if missing is None else b"".join((missing, question, denial))
        if node.__class__ is bytes and node[:2] == form.octets:
            size = HEAD + (node[8] << 8 | node[9])
            if size == len(node) <= room:
                return b"".join((form.one, question, POINTER, node, form.opt))
        return self._quick.found(question, node, form, ground, name)

    def _meet(self, key: bytes, packet: bytes, lowered: bytes) -> None:
        """Found a family the second time that a packet would be of it."""
        if key in self._families or not self._seen.before(key):
            return
        if len(self._families) >= _MOST:
            self._families.clear()
        self._families[key] = self._quick.family(packet, lowered)
