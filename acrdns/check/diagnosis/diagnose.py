"""The diagnosis of observed answers against a topology: which faults explain them, and which they exclude."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.diagnosis.answer import Comparison
from acrdns.check.diagnosis.candidates import CACHE, PIN
from acrdns.check.diagnosis.diagnosed import NOTHING, Diagnosed, Diagnosis, Exclusion, FoundFault, Predicted
from acrdns.check.diagnosis.search import Search
from acrdns.check.diagnosis.worlds import Evidence, Simulated
from acrdns.check.fixes.advice import Advice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from acrdns.check.diagnosis.answer import Answered, Asked
    from acrdns.check.diagnosis.search import Explanation
    from acrdns.check.fixes.fix import Fix
    from acrdns.topology.model import Topology

MOST_EXCLUDED = 10
"""Excluded faults that are named: the likeliest."""


def diagnose(topology: Topology, answers: Sequence[Answered]) -> Diagnosed:
    """Return what observed answers say, some of which are wrong, where the topology is as it is meant."""
    search = Search(topology, Evidence(answers, Comparison(answers, topology)))
    if not search.base.mismatches:
        return NOTHING
    found = search.smallest()
    diagnoses = tuple(_diagnosis(search, explanation) for explanation in found)
    excluded = tuple(_excluded(search, found))[:MOST_EXCLUDED]
    return Diagnosed(diagnoses, excluded, simulated=search.simulated, gave_up=search.gave_up)


def _diagnosis(search: Search, explanation: Explanation) -> Diagnosis:
    wrong = search.base.mismatches
    proof = tuple(Predicted(answer, _predicted(explanation, answer.asked)) for answer in wrong)
    endpoints = len({answer.asked[:2] for answer in wrong})
    fixes = _proven(search, explanation)
    faults = tuple(
        FoundFault(
            each.fault,
            each.candidate.subject,
            each.candidate.message,
            each.candidate.fixes if fixes else (_LOOK,),
            search.base.topology.place(*each.candidate.path),
        )
        for each in explanation.suspects
    )
    return Diagnosis(1, faults, proof, endpoints, endpoints)


_LOOK = Advice("the model found no single change that mends this: look at acrdns fix and acrdns trace")


def _predicted(explanation: Explanation, asked: Asked) -> str:
    return _text((explanation.remembered or explanation.simulated), asked)


def _text(simulated: Simulated, asked: Asked) -> str:
    return " or ".join(dict.fromkeys(each.text for each in simulated.signatures(asked)))


def _proven(search: Search, explanation: Explanation) -> tuple[Fix, ...]:
    """Return the fixes of a set where the model gives the right answers once they are made, else none."""
    suspects = [each for each in explanation.suspects if each.fault != CACHE]
    topology = explanation.simulated.topology
    fixes = tuple(fix for suspect in reversed(suspects) for fix in suspect.candidate.fixes)
    try:
        for fix in fixes:
            topology = fix.apply(topology)
    except (KeyError, ValueError, StopIteration):
        return ()
    mended = Simulated(topology, search.evidence)
    asked = [answer.asked for answer in search.base.mismatches]
    right = all(mended.signatures(each) == search.base.signatures(each) for each in asked)
    advice = any(isinstance(fix, Advice) for fix in fixes)
    return tuple(fix for suspect in explanation.suspects for fix in suspect.candidate.fixes) if right or advice else ()


def _excluded(search: Search, found: Sequence[Explanation]) -> Iterator[Exclusion]:
    """Return the single faults that would change the first wrong answer, and the answer that speaks against each."""
    named = {key for explanation in found for key in explanation.key}
    for suspect in search.first_suspects:
        key = (suspect.fault, suspect.candidate.subject)
        if suspect.fault == PIN or key in named:
            continue
        child = search.with_fault(search.base, (suspect,))
        against = child.mismatches[:1] if child else ()
        if child and against and _explains_some(search, child):
            named.add(key)
            yield Exclusion(*key, Predicted(against[0], _text(child, against[0].asked)))


def _explains_some(search: Search, child: Simulated) -> bool:
    """Return whether a fault explains any answer that is wrong without it."""
    return any(map(child.explains, search.base.mismatches[:20]))
