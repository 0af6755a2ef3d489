"""Observe many names through one resolver at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING

import dns.rdatatype

from acrdns.probe import transport
from acrdns.probe.observation import Observation, Outcome
from acrdns.probe.read import Reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.probe.resolver import Resolver

WINDOW = 32
"""Questions under way at once."""

PATIENCE = 8
"""Questions that may go unanswered before a resolver that never answered any is given up."""


def observe(fqdns: Sequence[str], resolver: Resolver, *, ipv6: bool = True) -> list[Observation]:
    """Resolve each name's A and AAAA records; the observations come in the order of the names.

    A resolver that answers nothing at all is given up after a while: the names left are observed as TIMEOUT then.
    """
    run = _Run(resolver, ipv6=ipv6)
    executor = ThreadPoolExecutor(max_workers=max(1, min(WINDOW, len(fqdns))), thread_name_prefix="probe")
    try:
        return list(executor.map(run.observe, fqdns))
    finally:
        executor.shutdown(cancel_futures=True)


class _Run:
    """One call of `observe`: whether the resolver has answered yet."""

    def __init__(self, resolver: Resolver, *, ipv6: bool) -> None:
        self._resolver = resolver
        self._ipv6 = ipv6
        self._lock = Lock()
        self._answered = False
        self._unanswered = 0

    def observe(self, fqdn: str) -> Observation:
        reading = self._ask(fqdn, dns.rdatatype.A)
        observation = Observation(
            fqdn,
            reading.outcome,
            reading.addresses,
            reading.chain or (fqdn,),
            reading.ttl,
            milliseconds=reading.milliseconds,
            detail=reading.detail,
        )
        # Where nobody answered the first question, the second would only take as long again.
        if not self._ipv6 or reading.outcome is Outcome.TIMEOUT:
            return observation
        ipv6 = self._ask(fqdn, dns.rdatatype.AAAA)
        return replace(observation, ipv6_outcome=ipv6.outcome, ipv6_addresses=ipv6.addresses)

    def _ask(self, fqdn: str, rdtype: dns.rdatatype.RdataType) -> Reading:
        if self._hopeless():
            return Reading(Outcome.TIMEOUT, detail="not asked: the resolver answered none of the questions before")
        reading = transport.ask(self._resolver, fqdn, rdtype)
        with self._lock:
            if reading.outcome is Outcome.TIMEOUT:
                self._unanswered += 1
            else:
                self._answered = True
        return reading

    def _hopeless(self) -> bool:
        with self._lock:
            return not self._answered and self._unanswered >= PATIENCE
