"""What a worker does: it answers UDP on its sockets of all addresses, until it is told to stop."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from acrdns.serve.observe.querylog import LogPipe
from acrdns.serve.processes.workers import ANSWERING, Job
from acrdns.serve.service import Desk
from acrdns.serve.udp import loop
from acrdns.serve.udp.listener import Listener

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from acrdns.serve.bindings import Post
    from acrdns.serve.observe.counters import Ledger, Meter
    from acrdns.serve.processes.spawn import Voice
    from acrdns.serve.service import Service
    from acrdns.serve.udp.guard import Guard
    from acrdns.serve.upstream.ask import Upstream
    from acrdns.serve.upstream.relay import Relay, RelayPair


@dataclass(frozen=True, slots=True)
class UdpWork:
    """What the workers of a server have in common."""

    guard: Guard | None
    log: int | None
    """Where notes for the query log are written."""
    ledger: Ledger | None
    upstream: Upstream | None
    service: Callable[[str, Callable[[str], None], Upstream | Relay | None], Service]
    """Makes what is served at a vantage point now, told where to complain and who asks upstream."""

    def job(self, posts: Sequence[Post], number: int) -> Job:
        """Return what worker `number` does, and the descriptors that it needs for it."""
        served = list(posts)
        keep = [post.bound.udp[number].fileno() for post in served]
        if self.guard is not None:
            keep += self.guard.descriptors
        if self.log is not None:
            keep.append(self.log)
        ended = ExitStack()
        meters: dict[str, Meter] = {}
        if self.ledger is not None:
            meters = {post.vantage: self.ledger.meter(post.vantage, "udp") for post in served}
            ended.callback(self.ledger.retire, meters.values())
        pair = self._pair(served)
        if pair is not None:
            keep.append(pair.worker.fileno())
            ended.callback(pair.close)
        return Job(partial(self._answer, served, meters, number, pair), keep, ended.close)

    def _pair(self, served: Sequence[Post]) -> RelayPair | None:
        if self.upstream is None:
            return None
        from acrdns.serve.upstream.relay import RelayPair

        return RelayPair(self.upstream, {post.vantage: post.desk for post in served})

    def _answer(
        self,
        served: Sequence[Post],
        meters: dict[str, Meter],
        number: int,
        pair: RelayPair | None,
        stop: int,
        voice: Voice,
    ) -> None:
        relay = pair.relay() if pair is not None else None
        listeners = []
        for post in served:
            address = post.bound.address
            desk = Desk(self.service(post.vantage, voice.say, relay), meters.get(post.vantage))
            listeners.append(Listener(post.bound.udp[number], desk, address.is_ipv6, address.is_wildcard))
        voice.say(ANSWERING)
        log = LogPipe(self.log) if self.log is not None else None
        loop.run(listeners, stop, log, guard=self.guard, relay=relay)
