"""From a datagram to the reply that is sent: who may ask, how often, what is counted, and what goes upstream.

A gate is made before the workers are forked: what it counts for `--rate-limit` is theirs together, and outlives a
reload. With `--allow` or `--rate-limit` it sees every datagram; else the loop itself sends what is remembered or
learnt, and counts it by the batch: looking at the clock twice for each would cost as much as the reply.
"""

from __future__ import annotations

import fcntl
import mmap
import time
from functools import partial
from typing import TYPE_CHECKING

from acrdns.serve.observe import counters
from acrdns.serve.processes.nameless import nameless_file
from acrdns.serve.service import PENDING
from acrdns.wire.clients.allowed import Allowed
from acrdns.wire.clients.buckets import Buckets
from acrdns.wire.clients.ratelimit import RateLimiter, RateLimitVerdict
from acrdns.wire.message.query import read
from acrdns.wire.message.reply import Made

if TYPE_CHECKING:
    from collections.abc import Callable

    from acrdns.serve.observe.counters import CounterRow, Meter
    from acrdns.serve.options import Options, RateLimit
    from acrdns.serve.service import Pending, Served
    from acrdns.wire.clients.cookie import CookieJar

    Later = Callable[[bytes], None]
    """Sends the reply to a datagram that upstream was asked about."""
    Sent = bytes | Pending | None
    """The reply that is sent now; `PENDING` if upstream was asked; None if none is sent."""


class Gate:
    """Replies to datagrams."""

    def __init__(
        self, allowed: Allowed | None = None, rate_limit: RateLimit | None = None, jar: CookieJar | None = None
    ) -> None:
        self._allowed = allowed
        self._shared = SharedBuckets() if rate_limit is not None else None
        self._limiter: RateLimiter | None = None
        if rate_limit is not None and self._shared is not None:
            self._limiter = RateLimiter(rate_limit.rate, rate_limit.slip, self._shared.buckets)
        self._jar = jar

    @classmethod
    def of(cls, options: Options, jar: CookieJar) -> Gate:
        """Return the gate of a server."""
        return cls(options.allowed, options.rate_limit, jar)

    @property
    def descriptors(self) -> list[int]:
        """The descriptors that a worker has to keep open."""
        return [self._shared.descriptor] if self._shared is not None else []

    @property
    def looks_at_clients(self) -> bool:
        """Whether every datagram has to come here, and not only those that have to be resolved."""
        return self._allowed is not None or self._limiter is not None

    def reply(self, served: Served, packet: bytes, client: bytes, later: Later) -> Sent:
        """Return the reply to a datagram."""
        meter, started = served.meter_of(packet, client), time.perf_counter_ns()
        if self._allowed is not None and not self._allowed.takes(client):
            found = Allowed.refuse(packet)
        else:
            known = served.service.answering.known(packet)
            if known is None:
                return self.resolve(served, packet, client, later)
            found = known.packet
            if meter is not None:
                meter.row.cells[counters.HITS if known.made is Made.REMEMBERED else counters.MISSES] += 1
        if meter is not None:
            meter.row.time(time.perf_counter_ns() - started)
        return self._passed(meter, packet, found, client)

    def resolve(self, served: Served, packet: bytes, client: bytes, later: Later) -> Sent:
        """Return the reply to a datagram whose reply is neither remembered nor learnt."""
        meter, service = served.meter_of(packet, client), served.service
        started = time.perf_counter_ns()
        made = service.answering.resolve(packet, client, int(time.time()))
        pending = made is not None and service.upstream is not None and service.upstream.takes(packet, made.packet)
        if made is not None and not pending:
            service.answering.keep(packet, made)
        if meter is not None:
            meter.row.time(time.perf_counter_ns() - started)
            meter.row.cells[counters.MISSES] += 1
        if made is not None and pending and service.upstream is not None:
            deliver = partial(self._deliver, meter, packet, client, later)
            service.upstream.submit(service, packet, client, made.packet, deliver, tcp=False)
            return PENDING
        return self._passed(meter, packet, made.packet if made is not None else None, client)

    def _passed(self, meter: Meter | None, packet: bytes, reply: bytes | None, client: bytes) -> bytes | None:
        """Return what the rate limit leaves of a reply, and count it."""
        row = meter.row if meter is not None else None
        sent = reply if reply is None or self._limiter is None else self._limited(row, packet, reply, client)
        if row is not None:
            row.count(packet, sent)
        return sent

    def _deliver(self, meter: Meter | None, packet: bytes, client: bytes, later: Later, reply: bytes) -> None:
        """Send what upstream has answered."""
        row = meter.late if meter is not None else None
        sent = self._limited(row, packet, reply, client) if self._limiter is not None else reply
        if row is not None:
            row.count(packet, sent)
        if sent is not None:
            later(sent)

    def _limited(self, row: CounterRow | None, packet: bytes, reply: bytes, client: bytes) -> bytes | None:
        assert self._limiter is not None
        verdict = self._limiter.judge(client, time.monotonic_ns())
        if verdict is RateLimitVerdict.SEND:
            return reply
        query = read(packet)
        if query is None or (self._jar is not None and self._jar.proves(query, client, int(time.time()))):
            return reply
        if row is not None:
            row.cells[counters.SLIPPED if verdict is RateLimitVerdict.SLIP else counters.DROPPED] += 1
        return RateLimiter.slipped(query, reply) if verdict is RateLimitVerdict.SLIP else None


class SharedBuckets:
    """Buckets that a process shares with those that it forks, and a lock on each part of them.

    The locks are those of files: the system releases them when a process dies.
    """

    def __init__(self) -> None:
        self.descriptor = nameless_file("acrdns-limits")
        """To be kept open in every process that uses the buckets."""
        self.buckets = Buckets(mmap.mmap(-1, Buckets.size_of()), self)

    def acquire(self, part: int) -> None:
        """Lock a part, as `wire.clients.buckets` asks for` does."""
        fcntl.lockf(self.descriptor, fcntl.LOCK_EX, 1, part)

    def release(self, part: int) -> None:
        """Unlock it."""
        fcntl.lockf(self.descriptor, fcntl.LOCK_UN, 1, part)
