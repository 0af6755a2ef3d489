"""TCP (RFC 7766): many connections in one asyncio loop, many queries in one read, answers in the order of the queries.

A connection that has not brought a whole query for a while is closed, whether it says nothing, sends drop by drop or
does not read its answers. If there are too many, the connection that has been quiet longest makes room: idle clients
never keep others out.
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
_TAKEN = 64
"""Connections that are taken at a time."""
_READ = 16384
"""Octets read at a time: so much work is done for one client before the next one's turn."""
_WRITE_HIGH = 65536
"""Octets of unread answers at which a client's queries are left waiting."""
_TURN = 65536
"""Octets of answers for one client before other clients have their turn."""
_COST = 512
"""Octets that a query counts for besides its answer: small answers take time, too."""
_LENGTH = 2


@dataclass(frozen=True, slots=True)
class TcpLimits:
    """How long a client may be idle, and how many connections there may be."""

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
        # asyncio takes up to `backlog` connections before any of them can make another one go.
        taken = _TAKEN if self.limits.connections == MOST_CONNECTIONS else 1
        self._listeners.append(await loop.create_server(lambda: Connection(self, served), sock=bound, backlog=taken))
        bound.listen(BACKLOG)
        if self._sweeper is None:
            self._sweep()

    async def close(self) -> None:
        """Stop listening, and close every connection once its answers are sent."""
        if self._sweeper is not None:
            self._sweeper.cancel()
        for listener in self._listeners:
            listener.close()
        for connection in list(self._open):
            connection.transport.close()

    def opened(self, connection: Connection) -> None:
        """Take a connection in; the quietest goes if there are too many."""
        self._open[connection] = None
        if len(self._open) > self.limits.connections:
            quietest, _ = self._open.popitem(last=False)
            quietest.transport.abort()

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
            quietest.transport.abort()
        wait = min(_SWEEP_SECONDS, self.limits.idle_seconds / 4)
        self._sweeper = asyncio.get_running_loop().call_later(wait, self._sweep)


class Connection(asyncio.BufferedProtocol):
    """One client."""

    def __init__(self, server: TcpServer, served: Served) -> None:
        self._server = server
        self._served = served
        self.transport: asyncio.Transport
        self._client = b""
        self._port = 0
        self._refused = False
        """True if the client may not ask."""
        self._rest = b""
        """Octets that are not answered yet."""
        self._stream: Iterator[bytes] | None = None
        """The rest of the zone transfer that is being sent."""
        self._turn: asyncio.Handle | None = None
        """The next step, after a turn of all others."""
        self._full = False
        """True if the client has to read before it gets more."""
        self._half_closed = False
        self._waiting = 0
        """Queries that upstream has been asked."""
        self.last_query = time.monotonic()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the client in."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
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
        """Answer the queries that have come as a whole."""
        self._rest += self._server.buffer[:nbytes]
        if self._stream is None and self._turn is None:
            self._work()

    def _work(self) -> None:
        """Answer queries until none is there, one is a transfer, or others have to have their turn."""
        self._turn = None
        if self.transport.is_closing():
            return
        data = self._rest
        replies = []
        position = size = 0
        while self._stream is None and size < _TURN and position + _LENGTH <= len(data):
            end = position + _LENGTH + int.from_bytes(data[position : position + _LENGTH], "big")
            if end > len(data):
                break
            replies.append(self._answer(bytes(data[position + _LENGTH : end])))
            size += len(replies[-1]) + _COST
            position = end
        self._rest = bytes(data[position:])
        if position:
            self.last_query = time.monotonic()
            self._server.asked(self)
        if self._server.log is not None:
            self._server.log.flush()
        self.transport.write(b"".join(replies))
        if self._stream is not None or size >= _TURN:
            self.transport.pause_reading()
            self._go_on()
        elif self._half_closed and not self._waiting:
            self.transport.close()
        elif not self._full:
            self.transport.resume_reading()

    def _answer(self, packet: bytes) -> bytes:
        meter = self._served.meter_of(packet, self._client)
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
            vantage = self._served.service.vantage_of(packet, self._client)
            self._server.log.note(vantage, "tcp", self._client, self._port, packet, reply)

    def _reply(self, packet: bytes) -> bytes | Pending | None:
        """Return the reply, or the first message of a transfer; `PENDING` if upstream was asked.

        The answer from upstream is sent when it comes, out of order if need be (RFC 7766 section 6.2.1.1).
        """
        service = self._served.service
        self._stream = service.responder.transfer(packet, client=self._client, clock=_now)
        if self._stream is not None:
            if self._served.meter is not None:
                self._stream = self._served.meter.row.transfer(packet, self._stream)
            return self._next()
        reply = service.responder.respond(packet, tcp=True, client=self._client, now=_now())
        if service.upstream is None or reply is None or not service.upstream.takes(packet, reply):
            return reply
        self._waiting += 1
        service.upstream.submit(service, packet, self._client, reply, partial(self._late, packet), tcp=True)
        return PENDING

    def _late(self, packet: bytes, reply: bytes) -> None:
        """Send what upstream has answered."""
        self._waiting -= 1
        meter = self._served.meter_of(packet, self._client)
        if meter is not None:
            meter.late.count(packet, reply)
        self._note(packet, reply)
        if self._server.log is not None:
            self._server.log.flush()
        if self.transport.is_closing():
            return
        self.transport.write(_framed(reply))
        if self._half_closed and not self._waiting and self._stream is None and self._turn is None and not self._full:
            self.transport.close()

    def _go_on(self) -> None:
        """Send the next message of a transfer, or answer further queries, after a turn of all other clients."""
        if self._turn is None and not self._full:
            step = self._work if self._stream is None else self._send
            self._turn = asyncio.get_running_loop().call_soon(step)

    def _send(self) -> None:
        self._turn = None
        if self._stream is None or self.transport.is_closing():
            return
        message = self._next()
        if message is not None:
            self.transport.write(_framed(message))
            self.last_query = time.monotonic()
            self._server.asked(self)
            self._go_on()
        else:
            self._work()

    def _next(self) -> bytes | None:
        """Return the next message of the transfer, or None at its end. A transfer that fails ends the connection."""
        assert self._stream is not None
        try:
            message = next(self._stream, None)
        except Exception:  # noqa: BLE001 -- the responder has complained; a transfer that is cut is never taken for whole
            self.transport.abort()
            message = None
        if message is None:
            self._stream = None
        return message

    def pause_writing(self) -> None:
        """Leave the client's queries waiting until it reads its answers."""
        self._full = True
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        """Go on with a transfer, and with the queries that have come."""
        self._full = False
        self._go_on()

    def eof_received(self) -> bool:
        """Close once the answers are sent: a client that closes its half still gets them."""
        self._half_closed = True
        return self._stream is not None or self._turn is not None or self._full or self._waiting > 0


def _now() -> int:
    return int(time.time())


def _framed(message: bytes | None) -> bytes:
    return b"" if not message else len(message).to_bytes(_LENGTH, "big") + message
