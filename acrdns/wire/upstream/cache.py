"""The answers of a real resolver, by question, for as long as their TTLs say. The clock is the caller's."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

from acrdns.record import Rcode

if TYPE_CHECKING:
    from acrdns.wire.upstream.answer import UpstreamAnswer
    from acrdns.wire.upstream.question import UpstreamQuestion

_FAILED = 1
"""Seconds that a failure is remembered: the least by RFC 9520 section 3.2, and BIND's time."""
REMEMBERED = 32 * 1024 * 1024
"""Octets of the answers in the cache; the one not asked for longest goes first."""
_ENTRY = 500
"""Octets of an entry besides its answer, roughly."""


class _Entry(NamedTuple):
    answer: UpstreamAnswer | str
    stored: float
    expires: float
    size: int


class UpstreamCache:
    """Answers by question (RFC 2308), and reasons why there is none."""

    __slots__ = ("_entries", "_most", "_size")

    def __init__(self, most: int = REMEMBERED) -> None:
        self._entries: OrderedDict[UpstreamQuestion, _Entry] = OrderedDict()
        self._most = most
        self._size = 0

    def get(self, asked: UpstreamQuestion, now: float) -> tuple[UpstreamAnswer | str, int]:
        """Return an answer, or why there is none, and its age in seconds. Raises KeyError if nothing is remembered."""
        entry = self._entries[asked]
        if entry.expires <= now:
            raise KeyError(asked)
        self._entries.move_to_end(asked)
        return entry.answer, int(now - entry.stored)

    def put(self, asked: UpstreamQuestion, answer: UpstreamAnswer | str, now: float) -> None:
        """Remember an answer, if its lifetime is not zero."""
        failed = isinstance(answer, str) or answer.rcode not in (Rcode.NOERROR, Rcode.NXDOMAIN)
        seconds = _FAILED if failed else answer.lifetime  # type: ignore[union-attr]
        if seconds <= 0:
            return
        if (before := self._entries.pop(asked, None)) is not None:
            self._size -= before.size
        size = _ENTRY + (len(answer) if isinstance(answer, str) else answer.size)
        self._entries[asked] = _Entry(answer, now, now + seconds, size)
        self._size += size
        while self._size > self._most:
            self._size -= self._entries.popitem(last=False)[1].size
