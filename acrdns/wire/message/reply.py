"""The parts of a reply: flags, size limits, the OPT record, and the cause of an answer in an Extended DNS Error."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from acrdns.record import Rcode, Type
from acrdns.wire.message.compress import join
from acrdns.wire.message.edns import ErrorCode, extended_error, opt_record
from acrdns.wire.message.pack import pack
from acrdns.wire.message.query import AA, CD, CLASS_ANY, HEADER, OPCODE, QR, RA, RD, TC, header

if TYPE_CHECKING:
    from acrdns.record import RRset
    from acrdns.resolve.chain import Response
    from acrdns.wire.message.compress import Sections
    from acrdns.wire.message.edns import Option
    from acrdns.wire.message.query import Query


_RCODE = 0xF


class Keep(Enum):
    """Whether a reply may be given again to the same question."""

    NO = "no"
    """It depends on the client or the time, or is cheap to make."""
    NEGATIVE = "negative"
    """It says that there is nothing: such names can be made up without end, so only a few are kept."""
    POSITIVE = "positive"

    @staticmethod
    def of(response: Response) -> Keep:
        """Return whether a reply that depends on nothing but its question is worth keeping."""
        return Keep.POSITIVE if response.answer and not response.rcode else Keep.NEGATIVE


class Made(Enum):
    """How a reply was made."""

    REMEMBERED = "remembered"
    """The same question was asked before."""
    LEARNT = "learnt"
    """A question that differs in its first label was resolved before."""
    RESOLVED = "resolved"


class Reply(NamedTuple):
    """A reply, whether it may be kept, and how it was made."""

    packet: bytes
    keep: Keep
    made: Made = Made.RESOLVED


def error(query: Query, rcode: Rcode, options: tuple[Option, ...] = (), tsig: bytes = b"") -> bytes:
    """Write a reply without records: the rcode, and the question where it could be read."""
    flags = QR | query.flags & (OPCODE | RD) | rcode & _RCODE
    opt = _opt_of(query, rcode, options)
    counts = (1 if query.question else 0, 0, 0, bool(opt) + bool(tsig))
    return header(query.id, flags, counts) + query.question + opt + tsig


def answer(query: Query, response: Response, options: tuple[Option, ...], *, authoritative: bool, limit: int) -> bytes:
    """Write a server's response.

    An authoritative server offers no recursion and has no use for CD; a vantage point stands for a resolver, which
    copies it (RFC 4035 section 3.2.2). The Extended DNS Error is left out rather than pushing records out
    (RFC 8914 section 3).
    """
    flags = QR | query.flags & (OPCODE | RD) | response.rcode & _RCODE
    if not authoritative:
        flags |= RA | query.flags & CD
    if response.authoritative and query.qclass != CLASS_ANY:  # RFC 1034 section 4.3.2, step 3: never authoritative
        flags |= AA
    question = query.name.lower() + query.question[-4:]
    sections = _sections(query, response)
    cause = _cause(response, authoritative=authoritative) if query.edns else ()
    opt = _opt_of(query, response.rcode, options + cause)
    packed = join(flags, question, sections, opt, limit) or pack(flags, question, sections, opt, limit)
    if cause and packed[2] << 8 & TC:
        packed = pack(flags, question, sections, _opt_of(query, response.rcode, options), limit)
    return _spell(packed, query.id, query.question)


def _spell(packet: bytes, ident: int, question: bytes) -> bytes:
    """Return a packed reply the ID and the letter case of a question; owners that point at the question follow it."""
    return ident.to_bytes(2, "big") + packet[2:HEADER] + question + packet[HEADER + len(question) :]


def _opt_of(query: Query, rcode: Rcode, options: tuple[Option, ...] = ()) -> bytes:
    """Write the OPT record of a reply; empty where the client sent none."""
    if query.edns is None:
        return b""
    return opt_record(rcode, dnssec_ok=query.edns.dnssec_ok, options=options)


def _sections(query: Query, response: Response) -> Sections:
    if query.type == Type.ANY and response.answer:  # RFC 8482 section 4.1: one record set is enough of an answer
        return _one_set(response.answer), response.authority, ()
    return response.answer, response.authority, response.additional


def _one_set(answer: tuple[RRset, ...]) -> tuple[RRset, ...]:
    """Keep the first record set, and before it all links of a chain: a DNAME without its CNAME leads nowhere."""
    links = 0
    while links < len(answer) and answer[links].type in (Type.CNAME, Type.DNAME):
        links += 1
    return answer[: links + 1]


def _cause(response: Response, *, authoritative: bool) -> tuple[Option, ...]:
    """Return the Extended DNS Error of a response.

    Nobody answered, here or further on: 22, no reachable authority. Refused by an authoritative server: 20, not
    authoritative, which NSD and Knot send as well. For what a broken Private Link does no code is registered: 0, other,
    with the text.
    """
    if response.timed_out or response.unreached:
        return (extended_error(ErrorCode.NO_REACHABLE_AUTHORITY, response.cause),)
    if authoritative and response.rcode == Rcode.REFUSED:
        return (extended_error(ErrorCode.NOT_AUTHORITATIVE, response.cause),)
    if response.blocked:
        return (extended_error(ErrorCode.BLOCKED, response.cause),)
    if response.cause:
        return (extended_error(ErrorCode.OTHER, response.cause),)
    return ()
