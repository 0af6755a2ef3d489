"""Questions passed on to a real resolver: what is asked of it, and what is remembered of its answers.

Nothing of the client's goes upstream but the question: no address, no cookie, no letter case. dnspython reads and
writes here and in `wire.passage`, since these answers hold whatever types the world has.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from acrdns.wire.edns import UDP_SIZE

LONGEST = 86400
"""Seconds that an answer is remembered at the most, whatever its TTL."""
REMEMBERED = 10_000
"""Answers that are remembered; the one not asked for longest goes first."""


def answer_to(asked: dns.message.Message, packet: bytes) -> dns.message.Message | None:
    """Read an answer; None for whatever does not answer the question. One with TC may be cut anywhere."""
    try:
        response = dns.message.from_wire(packet, raise_on_truncation=True)
    except dns.message.Truncated as cut:
        response = cut.message()  # type: ignore[no-untyped-call]
    except (dns.exception.DNSException, ValueError):
        return None
    return response if asked.is_response(response) else None


Key = tuple["dns.name.Name", int, int, bool, bool]
"""Name, type, class, DO and CD: questions that differ in none of them have one answer."""


def question(name: dns.name.Name, query: dns.message.Message) -> dns.message.Message:
    """Make what is asked upstream of a name on behalf of a client's query, under an ID of its own.

    DO and CD are the client's (RFC 3225 section 3, RFC 6840 section 5.9). AD is set, since whether data is validated is
    remembered for clients that want to know (RFC 6840 section 5.7).
    """
    asked = query.question[0]
    made = dns.message.make_query(
        name.canonicalize(),
        asked.rdtype,
        asked.rdclass,
        use_edns=0,
        payload=UDP_SIZE,
        want_dnssec=bool(query.ednsflags & dns.flags.DO),
    )
    made.flags |= dns.flags.AD | query.flags & dns.flags.CD
    return made


@dataclass(frozen=True, slots=True)
class _Entry:
    response: dns.message.Message
    stored: float
    expires: float


class UpstreamCache:
    """Answers by question, for as long as their TTLs or negative TTLs say (RFC 2308). The clock is the caller's."""

    __slots__ = ("_entries", "_size")

    def __init__(self, size: int = REMEMBERED) -> None:
        self._entries: OrderedDict[Key, _Entry] = OrderedDict()
        self._size = size

    def get(self, query: dns.message.Message, now: float) -> dns.message.Message | None:
        """Give what is remembered of a question, its TTLs counted down."""
        key = key_of(query)
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
        key = key_of(query)
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


def key_of(query: dns.message.Message) -> Key:
    """Give what the answer to a question depends on."""
    asked = query.question[0]
    dnssec_ok = bool(query.ednsflags & dns.flags.DO)
    checking_disabled = bool(query.flags & dns.flags.CD)
    return asked.name.canonicalize(), asked.rdtype, asked.rdclass, dnssec_ok, checking_disabled


def _aged(response: dns.message.Message, seconds: int) -> dns.message.Message:
    aged = dns.message.QueryMessage(id=response.id)
    aged.flags = response.flags
    aged.set_rcode(response.rcode())
    if response.edns >= 0:
        aged.use_edns(0, response.ednsflags, response.payload, options=list(response.options))
    aged.question = response.question
    aged.answer = [_older(rrset, seconds) for rrset in response.answer]
    aged.authority = [_older(rrset, seconds) for rrset in response.authority]
    aged.additional = [_older(rrset, seconds) for rrset in response.additional]
    return aged


def _older(rrset: dns.rrset.RRset, seconds: int) -> dns.rrset.RRset:
    return dns.rrset.from_rdata_list(rrset.name, max(0, rrset.ttl - seconds), list(rrset))
