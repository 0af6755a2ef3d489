"""TCP (RFC 7766): many connections in one asyncio loop, many queries in one read, answers in the order of the queries.

A connection that has not brought a whole query for a while is closed, whether it says nothing, sends drop by drop or
does not read its answers. Where there are too many, the one that has been quiet longest makes room: idle clients never
keep others out.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from typing import TYPE_CHECKING

from acrdns.serve.listen.sockets import BACKLOG, MOST_CONNECTIONS
from acrdns.serve.service import PENDING
from acrdns.wire.clients.allowed import Allowed

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

    from acrdns.serve.observe.querylog import LogPipe
    from acrdns.serve.service import Pending, Served

IDLE_SECONDS = 10.0
"""RFC 7766 section 6.2.3 leaves it to the server: a few seconds."""
_SWEEP_SECONDS = 1.0
_READ = 16384
"""Octets read at a time: so much work is done for one client before the next one's turn."""
_WRITE_HIGH = 65536
"""Octets of unread answers at which a client's queries are left waiting."""
_LENGTH = 2


@dataclass(frozen=True, slots=True)
class TcpLimits:
    """The limits of a client."""

    idle_seconds: float = IDLE_SECONDS
    connections: int = MOST_CONNECTIONS


class TcpServer:
    """All TCP listeners of a server; lives in a running asyncio loop."""

    def __init__(
        self, log: LogPipe | None = None, limits: TcpLimits | None = None, allowed: Allowed | None = None
    ) -> None:
        self.log = log
        self.allowed = allowed
        self.limits = limits or TcpLimits()
        self.buffer = bytearray(_READ)
        """Where every connection reads into: what it holds is worked off before the next read."""
        self._open: OrderedDict[Connection, None] = OrderedDict()
        self._listeners: list[asyncio.Server] = []
        self._sweeper: asyncio.TimerHandle | None = None

    async def listen(self, bound: socket.socket, served: Served) -> None:
        """Serve a bound socket."""
        loop = asyncio.get_running_loop()
        self._listeners.append(await loop.create_server(lambda: Connection(self, served), sock=bound, backlog=BACKLOG))
        if self._sweeper is None:
            self._sweep()

    async def close(self) -> None:
        """Stop listening, and close every connection once its answers are sent."""
        if self._sweeper is not None:
            self._sweeper.cancel()
        for listener in self._listeners:
            listener.close()
        for connection in list(self._open):
            connection.end()

    def opened(self, connection: Connection) -> None:
        """Take a connection in; the quietest goes if there are too many."""
        self._open[connection] = None
        if len(self._open) > self.limits.connections:
            quietest, _ = self._open.popitem(last=False)
            quietest.abort()

    def asked(self, connection: Connection) -> None:
        """Note that a connection has brought a query."""
        if connection in self._open:
            self._open.move_to_end(connection)

    def closed(self, connection: Connection) -> None:
        """Let a connection go."""
        self._open.pop(connection, None)

    def _sweep(self) -> None:
        oldest = time.monotonic() - self.limits.idle_seconds
        while self._open:
            quietest = next(iter(self._open))
            if quietest.last_query > oldest:
                break
            self.closed(quietest)
            quietest.abort()
        wait = min(_SWEEP_SECONDS, self.limits.idle_seconds / 4)
        self._sweeper = asyncio.get_running_loop().call_later(wait, self._sweep)


