"""Resolve many names through one resolver at once: one observation per name."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from acrdns.probe.interrupt import Interrupts
from acrdns.probe.observation import Observation, Outcome
from acrdns.probe.question import question
from acrdns.probe.window.sockets import exchange, identifiers
from acrdns.probe.window.window import Window
from acrdns.record import Type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from acrdns.probe.question import ProbeQuestion
    from acrdns.probe.resolver import Resolver
    from acrdns.probe.response.reading import Reading

    Record = Callable[[str, int, Reading, float], None]
    """Called once for each question: the name, the number of the type, the reading, and the milliseconds."""

_JITTER = 1.25
"""How much longer than its time a repeated query is waited for, at most."""
_A, _AAAA = int(Type.A), int(Type.AAAA)
_TIMEOUT = Outcome.TIMEOUT


def observe(
    fqdns: Sequence[str],
    resolver: Resolver,
    *,
    ipv6: bool = True,
    progress: Callable[[int], None] | None = None,
    record: Record | None = None,
    observed: Callable[[Observation], None] | None = None,
) -> list[Observation]:
    """Resolve each name's A and AAAA records; the observations come in the order of the names.

    Once a resolver has left the first questions unanswered, the remaining names become TIMEOUT without being asked.
    `progress` is called repeatedly with the number of names observed since its last call.
    `record` is called as soon as a question has ended, and `observed` as soon as all questions of a name have.
    Raises NameSyntaxError, and StoppedError after Ctrl-C.
    """
    survey = Questionnaire(fqdns, resolver, identifiers(), ipv6=ipv6, record=record, observed=observed)

    def after() -> None:
        with survey.interrupts:  # a line that progress writes is known to be written, whenever Ctrl-C comes
            progress(survey.news()) if progress else None

    try:
        with survey.interrupts.handled():
            exchange(survey.window, resolver, after if progress else None)
    except KeyboardInterrupt:
        raise StoppedError(survey.known()) from None
    return survey.observations()


class StoppedError(KeyboardInterrupt):
    """Ctrl-C while questions were under way."""

    def __init__(self, known: dict[str, Observation]) -> None:
        super().__init__()
        self.known = known
        """The observations so far, by name."""


class Questionnaire:
    """The names of one call of `observe`, and the results so far; without sockets."""

    def __init__(
        self,
        fqdns: Sequence[str],
        resolver: Resolver,
        ids: Iterator[bytes],
        *,
        ipv6: bool,
        record: Record | None = None,
        observed: Callable[[Observation], None] | None = None,
    ) -> None:
        self.window = Window(resolver, ids, self._finished, lambda: random.uniform(1, _JITTER))  # noqa: S311 -- no secret
        self.interrupts = Interrupts()
        self._fqdns = fqdns
        self._ipv6 = ipv6
        self._record = record
        self._observed = observed
        self._begun: dict[int, tuple[Reading, float]] = {}
        """By number of the name: the A reading and its milliseconds, while the AAAA question is under way."""
        self._observations: dict[int, Observation] = {}
        self._reported = 0
        self.window.ask(*[question(fqdn, _A, number) for number, fqdn in enumerate(fqdns)])

    def _finished(self, asked: ProbeQuestion, reading: Reading, milliseconds: float) -> None:
        with self.interrupts:  # what is known is recorded, and what is recorded is known, whenever Ctrl-C comes
            self._end(asked, reading, milliseconds)

    def _end(self, asked: ProbeQuestion, reading: Reading, milliseconds: float) -> None:
        number = asked.key
        begun = self._begun.pop(number, None)
        if begun:
            self._observations[number] = _observation(self._fqdns[number], *begun, reading)
        elif self._ipv6 and reading.outcome is not _TIMEOUT:
            self._begun[number] = reading, milliseconds
            self.window.ask_next(asked.of_type(_AAAA))
        else:
            # After a timeout of the A question, the AAAA question would only take the same time again.
            self._observations[number] = _observation(self._fqdns[number], reading, milliseconds, None)
        if self._record:
            self._record(self._fqdns[number], asked.type, reading, milliseconds)
        if self._observed and number in self._observations:
            self._observed(self._observations[number])

    def news(self) -> int:
        """Return how many names have been observed since the last call."""
        news = len(self._observations) - self._reported
        self._reported += news
        return news

    def known(self) -> dict[str, Observation]:
        """Return the observations so far, by name."""
        return {self._fqdns[number]: observation for number, observation in self._observations.items()}

    def observations(self) -> list[Observation]:
        """Return the observations in the order of the names."""
        return [self._observations[number] for number in range(len(self._fqdns))]


def _observation(fqdn: str, ipv4: Reading, milliseconds: float, ipv6: Reading | None) -> Observation:
    outcome, addresses, chain, ttl, detail, denied_by, _ = ipv4
    ipv6_outcome, ipv6_addresses = ipv6[:2] if ipv6 else (None, ())
    spent = round(milliseconds, 3)
    asked = chain or (fqdn,)
    found = Observation(fqdn, outcome, addresses, asked, ttl, ipv6_outcome, ipv6_addresses, spent, detail, denied_by)
    return found._replace(ipv6_chain=ipv6.chain) if ipv6 and ipv6.chain[1:] else found
