"""Questions passed on to a real resolver: what is asked of it, and what is remembered of its answers.

Nothing of the client's goes upstream but the question: no address, no cookie, no letter case. dnspython reads and
writes here and in `wire.upstream.passage`, since these answers hold whatever types the world has.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import NamedTuple

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from acrdns.wire.message.edns import UDP_SIZE

LONGEST = 86400
"""Seconds that an answer is remembered at the most, whatever its TTL."""
FAILED = 1
"""Seconds that a failure is remembered, or that nobody answers: the least by RFC 9520 section 3.2, and BIND's time."""
REMEMBERED = 10_000
"""Answers that are remembered; the one not asked for longest goes first."""


class UpstreamQuestion(NamedTuple):
    """A question that goes upstream: all that an answer depends on, and its key in the cache."""

    name: dns.name.Name
    type: dns.rdatatype.RdataType
    dnssec_ok: bool
    checking_disabled: bool

    def message(self) -> dns.message.Message:
        """Make the query, under an ID of its own.

        DO and CD are the client's (RFC 3225 section 3, RFC 6840 section 5.9). AD is set, since whether data is
        validated is remembered for clients that want to know (RFC 6840 section 5.7).
        """
        made = dns.message.make_query(self.name, self.type, use_edns=0, payload=UDP_SIZE, want_dnssec=self.dnssec_ok)
        made.flags |= dns.flags.AD | (dns.flags.CD if self.checking_disabled else 0)
        return made


def question(name: dns.name.Name, query: dns.message.Message) -> UpstreamQuestion:
    """Make what is asked upstream of a name on behalf of a client's query."""
    dnssec_ok, checking_disabled = bool(query.ednsflags & dns.flags.DO), bool(query.flags & dns.flags.CD)
    return UpstreamQuestion(name.canonicalize(), query.question[0].rdtype, dnssec_ok, checking_disabled)


def answer_to(asked: dns.message.Message, packet: bytes) -> dns.message.Message | None:
    """Read an answer; None for whatever does not answer the question. One with TC may be cut anywhere."""
    try:
        response = dns.message.from_wire(packet, raise_on_truncation=True)
    except dns.message.Truncated as cut:
        response = cut.message()  # type: ignore[no-untyped-call]
    except (dns.exception.DNSException, ValueError):
        return None
    return response if asked.is_response(response) else None


@dataclass(frozen=True, slots=True)
class _Entry:
    response: dns.message.Message | None
    stored: float
    expires: float


class UpstreamCache:
    """Answers by question, for as long as their TTLs or negative TTLs say (RFC 2308). The clock is the caller's.

    That nobody answers is kept as None.
    """

    __slots__ = ("_entries", "_size")

    def __init__(self, size: int = REMEMBERED) -> None:
        self._entries: OrderedDict[UpstreamQuestion, _Entry] = OrderedDict()
        self._size = size

    def get(self, asked: UpstreamQuestion, now: float) -> dns.message.Message | None:
        """Return what is remembered of a question, its TTLs counted down. Raises KeyError where nothing is."""
        entry = self._entries[asked]
        if entry.expires <= now:
            raise KeyError(asked)
        self._entries.move_to_end(asked)
        return _aged(entry.response, int(now - entry.stored)) if entry.response else None

    def put(self, asked: UpstreamQuestion, response: dns.message.Message | None, now: float) -> None:
        """Remember an answer, if it may be."""
        seconds = lifetime(response)
        if seconds <= 0:
            return
        self._entries[asked] = _Entry(response, now, now + min(seconds, LONGEST))
        self._entries.move_to_end(asked)
        if len(self._entries) > self._size:
            self._entries.popitem(last=False)


def lifetime(response: dns.message.Message | None) -> int:
    """Return the seconds that a response may be remembered: the smallest TTL, the negative TTL, or a failure's time."""
    if response is None or response.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        return FAILED
    if response.flags & dns.flags.TC:
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
