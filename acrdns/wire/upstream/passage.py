"""One client's query on its way through simulated names and others.

An alias of a simulated zone may lead out of it, and an alias outside may lead back in. Each name of such a chain is
asked of its owner: simulated names are answered here, whatever the resolver says of them; all others are questions for
the resolver. There is no input or output here: the caller asks `asked` and hands the answer to `take`, until `asked` is
None, and then sends `reply`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from acrdns.names import Name
from acrdns.record import Rcode, RRset, Type
from acrdns.wire.message import reply as replies
from acrdns.wire.message.edns import ErrorCode, OptionCode, extended_error, opt_record
from acrdns.wire.message.query import CD, CLASS_IN, HEADER, QR, RA, RD, TC, header, read
from acrdns.wire.upstream import special
from acrdns.wire.upstream.answer import read_sets
from acrdns.wire.upstream.question import UpstreamQuestion, question_end
from acrdns.zone.answer import MAX_CHAIN, Question, Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from acrdns.wire.message.edns import Option
    from acrdns.wire.message.query import Query
    from acrdns.wire.upstream.answer import UpstreamAnswer

TOO_MANY = "too many questions are waiting for upstream"
"""Why a query is not passed on."""
_AD = 0x0020
_RCODE = 0xF
_RD_OCTET = 0x01
_QR_OCTET = 0x80
"""In the third octet of the header."""
_SCOPE = 3
"""Offset of the scope in the data of a client subnet (RFC 7871 section 6)."""
_META = range(128, 255)
"""Types that are no data (RFC 6895 section 3.1), without ANY."""


def leads_out(packet: bytes, reply: bytes) -> bool:
    """Return whether to pass a query on: it wants recursion, and the simulation does not have the end of its chain.

    Without RD nobody else is asked (RFC 1034 section 4.3.1), as in Unbound.
    """
    return reply[3] & _RCODE == Rcode.REFUSED and bool(packet[2] & _RD_OCTET) and _read(packet) is not None


def _read(packet: bytes) -> Query | None:
    query = read(packet)
    if query is None or query.fault or query.tsig or query.qclass != CLASS_IN:
        return None
    return None if query.type in _META or query.type in (0, Type.OPT) else query


class _End(NamedTuple):
    """The response for the last name of the chain, without the records on the way."""

    rcode: int
    authority: tuple[RRset, ...] = ()
    errors: tuple[Option, ...] = ()
    authentic: bool = False


class Passage:
    """A query that leads out, and its answer so far.

    `reply` is the simulation's reply to it; `inside` answers a query as this client is answered here. With `special`,
    special names are answered here, too. Raises ValueError for a query that is not to be passed on.
    """

    def __init__(
        self,
        packet: bytes,
        reply: bytes,
        inside: Callable[[bytes], bytes | None],
        *,
        tcp: bool,
        answers_special: bool = True,
    ) -> None:
        query = _read(packet)
        if query is None:
            raise ValueError("not a query to pass on")
        self._query = query
        self._limit = query.size_limit(tcp=tcp)
        self._inside = inside
        self._special = answers_special
        self._options = _options(reply) if query.edns is not None else ()
        """The options that the client gets whoever answers: cookie, and the scope of its subnet."""
        self._tailored = False
        """Whether a part of the answer is simulated, so that it depends on the client's network."""
        self._answer: list[RRset] = []
        self._end: _End | None = None
        self._whole: tuple[UpstreamAnswer, int] | None = None
        """The resolver's answer and its age, if its octets are the client's answer."""
        self._steps = 0
        self.asked: UpstreamQuestion | None = None
        """The next question for the resolver, or None."""
        self._leave(Name(query.name.lower()), reply)

    def take(self, answer: UpstreamAnswer, age: int = 0) -> None:
        """Process the resolver's answer to `asked`. Raises UnreadableError."""
        self.asked = None
        for number, target in enumerate(answer.chain):
            ours = self._ask_inside(target)
            if ours is not None:
                self._answer += answer.sets(age, number)[0]
                self._enter(target, ours)
                return
        self._end = _End(answer.rcode, (), answer.errors, answer.authentic)
        if answer.plain and not self._answer:
            self._whole = answer, age
        else:
            records, authority = answer.sets(age)
            self._answer += records
            self._end = self._end._replace(authority=authority)

    def _enter(self, name: Name, ours: bytes) -> None:
        """Process the simulation's reply about a name: the end, or a way out again."""
        self._tailored = True
        if ours[3] & _RCODE == Rcode.REFUSED:
            self._leave(name, ours)
            return
        records, authority = read_sets(ours, question_end(ours))
        self._answer += records
        self._end = _End(ours[3] & _RCODE, authority, _errors(_options(ours)))

    def _leave(self, name: Name, ours: bytes) -> None:
        """Go on outside, at the name where the simulation's aliases lead to."""
        self._steps += 1
        links = read_sets(ours, question_end(ours))[0] if _has_answers(ours) else ()
        self._answer += links
        self._tailored = self._tailored or bool(links)
        if self._steps > MAX_CHAIN:
            return
        out = _follow(name, links)
        local = special.answer(Question(out, self._query.type)) if self._special else None
        if local is not None:
            self._answer += local.answer
            causes = (extended_error(ErrorCode.OTHER, local.cause),) if local.cause else ()
            self._end = _End(local.rcode, local.authority, causes)
            return
        edns = self._query.edns
        self.asked = UpstreamQuestion(
            out, self._query.type, edns is not None and edns.dnssec_ok, bool(self._query.flags & CD)
        )

    def _ask_inside(self, name: Name) -> bytes | None:
        """Return the simulation's reply about an alias target, or None if it is not simulated."""
        edns = self._query.edns
        subnet = edns.option(OptionCode.CLIENT_SUBNET) if edns is not None else None
        opt = opt_record(0, dnssec_ok=False, options=() if subnet is None else ((OptionCode.CLIENT_SUBNET, subnet),))
        question = name + self._query.question[-4:]
        ours = self._inside(header(0, RD, (1, 0, 0, 1)) + question + opt)
        return None if ours is None or (ours[3] & _RCODE == Rcode.REFUSED and not _has_answers(ours)) else ours

    def reply(self) -> bytes:
        """Return the reply to the client, once `asked` is None, cut to the size that the client takes."""
        end = self._end
        if end is None:
            return self.fail(f"more than {MAX_CHAIN} aliases between simulated names and others")
        # An rcode that needs EDNS is about EDNS between the resolver and us (RFC 6891 section 6.1.3).
        rcode = end.rcode if end.rcode <= _RCODE else Rcode.SERVFAIL
        options = [*self._seen(), *end.errors]
        # RFC 6840 section 5.8: AD for clients that ask for it, and not for records that nobody has validated.
        wants = self._query.flags & _AD or (self._query.edns is not None and self._query.edns.dnssec_ok)
        authentic = _AD if end.authentic and wants and not self._tailored else 0
        # A resolver that fails hands out no part of the chain, as BIND and Unbound do.
        if rcode == Rcode.SERVFAIL:
            return self._bare(rcode, options)
        if self._whole is not None:
            return self._pass_octets(*self._whole, rcode | authentic, options)
        if rcode not in (Rcode.NOERROR, Rcode.NXDOMAIN):
            return self._bare(rcode, options)
        response = Response(Rcode(rcode), tuple(self._answer), end.authority)
        packet = replies.answer(self._query, response, tuple(options), authoritative=False, limit=self._limit)
        return packet[:3] + bytes((packet[3] | authentic,)) + packet[4:]

    def fail(self, why: str) -> bytes:
        """Return SERVFAIL with an Extended DNS Error (RFC 8914): no resolver has answered."""
        return self._bare(Rcode.SERVFAIL, [*self._seen(), extended_error(ErrorCode.NO_REACHABLE_AUTHORITY, why)])

    def _pass_octets(self, answer: UpstreamAnswer, age: int, flags: int, options: list[Option]) -> bytes:
        opt = self._opt(options)
        room = self._limit - HEADER - len(self._query.question) - len(opt)
        records, (answers, authority), cut = answer.body(room, age)
        return self._head(flags | (TC if cut else 0), (1, answers, authority, bool(opt))) + records + opt

    def _bare(self, rcode: int, options: list[Option]) -> bytes:
        opt = self._opt(options)
        return self._head(rcode, (1, 0, 0, bool(opt))) + opt

    def _head(self, flags: int, counts: tuple[int, int, int, int]) -> bytes:
        query = self._query
        return header(query.id, QR | RA | query.flags & (RD | CD) | flags, counts) + query.question

    def _opt(self, options: list[Option]) -> bytes:
        edns = self._query.edns
        return b"" if edns is None else opt_record(0, dnssec_ok=edns.dnssec_ok, options=tuple(options))

    def _seen(self) -> Iterable[Option]:
        """Yield cookie and subnet as the client gets them; a resolver answers all subnets the same (RFC 7871)."""
        for code, data in self._options:
            if code == OptionCode.CLIENT_SUBNET and not self._tailored:
                yield code, data[:_SCOPE] + b"\0" + data[_SCOPE + 1 :]
            elif code != OptionCode.ERROR:
                yield code, data


def _has_answers(reply: bytes) -> bool:
    return reply[6:8] != b"\0\0"


def _options(reply: bytes) -> tuple[Option, ...]:
    """Return the options of one of our own replies: without QR it reads as a query."""
    read_back = read(reply[:2] + bytes((reply[2] & ~_QR_OCTET & 0xFF,)) + reply[3:])
    return read_back.edns.options if read_back is not None and read_back.edns is not None else ()


def _errors(options: Iterable[Option]) -> tuple[Option, ...]:
    return tuple(option for option in options if option[0] == OptionCode.ERROR)


def _follow(name: Name, links: Iterable[RRset]) -> Name:
    aliases = {rrset.name: rrset.target for rrset in links if rrset.type == Type.CNAME}
    passed = {name}
    while name in aliases and aliases[name] not in passed:
        name = aliases[name]
        passed.add(name)
    return name
