"""The topology as it is meant, where the file itself has faults: with the fixes of its findings made."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acrdns.check.lint import CausesInFile
from acrdns.check.profile import Profile
from acrdns.check.rules import TABLE
from acrdns.errors import TopologyError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from acrdns.check.diagnosis.diagnosed import Diagnosed, Diagnosis, FoundFault
    from acrdns.check.diagnosis.search.explanation import Explanation
    from acrdns.check.finding import Finding
    from acrdns.check.fixes.fix import Fix
    from acrdns.check.proof.proved import Proved
    from acrdns.topology.model import Topology

_WAITING = frozenset(("ACR104", "ACR206"))
"""An endpoint to be approved and a link to be completed: the answers are right for a file that says so."""
_BEFORE_THE_FIX = frozenset(("misspelt-private-zone", "resolver-network-without-zone-link"))
"""Faults whose place may be another in the topology as it is meant."""
_ROUNDS = 4
"""How often the fixes of what is found then are made, too."""


def as_meant(topology: Topology, causes: CausesInFile) -> tuple[Topology, frozenset[str]]:
    """Return the topology with the fixes of all errors made that are edits of the file, and the rules about them.

    `causes` has those of this topology, if it is the one that they were found in.
    """
    named: set[str] = set()
    for _ in range(_ROUNDS):
        mended = topology
        known = causes if causes.topology is topology else CausesInFile(topology)
        for finding in known.findings:
            if Profile().severity(finding.code) == "error" or finding.code in _WAITING:
                named.add(TABLE[finding.code])
                for fix in finding.fixes:
                    mended = _with_fix(mended, fix)
        if mended == topology:
            break
        topology = mended
    return topology, frozenset(named)


def those_in_file(found: Sequence[Explanation], topology: Topology, named: Collection[str]) -> list[Explanation]:
    """Return the sets that are in a file, of those that explain its answers: they make the file, or rules name them."""
    found = [each for each in found if not any(suspect.candidate.unlisted for suspect in each.suspects)]

    def makes_the_file(explanation: Explanation) -> bool:
        return explanation.remembered is None and explanation.simulated.topology == topology

    exact = [explanation for explanation in found if makes_the_file(explanation)]
    return exact or [each for each in found if all(suspect.fault in named for suspect in each.suspects)]


def in_words_of_lint(diagnosed: Diagnosed, causes: Callable[[], Sequence[Proved]]) -> Diagnosed:
    """Return a diagnosis whose faults in the file have the message, the fixes and the line that `lint` gives them.

    `causes` gives the causes in the file. Of several diagnoses those stay that stand where the one cause of all wrong
    answers stands; where there are still several, each keeps its own words, which tell them apart.
    """
    if not diagnosed.diagnoses or not all(each.in_file for each in diagnosed.diagnoses):
        return diagnosed
    found = diagnosed.diagnoses
    if len(found) > 1:
        found = _at_the_cause(found, causes())
    if len(found) == 1:
        found = (_in_words(found[0], causes()),)
    return replace(diagnosed, diagnoses=found)


def _at_the_cause(found: tuple[Diagnosis, ...], known: Sequence[Proved]) -> tuple[Diagnosis, ...]:
    """Return the diagnoses whose faults stand in the lines of causes that mend every wrong answer; all if none does."""
    lines = {each.finding.place.line for each in known if each.finding.place and _cells(found[0]) <= each.mended}
    near = (each for each in found if all(fault.place and fault.place.line in lines for fault in each.faults))
    return tuple(near) or found


def _cells(diagnosis: Diagnosis) -> set[tuple[str, str]]:
    return {predicted.answer.asked[:2] for predicted in diagnosis.proof}


def _in_words(diagnosis: Diagnosis, known: Sequence[Proved]) -> Diagnosis:
    if one := _one_cause(diagnosis, known):
        return replace(diagnosis, faults=(one,))
    faults = []
    for fault in diagnosis.faults:
        cause = _cause(diagnosis, fault, known)
        if cause is None:
            faults.append(fault)
            continue
        # Several places of one fault are one sentence, which is made of short ones.
        several = sum(each.fault == fault.fault for each in diagnosis.faults) > 1
        message = fault.message if several else cause.message
        # The fixes have given the zone its right name, or let the server ask another network.
        renamed = fault.fault == TABLE[cause.code] and fault.fault in _BEFORE_THE_FIX
        subject = cause.fqdn if renamed else fault.subject
        place = cause.place or fault.place
        faults.append(replace(fault, subject=subject, message=message, fixes=cause.fixes, place=place))
    return replace(diagnosis, faults=tuple(faults))


def _one_cause(diagnosis: Diagnosis, known: Sequence[Proved]) -> FoundFault | None:
    """Return the fault of several places where the file has it in one, as a zone on a server of several networks."""
    first, *others = diagnosis.faults
    causes = [each.finding for each in known if TABLE[each.finding.code] == first.fault]
    mends = [each.finding for each in known if _cells(diagnosis) <= each.mended]
    if not others or causes != mends[:1] or any(each.fault != first.fault for each in others):
        return None
    (cause,) = causes
    return replace(first, message=cause.message, fixes=cause.fixes, place=cause.place)


def _cause(diagnosis: Diagnosis, fault: FoundFault, known: Sequence[Proved]) -> Finding | None:
    """Return the finding about a fault: the one of its name, and its subject or line, or the one that mends it all."""
    for each in known:
        found = each.finding
        if TABLE[found.code] == fault.fault and (
            found.fqdn == fault.subject or (found.place and found.place == fault.place)
        ):
            return found
    if len(diagnosis.faults) > 1:
        return None
    mends = (each.finding for each in known if _cells(diagnosis) <= each.mended)
    return min(mends, key=lambda found: Profile().severity(found.code) != "error", default=None)


def _with_fix(topology: Topology, fix: Fix) -> Topology:
    """Return a topology with a fix made; as it is where another fix has done it."""
    try:
        return fix.apply(topology)
    except (KeyError, ValueError, StopIteration, TopologyError):
        return topology
