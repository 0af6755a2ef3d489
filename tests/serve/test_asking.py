"""Whom upstream is asked, in which order, and what is made of what comes back; the resolvers are played here."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, cast

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from acrdns.address import Address
from acrdns.serve.service import Service
from acrdns.serve.upstream.ask import Upstream
from acrdns.wire.answering import Answering
from tests.serve.running import SECONDS
from tests.wire.exchange import responder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    Answers = Callable[[dns.message.Message], list[bytes]]

NEVER = 10 * SECONDS
"""Patience that no test waits for."""


class Peer(asyncio.DatagramProtocol):
    """A resolver that answers as it is told to."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self.asked: list[dns.message.Message] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what is answered over."""
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer, or not."""
        query = dns.message.from_wire(data)
        self.asked.append(query)
        for packet in self._answers(query):
            self._transport.sendto(packet, addr)

    @property
    def names(self) -> list[str]:
        """Return the names that were asked for."""
        return [str(query.question[0].name).rstrip(".") for query in self.asked]


def good(query: dns.message.Message) -> list[bytes]:
    """Answer with an address."""
    made = dns.message.make_response(query, recursion_available=True)
    made.answer = [dns.rrset.from_text(query.question[0].name, 300, "IN", "A", "192.0.2.1")]
    return [made.to_wire()]


def says(query: dns.message.Message, rcode: dns.rcode.Rcode) -> list[bytes]:
    """Answer with a failure."""
    made = dns.message.make_response(query)
    made.set_rcode(rcode)
    return [made.to_wire()]


def silent(_query: dns.message.Message) -> list[bytes]:
    """Answer nothing."""
    return []


def without_edns(query: dns.message.Message) -> list[bytes]:
    """Answer as a server that does not know EDNS (RFC 6891 section 7)."""
    if query.edns < 0:
        return good(query)
    packet = query.to_wire()
    return [packet[:2] + b"\x80\x01" + bytes(8)]


def forged(query: dns.message.Message) -> list[bytes]:
    """Send what is no answer to the question, and then one."""
    (right,) = good(query)
    other_id = bytes((right[0] ^ 1,)) + right[1:]
    other_name = good(dns.message.make_query("other.elsewhere", "A", id=query.id))[0]
    return [b"", b"\xff" * 30, other_id, other_name, query.to_wire(), right]


def truncated(query: dns.message.Message) -> list[bytes]:
    """Say that the answer is to be had over TCP, where nobody listens."""
    made = dns.message.make_response(query)
    made.flags |= dns.flags.TC
    return [made.to_wire()]


@asynccontextmanager
async def peers(*answers: Answers) -> AsyncIterator[tuple[list[Peer], list[Address]]]:
    """Play resolvers."""
    loop = asyncio.get_running_loop()
    made = []
    for each in answers:
        transport, peer = await loop.create_datagram_endpoint(partial(Peer, each), local_addr=("127.0.0.1", 0))
        made.append((transport, peer, Address(*transport.get_extra_info("sockname"))))
    try:
        yield [peer for _, peer, _ in made], [address for _, _, address in made]
    finally:
        for transport, _, _ in made:
            transport.close()


def submit(upstream: Upstream, name: str = "www.elsewhere") -> asyncio.Future[dns.message.Message]:
    """Have a client's query passed on; its reply comes in time."""
    got: asyncio.Future[dns.message.Message] = asyncio.get_running_loop().create_future()
    service = Service("hub", Answering(responder()))
    packet = dns.message.make_query(name, "A", use_edns=0).to_wire()
    reply = service.responder.respond(packet, tcp=False, client=b"\x7f\x00\x00\x01", now=0)
    assert reply is not None
    assert upstream.takes(packet, reply)
    deliver = lambda late: got.set_result(dns.message.from_wire(late))  # noqa: E731
    upstream.submit(service, packet, b"\x7f\x00\x00\x01", reply, deliver, tcp=False)
    return got


async def ask(upstream: Upstream, name: str = "www.elsewhere") -> str:
    """Return the address that a name has, or the rcode."""
    async with asyncio.timeout(SECONDS):
        said = await submit(upstream, name)
    return str(said.answer[0][0]) if said.answer else dns.rcode.to_text(said.rcode())


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(partial(says, rcode=dns.rcode.SERVFAIL), id="fails"),
        pytest.param(partial(says, rcode=dns.rcode.REFUSED), id="refuses"),
        pytest.param(truncated, id="has no TCP"),
    ],
)
def test_the_next_resolver_is_asked_at_once(first: Answers) -> None:
    """Where the first has said that it cannot; its patience would last longer than the test."""

    async def run() -> None:
        async with peers(first, good) as (asked, addresses):
            assert await ask(Upstream(addresses, patience=NEVER, deadline=NEVER)) == "192.0.2.1"
            assert [len(peer.asked) for peer in asked] == [1, 1]

    asyncio.run(run())


