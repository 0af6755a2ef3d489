"""What stands between a UDP socket and its service where that was asked for: who may ask, how often, what is counted.

Without `--allow`, `--rate-limit` and `--metrics` there is none, and the loop does nothing for it. Else one is made
before the workers are forked: what it counts for the rate limit is theirs together, and outlives a reload.
Cache hits are counted and timed where they are found, by the batch: looking at the clock twice for each would cost as
much as the hit. Where every packet comes here, each is timed.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from acrdns.serve.observe import counters
from acrdns.serve.udp.answering import make
from acrdns.serve.udp.limits import SharedBuckets
from acrdns.wire.clients.allowed import refuse
from acrdns.wire.clients.ratelimit import RateLimiter, RateLimitVerdict, proven, slipped
from acrdns.wire.message.query import read

if TYPE_CHECKING:
    from collections.abc import Callable

    from acrdns.serve.observe.counters import CounterRow, Meter
    from acrdns.serve.options import Options, RateLimit
    from acrdns.serve.service import Served
    from acrdns.wire.clients.allowed import Allowed
    from acrdns.wire.clients.cookie import CookieJar

    Later = Callable[[bytes], None]


class Guard:
    """Answers in place of the plain way, from bytes to bytes."""

    def __init__(self, allowed: Allowed | None, rate_limit: RateLimit | None, jar: CookieJar) -> None:
        self._allowed = allowed
        self._limits = SharedBuckets() if rate_limit is not None else None
        self._limiter = (
            RateLimiter(rate_limit.rate, rate_limit.slip, self._limits.buckets)
            if rate_limit is not None and self._limits is not None
            else None
        )
        self._jar = jar

    @classmethod
    def of(cls, options: Options, jar: CookieJar) -> Guard | None:
        """Make the guard of a server; None where nothing is asked for."""
        if options.allowed is None and options.rate_limit is None and options.metrics is None:
            return None
        return cls(options.allowed, options.rate_limit, jar)

    @property
    def descriptors(self) -> list[int]:
        """What a worker has to keep open for it."""
        return [self._limits.descriptor] if self._limits is not None else []

    @property
    def looks_at_clients(self) -> bool:
        """Whether every packet has to come here, and not only those that the cache has no answer for."""
        return self._allowed is not None or self._limiter is not None

    def reply(self, served: Served, packet: bytes, client: bytes, later: Later) -> bytes | None:
        """Return the reply to a packet; None or nothing where there is none now."""
        started = time.perf_counter_ns()
        if self._allowed is not None and not self._allowed.takes(client):
            found = refuse(packet)
        else:
            found = served.service.cache.get(packet)
            if found is None:
                return self.make(served, packet, client, later)
            if served.meter is not None:
                served.meter.row.cells[counters.HITS] += 1
        if served.meter is not None:
            served.meter.row.time(time.perf_counter_ns() - started)
        return self._out(served.meter, packet, found, client)

    def make(self, served: Served, packet: bytes, client: bytes, later: Later) -> bytes | None:
        """Return the reply to a packet that the cache has no answer for."""
        meter = served.meter
        if meter is None:
            made = make(served.service, packet, client, lambda reply: self._late(None, packet, client, reply, later))
            return self._out(None, packet, made, client)
        started = time.perf_counter_ns()
        made = make(served.service, packet, client, lambda reply: self._late(meter, packet, client, reply, later))
        meter.row.time(time.perf_counter_ns() - started)
        meter.row.cells[counters.MISSES] += 1
        return self._out(meter, packet, made, client)

    def _out(self, meter: Meter | None, packet: bytes, reply: bytes | None, client: bytes) -> bytes | None:
        """Limit and count what is sent now; what comes from upstream is not here yet."""
        if reply == b"":
            return reply
        row = meter.row if meter is not None else None
        sent = self._limited(row, packet, reply, client) if reply is not None and self._limiter is not None else reply
        if row is not None:
            row.count(packet, sent)
        return sent

    def _late(self, meter: Meter | None, packet: bytes, client: bytes, reply: bytes, later: Later) -> None:
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
        if query is None or proven(query, client, self._jar, int(time.time())):
            return reply
        if row is not None:
            row.cells[counters.SLIPPED if verdict is RateLimitVerdict.SLIP else counters.DROPPED] += 1
        return slipped(query, reply) if verdict is RateLimitVerdict.SLIP else None
