"""Between the workers and the process that asks upstream: a pair of sockets for each worker.

A worker sends the packet, and from whom and for which vantage point it is; it gets the reply, and goes on answering
meanwhile. Nobody ever waits for room: what the other end cannot take is answered with SERVFAIL, or not at all.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections import OrderedDict
from contextlib import suppress
from typing import TYPE_CHECKING

from acrdns.wire.upstream.passage import TOO_MANY, Passage, leads_out

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from acrdns.serve.service import Served, Service
    from acrdns.serve.upstream.ask import Upstream

_ROOM = 1024 * 1024
"""Octets asked for, for what is under way; a query and what the system adds are less than 2 KiB."""
_LARGEST = 0x20000
_MOST = 4000
"""Queries whose answers a worker waits for; those that were asked first are forgotten first."""
_HEAD = struct.Struct("!QBB")
"""A number that the reply has, too, and the lengths of vantage point and client."""
_NUMBER = struct.Struct("!Q")


def _take(from_: socket.socket) -> bytes:
    """Take a message; nothing where there is none. The other end's end is noticed elsewhere."""
    try:
        return from_.recv(_LARGEST)
    except OSError:
        return b""


class Relay:
    """A worker's end. One more thing for its loop to read (`serve.udp.loop`)."""

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
        """Have a query answered that leads out of what is served; `reply` is what was said of it here."""
        self._number += 1
        place = service.vantage.encode()
        try:
            self._end.send(_HEAD.pack(self._number, len(place), len(client)) + place + client + packet)
        except OSError:
            refused = Passage(packet, reply, lambda _: None, tcp=tcp)
            deliver(refused.fail(TOO_MANY))
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


class RelayPair:
    """Both ends for one worker, and the answering at the one that is not the worker's. Lives in an asyncio loop."""

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
        message = _take(self._here)
        if not message:
            return
        number, place, client = _HEAD.unpack_from(message)
        rest = message[_HEAD.size :]
        served = self._served[rest[:place].decode()]
        self._pass_on(number, served.service, rest[place + client :], rest[place : place + client])

    def _pass_on(self, number: int, service: Service, packet: bytes, client: bytes) -> None:
        def deliver(reply: bytes) -> None:
            with suppress(OSError):  # the worker has ended, or does not read
                self._here.send(_NUMBER.pack(number) + reply)

        reply = service.responder.respond(packet, tcp=False, client=client, now=int(time.time()))
        if reply is None:
            return
        if leads_out(packet, reply):
            self._upstream.submit(service, packet, client, reply, deliver, tcp=False)
        else:  # what is served here has changed meanwhile
            deliver(reply)
