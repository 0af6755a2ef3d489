"""One client's query on its way between what is simulated and what is not.

An alias of a simulated zone may lead out of it, and one of the world outside may lead back in. Each name of such a
chain is asked of whoever knows it: a simulated one is answered here, whatever upstream says of it, and every other one
is a question for upstream. There is no input or output here: whoever asks upstream takes `asked` and gives the response
to `take`, until nothing is left to ask.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from acrdns.record import Type
from acrdns.wire.message.edns import PLAIN_SIZE, UDP_SIZE, OptionCode
from acrdns.wire.message.query import CLASS_IN, read
from acrdns.wire.upstream.cache import UpstreamQuestion, question
from acrdns.zone.answer import MAX_CHAIN

if TYPE_CHECKING:
    from collections.abc import Callable

    from acrdns.wire.message.edns import Option
    from acrdns.wire.message.query import Query


TOO_MANY = "too many questions are waiting for upstream"
"""Why a query is not passed on."""
_RD = 0x01
_QR = 0x80
"""In the third octet of the header."""
_SCOPE = 3
"""Where in the client subnet's data the scope is (RFC 7871 section 6)."""
_EXTENDED = 16
"""From here on rcodes need EDNS."""


def leads_out(packet: bytes, reply: bytes) -> bool:
    """Return whether a query goes on upstream: one that wants recursion, and that nothing here has the end of.

    Without RD nobody else is to be asked (RFC 1034 section 4.3.1); Unbound refuses it, too.
    """
    return reply[3] & 15 == dns.rcode.REFUSED and bool(packet[2] & _RD) and _read(packet) is not None


def _read(packet: bytes) -> Query | None:
    query = read(packet)
    if query is None or query.fault or query.tsig or query.qclass != CLASS_IN:
        return None
    passes = query.type == Type.ANY or not dns.rdatatype.is_metatype(dns.rdatatype.RdataType.make(query.type))
    return query if passes else None


def _message(query: Query) -> dns.message.Message:
    """Return a query as dnspython has it, with no option but the client's subnet."""
    made = dns.message.QueryMessage(id=query.id)
    made.flags = dns.flags.Flag(query.flags)
    name, _ = dns.name.from_wire(query.question, 0)
    made.question = [dns.rrset.RRset(name, dns.rdataclass.IN, dns.rdatatype.RdataType.make(query.type))]
    edns = query.edns
    if edns is not None:
        sent = edns.option(OptionCode.CLIENT_SUBNET)
        options: list[dns.edns.Option] = [] if sent is None else [dns.edns.GenericOption(dns.edns.OptionType.ECS, sent)]
        made.use_edns(0, dns.flags.DO if edns.dnssec_ok else 0, edns.size, options=options)
    return made


