"""The answer cache of one address: from a packet's bytes to the reply's, without looking inside (performance.md).

The key is the packet from octet 2 on, in lower case, so the ID and the letter case of the name (0x20) make no
difference. Lowering the whole packet is one step; it is only safe where nothing but the name changes by it, so a packet
with an octet that looks like a letter elsewhere (type 65 is the letter A) is kept under its exact bytes, or not at all.

A reply is kept as packed for the lower-case name. The hit is meant to be written out where packets arrive, as
`serve.udp.loop` does; `get` is the same in words.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from acrdns.names import end_of_name
from acrdns.wire.message.query import HEADER, has_letters
from acrdns.wire.message.reply import Keep

if TYPE_CHECKING:
    from acrdns.wire.message.reply import Reply

_Around = tuple[int, bytes, bytes]
"""Where a reply's name ends, and what stands before and behind it, without the ID: the same in any letter case."""
Entry = tuple[bytes, int, _Around]
"""The reply from octet 2 on with the name in lower case, its length, and what stands around the name."""

POSITIVE = 100_000
NEGATIVE = 4_096
"""How many replies are kept at most. Names that do not exist are made up by floods; they cannot push others out."""


class AnswerCache:
    """A bounded table of replies. The oldest goes first; a reload makes a new one."""

    __slots__ = ("_negative", "_positive", "hits", "keeps", "misses", "table")

    def __init__(self, positive: int = POSITIVE, negative: int = NEGATIVE) -> None:
        self.table: dict[bytes, Entry] = {}
        """For the hot path: look up the packet from octet 2 as it came, then lowered."""
        self.hits = 0
        """How many lookups found a reply; the UDP loop, which looks into `table` itself, counts here, too."""
        self.misses = 0
        self.keeps = positive > 0
        """Whether anything is kept at all."""
        self._positive = _Ring(positive)
        self._negative = _Ring(min(positive, negative))

    def __len__(self) -> int:
        return len(self.table)

    def get(self, packet: bytes) -> bytes | None:
        """Return the reply to a packet, with its ID and letter case."""
        key = packet[2:]
        entry = self.table.get(key) or self.table.get(key.lower())
        if entry is None:
            self.misses += 1
            return None
        self.hits += 1
        end, before, behind = entry[2]
        return packet[:2] + before + packet[HEADER:end] + behind

    def put(self, packet: bytes, reply: Reply) -> None:
        """Keep the reply to a packet, where it may be kept."""
        if reply.keep is Keep.NO or not self.keeps:
            return
        name_end = end_of_name(packet, HEADER)
        key = _key(packet, name_end)
        if key is None or key in self.table:
            return
        lowered = reply.packet[2:HEADER] + packet[HEADER:name_end].lower() + reply.packet[name_end:]
        ring = self._positive if reply.keep is Keep.POSITIVE else self._negative
        ring.add(key, self.table)
        around = (name_end, lowered[: HEADER - 2], lowered[name_end - 2 :])
        self.table[key] = (lowered, len(reply.packet), around)


class _Ring:
    """The keys of one kind in the order of their coming, and how many there may be."""

    __slots__ = ("_keys", "_limit")

    def __init__(self, limit: int) -> None:
        self._keys: deque[bytes] = deque()
        self._limit = limit

    def add(self, key: bytes, table: dict[bytes, Entry]) -> None:
        if len(self._keys) >= self._limit:
            del table[self._keys.popleft()]
        self._keys.append(key)


def _key(packet: bytes, end: int) -> bytes | None:
    around = packet[2:HEADER] + packet[end:]
    if not has_letters(around):
        return packet[2:].lower()
    if around == around.lower():
        return None  # a small letter outside the name: a packet with the large one would be taken for this
    # A large letter outside the name: no lowered packet is ever equal to this key, so its exact bytes are safe.
    key = packet[2:]
    name = packet[HEADER:end]
    return key if name == name.lower() else None
