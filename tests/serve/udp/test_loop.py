from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import ExitStack, closing, contextmanager, suppress
from typing import TYPE_CHECKING, cast

import dns.message
import pytest

from acrdns.address import Address
from acrdns.serve.listen.sockets import bind
from acrdns.serve.service import Served, Service
from acrdns.serve.udp import loop, mmsg
from acrdns.serve.udp.datagrams import Listener
from acrdns.wire.answering import Answering
from tests.serve.running import SECONDS
from tests.wire.exchange import responder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from acrdns.serve.upstream.ask import Upstream

pytestmark = pytest.mark.parametrize(
    "batches",
    [
        pytest.param(True, marks=pytest.mark.skipif(not mmsg.AVAILABLE, reason="no recvmmsg here"), id="batches"),
        pytest.param(False, id="one-by-one"),
    ],
)


@contextmanager
def serving(*hosts: str, batches: bool, upstream: Upstream | None = None) -> Iterator[list[Address]]:
    """Serve the small zone on a free port of each host, in a thread."""
    bound = [bind(Address(host, 0)) for host in hosts]
    listeners = [
        Listener(
            each.udp[0],
            Served(Service(host, Answering(responder()), upstream=upstream)),
            each.address.is_ipv6,
            each.address.is_wildcard,
        )
        for host, each in zip(hosts, bound, strict=True)
    ]
    with ExitStack() as end:
        for each in bound:
            end.callback(each.close)
        end.enter_context(running(listeners, batches=batches))
        yield [each.address for each in bound]


@contextmanager
def running(listeners: list[Listener], *, batches: bool) -> Iterator[None]:
    """Answer on sockets in a thread, and see that it ends when it is told to."""
    reader, writer = os.pipe()
    thread = threading.Thread(target=loop.run, args=(listeners, reader), kwargs={"batches": batches})
    thread.start()
    try:
        yield
    finally:
        os.close(writer)
        thread.join(SECONDS)
        os.close(reader)
    assert not thread.is_alive()


