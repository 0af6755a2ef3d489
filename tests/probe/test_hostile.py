"""A network at its worst, over real sockets: every answer is right all the same."""

from __future__ import annotations

import random
import socket
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING

import dns.message

from acrdns.probe.ask import observe
from acrdns.probe.observation import Outcome
from acrdns.probe.resolver import Resolver, ResolverAddress
from tests.probe.scripted import reply

if TYPE_CHECKING:
    from collections.abc import Iterator

COUNT = 400
FORGED = b"\x06\x06\x06\x06"


@contextmanager
def hostile() -> Iterator[ResolverAddress]:
    """Answer rN with 10.0.0.N or thereabouts: one query in twenty is lost, answers are held back, shuffled and doubled.

    Before each comes a forged one from another address, one with another ID, and one for another name.
    """
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other,
    ):
        server.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.2", 0))
        thread = Thread(target=_serve, args=(server, other), daemon=True)
        thread.start()
        port = server.getsockname()[1]
        try:
            yield ResolverAddress("127.0.0.1", port)
        finally:
            other.sendto(b"", ("127.0.0.1", port))
            thread.join()


def _serve(server: socket.socket, other: socket.socket) -> None:
    chance = random.Random(1)
    held: list[tuple[bytes, tuple[str, int]]] = []
    server.settimeout(0.02)
    while True:
        try:
            octets, client = server.recvfrom(4096)
        except TimeoutError:
            _let_go(held, server, chance)  # nobody asks any more: what is held back comes late, but comes
            continue
        if not octets:
            return
        if chance.random() < 0.05:
            continue
        right = _answer(dns.message.from_wire(octets))
        forged = right[:-15] + FORGED + right[-11:]  # the address stands before an empty OPT record
        other.sendto(forged, client)
        server.sendto(bytes((forged[0] ^ 1,)) + forged[1:], client)
        server.sendto(forged[:13] + b"x" + forged[14:], client)
        held.append((right, client))
        if len(held) > 5 or chance.random() < 0.3:
            _let_go(held, server, chance)


def _let_go(held: list[tuple[bytes, tuple[str, int]]], server: socket.socket, chance: random.Random) -> None:
    """Send what was held back, in any order, and some of it twice."""
    chance.shuffle(held)
    for answer in held:
        for _ in range(1 + (chance.random() < 0.2)):
            server.sendto(*answer)
    held.clear()


def _answer(query: dns.message.Message) -> bytes:
    name = query.question[0].name.to_text()
    number = int(name[1:].partition(".")[0])
    records = [f"{name} 10 IN A {address(number)}"] if query.question[0].rdtype == 1 else []
    return reply(query, *records).to_wire()


def address(number: int) -> str:
    """Return the right address of rN."""
    return f"10.0.{number // 256}.{number % 256}"


def test_all_are_observed_rightly_where_the_network_loses_doubles_swaps_and_forges() -> None:
    """None is missing, and none has a forged address."""
    with hostile() as server:
        observed = observe([f"r{n}.azurecr.io" for n in range(COUNT)], Resolver((server,), timeout=0.5, retries=100))
    assert [o.addresses for o in observed] == [(address(number),) for number in range(COUNT)]
    assert {o.outcome for o in observed} == {Outcome.ANSWER}
    assert {o.ipv6_outcome for o in observed} == {Outcome.NODATA}
