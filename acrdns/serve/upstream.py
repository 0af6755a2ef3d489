"""Names outside the simulated zones, asked of real resolvers, beside the answering of simulated ones.

With `--upstream` the server is a whole local resolver: simulated names are answered here and never leave, everything
else is passed on, over UDP with TCP where an answer is truncated, retried, and remembered. It works in threads of its
own: who asks for a simulated name never waits for somebody else's resolver.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING

import dns.entropy
import dns.exception
import dns.message
import dns.query
import dns.rcode

from acrdns.record import Rcode
from acrdns.wire import upstream as wire

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from acrdns.serve.addresses import Address

TIMEOUT_SECONDS = 2.0
"""How long one resolver may take for one try."""
TRIES = 3
"""How often each resolver is asked."""
_THREADS = 16
_WAITING = 1000
"""Questions in hand; further ones get SERVFAIL at once, so that a flood does not pile up."""


class Upstream:
    """The resolvers that questions are passed on to, in order. Make it in the process that uses it."""

    def __init__(self, servers: Sequence[Address], *, timeout: float = TIMEOUT_SECONDS, tries: int = TRIES) -> None:
        # A fork copies the lock of dnspython's random numbers as it stands, and the thread that holds it is not copied.
        dns.entropy.pool = dns.entropy.EntropyPool()
        self._servers = tuple(servers)
        self._timeout = timeout
        self._tries = tries
        self._pool = ThreadPoolExecutor(_THREADS, "upstream")
        self._cache = wire.UpstreamCache()
        self._lock = Lock()
        self._room = BoundedSemaphore(_WAITING)
        self._closed = False

    @staticmethod
    def takes(packet: bytes, reply: bytes) -> bool:
        """Tell whether a query that has been refused here is one to pass on: a name that nothing here knows."""
        return reply[3] & 15 == Rcode.REFUSED and reply[6:8] == b"\x00\x00" and wire.read(packet) is not None

    def submit(self, packet: bytes, deliver: Callable[[bytes], None], *, tcp: bool) -> None:
        """Have a query answered, now or later; `deliver` is given the reply, maybe in another thread."""
        query = wire.read(packet)
        if query is None:
            return
        known = self._known(query)
        if known is not None:
            deliver(wire.answered(query, known, tcp=tcp))
        elif self._room.acquire(blocking=False):
            self._pool.submit(self._work, query, deliver, tcp=tcp)
        else:
            deliver(wire.unanswered(query, "too many questions are waiting for upstream"))

    def close(self) -> None:
        """Let go of what is waiting, so that the process can end."""
        self._closed = True
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _work(self, query: dns.message.Message, deliver: Callable[[bytes], None], *, tcp: bool) -> None:
        try:
            response = self._known(query) or self._ask(query)
            if response is None:
                names = ", ".join(str(server) for server in self._servers)
                deliver(wire.unanswered(query, f"upstream {names} does not answer"))
            else:
                deliver(wire.answered(query, response, tcp=tcp))
        finally:
            self._room.release()

    def _known(self, query: dns.message.Message) -> dns.message.Message | None:
        with self._lock:
            return self._cache.get(query, time.monotonic())

    def _ask(self, query: dns.message.Message) -> dns.message.Message | None:
        """Ask one resolver after the other, several times round, until one answers with something useful."""
        asked = wire.passed_on(query)
        failed = None
        for _ in range(self._tries):
            for server in self._servers:
                response = None if self._closed else self._ask_one(asked, server)
                if response is None:
                    continue
                if response.rcode() not in (dns.rcode.SERVFAIL, dns.rcode.REFUSED):
                    with self._lock:
                        self._cache.put(query, response, time.monotonic())
                    return response
                failed = response
        return failed

    def _ask_one(self, asked: dns.message.Message, server: Address) -> dns.message.Message | None:
        try:
            response, _ = dns.query.udp_with_fallback(asked, server.host, timeout=self._timeout, port=server.port)
        except (dns.exception.DNSException, OSError, EOFError):
            return None
        return response
