"""Errors that fixes lead to: of several defects on one route, an answer shows the first alone.

Once that one is mended, the answer is wrong in another way, for which there may be no fix.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acrdns.check.profile import Profile
from acrdns.check.proof.explains import moved
from acrdns.check.proof.proved import PROVEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from acrdns.check.facts import Facts
    from acrdns.check.finding import Finding
    from acrdns.check.proof.proved import FixEffect, Proved
    from acrdns.topology.model import Topology

    Explained = Callable[[Facts, Sequence[Finding]], Iterable[Proved]]
    Key = tuple[str, str, str]
    """A code, the vantage point of a violation or nothing, and the subject."""


class LeadsTo:
    """Returns the errors that show with fixes made, and that no rule finds in the topology as it is."""

    def __init__(self, facts: Facts, found: Sequence[Finding], explained: Explained) -> None:
        self._facts = facts
        self._found = found
        self._explained = explained
        self._led: list[tuple[Topology, list[Finding]]] = []

    def __call__(self, effect: FixEffect) -> list[Finding]:
        """Return these errors for fixes with that effect; one that is mended after others alone has no fixes."""
        led = next((led for made, led in self._led if made is effect.topology), None)
        if led is None:
            led = list(self._errors(effect)) if moved(self._facts, effect) else []
            self._led.append((effect.topology, led))
        return led

    def _errors(self, effect: FixEffect) -> Iterator[Finding]:
        known = set(_keys(self._facts, self._found))
        if known.issuperset(_keys(effect.facts, effect.found)):
            return
        for each in self._explained(effect.facts, effect.found):
            if Profile().severity(each.finding.code) == "error" and _key(each.finding) not in known:
                yield replace(each.finding, fixes=()) if each.after else each.finding


def _keys(facts: Facts, found: Iterable[Finding]) -> Iterator[Key]:
    """Return what rules find: violations at each answer, and causes by their subjects."""
    for each in found:
        ends = [(v.vantage, fqdn) for v in facts.proof if v.counterexample is each.trace for _, fqdn in v.endpoints]
        yield from ((each.code, vantage, fqdn) for vantage, fqdn in ends)
        yield _key(each)


def _key(finding: Finding) -> Key:
    proven = finding.trace if finding.code.startswith(PROVEN) else None
    return finding.code, proven.vantage if proven else "", finding.fqdn
