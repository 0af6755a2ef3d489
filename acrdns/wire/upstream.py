"""Questions passed on to a real resolver: what is asked of it, what its answer becomes, and what is remembered.

Nothing of the client's goes upstream but the question: no address, no cookie, no letter case. dnspython reads and
writes here, since these answers hold whatever types the world has.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from acrdns.wire.edns import PLAIN_SIZE, UDP_SIZE

LONGEST = 86400
"""Seconds that an answer is remembered at the most, whatever its TTL."""
REMEMBERED = 10_000
"""Answers that are remembered; the one not asked for longest goes first."""

_Key = tuple["dns.name.Name", int, int, bool]


def read(packet: bytes) -> dns.message.Message | None:
    """Read a client's query; None for what cannot be passed on."""
    try:
        query = dns.message.from_wire(packet)
    except (dns.exception.DNSException, ValueError):
        return None
    return query if len(query.question) == 1 and _may_pass(query.question[0]) else None


def _may_pass(asked: dns.rrset.RRset) -> bool:
    return asked.rdclass == dns.rdataclass.IN and not dns.rdatatype.is_metatype(asked.rdtype)


def passed_on(query: dns.message.Message) -> dns.message.Message:
    """Make the query that goes upstream: the same question under an ID of its own."""
    asked = query.question[0]
    name = asked.name.canonicalize()
    return dns.message.make_query(
        name,
        asked.rdtype,
        asked.rdclass,
        use_edns=0,
        payload=UDP_SIZE,
        want_dnssec=bool(query.ednsflags & dns.flags.DO),
    )


def answered(query: dns.message.Message, response: dns.message.Message, *, tcp: bool) -> bytes:
    """Make the reply to a client of what upstream said, cut to what the client takes."""
    reply = dns.message.make_response(query, recursion_available=True, our_payload=UDP_SIZE)
    reply.set_rcode(response.rcode())
    reply.answer, reply.authority, reply.additional = response.answer, response.authority, response.additional
    limit = 65535 if tcp else max(PLAIN_SIZE, min(query.payload, UDP_SIZE)) if query.edns >= 0 else PLAIN_SIZE
    try:
        return reply.to_wire(max_size=limit)
    except dns.exception.TooBig:
        reply.answer, reply.authority, reply.additional = [], [], []
        reply.flags |= dns.flags.TC
        return reply.to_wire(max_size=limit)


def unanswered(query: dns.message.Message, why: str) -> bytes:
    """Make the reply where no upstream answers: SERVFAIL, with the cause for clients that take it (RFC 8914)."""
    reply = dns.message.make_response(query, recursion_available=True, our_payload=UDP_SIZE)
    reply.set_rcode(dns.rcode.SERVFAIL)
    if query.edns >= 0:
        cause = dns.edns.EDEOption(dns.edns.EDECode.NO_REACHABLE_AUTHORITY, why)
        reply.use_edns(0, reply.ednsflags, UDP_SIZE, options=[cause])
    return reply.to_wire()


@dataclass(frozen=True, slots=True)
class _Entry:
    response: dns.message.Message
    stored: float
    expires: float


class UpstreamCache:
    """Answers by question, for as long as their TTLs or negative TTLs say (RFC 2308). The clock is the caller's."""

    __slots__ = ("_entries", "_size")

    def __init__(self, size: int = REMEMBERED) -> None:
        self._entries: OrderedDict[_Key, _Entry] = OrderedDict()
        self._size = size

    def get(self, query: dns.message.Message, now: float) -> dns.message.Message | None:
        """Give what is remembered of a question, its TTLs counted down."""
        key = _key(query)
        entry = self._entries.get(key)
        if entry is None or entry.expires <= now:
            return None
        self._entries.move_to_end(key)
        return _aged(entry.response, int(now - entry.stored))

    def put(self, query: dns.message.Message, response: dns.message.Message, now: float) -> None:
        """Remember an answer, if it may be."""
        seconds = lifetime(response)
        if seconds <= 0:
            return
        key = _key(query)
        self._entries[key] = _Entry(response, now, now + min(seconds, LONGEST))
        self._entries.move_to_end(key)
        if len(self._entries) > self._size:
            self._entries.popitem(last=False)


def lifetime(response: dns.message.Message) -> int:
    """Give the seconds that a response may be remembered: the smallest TTL, or the negative TTL; 0 for failures."""
    if response.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN) or response.flags & dns.flags.TC:
        return 0
    ttls = [rrset.ttl for rrset in response.answer]
    ends = response.rcode() == dns.rcode.NXDOMAIN or not _has_end(response)
    if ends:
        soas = [rrset for rrset in response.authority if rrset.rdtype == dns.rdatatype.SOA]
        if not soas:
            return 0
        ttls += [min(soa.ttl, soa[0].minimum) for soa in soas]
    return min(ttls, default=0)


def _has_end(response: dns.message.Message) -> bool:
    wanted = response.question[0].rdtype
    return any(wanted in (rrset.rdtype, dns.rdatatype.ANY) for rrset in response.answer)


def _key(query: dns.message.Message) -> _Key:
    asked = query.question[0]
    return asked.name.canonicalize(), asked.rdtype, asked.rdclass, bool(query.ednsflags & dns.flags.DO)


def _aged(response: dns.message.Message, seconds: int) -> dns.message.Message:
    aged = dns.message.QueryMessage(id=response.id)
    aged.flags = response.flags
    aged.set_rcode(response.rcode())
    aged.question = response.question
    aged.answer = [_older(rrset, seconds) for rrset in response.answer]
    aged.authority = [_older(rrset, seconds) for rrset in response.authority]
    aged.additional = [_older(rrset, seconds) for rrset in response.additional]
    return aged


def _older(rrset: dns.rrset.RRset, seconds: int) -> dns.rrset.RRset:
    return dns.rrset.from_rdata_list(rrset.name, max(0, rrset.ttl - seconds), list(rrset))
