"""The diagnosis of observed answers against a topology: which faults explain them, and which they exclude."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING

from acrdns.check.answers.address_kind import AddressKind, kind_of
from acrdns.check.diagnosis.answer import Comparison
from acrdns.check.diagnosis.diagnosed import (
    CACHE,
    ELSEWHERE,
    LOOK,
    NOTHING,
    PIN,
    Diagnosed,
    Diagnosis,
    Exclusion,
    FoundFault,
    Predicted,
)
from acrdns.check.diagnosis.in_file import as_meant, those_in_file
from acrdns.check.diagnosis.next_question import next_steps
from acrdns.check.diagnosis.search.explanation import Explanation
from acrdns.check.diagnosis.search.partial import partial as partly
from acrdns.check.diagnosis.search.search import MOST_FAULTS, Search
from acrdns.check.diagnosis.worlds import Evidence, Simulated
from acrdns.check.fixes.advice import Advice
from acrdns.check.lint import CausesInFile
from acrdns.probe.observation import Outcome
from acrdns.record import Type

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from acrdns.check.diagnosis.answer import Answered
    from acrdns.topology.model import Topology

MOST_EXCLUDED = 10
"""Excluded faults that are named: the likeliest."""
_IN_FILE = 2
"""Faults of one set, where the file itself gives the answers: its findings name more."""
_SOME = 20
"""Wrong answers with which a fault is compared before it counts as likely."""


def diagnose(
    topology: Topology,
    answers: Sequence[Answered],
    wrong: Collection[tuple[str, str]],
    causes: CausesInFile | None = None,
) -> Diagnosed:
    """Return the faults behind observed answers; `wrong` has vantage point and name of those that are not as expected.

    `causes` has the causes in the file; without it, they are looked for if needed.

    Where the file itself gives a wrong answer, the faults are looked for in the topology as it is meant. Public
    addresses change: where only those that the file names, and nobody saw, are in the way of an explanation by no more
    faults, any public address will do.
    """
    # Where AAAA alone was asked, nothing is wrong with an empty answer.
    shown = {each.asked[:2] for each in answers if each.asked.type is Type.A or each.outcome is not Outcome.NODATA}
    wrong = shown.intersection(wrong)
    if not wrong:
        return NOTHING
    # Nor with addresses that the file gives.
    wrong &= {each.asked[:2] for each in answers if each.asked.type is Type.A or each.outcome is not Outcome.ANSWER}
    meant = cache(partial(as_meant, topology, causes or CausesInFile(topology)))
    found = _diagnose(topology, answers, wrong, meant, exact=True)
    public = any(kind_of(a, topology) is AddressKind.PUBLIC for answer in answers for a in answer.addresses)
    if found.in_azure or not (public and any(registry.public_addresses for registry in topology.registries.values())):
        return found
    loose = _diagnose(topology, answers, wrong, meant, exact=False)
    if found.unexplained or not found.diagnoses:
        return found if loose.unexplained else loose
    return loose if loose.in_azure and loose.fewest <= found.fewest else found


def _diagnose(
    topology: Topology,
    answers: Sequence[Answered],
    wrong: Collection[tuple[str, str]],
    as_it_is_meant: Callable[[], tuple[Topology, frozenset[str]]],
    *,
    exact: bool,
) -> Diagnosed:
    search = _search(topology, answers, exact=exact)
    live = {answer.asked[:2] for answer in search.base.mismatches}
    if not live.issuperset(wrong):
        twin, named = as_it_is_meant()
        meant = _search(twin, answers, exact=exact, file=topology)
        found = meant.smallest() if live else meant.smallest(_IN_FILE)
        if not live:
            found = those_in_file(found, topology, named)
        if found:
            return _diagnosed(meant, found, in_file=not live)
    return _diagnosed(search, search.smallest()) if live else NOTHING


def _search(topology: Topology, answers: Sequence[Answered], *, exact: bool, file: Topology | None = None) -> Search:
    return Search(topology, Evidence(answers, Comparison(answers, topology, exact=exact)), file)


def _diagnosed(search: Search, found: Sequence[Explanation], *, in_file: bool = False) -> Diagnosed:
    partial = () if found else partly(search, MOST_FAULTS)
    return Diagnosed(
        tuple(_diagnosis(search, each, in_file=in_file) for each in found or partial),
        tuple(_excluded(search, found or partial))[:MOST_EXCLUDED],
        () if in_file else tuple(next_steps(search, found)),
        tuple(_unexplained(search, partial)) if not found else (),
        simulated=search.simulated,
        gave_up=search.gave_up,
        complete=search.complete,
    )


def _diagnosis(search: Search, explanation: Explanation, *, in_file: bool) -> Diagnosis:
    proof = tuple(Predicted(answer, _predicted(explanation, answer)) for answer in search.base.mismatches)
    endpoints = {answer.asked[:2] for answer in search.base.mismatches}
    left = set() if explanation.remembered else {answer.asked[:2] for answer in explanation.simulated.mismatches}
    mends = _mends(search, explanation)
    like = "; ".join(_like(search).values()) if explanation.elsewhere else ""
    faults: dict[tuple[str, str], FoundFault] = {}
    for each in explanation.suspects:
        fault, subject, message = each.key
        fixes, before = each.candidate.fixes if mends else (LOOK,), faults.get((fault, subject))
        if before is not None:
            # One subject, such as a network that two zones are linked to, is named once.
            more = tuple(fix for fix in fixes if fix not in before.fixes)
            message = f"{before.message}, and {message}"
            faults[fault, subject] = replace(before, message=message, fixes=(*before.fixes, *more))
            continue
        place = search.base.topology.place(*each.candidate.path)
        otherwise = each.candidate.otherwise or (like if fault in ELSEWHERE else "")
        faults[fault, subject] = FoundFault(fault, subject, message, fixes, place, otherwise)
    return Diagnosis(1, tuple(faults.values()), proof, len(endpoints - left), len(endpoints), in_file)


def _predicted(explanation: Explanation, answer: Answered) -> str:
    remembered, simulated = explanation.remembered, explanation.simulated
    # A cache has some names only: the others are answered as without it.
    text = _text(remembered if remembered and not simulated.explains(answer) else simulated, answer)
    # A silent server stands for one that refuses.
    return answer.text if answer.outcome is Outcome.REFUSED and text == Outcome.SERVFAIL.value else text


def _text(simulated: Simulated, answer: Answered) -> str:
    return " or ".join(dict.fromkeys(each.text for each in simulated.signatures_for(answer)))


def _against(answer: Answered, simulated: Simulated) -> str:
    """Return the answer that speaks against a fault; where only the alias differs, it says so."""
    text = _text(simulated, answer)
    public = text == "public" and {kind_of(a, simulated.topology) for a in answer.addresses} == {AddressKind.PUBLIC}
    if text != answer.text and not public:
        return text
    over = any(each.privatelink for each in simulated.signatures_for(answer))
    return f"{text} {'with' if over else 'without'} an alias under privatelink"


def _mends(search: Search, explanation: Explanation) -> bool:
    """Return whether the fixes of a set give the right answers back, or are no change of the file."""
    topology = explanation.simulated.topology
    fixes = [fix for each in reversed(explanation.suspects) if each.fault != CACHE for fix in each.candidate.fixes]
    if any(isinstance(fix, Advice) for fix in fixes):
        return True
    try:
        for fix in fixes:
            topology = fix.apply(topology)
    except (KeyError, ValueError, StopIteration):
        return False
    mended = Simulated(topology, search.evidence)
    wrong = search.base.mismatches
    return all(_results(mended, answer) == _results(search.base, answer) for answer in wrong)


def _results(simulated: Simulated, answer: Answered) -> set[tuple[Outcome, frozenset[str]]]:
    """Return how a question ends; a registry with a private endpoint elsewhere keeps its alias."""
    return {(each.outcome, each.addresses) for each in simulated.signatures(answer.asked)}


def _excluded(search: Search, found: Sequence[Explanation]) -> Iterator[Exclusion]:
    """Return the single faults that would change the first wrong answer, and the answer that speaks against each."""
    named = {key for explanation in found for key in explanation.key}
    for suspect in search.first_suspects:
        key = (suspect.fault, suspect.candidate.subject)
        if suspect.fault == PIN or key in named:
            continue
        child = search.with_fault(search.base, (suspect,))
        against = child.first_mismatches(1) if child else ()
        if child and against and _explains_some(search, child):
            named.add(key)
            yield Exclusion(*key, Predicted(against[0], _against(against[0], child)))


def _explains_some(search: Search, child: Simulated) -> bool:
    """Return whether a fault explains any answer that is wrong without it."""
    return any(map(child.explains, search.base.mismatches[:_SOME]))


def _unexplained(search: Search, partial: Sequence[Explanation]) -> Iterator[Predicted]:
    """Return the answers that are not explained, each with the nearest answer."""
    nearest = partial[0] if partial else Explanation((), search.base)
    with_ = " and ".join(f"{each.fault} at {each.candidate.subject}" for each in nearest.suspects)
    like = _like(search)
    for answer in nearest.simulated.mismatches:
        text = _predicted(nearest, answer)
        near = f"{text}, with {with_}" if with_ else f"{text}, without any fault"
        yield Predicted(answer, "; ".join(filter(None, (near, like.pop(answer.asked.vantage, "")))))


def _like(search: Search) -> dict[str, str]:
    """Return, by vantage point with wrong answers, words that say whose answers they are exactly, if anybody's.

    That a client asks the DNS servers of another network is no fault of the catalogue. Private addresses show whose.
    """
    found = {}
    for vantage in dict.fromkeys(answer.asked.vantage for answer in search.base.mismatches):
        own = search.evidence.by_vantage[vantage]
        if any(
            answer.addresses and search.evidence.comparison.kind(answer.addresses[0]) is AddressKind.PRIVATE
            for answer in own
        ):
            network = vantage.partition("/")[0]
            others = (other for other in search.base.topology.vantages[1:] if other.partition("/")[0] != network)
            if other := next((other for other in others if _gives(search, own, other)), None):
                found[vantage] = (
                    f"the answers at {vantage} are exactly those of {other}: "
                    f"see whether {vantage} asks the DNS servers that {other} asks"
                )
    return found


def _gives(search: Search, answers: Sequence[Answered], vantage: str) -> bool:
    """Return whether the answers of one vantage point are those that another one gets without any fault."""
    equal, comparable = search.evidence.comparison.equal, search.evidence.comparison.comparable
    asked = (search.base.signatures(answer.asked._replace(vantage=vantage)) for answer in answers)
    return all(any(equal(comparable(a), each) for each in every) for a, every in zip(answers, asked, strict=True))
