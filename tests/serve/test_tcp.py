from __future__ import annotations

import asyncio
import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import dns.message
import pytest

from acrdns.address import Address
from acrdns.names import show
from acrdns.serve import tcp
from acrdns.serve.listen.sockets import bind
from acrdns.serve.service import Served, Service
from acrdns.serve.tcp import TcpLimits, TcpServer
from acrdns.wire.answering import Answering
from tests.serve.running import SECONDS, connected, framed, take
from tests.wire.exchange import big, responder, zone_answerer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.zone.answer import Question, Response


class Clock:
    """Stands for the module `time`: how long clients are idle is what the test says."""

    def __init__(self) -> None:
        self.now = 0.0
        self.time, self.perf_counter_ns = time.time, time.perf_counter_ns

    def monotonic(self) -> float:
        """Return the test's time."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Let the server go by a clock that stands, and look at it often."""
    made = Clock()
    monkeypatch.setattr(tcp, "time", made)
    monkeypatch.setattr(tcp, "_SWEEP_SECONDS", 0.01)
    return made


QUERY = dns.message.make_query("www.example", "A").to_wire()


@contextmanager
def serving(limits: TcpLimits) -> Iterator[tuple[str, int]]:
    """Serve the small zone over TCP, in a thread."""
    bound = bind(Address("127.0.0.1", 0))
    loop = asyncio.new_event_loop()
    ready, ended = threading.Event(), asyncio.Event()

    async def serve() -> None:
        server = TcpServer(None, limits)
        await server.listen(
            bound.tcp, Served(Service("test", Answering(responder(zone_answerer([big("big.example", 100)])))))
        )
        ready.set()
        await ended.wait()
        await server.close()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(SECONDS)
    try:
        yield bound.address.host, bound.address.port
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(SECONDS)
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
        bound.close()


def answered(stream: socket.socket) -> bool:
    """Ask, and tell whether an answer comes."""
    stream.sendall(framed(QUERY))
    return take(stream) is not None


@pytest.mark.parametrize(
    "sent",
    [b"", b"\x00", b"\x00\x30abc", framed(QUERY)[:-1], b"\xff\xff" + bytes(1000)],
    ids=["nothing", "half-a-length", "a-few-octets", "all-but-one", "a-long-beginning"],
)
@pytest.mark.parametrize("asks_first", [False, True])
def test_clients_without_a_whole_query_are_closed(clock: Clock, sent: bytes, asks_first: bool) -> None:
    """Octets alone do not keep a connection open, only whole queries do; then it ends."""
    with serving(TcpLimits(idle_seconds=10.0)) as where, connected(where) as stream:
        if asks_first:
            assert answered(stream)
        clock.now = 9.0
        stream.sendall(sent)
        with connected(where) as other:
            assert answered(other)  # the server has taken both in
            clock.now = 18.0 if asks_first else 20.0
            assert take(stream) is None
            assert answered(other) is asks_first


def test_a_client_that_dribbles_is_closed() -> None:
    """An octet now and then is not a query."""
    with serving(TcpLimits(idle_seconds=0.2)) as where, connected(where) as stream:
        stream.settimeout(0.02)
        ended = False
        for _ in range(1000):
            try:
                stream.sendall(b"\x01")
                ended = not stream.recv(1)
            except TimeoutError:
                continue
            except ConnectionError:
                ended = True
            if ended:
                break
        assert ended


def test_a_client_that_does_not_read_is_closed() -> None:
    """Whoever asks and never takes the answers is let go after a while, not kept for ever."""
    many = framed(dns.message.make_query("big.example", "TXT").to_wire()) * 100_000
    with (
        serving(TcpLimits(idle_seconds=0.3)) as where,
        connected(where) as stream,
        pytest.raises(ConnectionError),
    ):
        stream.sendall(many * 10)


def test_large_answers_of_one_client_do_not_hold_up_another() -> None:
    """Two clients ask at the same time, one a hundred times: it has no more than its turn before the other has its."""
    large = framed(dns.message.make_query("big.example", "TXT").to_wire()) * 100
    order: list[str] = []
    asked = asyncio.Event()
    answer = zone_answerer([big("big.example", 100)])

    def noting(question: Question) -> Response:
        order.append(show(question.name))
        if order[-1] == "www.example":
            asked.set()
        return answer(question)

    async def ask() -> None:
        bound = bind(Address("127.0.0.1", 0))
        where = bound.address.host, bound.address.port
        server = TcpServer()
        with connected(where) as first, connected(where) as second:
            await server.listen(bound.tcp, Served(Service("test", Answering(responder(noting)))))
            await asyncio.sleep(0.05)  # both are accepted
            first.sendall(large)
            second.sendall(framed(QUERY))
            await asked.wait()
            await server.close()
            await asyncio.sleep(0)
        bound.close()

    asyncio.run(asyncio.wait_for(ask(), SECONDS))
    assert order.count("big.example") < 10


def test_answers_that_wait_for_a_client_are_few() -> None:
    """A client that asks for much and reads nothing has a few of its queries answered, and all once it reads."""
    count = 300
    large = framed(dns.message.make_query("big.example", "TXT").to_wire()) * count
    with serving(TcpLimits()) as where, connected(where) as stream:
        stream.sendall(large)
        stream.shutdown(socket.SHUT_WR)
        for _ in range(count):
            assert len(take(stream) or b"") > 20_000
        assert take(stream) is None


def test_a_busy_client_is_not_closed(clock: Clock) -> None:
    """The time counts from the last whole query."""
    with serving(TcpLimits(idle_seconds=10.0)) as where, connected(where) as idle, connected(where) as busy:
        for clock.now in (0.0, 6.0, 12.0):
            assert answered(busy)
        assert take(idle) is None
        assert answered(busy)


def test_the_quietest_makes_room() -> None:
    """One connection too many ends the one that has been quiet longest, not the newest and not the busy one."""
    with serving(TcpLimits(connections=3)) as where, connected(where) as first, connected(where) as second:
        assert answered(first)
        assert answered(second)
        assert answered(first)
        with connected(where) as third, connected(where) as fourth:
            assert answered(third)
            assert answered(fourth)
            assert take(second) is None
            assert answered(first)
            assert answered(third)
