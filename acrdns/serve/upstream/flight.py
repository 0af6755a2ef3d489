"""One question under way: it asks one resolver after the other, until one answers or the time is over."""

from __future__ import annotations

import asyncio
import os
import socket
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from acrdns.record import Rcode
from acrdns.wire.message.query import TC
from acrdns.wire.upstream.answer import UnreadableError, UpstreamAnswer
from acrdns.wire.upstream.question import Match, match

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from acrdns.address import Address
    from acrdns.serve.upstream.readers import Readers
    from acrdns.serve.upstream.resolvers import Resolvers
    from acrdns.serve.upstream.waiting import Waiter
    from acrdns.wire.upstream.question import UpstreamQuestion

_LARGEST = 4096
"""Octets to read of a datagram: more than the query offers to take."""
_ID = 2
_TRUNCATED = TC >> 8
"""In the third octet."""
_FAILURES = (Rcode.SERVFAIL, Rcode.REFUSED)
_NO_EDNS = (Rcode.FORMERR, Rcode.NOTIMP, Rcode.BADVERS)
"""Rcodes from servers that do not know EDNS (RFC 6891 section 7)."""


@dataclass(slots=True, eq=False)
class _Try:
    """One query under way to one resolver."""

    server: Address
    query: bytes
    edns: bool
    started: float
    socket: socket.socket | None = None
    task: asyncio.Task[None] | None = None


