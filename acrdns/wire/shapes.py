"""The ordinary question: answered without reading the message as a whole.

All but the ID, the name and the type of a query is its shape: flags, counts, class and EDNS, octet for octet. Clients
have few shapes. Each is read once, by `query.read`, and what follows from it is kept; from then on a query is its name,
its type and a shape. Whatever has to be looked at (cookies, signatures, errors, other classes) has no shape here and
goes the whole way, which gives the same bytes: a property test holds the two together.
"""

from __future__ import annotations

from string import ascii_letters
from typing import TYPE_CHECKING, NamedTuple

from acrdns.names import MAX_LABEL, MAX_NAME, Name
from acrdns.record import Rcode, Type
from acrdns.resolve.chain import Question
from acrdns.wire.message import reply
from acrdns.wire.message.compress import join
from acrdns.wire.message.edns import OptionCode
from acrdns.wire.message.query import AA, CD, CLASS_IN, HEADER, QR, RA, RD, has_letters, read
from acrdns.wire.message.reply import Reply, keep_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from acrdns.resolve.chain import Response
    from acrdns.wire.message.query import Query

_MOST_SHAPES = 256
_LONGEST = HEADER + MAX_NAME
_NO_LOOKUP = frozenset({Type.AXFR, Type.IXFR, Type.ANY})
_LOOKED_AT = (OptionCode.COOKIE, OptionCode.CLIENT_SUBNET)
"""Options that an answer may depend on."""
_LETTERS = frozenset[int]().union(
    *(range(letter << 8, (letter + 1) << 8) for letter in ascii_letters.encode()),
    *(range(letter, 0x10000, 0x100) for letter in ascii_letters.encode()),
)
"""Types that have a letter among their octets: 65 is A."""


class QueryShape(NamedTuple):
    """What follows from all of a query but its ID, name and type."""

    flags: int
    """Of the reply, before anything is known of the answer."""
    checking_disabled: int
    """CD as it was sent, which only a resolver copies."""
    edns: bool
    opt: bytes
    """The OPT record of a reply that has nothing to add to it."""
    limit: int
    """Octets that a reply may have over UDP."""
    letters: bool
    """Whether any octet of the shape is a letter: then the packet cannot be told apart in lower case."""


class QueryShapes:
    """The shapes that have been seen; None is kept for those that have to go the whole way."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[bytes, QueryShape | None] = {}

    def split(self, packet: bytes) -> tuple[QueryShape, int] | None:
        """Return a query's shape and where its name ends; None where it is not ordinary."""
        position = HEADER
        try:
            while length := packet[position]:
                if length > MAX_LABEL:
                    return None
                position += 1 + length
        except IndexError:
            return None
        position += 1
        key = packet[2:HEADER] + packet[position + 2 :]
        try:
            shape = self._known[key]
        except KeyError:
            shape = self._learn(key, packet)
        if shape is None or position > _LONGEST:
            return None
        return shape, position

    def _learn(self, key: bytes, packet: bytes) -> QueryShape | None:
        if len(self._known) >= _MOST_SHAPES:
            self._known.clear()
        self._known[key] = shape = _shape(packet)
        return shape


def _shape(packet: bytes) -> QueryShape | None:
    query = read(packet)
    if query is None or not is_ordinary(query):
        return None
    opt = reply.opt_of(query, Rcode.NOERROR)
    limit = reply.size_limit(query, tcp=False)
    around = packet[2:HEADER] + packet[HEADER + len(query.question) - 2 :]
    return QueryShape(QR | query.flags & RD, query.flags & CD, query.edns is not None, opt, limit, has_letters(around))


def is_ordinary(query: Query) -> bool:
    """Return whether nothing of a query has to be looked at but its name and type."""
    if query.fault or query.tsig or query.qclass != CLASS_IN:
        return False
    edns = query.edns
    return edns is None or not (edns.version or any(edns.option(code) is not None for code in _LOOKED_AT))


def answer(
    packet: bytes, shapes: QueryShapes, answerer: Callable[[Question], Response], authoritative: Callable[[Name], bool]
) -> Reply | None:
    """Answer an ordinary question over UDP; None where it is none, or its answer is not ordinary."""
    split = shapes.split(packet)
    if split is None:
        return None
    shape, end = split
    number = packet[end] << 8 | packet[end + 1]
    if number in _NO_LOOKUP:
        return None
    name = Name(packet[HEADER:end].lower())
    response = answerer(Question(name, number))
    flags = shape.flags | response.rcode
    resolves = not authoritative(name)
    if shape.edns and (response.cause or response.timed_out or (response.rcode == Rcode.REFUSED and not resolves)):
        return None
    if resolves:
        flags |= RA | shape.checking_disabled
    if response.authoritative:
        flags |= AA
    rest = packet[end : end + 4]
    sections = (response.answer, response.authority, response.additional)
    joined = join(flags, name + rest, sections, shape.opt, shape.limit)
    if joined is None:
        return None
    lowered = b"" if shape.letters or number in _LETTERS else joined
    return Reply(packet[:2] + joined[2:HEADER] + packet[HEADER:end] + joined[end:], keep_of(response), lowered)
