"""Mixes of misconfigurations, each of them at any number of places: three networks, two records and a server.

Each fault is simulated alone, at every place that some wrong answer depends on. Those that explain a wrong answer and
make no right one wrong are put together by cause, and the few causes that explain all wrong answers between them are
simulated together. Faults that show their effect only with others are found by the depth-first search.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, islice
from typing import TYPE_CHECKING

from acrdns.check.diagnosis.search.several import MOST_PLACES, with_place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from acrdns.check.diagnosis.answer import Answered
    from acrdns.check.diagnosis.candidates import Suspect
    from acrdns.check.diagnosis.search.several import Chosen
    from acrdns.check.diagnosis.search.simulations import Simulations
    from acrdns.check.diagnosis.worlds import Simulated

_MOST_ALONE = 1500
"""Faults that are simulated alone."""
_MOST_TOGETHER = 40
"""Mixes that are simulated."""
_OF_EACH_NODE = 12
"""Remaining wrong answers by which a fault is looked for that is to be added."""
_MOST_EXCHANGED = 300
"""Topologies that are simulated to find other faults in place of some."""


@dataclass(frozen=True, slots=True)
class PlacedCause:
    """One misconfiguration, at the places that explain wrong answers."""

    places: tuple[tuple[Suspect, int], ...]
    """Each with the wrong answers that it explains, as bits."""
    explained: int
    """The wrong answers that any of them explains, as bits."""

    @property
    def prior(self) -> float:
        """How common the fault is."""
        return self.places[0][0].prior


def causes(made: Simulations, among: tuple[str, ...]) -> list[PlacedCause]:
    """Return the misconfigurations that explain some wrong answers and break no right one, the likeliest first."""
    wrong = made.base.representatives
    known: set[tuple[str, str, str]] = set()
    end = made.simulated + _MOST_ALONE
    found: dict[tuple[object, ...], PlacedCause] = {}
    for number, answer in enumerate(wrong):
        for suspect in made.suspects(made.base, answer, among):
            before = found.get(suspect.cause)
            if suspect.key in known or made.simulated >= end or (before and before.explained >> number & 1):
                continue
            explained = _explained_alone(made, suspect, wrong, number)
            known.update((suspect.key,) if explained else ())  # it may explain a later one
            if explained and (before is None or len(before.places) < MOST_PLACES):
                places = (*(before.places if before else ()), (suspect, explained))
                found[suspect.cause] = PlacedCause(places, explained | (before.explained if before else 0))
    return sorted(found.values(), key=lambda cause: -cause.prior)


def _explained_alone(made: Simulations, suspect: Suspect, wrong: Sequence[Answered], number: int) -> int:
    """Return the wrong answers that a fault alone explains, as bits; none where it breaks a right one."""
    alone = made.with_fault(made.base, (suspect,))
    if alone is None or not alone.explains(wrong[number]):
        return 0
    explained = [each for each, answer in enumerate(wrong) if alone.explains(answer)]
    right = (near for each in explained[:2] for near in made.base.right_near(wrong[each]))
    return sum(1 << each for each in explained) if all(map(alone.explains, right)) else 0


def mixes(made: Simulations, every: Sequence[PlacedCause], size: int) -> Iterator[tuple[Simulated, Chosen]]:
    """Return the topologies with so many causes that explain every answer, of which no part does."""
    whole = (1 << len(made.base.representatives)) - 1
    covering = (mix for mix in combinations(every, size) if _covers(mix, whole))
    for mix in islice(covering, _MOST_TOGETHER):
        if found := _together(made, mix, whole):
            yield found


def two_places(made: Simulations, every: Sequence[PlacedCause]) -> Iterator[tuple[Simulated, Chosen]]:
    """Return the topologies with two faults, each at one place, that explain every answer between them."""
    whole = (1 << len(made.base.representatives)) - 1
    pairs = combinations((place for cause in every for place in cause.places), 2)
    covering = ((one, other) for (one, some), (other, rest) in pairs if some | rest == whole)
    for chosen in islice(covering, _MOST_TOGETHER):
        if (found := _all_of(made, chosen)) and not found[0].first_mismatches(1):
            yield found


def exchanged(made: Simulations, first: Chosen) -> Iterator[tuple[Simulated, Chosen]]:
    """Return the topologies with as many faults as a set, in which others explain what some of it do."""
    wrong = made.base.representatives
    known, waiting, end = {frozenset(each.key for each in first)}, [first], made.simulated + _MOST_EXCHANGED
    while waiting:
        chosen = waiting.pop(0)
        for out in chosen:
            rest = tuple(each for each in chosen if each is not out)
            lacking = _lacking(made, rest, wrong)
            for suspect in made.suspects(made.base, wrong[lacking[0]]) if lacking else ():
                key = frozenset((suspect.key, *(each.key for each in rest)))
                if key in known or len(key) < len(first) or made.simulated >= end:
                    continue
                explained = _explained_alone(made, suspect, wrong, lacking[0])
                if all(explained >> number & 1 for number in lacking):
                    known.add(key)
                    if (found := _all_of(made, (*rest, suspect))) and not found[0].first_mismatches(1):
                        waiting.append(found[1])
                        yield found


def _lacking(made: Simulations, chosen: Chosen, wrong: Sequence[Answered]) -> list[int]:
    """Return the numbers of the wrong answers that some faults do not explain."""
    found = _all_of(made, chosen)
    return [number for number, answer in enumerate(wrong) if not found[0].explains(answer)] if found else []


def _all_of(made: Simulations, every: Chosen) -> tuple[Simulated, Chosen] | None:
    """Return the topology with some faults, added one after the other, each as it can be in what the others left."""
    node: Simulated | None = made.base
    chosen: Chosen = ()
    for suspect in every:
        wrong = made.wrong(node, _OF_EACH_NODE) if node and chosen else ()
        found = (same for answer in wrong if node for same in made.suspects(node, answer, (suspect.fault,)))
        chosen = (*chosen, next((same for same in found if same.key == suspect.key), suspect))
        node = made.with_fault(node, chosen) if node else None
    return (node, chosen) if node else None


def _covers(mix: Sequence[PlacedCause], whole: int) -> bool:
    """Return whether causes explain all wrong answers, and none of them could be left out."""
    return _union(mix) == whole and all(_union(_others(mix, cause)) != whole for cause in mix)


def _others(mix: Sequence[PlacedCause], cause: PlacedCause) -> list[PlacedCause]:
    return [other for other in mix if other is not cause]


def _union(every: Iterable[PlacedCause]) -> int:
    explained = 0
    for cause in every:
        explained |= cause.explained
    return explained


def _together(made: Simulations, mix: Sequence[PlacedCause], whole: int) -> tuple[Simulated, Chosen] | None:
    """Return the topology with the causes at as many places as explain everything; None where they do not."""
    node: Simulated | None = made.base
    chosen: Chosen = ()
    for suspect in _places(mix, whole):
        chosen = (*chosen, suspect)
        node = made.with_fault(node, chosen) if node else None
    while node and (wrong := made.wrong(node, 1)):
        grown = _grown(made, node, chosen, wrong[0]) if len(chosen) < MOST_PLACES else None
        node, chosen = grown or (None, chosen)
    return (node, chosen) if node else None


def _places(mix: Sequence[PlacedCause], whole: int) -> list[Suspect]:
    """Return the places that are needed: those where one cause alone explains an answer, then of the likeliest."""
    covered = 0
    found: list[Suspect] = []
    alone = [whole & ~_union(_others(mix, cause)) for cause in mix]
    for bits, cause in (*zip(alone, mix, strict=True), *((whole, cause) for cause in mix)):
        for suspect, explained in cause.places:
            if explained & bits & ~covered:
                found.append(suspect)
                covered |= explained
    return found


def _grown(made: Simulations, node: Simulated, chosen: Chosen, wrong: Answered) -> tuple[Simulated, Chosen] | None:
    """Return a topology with one of the faults at one place more, which explains a wrong answer."""
    for last in {suspect.cause: suspect for suspect in chosen}.values():
        others = tuple(suspect for suspect in chosen if suspect is not last)
        if grown := with_place(made, node, (*others, last), wrong):
            return grown
    return None
