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
from acrdns.serve.upstream import resolvers, unanswered
from acrdns.serve.upstream.ask import Upstream
from acrdns.wire.answering import Answering
from acrdns.wire.upstream import cache
from tests.free_ports import free_address, refusing_tcp
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
        self.ports: list[int] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what is answered over."""
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer, or not."""
        query = dns.message.from_wire(data)
        self.asked.append(query)
        self.ports.append(addr[1])
        for packet in self._answers(query):
            self._transport.sendto(packet, addr)

    @property
    def names(self) -> list[str]:
        """Return the names that were asked for, in lower case."""
        return [str(query.question[0].name).rstrip(".").lower() for query in self.asked]


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
    """Play resolvers, which refuse TCP."""
    loop = asyncio.get_running_loop()
    made = []
    for each in answers:
        held, address = refusing_tcp()
        transport, peer = await loop.create_datagram_endpoint(
            partial(Peer, each), local_addr=(address.host, address.port)
        )
        made.append((transport, peer, address, held))
    try:
        yield [peer for _, peer, _, _ in made], [address for _, _, address, _ in made]
    finally:
        for transport, _, _, held in made:
            transport.close()
            held.close()
        await asyncio.sleep(0)  # closed in the next turn of the loop


async def until(look: Callable[[], bool]) -> None:
    """Let the loop run until it is so."""
    async with asyncio.timeout(SECONDS):
        while not look():  # noqa: ASYNC110 -- what is looked at has no event
            await asyncio.sleep(0.01)


def submit(
    upstream: Upstream, name: str = "www.elsewhere", client: bytes = b"\x7f\x00\x00\x01"
) -> asyncio.Future[dns.message.Message]:
    """Have a client's query passed on; its reply comes in time."""
    got: asyncio.Future[dns.message.Message] = asyncio.get_running_loop().create_future()
    service = Service("hub", Answering(responder()))
    packet = dns.message.make_query(name, "A", use_edns=0).to_wire()
    reply = service.responder.respond(packet, tcp=False, client=client, now=0)
    assert reply is not None
    assert upstream.takes(packet, reply)
    deliver = lambda late: got.set_result(dns.message.from_wire(late))  # noqa: E731
    upstream.submit(service, packet, client, reply, deliver, tcp=False)
    return got