def test_a_failure_is_asked_for_once() -> None:
    """Who has said that it cannot is not asked again, and what it said is the answer."""

    async def run() -> None:
        async with peers(partial(says, rcode=dns.rcode.SERVFAIL)) as ((peer,), addresses):
            assert await ask(Upstream(addresses, patience=NEVER, deadline=NEVER)) == "SERVFAIL"
            assert len(peer.asked) == 1

    asyncio.run(run())


@pytest.mark.parametrize(
    "answers",
    [pytest.param(partial(says, rcode=dns.rcode.SERVFAIL), id="a failure"), pytest.param(silent, id="silence")],
)
def test_a_failure_is_remembered(answers: Answers) -> None:
    """Clients that try again at once are not passed on, and others are (RFC 9520)."""

    async def run() -> None:
        async with peers(answers) as ((peer,), addresses):
            upstream = Upstream(addresses, patience=NEVER, deadline=0.2)
            assert [await ask(upstream) for _ in range(3)] == ["SERVFAIL"] * 3
            assert len(peer.asked) == 1
            assert await ask(upstream, "other.elsewhere") == "SERVFAIL"
            assert len(peer.asked) == 2

    asyncio.run(run())


def test_nobody_listens() -> None:
    """That is heard at once."""

    async def run() -> None:
        async with peers(good) as (_, addresses):
            pass
        assert await ask(Upstream(addresses, patience=NEVER, deadline=NEVER)) == "SERVFAIL"

    asyncio.run(run())


def test_a_silent_resolver_is_asked_last_the_next_time() -> None:
    """It costs one client its patience, not every one."""

    async def run() -> None:
        async with peers(silent, good) as ((mute, other), addresses):
            upstream = Upstream(addresses, patience=1.0)
            assert await ask(upstream, "one.elsewhere") == "192.0.2.1"
            assert await ask(upstream, "two.elsewhere") == "192.0.2.1"
            assert mute.names == ["one.elsewhere"]
            assert other.names == ["one.elsewhere", "two.elsewhere"]

    asyncio.run(run())


def test_a_lost_question_is_asked_again() -> None:
    """The first one is lost on its way."""
    answers = iter([silent])

    def first_lost(query: dns.message.Message) -> list[bytes]:
        return next(answers, good)(query)

    async def run() -> None:
        async with peers(first_lost) as ((peer,), addresses):
            assert await ask(Upstream(addresses, patience=0.05)) == "192.0.2.1"
            assert len(peer.asked) >= 2

    asyncio.run(run())


def test_one_question_is_asked_once_for_all_who_wait_for_it() -> None:
    """And for those who come later, while the answer lasts."""

    async def run() -> None:
        async with peers(good) as ((peer,), addresses):
            upstream = Upstream(addresses, patience=NEVER, deadline=NEVER)
            waiting = [submit(upstream) for _ in range(20)]
            async with asyncio.timeout(SECONDS):
                replies = await asyncio.gather(*waiting)
            assert await ask(upstream, "WWW.Elsewhere") == "192.0.2.1"
            assert len({reply.id for reply in replies}) > 1
            assert len(peer.asked) == 1

    asyncio.run(run())


def test_a_server_without_edns_is_asked_without() -> None:
    """RFC 6891 section 6.2.2."""

    async def run() -> None:
        async with peers(without_edns) as ((peer,), addresses):
            assert await ask(Upstream(addresses, patience=NEVER, deadline=NEVER)) == "192.0.2.1"
            assert [query.edns for query in peer.asked] == [0, -1]

    asyncio.run(run())


def test_what_is_no_answer_to_the_question_is_passed_over() -> None:
    """A forged or late packet neither answers nor ends the waiting."""

    async def run() -> None:
        async with peers(forged) as ((peer,), addresses):
            assert await ask(Upstream(addresses, patience=NEVER, deadline=NEVER)) == "192.0.2.1"
            assert len(peer.asked) == 1

    asyncio.run(run())


def test_a_flood_is_turned_away() -> None:
    """Those who come when a thousand wait already get SERVFAIL with the cause; the others wait on."""

    async def run() -> None:
        async with peers(silent) as (_, addresses):
            upstream = Upstream(addresses, patience=NEVER, deadline=NEVER)
            waiting = [submit(upstream) for _ in range(1000)]
            turned_away = await submit(upstream)
            assert turned_away.rcode() == dns.rcode.SERVFAIL
            causes = [option.text for option in turned_away.options if isinstance(option, dns.edns.EDEOption)]
            assert causes == ["too many questions are waiting for upstream"]
            assert not any(each.done() for each in waiting)
            upstream.close()

    asyncio.run(run())
