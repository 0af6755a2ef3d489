"""The topology as it is meant, where the file itself has faults: with the fixes of its findings made."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acrdns.check.diagnosis.diagnosed import LOOK
from acrdns.check.faults.site import Site
from acrdns.check.fixes.add_endpoint_address import AddEndpointAddress
from acrdns.check.fixes.create_zone import CreateZone
from acrdns.check.lint import CausesInFile
from acrdns.check.profile import Profile
from acrdns.check.rules import TABLE
from acrdns.errors import TopologyError
from acrdns.names import show
from acrdns.topology.amend import amend
from acrdns.topology.text.edit import Put

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from acrdns.check.diagnosis.diagnosed import Diagnosed, Diagnosis, FoundFault
    from acrdns.check.diagnosis.search.explanation import Explanation
    from acrdns.check.finding import Finding
    from acrdns.check.fixes.fix import Fix
    from acrdns.check.proof.proved import Proved
    from acrdns.topology.model import Topology

_WAITING = frozenset(("ACR104", "ACR206", "ACR211"))
"""An endpoint to be approved, a link to be completed, a record without its hash: warnings about wrong answers."""
_MISSPELT = "ACR202"
"""A zone with a misspelt name: where it is renamed, no other one has to be made and linked."""
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
        findings = (causes if causes.topology is topology else CausesInFile(topology)).findings
        for finding in findings:
            if finding.code == _MISSPELT:
                named.add(TABLE[finding.code])
                mended = _renamed(mended, finding)
        for finding in findings if mended == topology else ():
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

    if exact := [explanation for explanation in found if makes_the_file(explanation)]:
        return exact
    found = [each for each in found if all(suspect.fault in named for suspect in each.suspects)]
    # A place whose fix the file has already is right there, and the fault is at another one.
    changing = (e for e in found if all(_changing(s.candidate.fixes, topology) for s in e.suspects))
    return list(changing) or found


def in_words_of_lint(diagnosed: Diagnosed, topology: Topology, causes: Callable[[], Sequence[Proved]]) -> Diagnosed:
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
        found = (_in_words(found[0], topology, causes()),)
    return replace(diagnosed, diagnoses=tuple(_without_vain_fixes(each, topology) for each in found))


def _without_vain_fixes(diagnosis: Diagnosis, topology: Topology) -> Diagnosis:
    """Return a diagnosis in a file without the fixes that the file has already."""
    faults = (replace(fault, fixes=_changing(fault.fixes, topology) or (LOOK,)) for fault in diagnosis.faults)
    return replace(diagnosis, faults=tuple(faults))


def _changing(fixes: tuple[Fix, ...], topology: Topology) -> tuple[Fix, ...]:
    """Return fixes without those that leave what the earlier ones leave; one without edits changes what no file has."""
    found: list[Fix] = []
    for fix in fixes:
        try:
            edits = fix.edits(topology)
            before, topology = topology, amend(topology, edits)
        except (KeyError, ValueError, StopIteration, TopologyError):
            found.append(fix)
            continue
        if not edits or topology != before:
            found.append(fix)
    return tuple(found)


def _at_the_cause(found: tuple[Diagnosis, ...], known: Sequence[Proved]) -> tuple[Diagnosis, ...]:
    """Return the diagnoses whose faults stand in the lines of causes that mend every wrong answer; all if none does."""
    lines = {each.finding.place.line for each in known if each.finding.place and _cells(found[0]) <= each.mended}
    near = (each for each in found if all(fault.place and fault.place.line in lines for fault in each.faults))
    return tuple(near) or found


def _cells(diagnosis: Diagnosis) -> set[tuple[str, str]]:
    return {predicted.answer.asked[:2] for predicted in diagnosis.proof}


def _in_words(diagnosis: Diagnosis, topology: Topology, known: Sequence[Proved]) -> Diagnosis:
    zones = {show(zone.apex): key for key, zone in topology.private_dns_zones.items()}
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
        subject = zones.get(cause.fqdn, cause.fqdn) if renamed else fault.subject
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
    """Return the finding about a fault: that of its name and subject or line, the one left, or one that mends all."""
    of_name = [each.finding for each in known if TABLE[each.finding.code] == fault.fault]
    if found := next((finding for finding in of_name if _is_about(finding, fault)), None):
        return found
    if len(diagnosis.faults) > 1:
        others = [each for each in diagnosis.faults if each.fault == fault.fault and each is not fault]
        left = [finding for finding in of_name if not any(_is_about(finding, other) for other in others)]
        return left[0] if len(left) == 1 and len(of_name) == len(others) + 1 else None
    mends = (each.finding for each in known if _cells(diagnosis) <= each.mended)
    return min(mends, key=lambda found: Profile().severity(found.code) != "error", default=None)


def _is_about(finding: Finding, fault: FoundFault) -> bool:
    return finding.fqdn == fault.subject or bool(finding.place and finding.place == fault.place)


def _renamed(topology: Topology, finding: Finding) -> Topology:
    """Return a topology whose misspelt zone has the right name, under its own key."""
    right = next((fix.zone.apex for fix in finding.fixes if isinstance(fix, CreateZone)), "")
    zones = topology.private_dns_zones.values()
    zone = next((zone for zone in zones if show(zone.apex) == finding.fqdn), None)
    if zone is None or not right:
        return topology
    try:
        return amend(topology, [Put(("private_dns_zones", zone.key, "name"), right)])
    except (KeyError, ValueError, TopologyError):
        return topology


def _with_fix(topology: Topology, fix: Fix) -> Topology:
    """Return a topology with a fix made; as it is where another fix has done it. A free address is chosen."""
    if isinstance(fix, AddEndpointAddress):
        fix = fix.proposed(topology, Site(topology).taken)
    try:
        return fix.apply(topology)
    except (KeyError, ValueError, StopIteration, TopologyError):
        return topology
