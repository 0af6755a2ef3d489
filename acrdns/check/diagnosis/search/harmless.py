"""Sets with a stale cache or a hosts file, which can hold any answers, also right ones that hide a contrived fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import INTERNET
from acrdns.check.diagnosis.diagnosed import ELSEWHERE, PIN
from acrdns.names import show

if TYPE_CHECKING:
    from acrdns.check.diagnosis.candidates import Suspect
    from acrdns.check.diagnosis.search.explanation import Explanation
    from acrdns.check.diagnosis.search.simulations import Simulations
    from acrdns.check.diagnosis.worlds import Simulated
    from acrdns.topology.model import Topology


def is_harmless(made: Simulations, explanation: Explanation) -> bool:
    """Return whether faults beside a cache or a hosts file make no right answer wrong, which these would hide.

    Names that a hosts file pins do not count: it hides what other faults do to them, their AAAA answers included. That
    there is one with a right address, another answer at the same vantage point has to show. Nor do names whose other
    answer is wrong where there is a cache, which keeps AAAA answers as it keeps A answers.
    """
    if not explanation.elsewhere:
        return True
    wrong = made.base.mismatches
    places = {answer.asked.vantage for answer in wrong} - {INTERNET}
    others = made.base
    pins = []
    for number, each in enumerate(explanation.suspects):
        before = tuple(suspect for suspect in explanation.suspects[:number] if suspect.fault not in ELSEWHERE)
        if each.fault == PIN and (alone := made.with_fault(made.base, (each,))):
            pins.append(alone)
        elif each.fault not in ELSEWHERE:
            others = made.with_fault(others, (*before, each)) or others
    hidden = {(at, show(pinned)) for pin in pins for at in places for pinned in pin.topology.vantage(at).hosts}
    hidden |= {answer.asked[:2] for answer in wrong} if explanation.remembered else set()
    broken = {answer for each in (*pins, others) for answer in each.mismatches} - {*wrong}
    return all(answer.asked[:2] in hidden for answer in broken)


def all_help(made: Simulations, explanation: Explanation, file: Topology | None) -> bool:
    """Return whether each fault explains a wrong answer, and makes no right answer wrong: alone, or in the file.

    Where the file is the topology with one of them, that one is there, and the others need to help beside it only. A
    fault for some names alone never does, where a smaller set with a cache explains everything.
    """
    every = explanation.suspects
    if explanation.for_some:
        return False
    if all(_helps(made, made.base, (), suspect) for suspect in every):
        return True
    for written in every if file is not None else ():
        node = made.with_fault(made.base, (written,))
        if node is not None and node.topology == file:
            return all(_helps(made, node, (written,), other) for other in every if other is not written)
    return False


def _helps(made: Simulations, node: Simulated, chosen: tuple[Suspect, ...], suspect: Suspect) -> bool:
    child = made.with_fault(node, (*chosen, suspect))
    return child is not None and {*child.mismatches} < {*node.mismatches}
