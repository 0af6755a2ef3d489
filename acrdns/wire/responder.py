"""The server from bytes to bytes: what NSD and Knot do with a packet, on top of any function that answers questions.

The law: one bad packet is never more than one bad answer. For all bytes: `Responder.respond` does not raise,
does not answer an answer, and keeps the ID.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from acrdns.names import Name
from acrdns.record import Rcode, Type
from acrdns.resolve.chain import Question, Response
from acrdns.wire.clients import cookie
from acrdns.wire.clients.subnet import ClientSubnet
from acrdns.wire.message import reply
from acrdns.wire.message.edns import ErrorCode, OptionCode, extended_error
from acrdns.wire.message.query import CLASS_ANY, CLASS_IN, read
from acrdns.wire.message.reply import Keep, Reply
from acrdns.wire.shapes import QueryShapes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.wire.clients.subnet import Selector
    from acrdns.wire.message.edns import Option
    from acrdns.wire.message.query import Query
    from acrdns.wire.transfer.access import Primary
    from acrdns.wire.transfer.messages import Clock
    from acrdns.wire.transfer.tsig import Signer

Answerer = Callable[[Question], Response]
"""Turns a question into a response: a view, or a vantage point of a world."""

_OnError = Callable[[Question, Exception], None]
"""Called with a question that an answerer failed on."""

_CHAOS = 3
_TRANSFERS = (Type.AXFR, Type.IXFR)


def _ignore(_question: Question, _error: Exception) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Responder:
    """One server: a resolver at a vantage point, an authoritative server, or both, by name."""

    answer: Answerer
    authoritative: Callable[[Name], bool]
    """Whether a name is answered as an authoritative server does: no RA, and refused rather than resolved."""
    cookies: cookie.CookieJar | None = None
    """None: cookies are ignored."""
    on_error: _OnError = _ignore
    select: Selector | None = None
    """Selects the answerer by the client; None: `answer` answers all clients."""
    primary: Primary | None = None
    """The transfers to secondaries; None if nothing is transferred and no key is known."""
    memo: QueryShapes | None = field(default_factory=QueryShapes, compare=False, repr=False)
    """Remembers what was read from queries; None: each is read by itself."""

    def respond(self, packet: bytes, *, tcp: bool, client: bytes, now: int) -> bytes | None:
        """Return the reply to a packet, or None if none must be sent.

        `client` is the packed IP address of the asker, `now` the time in seconds since 1970.
        """
        found = self.reply(packet, tcp=tcp, client=client, now=now)
        return found.packet if found else None

    def reply(self, packet: bytes, *, tcp: bool, client: bytes, now: int) -> Reply | None:
        """Return the reply to a packet with whether it may be kept, or None if none must be sent."""
        query, ordinary = (read(packet), False) if self.memo is None else self.memo.read(packet)
        if query is None:
            return None
        if query.fault:
            return self._resolve(query, tcp=tcp, client=client, now=now)
        signer, query = self._check(packet, query, now)
        if isinstance(signer, bytes):
            return Reply(signer, Keep.NO)
        if self.primary is not None and query.type == Type.IXFR and not tcp and not _bad_edns(query):
            return Reply(self.primary.over_udp(packet, query, signer, client=client, now=now), Keep.NO)
        if signer is None:
            return self._resolve(query, tcp=tcp, client=client, now=now, ordinary=ordinary)
        unsigned = self._resolve(query, tcp=tcp, client=client, now=now, signature=signer.room)
        return Reply(signer.sign(unsigned.packet, now), Keep.NO)

    def _check(self, packet: bytes, query: Query, now: int) -> tuple[Signer | bytes | None, Query]:
        """Judge a query's signature, as `Primary.check` does; without a primary, every key is unknown."""
        if self.primary is not None:
            return self.primary.check(packet, query, now)
        if not query.tsig or _bad_edns(query):
            return None, query
        from acrdns.wire.transfer.tsig import Signer

        return Signer.judge(packet, query, {}, now), query

    def transfer(self, packet: bytes, *, client: bytes, clock: Clock) -> Iterator[bytes] | None:
        """Return the messages that answer a transfer over TCP, in order, or None if the packet asks for none.

        They are made while they are taken. An exception on the way has been complained of.
        """
        query = read(packet) if self.primary is not None else None
        if self.primary is None or query is None or query.fault or query.type not in _TRANSFERS:
            return None
        signer, query = self.primary.check(packet, query, clock())
        if isinstance(signer, bytes):
            return iter((signer,))
        if _bad_edns(query):
            return None
        return self._watched(query, self.primary.transfer(packet, query, signer, client=client, clock=clock))

    def _watched(self, query: Query, messages: Iterator[bytes]) -> Iterator[bytes]:
        try:
            yield from messages
        except Exception as error:
            self.on_error(Question(Name(query.name.lower()), query.type), error)
            raise

    def _resolve(
        self, query: Query, *, tcp: bool, client: bytes, now: int, signature: int = 0, ordinary: bool = False
    ) -> Reply:
        """Resolve a query as if there were no signatures, leaving room for one.

        An ordinary query (`Query.is_ordinary`) is only turned away for its type.
        """
        turned_away = None if ordinary and query.type not in _TRANSFERS else _turn_away(query, tcp=tcp)
        if turned_away is not None:
            return Reply(turned_away, Keep.NO)
        chosen = self._choose(query, client)
        if chosen is None:
            return Reply(reply.error(query, Rcode.FORMERR), Keep.NO)
        answerer, scope = chosen
        options = (*scope, *self._cookie(query, client, now))
        question = Question(Name(query.name.lower()), query.type)
        try:
            limit = query.size_limit(tcp=tcp) - signature
            return self._answer(
                query, answerer(question), options, limit, authoritative=self.authoritative(question.name)
            )
        except Exception as error:  # noqa: BLE001 -- the law above
            self.on_error(question, error)
            return Reply(reply.error(query, Rcode.SERVFAIL, options), Keep.NO)

    def _answer(
        self, query: Query, response: Response, options: tuple[Option, ...], limit: int, *, authoritative: bool
    ) -> Reply:
        packet = reply.answer(query, response, options, authoritative=authoritative, limit=limit)
        if options or (self.select is not None and self.select.by_client):
            return Reply(packet, Keep.NO)
        return Reply(packet, Keep.of(response))

    def _choose(self, query: Query, client: bytes) -> tuple[Answerer, tuple[Option, ...]] | None:
        """Return the answerer for this client and the scope of its answer, or None if its subnet is malformed."""
        if self.select is None:
            return self.answer, ()
        by_client = self.select.of_client(client) if self.select.by_client else None
        sent = self.select.subnet_of(query.edns)
        if sent is None:
            return by_client or self.answer, ()
        subnet = ClientSubnet.read(sent)
        if subnet is None:
            return None
        by_subnet, scope = self.select.of_subnet(subnet)
        if self.authoritative(Name(query.name.lower())):
            scope = 0  # zone files say the same to everybody (RFC 7871 section 7.2.1)
        return by_subnet or by_client or self.answer, (subnet.echo(scope),)

    def _cookie(self, query: Query, client: bytes, now: int) -> tuple[Option, ...]:
        sent = query.edns.option(OptionCode.COOKIE) if query.edns and self.cookies else None
        if sent is None or self.cookies is None:
            return ()
        return ((OptionCode.COOKIE, self.cookies.reply(sent, client, now)),)


