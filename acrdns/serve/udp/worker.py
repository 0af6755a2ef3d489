"""The worker: it answers UDP on its sockets of all addresses, until it is stopped."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from acrdns.serve.observe.querylog import LogPipe
from acrdns.serve.processes.workers import ANSWERING, Job
from acrdns.serve.service import Served
from acrdns.serve.udp import loop
from acrdns.serve.udp.datagrams import Listener

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from acrdns.serve.bindings import Binding
    from acrdns.serve.observe.counters import Ledger, Meter
    from acrdns.serve.processes.spawn import ParentLink
    from acrdns.serve.service import PassesOn, Service
    from acrdns.serve.udp.gate import Gate
    from acrdns.serve.upstream.ask import Upstream
    from acrdns.serve.upstream.relay import RelayPair


@dataclass(frozen=True, slots=True)
class UdpWork:
    """The settings that the workers of a server share."""

    gate: Gate
    log: int | None
    """Where notes for the query log are written."""
    ledger: Ledger | None
    selected: Callable[[], Sequence[str]]
    """Returns the vantage points that may answer at any address: with `--ecs` and `--by-client`."""
    upstream: Upstream | None
    service: Callable[[str, Callable[[str], None], PassesOn | None], Service]
    """Makes the service of a vantage point, given its name, where errors are reported, and who asks upstream."""

    def job(self, bindings: Sequence[Binding], number: int) -> Job:
        """Return what worker `number` does, and the descriptors that it needs for it."""
        bindings = list(bindings)
        keep = [*self.gate.descriptors, *(binding.bound.udp[number].fileno() for binding in bindings)]
        if self.log is not None:
            keep.append(self.log)
        meters: dict[str, Meter] = {}
        with ExitStack() as undo:
            if self.ledger is not None:
                meters = {
                    binding.vantage: self.ledger.meter(binding.vantage, "udp", self.selected()) for binding in bindings
                }
                undo.callback(self.ledger.retire, meters.values())
            pair = self._pair(bindings)
            if pair is not None:
                keep.append(pair.worker.fileno())
                undo.callback(pair.close)
            ended = undo.pop_all()
        return Job(partial(self._answer, bindings, meters, number, pair), keep, ended.close)

    def _pair(self, bindings: Sequence[Binding]) -> RelayPair | None:
        if self.upstream is None:
            return None
        from acrdns.serve.upstream.relay import RelayPair

        return RelayPair(self.upstream, {binding.vantage: binding.served for binding in bindings})

    def _answer(
        self,
        bindings: Sequence[Binding],
        meters: dict[str, Meter],
        number: int,
        pair: RelayPair | None,
        link: ParentLink,
    ) -> None:
        relay = pair.relay() if pair is not None else None
        listeners = []
        for binding in bindings:
            address = binding.bound.address
            served = Served(self.service(binding.vantage, link.say, relay), meters.get(binding.vantage))
            listeners.append(Listener(binding.bound.udp[number], served, address.is_ipv6, address.is_wildcard))
        link.say(ANSWERING)
        log = LogPipe(self.log) if self.log is not None else None
        loop.run(listeners, link.fileno(), log, gate=self.gate, relay=relay, ended=link.ended)