@contextmanager
def client(host: str, port: int) -> Iterator[socket.socket]:
    """Return a socket that takes datagrams from nobody else."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.settimeout(SECONDS)
        made.connect((host, port))
        yield made


def query(name: str = "www.example", ident: int = 1) -> bytes:
    """Write a query."""
    return dns.message.make_query(name, "A", id=ident).to_wire()


@pytest.mark.parametrize(
    ("bound", "asked"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("0.0.0.0", "127.0.0.1"),
        ("0.0.0.0", "127.0.0.2"),
        ("0.0.0.0", "127.1.2.3"),
        ("::", "::1"),
    ],
)
def test_answers_come_from_the_address_that_was_asked(batches: bool, bound: str, asked: str) -> None:
    """Also on a socket that is bound to all addresses; a connected client would not see any other."""
    with serving(bound, batches=batches) as (address,), client(asked, address.port) as asker:
        for ident in range(3):
            asker.send(query(ident=ident))
            assert dns.message.from_wire(asker.recv(4096)).id == ident


def test_several_sockets(batches: bool) -> None:
    """One loop serves all of them, of all kinds."""
    hosts = ("127.0.0.1", "127.0.0.1", "::1", "0.0.0.0", "::")
    with serving(*hosts, batches=batches) as addresses:
        for address in addresses:
            host = "::1" if address.is_ipv6 else "127.0.0.1"
            with client(host, address.port) as asker:
                asker.send(query())
                assert dns.message.from_wire(asker.recv(4096)).answer


def test_a_batch_of_everything(batches: bool) -> None:
    """Hits, misses, other spellings, garbage and what is not answered, all at once: each gets its own answer or none."""
    silent = [b"", b"x", b"\x00\x01\x80\x00" + bytes(8)]
    names = ["www.example", "WWW.example", "wwW.exAmple", "no.example", "NO.example", "alias.example"]
    packets = [query(name, ident) for ident, name in enumerate(names * 30, 1)]
    garbage = [bytes((0xFF, number)) + bytes(10) for number in range(20)]
    with serving("127.0.0.1", batches=batches) as (address,), client("127.0.0.1", address.port) as asker:
        asker.send(query("www.example", 0))
        asker.recv(4096)
        for number, packet in enumerate(packets):
            asker.send(silent[number % 3])
            asker.send(packet)
            if number < len(garbage):
                asker.send(garbage[number])
        received = [asker.recv(4096) for _ in range(len(packets) + len(garbage))]
        asker.settimeout(0)
        with pytest.raises(BlockingIOError):
            asker.recv(4096)
    by_id = {int.from_bytes(packet[:2], "big"): packet for packet in received}
    assert len(by_id) == len(received)
    for ident, name in enumerate(names * 30, 1):
        message = dns.message.from_wire(by_id[ident])
        assert message.question[0].name.to_text(omit_final_dot=True) == name
        assert bool(message.answer) is (name.lower() != "no.example")
    assert all(by_id[0xFF00 + number][3] & 0xF == 1 for number in range(20))


def test_datagrams_larger_than_a_slot(batches: bool) -> None:
    """They are malformed like any other, and what comes after them is answered."""
    with serving("127.0.0.1", batches=batches) as (address,), client("127.0.0.1", address.port) as asker:
        asker.send(query(ident=7) + bytes(60000))
        asker.send(query(ident=8))
        answers = [dns.message.from_wire(asker.recv(4096)) for _ in range(2)]
        assert [(answer.id, int(answer.rcode())) for answer in answers] == [(7, 1), (8, 0)]


def test_answers_that_cannot_be_delivered(batches: bool) -> None:
    """Clients that are gone when the answer comes do no harm to others."""
    with serving("127.0.0.1", batches=batches) as (address,), client("127.0.0.1", address.port) as asker:
        for ident in range(200):
            with client("127.0.0.1", address.port) as gone:
                gone.send(query(ident=ident))
            asker.send(query(ident=ident))
            assert dns.message.from_wire(asker.recv(4096)).id == ident


class Later:
    """Stands for upstream: a query is answered when the next one has come."""

    def __init__(self) -> None:
        self._waiting: list[tuple[bytes, Callable[[bytes], None]]] = []

    def takes(self, packet: bytes, reply: bytes) -> bool:  # noqa: ARG002 -- all do
        """Tell that a query leads out."""
        return True

    def submit(
        self,
        _service: Service,
        packet: bytes,
        _client: bytes,
        _reply: bytes,
        deliver: Callable[[bytes], None],
        *,
        tcp: bool,
    ) -> None:
        """Answer those that have come before."""
        assert not tcp
        for earlier, late in self._waiting:
            late(earlier + b"late")
        self._waiting = [(packet, deliver)]


@pytest.mark.parametrize(
    ("bound", "asked"), [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.1.2.3"), ("::1", "::1"), ("::", "::1")]
)
def test_answers_that_come_later_go_to_whoever_asked_from_where_it_asked(batches: bool, bound: str, asked: str) -> None:
    """Another datagram has come meanwhile, and its address is not taken for theirs."""
    with (
        serving(bound, batches=batches, upstream=cast("Upstream", Later())) as (address,),
        client(asked, address.port) as first,
        client(asked, address.port) as second,
    ):
        first.send(query(ident=1))
        second.send(query(ident=2))
        assert first.recv(4096) == query(ident=1) + b"late"


def test_a_reload_is_one_assignment(batches: bool) -> None:
    """A new service on the served answers the next batch, with a cache of its own."""
    bound = bind(Address("127.0.0.1", 0))
    served = Served(Service("old", Answering(responder())))
    listener = Listener(bound.udp[0], served, ipv6=False, wildcard=False)
    with closing(bound), running([listener], batches=batches), client("127.0.0.1", bound.address.port) as asker:
        for service, flags in (
            (served.service, 0x8500),
            (Service("new", Answering(responder(authoritative=False))), 0x8580),
        ):
            served.service = service
            asker.send(query())
            assert int.from_bytes(asker.recv(4096)[2:4], "big") == flags
        assert len(served.service.answering.remembered) == 1


def test_spellings_and_types_that_look_like_letters_are_hits(batches: bool) -> None:
    """Whatever came before: the name in any letter case, and type 65, an A that lower case would take for type 97."""
    questions = [("www.example", "A"), ("www.example", "HTTPS"), ("wWw.example", "A"), ("WWW.EXAMPLE", "A")]
    order = [questions[number % 4] for step in (1, 3, 2) for number in range(0, 4 * step, step)]
    bound = bind(Address("127.0.0.1", 0))
    service = Service("somewhere", Answering(responder()))
    listener = Listener(bound.udp[0], Served(service), ipv6=False, wildcard=False)
    with closing(bound), running([listener], batches=batches), client("127.0.0.1", bound.address.port) as asker:
        for asked in (*questions[:2], *order):
            name, kind = asked
            asker.send(dns.message.make_query(name, kind).to_wire())
            reply = dns.message.from_wire(asker.recv(4096))
            assert (reply.question[0].name.to_text(omit_final_dot=True), bool(reply.answer)) == (name, kind == "A")
    assert (service.answering.remembered.misses, service.answering.remembered.hits) == (2, len(order))


def test_it_stops_while_it_is_asked(batches: bool) -> None:
    """There is always another query, and still a look at whether to stop; how `serving` ends says that it has."""
    stopped = threading.Event()

    def ask(asker: socket.socket) -> None:
        while not stopped.wait(0.001):
            with suppress(ConnectionRefusedError):
                asker.send(query())

    with ExitStack() as end, serving("127.0.0.1", batches=batches) as (address,):
        asker = end.enter_context(client("127.0.0.1", address.port))
        sender = threading.Thread(target=ask, args=(asker,))
        sender.start()
        end.callback(sender.join, SECONDS)
        end.callback(stopped.set)
        assert dns.message.from_wire(asker.recv(4096)).answer


def test_a_gap_between_queries(batches: bool) -> None:
    """A loop that waits in its socket gives up after a while; what comes then is answered all the same."""
    with serving("127.0.0.1", batches=batches) as (address,), client("127.0.0.1", address.port) as asker:
        for ident in range(4):
            asker.send(query(ident=ident))
            assert dns.message.from_wire(asker.recv(4096)).id == ident
            time.sleep(0.03 * (ident % 2))