class UpstreamFlight:
    """One question with the queries for it, and the clients that wait for it. Lives in a running asyncio loop.

    A resolver that was asked before may still answer while the next one is asked. A resolver that failed is not asked
    again. Every query has its own ID, source port and letter case (RFC 5452 section 9).
    """

    def __init__(
        self,
        asked: UpstreamQuestion,
        resolvers: Resolvers,
        readers: Readers,
        deadline: float,
        ended: Callable[[UpstreamFlight], None],
    ) -> None:
        self.asked = asked
        self.waiters: dict[Waiter, None] = {}
        self.result: UpstreamAnswer | str = ""
        """The answer, or why there is none, once `ended` has been called."""
        self.unanswered = False
        """Whether nobody has said anything to the question, while upstream answered others."""
        self._resolvers = resolvers
        self._readers = readers
        self._ended = ended
        self._loop = asyncio.get_running_loop()
        self._started = self._loop.time()
        self._end = self._started + deadline
        self._turns: Iterator[tuple[Address, float]] = resolvers.turns(self._started)
        self._tries: set[_Try] = set()
        self._failed: dict[Address, UpstreamAnswer | None] = {}
        self._unreadable = ""
        self._timer: asyncio.TimerHandle | None = None
        self._over = False

    def next(self) -> None:
        """Ask the next resolver; the end comes when all have been asked, or the time is over."""
        self._cancel_timer()
        for server, patience in self._turns:
            now = self._loop.time()
            if now >= self._end:
                break
            if server not in self._failed and self._send(server):
                self._timer = self._loop.call_at(min(now + patience, self._end), self.next)
                return
        else:
            if self._tries and self._loop.time() < self._end:
                self._timer = self._loop.call_at(self._end, self._finish)
                return
        self._finish()

    @property
    def is_late(self) -> bool:
        """Whether the answer takes longer than others, which upstream gives meanwhile."""
        return self._resolvers.is_late(self._started, self._loop.time())

    def close(self) -> None:
        """Let go of all sockets; nothing is reported."""
        self._over = True
        self._cancel_timer()
        for each in tuple(self._tries):
            self._drop(each)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _query(self, server: Address, *, edns: bool) -> bytes:
        chance = os.urandom(_ID + len(self.asked.name))
        spelling = chance[_ID:] if self._resolvers.keeps_case(server) else b"\0" * len(self.asked.name)
        return self.asked.query(chance[:_ID], spelling, edns=edns)

    def _send(self, server: Address, *, edns: bool = True) -> bool:
        """Send a query over UDP; False if the system cannot."""
        query = self._query(server, edns=edns)
        try:
            sock = _connected(server)
            sock.send(query)
        except OSError:
            self._resolvers.lose(server, self._loop.time())
            return False
        made = _Try(server, query, edns, self._loop.time(), sock)
        self._tries.add(made)
        self._readers.add(sock, partial(self._receive, made))
        return True

    def _drop(self, made: _Try) -> None:
        self._tries.discard(made)
        if made.socket is not None:
            self._readers.remove(made.socket)
            made.socket.close()
        if made.task is not None:
            made.task.cancel()

    def _receive(self, made: _Try) -> None:
        assert made.socket is not None
        try:
            packet = made.socket.recv(_LARGEST)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:  # nobody listens there
            self._lose(made)
            return
        matches = match(made.query, packet)
        if matches is Match.NO:
            return
        self._drop(made)
        if matches is Match.OTHER_CASE or packet[2] & _TRUNCATED:
            self._ask_over_tcp(made)
        else:
            self._take(made, packet)

    def _lose(self, made: _Try) -> None:
        self._drop(made)
        self._resolvers.lose(made.server, self._loop.time())
        self._go_on()

    def _go_on(self) -> None:
        if not self._tries:
            self.next()

    def _take(self, made: _Try, packet: bytes) -> None:
        """Process a response that matches the query."""
        self._resolvers.heard(made.server, made.started, self._loop.time())
        try:
            answer = UpstreamAnswer(packet, self.asked)
        except UnreadableError:
            self._unreadable = self._unreadable or f"the answer of upstream {made.server} is unreadable"
            self._failed[made.server] = None
            self._go_on()
            return
        if answer.rcode in _NO_EDNS and made.edns and not answer.edns and self._send(made.server, edns=False):
            return
        if answer.rcode in _FAILURES or answer.rcode in _NO_EDNS:
            self._failed[made.server] = answer
            self._go_on()
            return
        self._finish(answer)

    # --- TCP ----------------------------------------------------------------------------------------------------------

    def _ask_over_tcp(self, made: _Try) -> None:
        """Ask again over TCP: the response was truncated, or its letter case was not ours."""
        again = _Try(made.server, self._query(made.server, edns=made.edns), made.edns, self._loop.time())
        again.task = self._loop.create_task(self._exchange_over_tcp(again))
        self._tries.add(again)

    async def _exchange_over_tcp(self, made: _Try) -> None:
        try:
            async with asyncio.timeout_at(self._end):
                packet = await _exchange(made.query, made.server)
        except (OSError, EOFError):
            packet = b""
        self._tries.discard(made)
        matches = match(made.query, packet)
        if matches is Match.OTHER_CASE:
            self._resolvers.loses_case(made.server)
        if matches is Match.NO or packet[2] & _TRUNCATED:
            said = "is truncated over TCP, too" if packet else "is truncated, and it does not answer over TCP"
            self._unreadable = self._unreadable or f"the answer of upstream {made.server} {said}"
            self._failed[made.server] = None
            self._go_on()
        else:
            self._take(made, packet)

    # --- the end ------------------------------------------------------------------------------------------------------

    def _finish(self, answer: UpstreamAnswer | None = None) -> None:
        if self._over:  # a connection has failed in the turn of the loop in which the time was over
            return
        silent = {each.server for each in self._tries}
        self.close()
        for server in silent:
            self._resolvers.lose_unless_heard(server, self._started, self._loop.time())
        heard = answer is not None or self._failed or self._unreadable
        self.unanswered = not heard and self._resolvers.answers_others(self._started, self._loop.time())
        failures = (failure for failure in reversed(self._failed.values()) if failure is not None)
        self.result = answer or next(failures, None) or self._unreadable or self._resolvers.silence
        self._ended(self)


def _connected(server: Address) -> socket.socket:
    """Return a socket that gets the ICMP error of a closed port, and nobody else's datagrams. Raises OSError."""
    sock = socket.socket(socket.AF_INET6 if ":" in server.host else socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.settimeout(0)
        sock.connect((server.host, server.port))
    except OSError:
        sock.close()
        raise
    return sock


async def _exchange(query: bytes, server: Address) -> bytes:
    reader, writer = await asyncio.open_connection(server.host, server.port)
    try:
        writer.write(len(query).to_bytes(2, "big") + query)
        return await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))
    finally:
        writer.close()
