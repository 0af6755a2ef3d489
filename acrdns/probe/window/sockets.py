"""The sockets of a `Window`: they send and receive, and decide nothing."""

from __future__ import annotations

import os
import selectors
import socket
import struct
import time
from functools import partial
from itertools import cycle, repeat
from typing import TYPE_CHECKING

from acrdns.probe.window.flight import MOST
from acrdns.probe.window.stream import Stream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from acrdns.probe.resolver import Resolver, ResolverAddress
    from acrdns.probe.window.window import Batch, Window

PORTS = 4
"""Source ports per server, chosen by the system: harder to guess, and spread over the server's workers."""

_DATAGRAM = 4096
"""Octets to read per datagram: more than the query offers."""
_AT_ONCE = 2048
TURN = 0.5
"""Seconds that a turn waits at most where somebody is to be called after it."""


def identifiers() -> Iterator[bytes]:
    """Yield unpredictable query IDs without end (RFC 5452 section 9.2)."""
    cut = struct.Struct("2s" * _AT_ONCE)
    while True:
        yield from cut.unpack(os.urandom(cut.size))


def exchange(window: Window, resolver: Resolver, after: Callable[[], None] | None = None) -> None:
    """Send and receive until every question of the window has ended; call `after` once per turn, at least each TURN."""
    if any(server.transport == "https" for server in resolver.servers):
        from acrdns.probe.window.https import exchange_over_https

        exchange_over_https(window, resolver, after)
        return
    with selectors.DefaultSelector() as selector:
        opened = partial(_opened, insecure=resolver.insecure)
        lines = [_Line(number, server, window, selector, opened) for number, server in enumerate(resolver.servers)]
        try:
            while not window.idle:
                _turn(window, lines, selector, TURN if after else None)
                if after:
                    after()
        finally:
            for line in lines:
                line.close()


def _turn(
    window: Window, lines: Sequence[_Line], selector: selectors.BaseSelector, longest: float | None = None
) -> None:
    """Send what the window allows, wait, no longer than so many seconds, and hand over what arrived."""
    for batch in window.requests(time.monotonic()):
        lines[batch.lane].send(batch)
    wake = window.wake()
    if wake is not None:
        patience = max(0.0, wake - time.monotonic())
        for key, _ in selector.select(patience if longest is None else min(patience, longest)):
            key.data(key.fileobj)
    for number in window.expire(time.monotonic()):
        lines[number].hang_up()


def _opened(server: ResolverAddress, *, insecure: bool) -> Stream:
    """Return a connection to a server, whose handshake is still to come."""
    if server.transport == "tls":
        from acrdns.probe.window.tls import TlsStream, context

        return TlsStream(server.address, server.port, server.host, context(insecure=insecure, protocols=("dot",)))
    return Stream(server.address, server.port)


class _Line:
    """The sockets to one server."""

    def __init__(
        self,
        number: int,
        server: ResolverAddress,
        window: Window,
        selector: selectors.BaseSelector,
        opened: Callable[[ResolverAddress], Stream],
    ) -> None:
        self._number = number
        self._opened = opened
        self._server = server
        self._window = window
        self._selector = selector
        self._ports: list[socket.socket] = []
        self._turns = cycle(range(PORTS))
        self._stream: Stream | None = None

    def send(self, batch: Batch) -> None:
        if batch.tcp:
            self._send_over_tcp(batch.queries)
            return
        try:
            send = self._port().send
            for query in batch.queries:
                send(query)
        except BlockingIOError:
            return  # the send buffer is full: the rest is lost like any datagram, and will be repeated
        except OSError as error:
            self._window.unreachable(self._number, _reason(error), time.monotonic())

    # --- UDP ----------------------------------------------------------------------------------------------------------

    def _port(self) -> socket.socket:
        turn = next(self._turns)
        if turn == len(self._ports):
            # Connected: only a connected socket gets the ICMP error of a closed port.
            sock = socket.socket(socket.AF_INET6 if ":" in self._server.address else socket.AF_INET, socket.SOCK_DGRAM)
            self._ports.append(sock)
            sock.settimeout(0)
            sock.connect((self._server.address, self._server.port))
            self._selector.register(sock, selectors.EVENT_READ, self._receive)
        return self._ports[turn]

    def _receive(self, sock: socket.socket) -> None:
        now = time.monotonic()
        messages: list[bytes] = []
        failure = None
        try:
            # `extend` keeps what it got before the BlockingIOError; the rest of a flood waits for the next turn.
            messages.extend(map(sock.recv, repeat(_DATAGRAM, MOST)))
        except BlockingIOError:
            pass
        except OSError as error:
            failure = error
        self._window.received(self._number, messages, now)
        if failure:
            self._window.unreachable(self._number, _reason(failure), now)

    # --- TCP ----------------------------------------------------------------------------------------------------------

    def _send_over_tcp(self, queries: Sequence[bytes]) -> None:
        try:
            if self._stream is None:
                self._stream = self._opened(self._server)
                self._selector.register(self._stream.sock, self._stream.events, self._serve)
            self._stream.send(queries)
            self._selector.modify(self._stream.sock, self._stream.events, self._serve)
        except OSError as error:
            self._end(_reason(error))

    def _serve(self, _: socket.socket) -> None:
        stream = self._stream
        assert stream is not None
        try:
            stream.flush()
            for octets in stream.receive():
                self._window.received(self._number, (octets,), time.monotonic(), tcp=True)
            self._selector.modify(stream.sock, stream.events, self._serve)
        except (OSError, EOFError) as error:
            self._end(_reason(error))

    def _end(self, reason: str) -> None:
        answers = self._stream.answers if self._stream else 0
        self.hang_up()
        self._window.closed(self._number, reason, time.monotonic(), answers=answers)

    def hang_up(self) -> None:
        """Close the TCP connection; the next query opens another."""
        if self._stream:
            self._selector.unregister(self._stream.sock)
            self._stream.close()
            self._stream = None

    def close(self) -> None:
        self.hang_up()
        for sock in self._ports:
            sock.close()


def _reason(error: Exception) -> str:
    if why := getattr(error, "verify_message", ""):
        return f"its certificate is not to be trusted: {why}; --insecure asks all the same"
    return (getattr(error, "strerror", "") or "the connection was closed").lower()