def always(*, authoritative: bool) -> Callable[[Name], bool]:
    """Answer all names in the one way."""
    return lambda _name: authoritative


def _turn_away(query: Query, *, tcp: bool) -> bytes | None:
    """Return the reply to a query that no answerer is asked about, or None."""
    if query.fault == Rcode.FORMERR:
        return reply.error(query, Rcode.FORMERR)
    bad_edns = _bad_edns(query)
    if bad_edns is not None:
        return bad_edns
    if query.fault:
        return reply.error(query, query.fault)
    return _not_a_lookup(query, tcp=tcp)


def _bad_edns(query: Query) -> bytes | None:
    if query.edns is None:
        return None
    if query.edns.version:
        return reply.error(query, Rcode.BADVERS)  # before anything else: RFC 6891 section 6.1.3
    sent = query.edns.option(OptionCode.COOKIE)
    if sent is not None and not cookie.CookieJar.is_well_formed(sent):
        return reply.error(query, Rcode.FORMERR)
    return None


def _not_a_lookup(query: Query, *, tcp: bool) -> bytes | None:
    if query.qclass not in (CLASS_IN, CLASS_ANY):
        return _other_class(query)
    if query.type == Type.AXFR and not tcp:
        return reply.error(query, Rcode.NOTIMP)  # RFC 5936 section 4.2: AXFR is not defined for UDP
    if query.type in _TRANSFERS:
        return reply.error(query, Rcode.REFUSED)
    return None


def _other_class(query: Query) -> bytes:
    # Nothing is known of other classes; of the server itself (CHAOS version.bind) nothing is said.
    if query.qclass == _CHAOS:
        return reply.error(query, Rcode.REFUSED)
    return reply.error(query, Rcode.REFUSED, (extended_error(ErrorCode.NOT_SUPPORTED),))