def impatient_once(addresses: list[Address], mute: Peer) -> Upstream:
    """Wait a moment for the answer of a silent resolver, and then for as long as a slow machine may need."""
    upstream = Upstream(addresses, patience=0.05, deadline=NEVER)

    def be_patient(_query: dns.message.Message) -> list[bytes]:
        upstream._resolvers._patience = NEVER
        return []

    mute._answers = be_patient
    return upstream


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
def test_a_failure_is_remembered(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients that try again at once are not passed on, and others are (RFC 9520)."""
    monkeypatch.setattr(cache, "_FAILED", NEVER)  # a slow machine may not try again at once

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
            upstream = impatient_once(addresses, mute)
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


def test_a_system_without_epoll_asks_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each socket is watched by the loop then."""
    monkeypatch.delattr("select.epoll", raising=False)

    async def run() -> None:
        async with peers(silent, good) as ((mute, other), addresses):
            upstream = impatient_once(addresses, mute)
            assert await ask(upstream) == "192.0.2.1"
            assert (len(mute.asked), len(other.asked)) == (1, 1)
            upstream.close()

    asyncio.run(run())


def test_what_is_no_answer_to_the_question_is_passed_over() -> None:
    """A forged or late packet neither answers nor ends the waiting."""

    async def run() -> None:
        async with peers(forged) as ((peer,), addresses):
            assert await ask(Upstream(addresses, patience=NEVER, deadline=NEVER)) == "192.0.2.1"
            assert len(peer.asked) == 1

    asyncio.run(run())


CAUSE = "too many questions are waiting for upstream"


def causes(reply: dns.message.Message) -> list[str | None]:
    """Return the texts of the Extended DNS Errors."""
    return [option.text for option in reply.options if isinstance(option, dns.edns.EDEOption)]


def test_a_flood_is_turned_away() -> None:
    """When a thousand wait, the oldest makes room and gets SERVFAIL with the cause; the others wait on."""

    async def run() -> None:
        async with peers(silent) as (_, addresses):
            upstream = Upstream(addresses, patience=NEVER, deadline=NEVER)
            waiting = [submit(upstream) for _ in range(1001)]
            turned_away = await waiting[0]
            assert turned_away.rcode() == dns.rcode.SERVFAIL
            assert causes(turned_away) == [CAUSE]
            assert not any(each.done() for each in waiting[1:])
            upstream.close()

    asyncio.run(run())


def test_a_flood_of_one_client_takes_nothing_from_another() -> None:
    """Of the busiest client the oldest question makes room, however many names nobody answers."""

    def one_answered(query: dns.message.Message) -> list[bytes]:
        return good(query) if "good" in str(query.question[0].name).lower() else []

    async def run() -> None:
        async with peers(one_answered) as ((peer,), addresses):
            upstream = Upstream(addresses, patience=NEVER, deadline=NEVER)
            flood = [submit(upstream, f"silent{number}.elsewhere") for number in range(600)]
            await until(lambda: len(peer.asked) >= 100)
            other = [submit(upstream, f"good{number}.elsewhere", b"\x7f\0\0\2") for number in range(30)]
            more = [submit(upstream, f"mute{number}.elsewhere") for number in range(600)]
            async with asyncio.timeout(SECONDS):
                replies = await asyncio.gather(*other)
            assert all(reply.answer for reply in replies)
            assert [causes(each.result()) for each in (*flood, *more) if each.done()] == [[CAUSE]] * 730
            assert len(peer.asked) >= 30
            upstream.close()

    asyncio.run(run())


@pytest.fixture
def without_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one question of a silent zone be asked, and no second one for as long as a test may take."""
    for module, name in ((unanswered, "PAUSE"), (unanswered, "SECONDS"), (resolvers, "RECENT_SECONDS")):
        monkeypatch.setattr(module, name, NEVER)


@pytest.mark.usefixtures("without_pause")
def test_names_of_a_silent_zone_take_no_room() -> None:
    """After ten of them no more are asked, and the client hears why at once; names elsewhere are answered."""

    def one_answered(query: dns.message.Message) -> list[bytes]:
        return good(query) if "good" in str(query.question[0].name).lower() else []

    async def run() -> None:
        async with peers(one_answered) as ((peer,), addresses):
            upstream = Upstream(addresses, patience=NEVER)
            turned_away: list[dns.message.Message] = []
            for turn in range(20):  # more than one where the machine sleeps longer than the deadline
                upstream._deadline = 0.3
                mute = [submit(upstream, f"a{number}-{turn}.dead.elsewhere") for number in range(10)]
                upstream._deadline = NEVER
                assert await ask(upstream, f"good{turn}.elsewhere") == "192.0.2.1"
                assert all(reply.rcode() == dns.rcode.SERVFAIL for reply in await asyncio.gather(*mute))
                replies = [submit(upstream, f"b{number}-{turn}.dead.elsewhere") for number in range(100)]
                turned_away = [each.result() for each in replies if each.done()]
                if turned_away:
                    break
            assert len(turned_away) == 99
            assert {tuple(causes(reply)) for reply in turned_away} == {
                ("upstream does not answer names like this one",)
            }
            assert await ask(upstream, "good.living.elsewhere") == "192.0.2.1"
            assert len([name for name in peer.names if name.startswith("b") and f"-{turn}." in name]) == 1
            upstream.close()

    asyncio.run(run())


def test_silence_as_a_whole_makes_no_zone_silent() -> None:
    """Where upstream answers nobody, no zone is to blame, and every name is asked."""

    async def run() -> None:
        async with peers(silent) as ((peer,), addresses):
            upstream = Upstream(addresses, patience=NEVER, deadline=0.2)
            for turn in range(2):
                asked = [submit(upstream, f"a{number}-{turn}.dead.elsewhere") for number in range(20)]
                assert not any(each.done() for each in asked)
                await asyncio.gather(*asked)
            await until(lambda: len(peer.asked) >= 40)
            assert len(peer.asked) == 40
            upstream.close()

    asyncio.run(run())


@pytest.mark.usefixtures("without_pause")
def test_a_flood_of_a_silent_zone_makes_room_for_itself() -> None:
    """Questions that are dropped for others count as well: none of a flood lives until its deadline."""

    def one_answered(query: dns.message.Message) -> list[bytes]:
        return good(query) if "good" in str(query.question[0].name).lower() else []

    async def run() -> None:
        async with peers(one_answered) as ((peer,), addresses):
            upstream = Upstream(addresses, patience=NEVER, deadline=NEVER)
            flood = []
            for number in range(500):
                flood.append(submit(upstream, f"a{number}.dead.elsewhere"))
                if number % 50 == 0:  # the peer's socket does not hold all
                    await until(lambda asked=number: len(peer.asked) > asked)  # type: ignore[misc]
            await asyncio.sleep(0.2)  # so that they are late
            assert await ask(upstream, "good.elsewhere") == "192.0.2.1"
            flood += [submit(upstream, f"b{number}.dead.elsewhere") for number in range(500)]
            said = [causes(each.result()) for each in flood if each.done()]
            assert (
                said.count([CAUSE]) == 12
            )  # for `good`, for ten that show the silence, and for one that is asked then
            assert said.count(["upstream does not answer names like this one"]) == 488
            upstream.close()

    asyncio.run(run())


def test_every_query_has_its_own_id_port_and_letter_case() -> None:
    """A forger who has seen one query knows nothing about the next try (RFC 5452 section 9)."""
    name = "a-long-name-with-many-letters.elsewhere"

    async def run() -> None:
        async with peers(silent, silent) as (asked, addresses):
            upstream = Upstream(addresses, patience=0.02, deadline=NEVER)
            got = submit(upstream, name)
            await until(lambda: sum(len(peer.asked) for peer in asked) >= 6)
            await asyncio.sleep(0.2)  # in which a seventh would be sent
            (flight,) = upstream._flights.values()
            flight._finish()
            assert (await got).rcode() == dns.rcode.SERVFAIL
            queries = [query for peer in asked for query in peer.asked]
            assert len(queries) == 6
            assert len({query.id for query in queries}) == 6
            assert len({str(query.question[0].name) for query in queries}) == 6
            assert {str(query.question[0].name).lower() for query in queries} == {f"{name}."}
            assert len({port for peer in asked for port in peer.ports}) == 6

    asyncio.run(run())


def odd(query: dns.message.Message) -> list[bytes]:
    """Answer with an address, and an error text that is no UTF-8."""
    (right,) = good(query)
    option = b"\0\x0f\0\x06\0\x09\xff\xfeab"
    at = right.index(b"\0\0\x29", 12)
    return [right[: at + 9] + len(option).to_bytes(2, "big") + option]


def test_a_good_answer_with_an_odd_part_is_a_good_answer() -> None:
    """It comes at once, and no further query is sent."""

    async def run() -> None:
        async with peers(odd) as ((peer,), addresses):
            async with asyncio.timeout(SECONDS):
                said = await submit(Upstream(addresses, patience=NEVER, deadline=NEVER))
            assert str(said.answer[0][0]) == "192.0.2.1"
            assert causes(said) == ["\ufffd\ufffdab"]
            assert len(peer.asked) == 1

    asyncio.run(run())


def unreadable(query: dns.message.Message) -> list[bytes]:
    """Answer with a record that is cut."""
    return [good(query)[0][:-13]]


def test_an_unreadable_answer_fails_at_once() -> None:
    """With a cause that says so; the patience would last longer than the test."""

    async def run() -> None:
        async with peers(unreadable) as (_, addresses):
            async with asyncio.timeout(SECONDS):
                said = await submit(Upstream(addresses, patience=NEVER, deadline=NEVER))
            assert said.rcode() == dns.rcode.SERVFAIL
            assert causes(said) == [f"the answer of upstream {addresses[0]} is unreadable"]

    asyncio.run(run())


def evil(query: dns.message.Message) -> list[bytes]:
    """Answer, and say something of a registry in every section."""
    made = dns.message.make_response(query)
    forged = dns.rrset.from_text("contoso.azurecr.io.", 300, "IN", "A", "6.6.6.6")
    made.answer = [forged, dns.rrset.from_text(query.question[0].name, 2**31 - 1, "IN", "A", "192.0.2.1")]
    made.authority = [dns.rrset.from_text("azurecr.io.", 300, "IN", "NS", "evil.elsewhere.")]
    made.additional = [forged]
    return [made.to_wire()]


def test_what_an_answer_says_of_other_names_is_dropped() -> None:
    """In every section; a TTL is no longer than the time for which the answer is remembered."""

    async def run() -> None:
        async with peers(evil) as (_, addresses):
            upstream = Upstream(addresses, patience=NEVER, deadline=NEVER)
            for _ in range(2):  # asked, and remembered
                async with asyncio.timeout(SECONDS):
                    said = await submit(upstream, "evil.elsewhere")
                assert [rrset.to_text() for rrset in said.answer] == ["evil.elsewhere. 86400 IN A 192.0.2.1"]
                assert (said.authority, said.additional) == ([], [])

    asyncio.run(run())


class Tcp:
    """The TCP side of a resolver."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one query."""
        query = dns.message.from_wire(await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big")))
        for packet in self._answers(query):
            writer.write(len(packet).to_bytes(2, "big") + packet)
        writer.close()


def in_lower_case(query: dns.message.Message) -> list[bytes]:
    """Answer with the question in lower case."""
    (right,) = good(query)
    size = len(query.question[0].name.to_digestable())
    return [right[:12] + right[12 : 12 + size].lower() + right[12 + size :]]


@pytest.mark.parametrize(
    ("udp", "tcp", "answer"),
    [
        pytest.param(truncated, good, "192.0.2.1", id="whole over TCP"),
        pytest.param(truncated, truncated, "SERVFAIL", id="truncated over TCP, too"),
        pytest.param(truncated, silent, "SERVFAIL", id="closed without an answer"),
        pytest.param(in_lower_case, in_lower_case, "192.0.2.1", id="loses the letter case"),
        pytest.param(in_lower_case, good, "192.0.2.1", id="forged over UDP"),
    ],
)
def test_tcp_settles_what_udp_leaves_open(udp: Answers, tcp: Answers, answer: str) -> None:
    """Once, and at once."""

    async def run() -> None:
        address = Address(*free_address())  # one port, free for UDP and TCP alike
        async with await asyncio.start_server(Tcp(tcp).serve, address.host, address.port):
            transport, peer = await asyncio.get_running_loop().create_datagram_endpoint(
                partial(Peer, udp), local_addr=(address.host, address.port)
            )
            upstream = Upstream([address], patience=NEVER, deadline=NEVER)
            assert await ask(upstream) == answer
            assert len(peer.asked) == 1
            assert await ask(upstream, "other.elsewhere") == answer
            kept = [str(query.question[0].name) for query in peer.asked][1:]
            assert kept == (["other.elsewhere."] if udp is tcp is in_lower_case else kept)
            transport.close()

    asyncio.run(run())
