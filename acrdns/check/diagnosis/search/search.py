"""The search: depth-first, on one answer that the faults so far do not explain: a failure (`failed`), or the first.

One fault of every set that explains an answer changes something that this answer depends on. The last fault of a set
changes something that each of the remaining answers depends on. Of pairs, those are left out that leave an answer wrong
which only one of them touches. Nothing else is left out, so that the search finds what trying every set would find.

The same fault at several places counts as one (`several`). A stale cache or a hosts file can hold any answers: where
nothing smaller than they explains everything, the search goes on for faults of Azure and of DNS servers.
"""

from __future__ import annotations

from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from acrdns.check.diagnosis.candidates import suspects
from acrdns.check.diagnosis.diagnosed import CACHE, PIN
from acrdns.check.diagnosis.search.caches import counts_down, is_pin_with_ttl_0, stale_caches
from acrdns.check.diagnosis.search.cover import causes, exchanged, mixes, two_places
from acrdns.check.diagnosis.search.explanation import Explanation, whole, without_supersets
from acrdns.check.diagnosis.search.failed import FAILURES, Failures
from acrdns.check.diagnosis.search.harmless import all_help, is_harmless
from acrdns.check.diagnosis.search.hopeless import is_hopeless
from acrdns.check.diagnosis.search.in_force import are_in_force
from acrdns.check.diagnosis.search.masked import masked
from acrdns.check.diagnosis.search.several import everywhere, leaves_some_out, needed, wherever_it_helps
from acrdns.check.diagnosis.search.simulations import COMPARED, Simulations
from acrdns.check.faults import PRIORS
from acrdns.gc_pause import paused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from acrdns.check.diagnosis.answer import Answered, Asked
    from acrdns.check.diagnosis.candidates import Suspect
    from acrdns.check.diagnosis.search.cover import PlacedCause
    from acrdns.check.diagnosis.worlds import Evidence, Simulated
    from acrdns.topology.model import Topology

MOST_FAULTS = 3
MAX_COMPARED = 2_000_000
"""Answers of simulated topologies, about, after which the search gives up."""
SIMULATED = range(500, 4000)
"""The least and the most topologies that are simulated, however many answers each has."""
_FURTHER_COMPARED = 200_000
"""Answers that are compared further, about, where a cache or a hosts file explains everything."""
_FURTHER = range(40, 300)
_MANY = 9
"""Places of one fault, after which any two other faults are no likelier than it."""
_TOUCHED = 12
"""Remaining answers that the last fault of a set has to touch before it is simulated."""

_Key = tuple[str, str, str]
_Tried = tuple[frozenset[_Key], _Key | None]
"""A set of faults, and the last of them where it is complete."""
_Found = dict[frozenset[tuple[str, str]], Explanation]


