"""Fixes that last: what mends the first finding is not taken back by what mends those that are left.

Findings are fixed one at a time, and the next fix may undo one, as a link to a zone that another finding replaces. So
the model fixes all of them, one after another. Where a later step deletes what the first makes, both are one fix,
without what would be made in vain. Then the same is true of each step that follows, seen from the topology before it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from acrdns.check.facts import Facts
from acrdns.check.fixes.enable_transit import together
from acrdns.check.fixes.first_step import unwrapped
from acrdns.check.fixes.fix import edits_of, made_by, takes_back
from acrdns.check.fixes.set_link import with_names
from acrdns.check.proof.explained import by_place, cells, explained, find, strictly
from acrdns.check.proof.proved import Proved
from acrdns.check.proof.prover import Prover

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from acrdns.check.finding import Finding
    from acrdns.check.fixes.fix import Edit, Fix
    from acrdns.topology.model import Topology

MOST_AHEAD, MOST_AHEAD_TRIED = 12, 5_000
"""Steps to look ahead, and the cells times findings up to which the model does so."""


class FixStep(NamedTuple):
    """The finding that is mended next."""

    finding: Finding
    edits: Sequence[Edit]
    after: Topology


def lasting(facts: Facts, found: Sequence[Finding], rounds: int = MOST_AHEAD) -> tuple[list[Proved], list[FixStep]]:
    """Return findings, and the steps after which nothing is left to mend: each is the fixes of the first finding.

    Where a later step takes back what the fixes of the first finding make, these are made together with that step.
    """
    proved = explained(facts, found)
    mending = [each for each in proved if each.effect and unwrapped(each.finding.fixes) == each.finding.fixes]
    if not rounds or not mending or cells(facts.topology) * len(found) > MOST_AHEAD_TRIED:
        return proved, []
    first = min(mending, key=lambda each: by_place(each.finding))
    steps, prover = _ahead(facts, first, rounds), Prover(facts, found, find, strictly(facts, found))
    for fixes in _together(steps):
        effect = prover.effect(fixes)
        if effect and prover.holds(first.finding, effect):
            slim, effect = prover.slim(first.finding, fixes, effect)
            if prover.leads_to(effect):
                continue
            kept = replace(first.finding, fixes=with_names(together(slim)))
            steps = _ahead(facts, Proved(kept, effect), rounds)
            if not _taken_back(steps):
                return [replace(each, finding=kept) if each is first else each for each in proved], steps
    return proved, steps


def steps(topology: Topology) -> list[FixStep]:
    """Return the steps that mend a topology that is not large, as who fixes the first finding of `lint` each time."""
    facts = Facts(topology)
    return lasting(facts, find(facts))[1]


def _ahead(facts: Facts, first: Proved, rounds: int) -> list[FixStep]:
    """Return the step that a finding's fixes are, and those that follow it."""
    if first.effect is None:
        return []
    after = first.effect.facts
    edits = [edit for _, made in edits_of(facts.topology, first.finding.fixes) for edit in made]
    return [FixStep(first.finding, edits, after.topology), *lasting(after, first.effect.found, rounds - 1)[1]]


def _taken_back(steps: Sequence[FixStep]) -> list[int]:
    """Return the numbers of the steps that take back what the first makes."""
    made = tuple(made_by(steps[0].edits))
    return [at for at, later in enumerate(steps) if at and takes_back(made, later.edits)]


def _together(steps: Sequence[FixStep]) -> Iterator[tuple[Fix, ...]]:
    """Return fixes of the first step with those that take back what it makes: theirs alone, and all up to them."""
    if again := _taken_back(steps):
        for chosen in ([0, *again], range(again[-1] + 1)):
            yield tuple(dict.fromkeys(fix for at in chosen for fix in steps[at].finding.fixes))