class Connection(asyncio.BufferedProtocol):
    """One client."""

    def __init__(self, server: TcpServer, served: Served) -> None:
        self._server = server
        self._served = served
        self._transport: asyncio.Transport
        self._client = b""
        self._port = 0
        self._refused = False
        """Whether it may not ask."""
        self._rest = b""
        """Octets not answered yet: the beginning of a query, or those behind one whose answer is being sent."""
        self._stream: Iterator[bytes] | None = None
        """The rest of the zone transfer that is being sent."""
        self._turn: asyncio.Handle | None = None
        """When its next message is sent."""
        self._full = False
        """Whether the client has to read before it gets more."""
        self._half_closed = False
        self._waiting = 0
        """Queries that upstream has been asked."""
        self.last_query = time.monotonic()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the client in."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.set_write_buffer_limits(high=_WRITE_HIGH)
        peer = transport.get_extra_info("peername")
        if not peer:  # it is gone already
            transport.abort()
            return
        self._client, self._port = ip_address(peer[0].partition("%")[0]).packed, peer[1]
        self._refused = self._server.allowed is not None and not self._server.allowed.takes(self._client)
        self._server.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 -- how it ended does not matter
        """Let the client go."""
        self._stream = None
        self._server.closed(self)

    def get_buffer(self, sizehint: int) -> bytearray:  # noqa: ARG002 -- the size is ours to choose
        """Return the room to read into."""
        return self._server.buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Answer every whole query that has come."""
        self._rest += self._server.buffer[:nbytes]
        if self._stream is None:
            self._work()

    def _work(self) -> None:
        """Answer the queries that are there, up to one whose answer is a stream."""
        data = self._rest
        replies = []
        position = 0
        while position + _LENGTH <= len(data) and self._stream is None:
            end = position + _LENGTH + int.from_bytes(data[position : position + _LENGTH], "big")
            if end > len(data):
                break
            replies.append(self._answer(bytes(data[position + _LENGTH : end])))
            position = end
        self._rest = bytes(data[position:])
        if position:
            self.last_query = time.monotonic()
            self._server.asked(self)
        if self._server.log is not None:
            self._server.log.flush()
        if not self._transport.is_closing():
            self._transport.write(b"".join(replies))
            if self._stream is not None:
                self._transport.pause_reading()
                self._go_on()

    def _answer(self, packet: bytes) -> bytes:
        meter = self._served.meter
        started = time.perf_counter_ns()
        reply = Allowed.refuse(packet) if self._refused else self._reply(packet)
        if meter is not None:
            meter.row.time(time.perf_counter_ns() - started)
        if reply is PENDING:
            return b""
        if meter is not None:
            meter.row.count(packet, reply)
        self._note(packet, reply or b"")
        return _framed(reply)

    def _note(self, packet: bytes, reply: bytes) -> None:
        if self._server.log is not None:
            self._server.log.note(self._served.service.vantage, "tcp", self._client, self._port, packet, reply)

    def _reply(self, packet: bytes) -> bytes | Pending | None:
        """Return the reply, or the first message of a transfer; `PENDING` if upstream was asked."""
        service = self._served.service
        self._stream = service.responder.transfer(packet, client=self._client, clock=_now)
        if self._stream is None:
            reply = service.responder.respond(packet, tcp=True, client=self._client, now=_now())
            return self._pass_on(packet, reply) if service.upstream is not None else reply
        if self._served.meter is not None:
            self._stream = self._served.meter.row.transfer(packet, self._stream)
        return self._next()

    def _pass_on(self, packet: bytes, reply: bytes | None) -> bytes | Pending | None:
        """Have a refused name asked upstream; its answer comes when it comes (RFC 7766 section 6.2.1.1)."""
        service = self._served.service
        if service.upstream is None or reply is None or not service.upstream.takes(packet, reply):
            return reply
        self._waiting += 1
        service.upstream.submit(service, packet, self._client, reply, partial(self._late, packet), tcp=True)
        return PENDING

    def _late(self, packet: bytes, reply: bytes) -> None:
        """Send what upstream has answered."""
        self._waiting -= 1
        if self._served.meter is not None:
            self._served.meter.late.count(packet, reply)
        self._note(packet, reply)
        if self._server.log is not None:
            self._server.log.flush()
        if self._transport.is_closing():
            return
        self._transport.write(_framed(reply))
        if self._half_closed and not self._waiting and self._stream is None:
            self._transport.close()

    def _go_on(self) -> None:
        """Have the next message of a transfer sent when everybody else has had a turn, and the client takes more."""
        if self._turn is None and self._stream is not None and not self._full:
            self._turn = asyncio.get_running_loop().call_soon(self._send)

    def _send(self) -> None:
        self._turn = None
        if self._stream is None or self._transport.is_closing():
            return
        message = self._next()
        if message is not None:
            self._transport.write(_framed(message))
            self.last_query = time.monotonic()
            self._server.asked(self)
            self._go_on()
        elif self._half_closed and not self._waiting:
            self._transport.close()
        else:
            self._transport.resume_reading()
            self._work()

    def _next(self) -> bytes | None:
        """Return the next message of the transfer; None at its end. A stream that cannot go on ends the connection."""
        assert self._stream is not None
        try:
            message = next(self._stream, None)
        except Exception:  # noqa: BLE001 -- the responder has complained; a transfer that is cut is never taken for whole
            self._transport.abort()
            message = None
        if message is None:
            self._stream = None
        return message

    def pause_writing(self) -> None:
        """Leave the client's queries waiting until it reads its answers."""
        self._full = True
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        """Go on."""
        self._full = False
        if self._stream is None:
            self._transport.resume_reading()
        self._go_on()

    def eof_received(self) -> bool:
        """Close once the answers are sent: whoever closes its half still gets them."""
        self._half_closed = True
        return self._stream is not None or self._waiting > 0

    def end(self) -> None:
        """Close once the answers are sent."""
        self._transport.close()

    def abort(self) -> None:
        """Close now."""
        self._transport.abort()


def _now() -> int:
    return int(time.time())


def _framed(message: bytes | None) -> bytes:
    return b"" if not message else len(message).to_bytes(_LENGTH, "big") + message
