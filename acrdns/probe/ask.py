"""Observe many names through one resolver at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.probe.exchange import exchange, identifiers
from acrdns.probe.observation import Observation, Outcome
from acrdns.probe.question import question
from acrdns.probe.window import Window
from acrdns.record import Type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from acrdns.probe.question import Question
    from acrdns.probe.read import Reading
    from acrdns.probe.resolver import Resolver


def observe(
    fqdns: Sequence[str],
    resolver: Resolver,
    *,
    ipv6: bool = True,
    progress: Callable[[int], None] | None = None,
) -> list[Observation]:
    """Resolve each name's A and AAAA records; the observations come in the order of the names.

    A resolver that answers nothing at all is given up after a while: the names left are observed as TIMEOUT then.
    `progress` is told again and again how many names have been observed since it was told last.
    Raises NameSyntaxError.
    """
    survey = Survey(fqdns, resolver, identifiers(), ipv6=ipv6)
    exchange(survey.window, resolver, (lambda: progress(survey.news())) if progress else None)
    return survey.observations()


class Survey:
    """The names of one call of `observe`, and what is known of each; without sockets."""

    def __init__(self, fqdns: Sequence[str], resolver: Resolver, ids: Iterator[bytes], *, ipv6: bool) -> None:
        self.window = Window(resolver, ids, self._finished)
        self._fqdns = fqdns
        self._ipv6 = ipv6
        self._begun: dict[int, tuple[Reading, float]] = {}
        """What came of the A question where the AAAA question is under way."""
        self._observations: dict[int, Observation] = {}
        self._told = 0
        for number, fqdn in enumerate(fqdns):
            self.window.ask(question(fqdn, Type.A, number))

    def _finished(self, asked: Question, reading: Reading, milliseconds: float) -> None:
        number = asked.key
        if number in self._begun:
            self._observations[number] = _observation(self._fqdns[number], *self._begun.pop(number), reading)
        elif self._ipv6 and reading.outcome is not Outcome.TIMEOUT:
            self._begun[number] = reading, milliseconds
            self.window.ask(asked.of_type(Type.AAAA), first=True)
        else:
            # Where nobody answered the first question, the second would only take as long again.
            self._observations[number] = _observation(self._fqdns[number], reading, milliseconds, None)

    def news(self) -> int:
        """Give how many names have been observed since this was asked last."""
        news = len(self._observations) - self._told
        self._told += news
        return news

    def observations(self) -> list[Observation]:
        """Give what was observed, in the order of the names."""
        return [self._observations[number] for number in range(len(self._fqdns))]


def _observation(fqdn: str, ipv4: Reading, milliseconds: float, ipv6: Reading | None) -> Observation:
    return Observation(
        fqdn,
        ipv4.outcome,
        ipv4.addresses,
        ipv4.chain or (fqdn,),
        ipv4.ttl,
        ipv6.outcome if ipv6 else None,
        ipv6.addresses if ipv6 else (),
        round(milliseconds, 3),
        ipv4.detail,
    )
