"""The search for the smallest sets of faults that explain every observed answer.

It goes depth-first, on the first answer that the faults chosen so far do not explain: one fault of every set that
explains it changes something that this answer depends on. The last fault of a set changes something that each of the
remaining answers depends on. Of pairs, those are left out that leave an answer wrong which only one of them touches.
Nothing else is left out, so that the search finds what trying every set would find.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from acrdns.check.diagnosis.candidates import CACHE, PIN, Suspect, suspects, values
from acrdns.check.diagnosis.worlds import Simulated
from acrdns.check.faults.fault import Candidate
from acrdns.check.fixes.advice import Advice
from acrdns.errors import TopologyError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from acrdns.check.diagnosis.answer import Answered, Asked
    from acrdns.check.diagnosis.touch import Part
    from acrdns.check.diagnosis.worlds import Evidence
    from acrdns.topology.model import Topology

MOST_FAULTS = 3
MAX_COMPARED = 2_000_000
"""Answers of simulated topologies, about, after which the search gives up."""
SIMULATED = range(500, 4000)
"""The least and the most topologies that are simulated, however many answers each has."""
_COMPARED = 40
"""Wrong answers that are looked at before all of them are."""
_TOUCHED = 12
"""Remaining answers that the last fault of a set has to touch before it is simulated."""
_HOPELESS = 5
"""Answers that no fault explains, after which others are not tried."""
_REFUSED = (KeyError, ValueError, StopIteration, TopologyError)
"""Raised where a fault cannot be added to others."""


_Key = tuple[str, str, str]
_Tried = tuple[frozenset[_Key], _Key | None]
"""A set of faults, and the last of them where it is complete."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A set of faults that explains every observed answer."""

    suspects: tuple[Suspect, ...]
    simulated: Simulated
    """The topology with the faults in it; without what a stale cache remembers."""
    remembered: Simulated | None = None
    """The topology from which a stale cache has its answers."""

    @property
    def prior(self) -> float:
        """How common the set is."""
        found = 1.0
        for suspect in self.suspects:
            found *= suspect.prior
        return found

    @property
    def key(self) -> frozenset[tuple[str, str]]:
        """The faults and their subjects, by which people tell sets apart."""
        return frozenset((suspect.fault, suspect.candidate.subject) for suspect in self.suspects)


