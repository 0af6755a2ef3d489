"""A resolver's cache in simulated time: record sets by TTL (RFC 2181), negative answers by the SOA (RFC 2308).

Record sets are cached one by one, as real resolvers do. So a name may be private at first and public later: the alias
outlives the private address behind it, and the address is then asked for from another server.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns.record import Rcode, RRset, Type, negative_ttl
from acrdns.resolve.chase import Hop

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acrdns.names import Name
    from acrdns.resolve.chain import Question, Response


@dataclass(frozen=True, slots=True)
class _Entry:
    expires: float
    hop: Hop


class Cache:
    """The memory of one server. Times are seconds on a clock of the caller's."""

    __slots__ = ("_entries", "_missing")

    def __init__(self) -> None:
        self._entries: dict[tuple[Name, int], _Entry] = {}
        self._missing: dict[Name, _Entry] = {}

    def get(self, question: Question, now: float) -> Hop | None:
        """Return what is known of a name: its record set, its alias, or that there is none. TTLs count down."""
        candidates = (
            self._entries.get((question.name, question.type)),
            self._entries.get((question.name, Type.CNAME)),
            self._missing.get(question.name),
        )
        for entry in candidates:
            if entry is not None and entry.expires > now:
                return _aged(entry.hop, int(entry.expires - now))
        return None

    def put(self, question: Question, response: Response, now: float) -> None:
        """Remember everything in a response."""
        for rrset in response.answer:
            target = rrset.target if rrset.type == Type.CNAME and question.type != Type.CNAME else None
            hop = Hop(Rcode.NOERROR, (rrset,), target=target, cause=response.cause)
            self._entries[rrset.name, rrset.type] = _Entry(now + rrset.ttl, hop)
        soa = next((rrset for rrset in response.authority if rrset.type == Type.SOA), None)
        if soa is None or response.rcode not in (Rcode.NOERROR, Rcode.NXDOMAIN):
            return
        end = response.answer[-1].target if response.answer else question.name
        entry = _Entry(now + negative_ttl(soa), Hop(response.rcode, (), response.authority, cause=response.cause))
        if response.rcode == Rcode.NXDOMAIN:
            self._missing[end] = entry
        else:
            self._entries[end, question.type] = entry


class Kept(Cache):
    """The memory of a server that was told something before a change, whole answers, and that learns nothing new."""

    __slots__ = ("_kept",)

    def __init__(self, kept: Mapping[Question, Response]) -> None:
        super().__init__()
        self._kept = kept

    def get(self, question: Question, now: float) -> Hop | None:  # noqa: ARG002 - its answers are still there
        """Return what it was told about a question. That a server failed is kept for seconds only."""
        told = self._kept.get(question)
        if told is None or told.rcode not in (Rcode.NOERROR, Rcode.NXDOMAIN):
            return None
        return Hop(told.rcode, told.answer, told.authority, cause=told.cause)

    def put(self, question: Question, response: Response, now: float) -> None:
        """Do nothing."""


def _aged(hop: Hop, left: int) -> Hop:
    answer = tuple(RRset(rrset.name, rrset.type, left, rrset.rdatas) for rrset in hop.answer)
    authority = tuple(RRset(rrset.name, rrset.type, left, rrset.rdatas) for rrset in hop.authority)
    return Hop(hop.rcode, answer, authority, hop.target, cause=hop.cause)