class Passage:
    """A query that leads out, and what is known of its answer so far.

    `reply` is what was said of it here; `inside` answers a query as this client is answered here. Raises ValueError for
    a query that cannot be read.
    """

    def __init__(self, packet: bytes, reply: bytes, inside: Callable[[bytes], bytes | None], *, tcp: bool) -> None:
        query = _read(packet)
        if query is None:
            raise ValueError("not a query to pass on")
        self._query = _message(query)
        self._tcp = tcp
        self._inside = inside
        self._options = _options(reply)
        """Those that the client is to see whoever answers: cookie, and the scope of its subnet."""
        self._tailored = False
        """Whether anything here had a part in the answer, so that it depends on where the client is."""
        self._answer: list[dns.rrset.RRset] = []
        self._end: dns.message.Message | None = None
        self._steps = 0
        self.asked: UpstreamQuestion | None = None
        """The next question for upstream, or None."""
        self._leave(self._query.question[0].name, dns.message.from_wire(reply).answer if _answers(reply) else [])

    def take(self, response: dns.message.Message) -> None:
        """Take upstream's response to `asked`: as far as it goes, and then on from there."""
        assert self.asked is not None
        name, self.asked = self.asked.name, None
        for links, target in _links(name, self._kind, response.answer):
            ours = self._ask_inside(target)
            if ours is not None:
                self._answer += links
                self._enter(target, ours)
                return
        self._answer += response.answer
        self._end = response

    def _enter(self, name: dns.name.Name, ours: dns.message.Message) -> None:
        """Take what is said here about a name: the end, or a way out again."""
        self._tailored = True
        if ours.rcode() == dns.rcode.REFUSED:
            self._leave(name, ours.answer)
        else:
            self._answer += ours.answer
            self._end = ours

    def _leave(self, name: dns.name.Name, links: list[dns.rrset.RRset]) -> None:
        """Go on outside, where the aliases that are known here lead to from a name."""
        self._steps += 1
        self._answer += links
        self._tailored = self._tailored or bool(links)
        if self._steps <= MAX_CHAIN:
            out = [target for _, target in _links(name, self._kind, links)]
            self.asked = question(out[-1] if out else name, self._query)

    def _ask_inside(self, name: dns.name.Name) -> dns.message.Message | None:
        query = dns.message.make_query(name, self._kind, use_edns=0, options=list(self._query.options))
        packet = self._inside(query.to_wire())
        ours = dns.message.from_wire(packet) if packet else None
        return None if ours is None or (ours.rcode() == dns.rcode.REFUSED and not ours.answer) else ours

    @property
    def _kind(self) -> dns.rdatatype.RdataType:
        return self._query.question[0].rdtype

    def reply(self) -> bytes:
        """Write the reply to the client, once nothing is left to ask, cut to what it takes."""
        end = self._end
        if end is None:
            return self.fail(f"more than {MAX_CHAIN} aliases between simulated names and others")
        rcode = end.rcode() if end.rcode() < _EXTENDED else dns.rcode.SERVFAIL  # it is about EDNS between us and them
        reply = self._begin(rcode, [option for option in end.options if option.otype == dns.edns.OptionType.EDE])
        # A resolver that fails hands out no part of the chain, as BIND and Unbound do.
        reply.answer = [] if end.rcode() == dns.rcode.SERVFAIL else self._answer
        reply.authority, reply.additional = end.authority, end.additional
        # RFC 6840 section 5.8: to those who have asked for it, and not for records that nobody has validated.
        if (self._query.flags & dns.flags.AD or self._dnssec_ok) and not self._tailored:
            reply.flags |= end.flags & dns.flags.AD
        return self._cut(reply)

    def fail(self, why: str) -> bytes:
        """Write the reply where no upstream answers: SERVFAIL, with the cause for clients that take it (RFC 8914)."""
        cause = dns.edns.EDEOption(dns.edns.EDECode.NO_REACHABLE_AUTHORITY, why)
        return self._cut(self._begin(dns.rcode.SERVFAIL, [cause]))

    @property
    def _dnssec_ok(self) -> int:
        return self._query.ednsflags & dns.flags.DO

    def _begin(self, rcode: dns.rcode.Rcode, causes: list[dns.edns.Option]) -> dns.message.Message:
        reply = dns.message.QueryMessage(id=self._query.id)
        reply.flags = dns.flags.QR | dns.flags.RA | self._query.flags & (dns.flags.RD | dns.flags.CD)
        reply.question = self._query.question
        if self._query.edns >= 0:
            options = [self._seen(*option) for option in self._options if option[0] != OptionCode.ERROR]
            reply.use_edns(0, self._dnssec_ok, UDP_SIZE, options=[*options, *causes])
        reply.set_rcode(rcode)
        return reply

    def _seen(self, code: int, data: bytes) -> dns.edns.Option:
        """Return an option as the client sees it; what upstream says is the same for all subnets (RFC 7871)."""
        if code == OptionCode.CLIENT_SUBNET and not self._tailored:
            data = data[:_SCOPE] + b"\0" + data[_SCOPE + 1 :]
        return dns.edns.GenericOption(dns.edns.OptionType.make(code), data)

    def _cut(self, reply: dns.message.Message) -> bytes:
        limit = 65535 if self._tcp else PLAIN_SIZE
        if self._query.edns >= 0 and not self._tcp:
            limit = max(PLAIN_SIZE, min(self._query.payload, UDP_SIZE))
        try:
            return reply.to_wire(max_size=limit)
        except dns.exception.TooBig:
            reply.answer, reply.authority, reply.additional = [], [], []
            reply.flags |= dns.flags.TC
            return reply.to_wire(max_size=limit)


def _answers(reply: bytes) -> int:
    return int.from_bytes(reply[6:8], "big")


def _options(reply: bytes) -> tuple[Option, ...]:
    """Return the options of one of our own replies, which is read as the query that it looks like without QR."""
    read_back = read(reply[:2] + bytes((reply[2] & ~_QR & 0xFF,)) + reply[3:])
    return read_back.edns.options if read_back is not None and read_back.edns is not None else ()


def _links(
    name: dns.name.Name, kind: dns.rdatatype.RdataType, answer: list[dns.rrset.RRset]
) -> list[tuple[list[dns.rrset.RRset], dns.name.Name]]:
    """Follow the aliases of an answer. Gives for each target the record sets on the way to it, and the target."""
    if kind in (dns.rdatatype.CNAME, dns.rdatatype.ANY):
        return []
    found = []
    aliases = {each.name: each for each in answer if each.rdtype == dns.rdatatype.CNAME}
    passed = {name}
    while name in aliases:
        # Signatures and DNAMEs (RFC 6672) come along with the aliases.
        links = [each for each in answer if each.name in passed or _makes(each, passed)]
        name = aliases[name][0].target
        if name in passed:
            break
        found.append((links, name))
        passed.add(name)
    return found


def _makes(rrset: dns.rrset.RRset, names: set[dns.name.Name]) -> bool:
    return rrset.rdtype == dns.rdatatype.DNAME and any(name.is_subdomain(rrset.name) for name in names)
