"""Pairs of faults that cannot explain everything, seen without simulating them together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.diagnosis.search.simulations import COMPARED

if TYPE_CHECKING:
    from acrdns.check.diagnosis.candidates import Suspect
    from acrdns.check.diagnosis.search.simulations import Simulations


def is_hopeless(made: Simulations, chosen: tuple[Suspect, ...], last: Suspect) -> bool:
    """Return whether a pair leaves an answer wrong, since the last fault alone does and the first changes nothing.

    The first fault must touch neither what the answer depends on now, nor what it depends on with the last one.
    """
    alone = made.with_fault(made.base, (last,)) if len(chosen) == 1 else None
    if alone is None:
        return False
    return any(
        not chosen[0].touches(made.base.needed(wrong.asked)[0])
        and not alone.explains(wrong)
        and not chosen[0].touches(alone.needed(wrong.asked)[0])
        for wrong in made.base.first_mismatches(COMPARED)
    )