class Search:
    """The search over one topology and one body of evidence."""

    def __init__(self, topology: Topology, evidence: Evidence) -> None:
        self.evidence = evidence
        self.base = Simulated(topology, evidence)
        self.simulated = 1
        """Topologies simulated so far."""
        self._values = values(evidence.answers, evidence.comparison)
        self._made: dict[tuple[_Key, ...], Simulated | None] = {}

    @property
    def gave_up(self) -> bool:
        """Whether the search ended before every set was tried."""
        most = MAX_COMPARED // max(len(self.evidence.answers), 1)
        return self.simulated >= min(max(most, SIMULATED.start), SIMULATED.stop)

    @cached_property
    def first_suspects(self) -> Sequence[Suspect]:
        """The faults that can change the first wrong answer."""
        return tuple(suspects(self.base, self.base.first_mismatches(1)[0], self._values))

    def smallest(self, most: int = MOST_FAULTS) -> list[Explanation]:
        """Return the smallest sets that explain everything, the likeliest first; none where so many do not suffice."""
        if self.base.explains_all():
            return []
        for size in range(1, most + 1):
            found: dict[frozenset[tuple[str, str]], Explanation] = {}
            tried: set[_Tried] = set()
            for explanation in self._sets(self.base, (), size, tried):
                found.setdefault(explanation.key, explanation)
            if found:
                return sorted(found.values(), key=lambda each: -each.prior)
        return []

    def partial(self) -> list[Explanation]:
        """Return one set that explains as many answers as can be found step by step; none if it explains none."""
        node: Simulated = self.base
        chosen: tuple[Suspect, ...] = ()
        while len(chosen) < MOST_FAULTS and (step := self._step(node, chosen)):
            node, chosen = step
        return [Explanation(chosen, node)] if chosen else []

    def _step(self, node: Simulated, chosen: tuple[Suspect, ...]) -> tuple[Simulated, tuple[Suspect, ...]] | None:
        """Return the fault more that leaves the fewest answers unexplained, of those that change the first of them."""
        tried: set[frozenset[Part]] = set()
        for wrong in node.mismatches:
            needed = node.needed(wrong.asked)[0]
            if needed is None or needed in tried:
                continue
            tried.add(needed)
            best = (len(node.mismatches), node, chosen)
            for suspect in self._of(node, wrong):
                child = self.with_fault(node, (*chosen, suspect))
                if child is not None and child.explains(wrong) and len(child.mismatches) < best[0]:
                    best = (len(child.mismatches), child, (*chosen, suspect))
            if best[1] is not node:
                return best[1:]
            if len(tried) > _HOPELESS:
                return None
        return None

    def _sets(
        self, node: Simulated, chosen: tuple[Suspect, ...], left: int, tried: set[_Tried]
    ) -> Iterator[Explanation]:
        for suspect in self._suspects(node, chosen, left):
            every = (*chosen, suspect)
            # The last one may be what a cache remembers: it matters which one that is.
            key = frozenset((*(each.key for each in chosen), suspect.key)), suspect.key if left == 1 else None
            if key in tried or self.gave_up:
                continue
            tried.add(key)
            if left == 1 and self._is_hopeless(chosen, suspect):
                continue
            child = self.with_fault(node, every)
            if child is None:
                continue
            if left == 1:
                yield from self._explained(node, child, every)
            elif self._wrong(child, 1):
                yield from self._sets(child, every, left - 1, tried)

    def _is_hopeless(self, chosen: tuple[Suspect, ...], last: Suspect) -> bool:
        """Return whether a pair leaves an answer wrong, since the last fault alone does and the first changes nothing.

        The first fault must touch neither what the answer depends on now, nor what it depends on with the last one.
        """
        alone = self.with_fault(self.base, (last,)) if len(chosen) == 1 else None
        if alone is None:
            return False
        return any(
            not chosen[0].touches(self.base.needed(wrong.asked)[0])
            and not alone.explains(wrong)
            and not chosen[0].touches(alone.needed(wrong.asked)[0])
            for wrong in self.base.first_mismatches(_COMPARED)
        )

    def _wrong(self, node: Simulated, most: int) -> Sequence[Answered]:
        """Return some answers that a topology does not explain, if possible without looking at all of them."""
        known = self.base.first_mismatches(_COMPARED)
        if node is self.base:
            return known[:most]
        return [answer for answer in known if not node.explains(answer)][:most] or node.first_mismatches(most)

    def _suspects(self, node: Simulated, chosen: tuple[Suspect, ...], left: int) -> Iterator[Suspect]:
        """Return the faults to try next: those that can change the first wrong answer."""
        if left > 1:
            yield from self._of_first(node, chosen)
        if left == 2:  # noqa: PLR2004 - a fault and a cache
            yield from self._before_a_cache(node, chosen)
        if left > 1:
            return
        remaining = self._wrong(node, _TOUCHED)[1:]
        for suspect in self._of_first(node, chosen):
            if all(suspect.touches(node.needed(answer.asked)[0]) for answer in remaining):
                yield suspect

    def _of_first(self, node: Simulated, chosen: tuple[Suspect, ...]) -> Iterator[Suspect]:
        taken = {suspect.key for suspect in chosen}
        found = self.first_suspects if not chosen else self._of(node, self._wrong(node, 1)[0])
        return (suspect for suspect in found if suspect.key not in taken)

    def _of(self, node: Simulated, wrong: Answered, child: Simulated | None = None) -> Iterator[Suspect]:
        base = self.base if node is not self.base else None
        return suspects(node, wrong, self._values, base=base, child=child)

    def _before_a_cache(self, node: Simulated, chosen: tuple[Suspect, ...]) -> Iterator[Suspect]:
        """Return the faults that can change what a cache does not explain, which explains the first wrong answer."""
        first = self._wrong(node, 1)[0]
        tried: set[Asked] = set()
        for old in list(self._of_first(node, chosen)):
            child = self.with_fault(node, (*chosen, old))
            if child is None or old.fault == PIN or not child.explains(first):
                continue
            wrong = next((answer for answer in node.mismatches if not child.explains(answer)), None)
            if wrong is not None and wrong.asked not in tried:
                tried.add(wrong.asked)
                yield from self._of(node, wrong, child)

    def with_fault(self, node: Simulated, every: tuple[Suspect, ...]) -> Simulated | None:
        """Return the topology of a node with one more fault, the last one; None where it cannot be added."""
        key = tuple(suspect.key for suspect in every)
        if key not in self._made:
            try:
                topology = every[-1].candidate.apply(node.topology)
            except _REFUSED:
                self._made[key] = None
            else:
                self.simulated += 1
                self._made[key] = Simulated(topology, self.evidence, self.base)
        return self._made[key]

    def _explained(self, node: Simulated, child: Simulated, every: tuple[Suspect, ...]) -> Iterator[Explanation]:
        """Return what explains everything: the faults, or a cache that remembers the answers from before the last."""
        if not all(map(child.explains, self._wrong(node, _COMPARED))):
            return
        if child.explains_all():
            yield Explanation(every, child)
        if every[-1].fault == PIN or not _passed(node, self._wrong(node, _COMPARED)):
            return
        if _explains_all_that_is_wrong(child, node):
            for place in sorted(_passed(node, node.mismatches)):
                yield Explanation((*every[:-1], _stale(place, every[-1], node)), node, child)


def _passed(node: Simulated, wrong: Sequence[Answered]) -> set[str]:
    """Return the networks and servers that each of some wrong answers has passed."""
    found: set[str] | None = None
    for answer in wrong:
        needed = node.needed(answer.asked)[0] or frozenset()
        here = {str(part[1]) for part in needed if part[0] in ("network", "server")}
        found = here if found is None else found & here
        if not found:
            break
    return found or set()


def _explains_all_that_is_wrong(child: Simulated, node: Simulated) -> bool:
    """Return whether a topology explains each answer that another does not, looking at no more than is needed."""
    seen, found = 0, node.first_mismatches(1)
    while len(found) > seen:
        if not all(map(child.explains, found[seen:])):
            return False
        seen, found = len(found), node.first_mismatches(4 * len(found))
    return True


def _stale(place: str, old: Suspect, node: Simulated) -> Suspect:
    """Return the stale cache of a network's clients or of a server."""
    candidate = Candidate(
        place,
        f"a cache of {place} still has answers from before a change: as if {old.candidate.message}",
        (),
        (Advice(f"flush the DNS caches of {place}, or wait until the TTL of the old answers is over"),),
        ("networks", place) if place in node.topology.networks else ("dns_servers", place),
    )
    return Suspect(CACHE, candidate, frozenset())
