"""A UDP loop in a thread, over services that a test makes itself."""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING
from unittest import mock

from acrdns.address import Address
from acrdns.names import wire
from acrdns.serve.listen.sockets import bind
from acrdns.serve.service import Served
from acrdns.serve.udp import gate, loop
from acrdns.serve.udp.datagrams import Listener
from tests.serve.running import SECONDS
from tests.wire.strategies import OPT, query

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from acrdns.serve.service import Service

IN_FLIGHT = 64
"""Datagrams that are sent at once; a socket's buffer holds them all."""
LAST = query(0xFFFF, 0x0100, wire("last.corp.example"), 1, OPT)
"""Ends an exchange, by its ID."""
CLOCK = SimpleNamespace(
    time=lambda: 1_800_000_000, monotonic_ns=time.monotonic_ns, perf_counter_ns=time.perf_counter_ns
)
"""A server cookie holds the second in which it was made (RFC 9018 section 4.3): replies of two seconds would differ."""


@contextmanager
def answering(services: Sequence[Service], *, batches: bool = True) -> Iterator[list[socket.socket]]:
    """Answer on a socket for each service, always in the same second, and yield a client connected to each."""
    bound = [bind(Address("127.0.0.1", 0)) for _ in services]
    listeners = [
        Listener(each.udp[0], Served(service), ipv6=False, wildcard=False)
        for each, service in zip(bound, services, strict=True)
    ]
    clients = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in services]
    reader, writer = os.pipe()
    thread = threading.Thread(target=loop.run, args=(listeners, reader), kwargs={"batches": batches})
    stopped = mock.patch.object(gate, "time", CLOCK)
    stopped.start()
    thread.start()
    try:
        for client, each in zip(clients, bound, strict=True):
            client.connect(("127.0.0.1", each.address.port))
            client.settimeout(SECONDS)
        yield clients
    finally:
        os.close(writer)
        thread.join(SECONDS)
        stopped.stop()
        os.close(reader)
        for client, each in zip(clients, bound, strict=True):
            client.close()
            each.close()
        assert not thread.is_alive()


def exchange(client: socket.socket, packets: Sequence[bytes], count: int) -> list[bytes]:
    """Send datagrams together, and return the so many replies that come, sorted. Fails if more come, or fewer."""
    for packet in packets:
        client.send(packet)
    found = [client.recv(65535) for _ in range(count)]
    client.send(LAST)
    assert client.recv(65535)[:2] == LAST[:2]
    return sorted(found)


def exchange_in_order(client: socket.socket, packets: Sequence[bytes]) -> list[bytes]:
    """Send datagrams together to a server that replies in their order, and return all replies, sorted."""
    for packet in (*packets, LAST):
        client.send(packet)
    found = []
    while (reply := client.recv(65535))[:2] != LAST[:2]:
        found.append(reply)
    return sorted(found)
