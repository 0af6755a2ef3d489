"""Where no set of faults explains everything: the one that explains most, found step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.diagnosis.search.explanation import Explanation

if TYPE_CHECKING:
    from acrdns.check.diagnosis.candidates import Suspect
    from acrdns.check.diagnosis.search.simulations import Simulations
    from acrdns.check.diagnosis.touch import Part
    from acrdns.check.diagnosis.worlds import Simulated

_HOPELESS = 5
"""Answers that no fault explains, after which others are not tried."""


def partial(made: Simulations, most: int) -> list[Explanation]:
    """Return one set of at most so many faults that explains as many answers as can be; none if it explains none."""
    node: Simulated = made.base
    chosen: tuple[Suspect, ...] = ()
    while len(chosen) < most and (step := _step(made, node, chosen)):
        node, chosen = step
    return [Explanation(chosen, node)] if chosen else []


def _step(
    made: Simulations, node: Simulated, chosen: tuple[Suspect, ...]
) -> tuple[Simulated, tuple[Suspect, ...]] | None:
    """Return the fault more that leaves the fewest answers unexplained, of those that change the first of them."""
    tried: set[frozenset[Part]] = set()
    for wrong in node.mismatches:
        needed = node.needed(wrong.asked)[0]
        if needed is None or needed in tried:
            continue
        tried.add(needed)
        best = (len(node.mismatches), node, chosen)
        for suspect in made.suspects(node, wrong):
            child = made.with_fault(node, (*chosen, suspect))
            if child is None or not child.explains(wrong) or _left(child, node) >= best[0]:
                continue
            if len(child.mismatches) < best[0]:
                best = (len(child.mismatches), child, (*chosen, suspect))
        if best[1] is not node:
            return best[1:]
        if len(tried) > _HOPELESS:
            return None
    return None


def _left(child: Simulated, node: Simulated) -> int:
    """Return the number of answers that both topologies leave wrong: the fewest that one of them can have."""
    return sum(not child.explains(answer) for answer in node.mismatches)