class Search(Simulations):
    """The search over one topology and one body of evidence."""

    def __init__(self, topology: Topology, evidence: Evidence, file: Topology | None = None) -> None:
        """Take a topology as it is meant; `file` is the one with faults in it that people have written, if another."""
        super().__init__(topology, evidence)
        self._file = file
        self._elsewhere = True
        """Whether stale caches and hosts files are looked for."""
        self._limit = self._most
        self.complete = 0
        """Faults of the largest sets that were all tried."""
        self._refuting: dict[Answered, None] = {}
        """Answers that refuted sets which explain the wrong ones: they are compared before all others are."""

    @property
    def gave_up(self) -> bool:
        """Whether the search ended before every set was tried."""
        return self.simulated >= self._most

    @cached_property
    def _most(self) -> int:
        return _within(MAX_COMPARED // max(len(self.evidence.answers), 1), SIMULATED)

    @property
    def first_suspects(self) -> Sequence[Suspect]:
        """The faults that can change the first wrong answer."""
        return self.suspects(self.base, self.base.first_mismatches(1)[0])

    @paused()  # every topology that is simulated is kept to the end
    def smallest(self, most: int = MOST_FAULTS) -> list[Explanation]:
        """Return the smallest sets that explain everything, the likeliest first; none where so many do not suffice.

        Stale caches and hosts files come last, but no contrived set replaces them: each of its faults has to explain a
        wrong answer, and to make no right answer wrong.
        """
        if self.base.explains_all():
            return []
        last: _Found = {}
        for explanations in self._by_size(most):
            first: _Found = {}
            for explanation in self._exchanged(explanations):
                if are_in_force(self.base, explanation) and is_harmless(self, explanation):
                    first.setdefault(explanation.key, explanation)
            found = {each.key: each for each in whole(first.values()) if not last or all_help(self, each, self._file)}
            if not all(explanation.elsewhere for explanation in found.values()):
                return sorted(without_supersets({**last, **found}.values()), key=lambda each: each.order)
            if found and not last:
                last = found
                self._elsewhere = False
                further = _within(_FURTHER_COMPARED // len(self.evidence.answers), _FURTHER)
                self._limit = min(self._limit, self.simulated + further)
        return sorted(last.values(), key=lambda each: each.order)

    def _by_size(self, most: int) -> Iterator[Iterable[Explanation]]:
        """Return the sets of one fault, of one at several places, of two misconfigurations, and so on."""
        alone = list(self._sets(self.base, (), 1, set()))
        asked = {vantage.partition("/")[0] for vantage in self.evidence.vantages}
        wrong = {answer.asked.vantage for answer in self.base.first_mismatches(COMPARED)}
        unlisted = any(suspect.candidate.unlisted for explanation in alone for suspect in explanation.suspects)
        if (len(wrong) == 1 or asked.issuperset(self.base.topology.networks)) and not unlisted:
            yield alone
            yield self._one_at_several_places(pairs=most > 1)
        else:
            # What was not asked may be right, so that one cause for all is no likelier than one for those asked.
            pairs = most > 1 and all(explanation.elsewhere for explanation in alone)
            several: Iterable[Explanation] = self._one_at_several_places(pairs=pairs)
            if not (pairs or unlisted):
                several = (each for each in several if leaves_some_out(self, each))
            yield chain(alone, several)
        self._completed(1)
        for size in range(2, most + 1):
            mixed = list(self._mixed(size))
            mixed += self._as_small(size + 1, mixed) if size < most else ()
            if mixed and size == most:
                self._go_on_shortly()
            yield chain(mixed, self._sets(self.base, (), size, set()))
            self._completed(size)
            if size == 2 and not mixed:  # noqa: PLR2004 - with three, there is no end of combinations
                if most > size and any(self._mixed(size + 1)):
                    self._go_on_shortly()
                yield self._sets(self.base, (), size, set(), several=True)

    def _completed(self, size: int) -> None:
        if not self._is_over:
            self.complete = size

    def _go_on_shortly(self) -> None:
        """Look for sets that show their effect only together a while longer, since others explain everything."""
        self._limit = min(self._limit, self.simulated + _FURTHER.stop)

    def _as_small(self, size: int, found: Sequence[Explanation]) -> Iterator[Explanation]:
        """Return the sets of so many misconfigurations that are at no more places than sets of fewer."""
        fewest = min((len(explanation.suspects) for explanation in found), default=0)
        return (each for each in self._mixed(size) if len(each.suspects) <= fewest) if fewest > size else iter(())

    def _exchanged(self, found: Iterable[Explanation]) -> Iterator[Explanation]:
        """Return sets, after each one of three faults those with others in place of some: not all triples are tried."""
        for explanation in found:
            yield explanation
            if len(explanation.suspects) == MOST_FAULTS and len(explanation.causes) > 1 and not explanation.remembered:
                for node, chosen in exchanged(self, explanation.suspects):
                    yield Explanation(chosen, node)

    def _mixed(self, size: int) -> Iterator[Explanation]:
        """Return the sets of so many misconfigurations, each at any number of places, that show by themselves."""
        for node, chosen in mixes(self, self._causes, size):
            if not node.first_mismatches(1):
                yield Explanation(chosen, node)

    @cached_property
    def _causes(self) -> list[PlacedCause]:
        return causes(self, tuple(fault for fault in PRIORS if fault != CACHE))

    def _one_at_several_places(self, *, pairs: bool) -> Iterator[Explanation]:
        """Return the sets of one fault at several places; with `pairs`, any two faults that do it at no more."""
        yield from (found := list(self._at_several_places(self.base, (), set())))
        if pairs and min((len(explanation.suspects) for explanation in found), default=_MANY) < _MANY:
            yield from self._sets(self.base, (), 2, set())
        if pairs and any(len(explanation.suspects) > 2 for explanation in found):  # noqa: PLR2004 - a pair
            yield from (Explanation(chosen, node) for node, chosen in two_places(self, self._causes))
        if pairs:
            yield from self._as_small(2, found)

    def _sets(
        self, node: Simulated, chosen: tuple[Suspect, ...], left: int, tried: set[_Tried], *, several: bool = False
    ) -> Iterator[Explanation]:
        """Return the sets that explain everything with so many faults more; `several`: each at one place or more."""
        for suspect in self._suspects(node, chosen, left):
            every = (*chosen, suspect)
            # The last one may be what a cache remembers: it matters which one that is.
            key = frozenset((*(each.key for each in chosen), suspect.key)), suspect.key if left == 1 else None
            if self._is_over:
                return
            if key in tried:
                continue
            tried.add(key)
            hopeless = left == 1 and is_hopeless(self, chosen, suspect)
            child = None if hopeless else self.with_fault(node, every)
            if child is None:
                continue
            if left == 1:
                yield from self._explained(node, child, every)
            elif self.wrong(child, 1):
                yield from self._sets(child, every, left - 1, tried, several=several)
                if several and child.explains(self._first(node)):
                    grown = wherever_it_helps(self, child, every)
                    for each in (grown,) if grown and self.wrong(grown[0], 1) else ():
                        yield from self._sets(*each, left - 1, tried, several=several)
        if several and left == 1:
            yield from self._at_several_places(node, chosen, tried)

    def _at_several_places(
        self, node: Simulated, chosen: tuple[Suspect, ...], tried: set[_Tried]
    ) -> Iterator[Explanation]:
        """Return the sets that explain everything with one fault more, which is at several places."""
        first = self._first(node)
        known: set[tuple[object, ...]] = set()
        for suspect in self._of_first(node, chosen):
            every = (*chosen, suspect)
            key = frozenset(each.key for each in every), None
            if suspect.cause in known or key in tried or self._is_over:
                continue
            tried.add(key)
            child = self.with_fault(node, every)
            if child is not None and child.explains(first) and (found := everywhere(self, child, every)):
                known.add(suspect.cause)
                least = needed(self, *found)
                yield Explanation(least[1], least[0])

    @property
    def _is_over(self) -> bool:
        return self.simulated >= self._limit

    def _suspects(self, node: Simulated, chosen: tuple[Suspect, ...], left: int) -> Iterator[Suspect]:
        """Return the faults to try next: those that can change one wrong answer."""
        if left > 1:
            yield from self._of_first(node, chosen)
            kept = self._first(node).outcome not in FAILURES
            if left == 2 and kept and self._elsewhere:  # noqa: PLR2004 - a fault and a cache
                yield from self._before_a_cache(node, chosen)
            return
        found, remaining = self._of_first(node, chosen), self.wrong(node, _TOUCHED)
        if chosen:
            found = chain(found, (each for each in self._masked if each.key not in {one.key for one in chosen}))
        yield from (each for each in found if all(each.touches(node.needed(a.asked)[0]) for a in remaining))

    @cached_property
    def _masked(self) -> Sequence[Suspect]:
        return masked(self)

    def _of_first(self, node: Simulated, chosen: tuple[Suspect, ...]) -> Iterator[Suspect]:
        taken, first = {suspect.key for suspect in chosen}, self._first(node)
        found = self._failures.behind(node, first, self.suspects(node, first))
        return (each for each in found if each.key not in taken and (self._elsewhere or each.fault != PIN))

    def _first(self, node: Simulated) -> Answered:
        """Return the wrong answer that the next fault has to change."""
        return self._failures.first(node) or self.wrong(node, 1)[0]

    @cached_property
    def _failures(self) -> Failures:
        return Failures(self.base, self.base.first_mismatches(COMPARED))

    def _before_a_cache(self, node: Simulated, chosen: tuple[Suspect, ...]) -> Iterator[Suspect]:
        """Return the faults that can change what a cache does not explain, which explains the first wrong answer."""
        first = self._first(node)
        tried: set[Asked] = set()
        for old in list(self._of_first(node, chosen)):
            child = self.with_fault(node, (*chosen, old))
            if child is None or old.fault == PIN or not child.explains(first):
                continue
            wrong = next((answer for answer in node.mismatches if not child.explains(answer)), None)
            if wrong is not None and wrong.asked not in tried:
                tried.add(wrong.asked)
                yield from suspects(node, wrong, self.values, base=self.base, child=child)

    def _explained(self, node: Simulated, child: Simulated, every: tuple[Suspect, ...]) -> Iterator[Explanation]:
        """Return what explains everything: the faults, or a cache that remembers the answers from before the last."""
        known = self.wrong(node, COMPARED)
        if not all(map(child.explains, known)):
            return
        if all(map(child.explains, self._refuting)):
            if child.explains_all():
                yield Explanation(every, child, favoured=is_pin_with_ttl_0(node, every[-1]))
            else:
                self._refuting.update(dict.fromkeys(child.first_mismatches(1)))
        for cache in stale_caches(node, child, every[-1], known) if self._elsewhere else ():
            yield Explanation((*every[:-1], cache), node, child, favoured=counts_down(node, child))


def _within(number: int, bounds: range) -> int:
    return min(max(number, bounds.start), bounds.stop)
