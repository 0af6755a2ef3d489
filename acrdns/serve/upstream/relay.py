"""Carries queries from the workers to the process that asks upstream, and replies back: a socket pair per worker.

A worker sends the packet with the client's address and the vantage point, goes on answering, and gets the reply later.
Nobody waits for room: a query that the other end cannot take gets SERVFAIL, and a reply is dropped.
"""

from __future__ import annotations

import asyncio
import select
import socket
import struct
import time
from collections import OrderedDict
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from acrdns.wire.upstream.passage import TOO_MANY, Passage, leads_out

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from acrdns.serve.service import Served, Service
    from acrdns.serve.upstream.ask import Upstream

_ROOM = 1024 * 1024
"""Octets asked for in each direction; a query with the system's overhead takes less than 2 KiB."""
_LARGEST = 0x20000
_AT_ONCE = 32
"""Queries to take before the loop does other work."""
_MOST = 4000
"""Replies that a worker waits for; the oldest is forgotten first."""
_FINISH_SECONDS = 4.7
"""How long a worker that has to stop waits for replies; one from upstream takes `ask.DEADLINE_SECONDS` at most."""
_HEAD = struct.Struct("!QBB")
"""A number that the reply repeats, and the lengths of vantage point and client."""
_NUMBER = struct.Struct("!Q")


def _take(end: socket.socket) -> bytes:
    """Return the next message, or b"" if there is none. That the other end is gone is noticed elsewhere."""
    try:
        return end.recv(_LARGEST)
    except OSError:
        return b""


class Relay:
    """A worker's end; its loop reads it among its sockets (`serve.udp.loop`)."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._number = 0
        self._waiting: OrderedDict[int, Callable[[bytes], None]] = OrderedDict()

    takes = staticmethod(leads_out)

    def fileno(self) -> int:
        """Return the descriptor that becomes readable with a reply."""
        return self._end.fileno()

    def submit(
        self,
        service: Service,
        packet: bytes,
        client: bytes,
        reply: bytes,
        deliver: Callable[[bytes], None],
        *,
        tcp: bool,
    ) -> None:
        """Send a query that leads out; `reply` is the simulation's reply to it."""
        self._number += 1
        vantage = service.vantage.encode()
        try:
            self._end.send(_HEAD.pack(self._number, len(vantage), len(client)) + vantage + client + packet)
        except OSError:
            deliver(Passage(packet, reply, lambda _: None, tcp=tcp).fail(TOO_MANY))
            return
        self._waiting[self._number] = deliver
        if len(self._waiting) > _MOST:
            self._waiting.popitem(last=False)

    def answer(self) -> None:
        """Deliver the replies that have come."""
        while message := _take(self._end):
            deliver = self._waiting.pop(_NUMBER.unpack_from(message)[0], None)
            if deliver is not None:
                deliver(message[_NUMBER.size :])

    def finish(self) -> None:
        """Deliver the replies that are still to come: this worker takes no more queries, but is asked for them."""
        end = time.monotonic() + _FINISH_SECONDS
        poll = select.poll()
        poll.register(self._end, select.POLLIN)
        while self._waiting and poll.poll(max(0.0, end - time.monotonic()) * 1000) == [(self.fileno(), select.POLLIN)]:
            self.answer()


class RelayPair:
    """Both ends for one worker; answers at the end of the asking process. Lives in a running asyncio loop."""

    def __init__(self, upstream: Upstream, served: Mapping[str, Served]) -> None:
        self._upstream = upstream
        self._served = served
        """By vantage point."""
        self._here, self.worker = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        for end in (self._here, self.worker):
            end.settimeout(0)
            for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
                end.setsockopt(socket.SOL_SOCKET, option, _ROOM)
        asyncio.get_running_loop().add_reader(self._here, self._read)

    def relay(self) -> Relay:
        """Return the worker's end, in the worker."""
        return Relay(self.worker)

    def close(self) -> None:
        """Close both ends: the worker is gone."""
        asyncio.get_running_loop().remove_reader(self._here)
        self._here.close()
        self.worker.close()

    def _read(self) -> None:
        for _ in range(_AT_ONCE):
            message = _take(self._here)
            if not message:
                return
            number, vantage, client = _HEAD.unpack_from(message)
            rest = message[_HEAD.size :]
            served = self._served[rest[:vantage].decode()]
            self._pass_on(number, served.service, rest[vantage + client :], rest[vantage : vantage + client])

    def _pass_on(self, number: int, service: Service, packet: bytes, client: bytes) -> None:
        reply = service.responder.respond(packet, tcp=False, client=client, now=int(time.time()))
        if reply is None:
            return
        deliver = partial(self._deliver, number)
        if leads_out(packet, reply):
            self._upstream.submit(service, packet, client, reply, deliver, tcp=False)
        else:  # a reload has changed the answer
            deliver(reply)

    def _deliver(self, number: int, reply: bytes) -> None:
        with suppress(OSError):  # the worker has ended, or does not read
            self._here.send(_NUMBER.pack(number) + reply)
