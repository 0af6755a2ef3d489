"""Records that are missing behind links which fall back: with one, answers to other names of its zone change, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.diagnosis.search.simulations import COMPARED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.check.diagnosis.candidates import Suspect
    from acrdns.check.diagnosis.search.simulations import Simulations

_MASKED = "redirect-masks-missing-record"


def masked(made: Simulations) -> Sequence[Suspect]:
    """Return the records that may be masked so, of the names whose wrong answers are public.

    For another wrong answer the places of a fault are those of its own name.
    """
    is_public = made.evidence.comparison.is_public
    wrong = (each for each in made.base.first_mismatches(COMPARED) if any(map(is_public, each.addresses)))
    by_name = {answer.asked.fqdn: answer for answer in wrong}
    return [suspect for answer in by_name.values() for suspect in made.suspects(made.base, answer, (_MASKED,))]
