"""The cause of an observed answer: where the file's own simulation gives that answer, the cause in the file.

Where the observed answer equals the simulated one, `check` says the same words as `lint` and proposes the same fix.
Otherwise the finding keeps the cause that the answer itself shows.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acrdns.check.answers.same import same
from acrdns.check.answers.shown import said
from acrdns.check.lint import CausesInFile
from acrdns.check.profile import Profile
from acrdns.check.simulate import observations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from acrdns.check.evidence import Case
    from acrdns.check.facts import Facts
    from acrdns.check.finding import Finding
    from acrdns.check.proof.proved import Proved


def explained(
    facts: Facts, findings: Iterable[Finding], causes: Callable[[], Sequence[Proved]] | None = None
) -> Iterator[Finding]:
    """Return findings about observed answers, each with its cause at the end of the message.

    `causes` gives the causes in the file, which are the same at each vantage point; without it, they are looked for.
    """
    causes = causes or CausesInFile(facts.topology)
    cases = {case.fqdn: case for case in facts.cases}
    for finding in findings:
        case, cause = cases.get(finding.fqdn), None
        if case and _is_simulated(facts, case):
            cause = _cause(causes(), facts.vantage, case)
        if case and cause:
            said_first = (_answer(finding, case, cause), cause.message)
            message, place = "; ".join(filter(None, said_first)), cause.place or finding.place
            yield replace(finding, message=message, cause="", fixes=cause.fixes, place=place)
        elif known := _of_the_file(finding, causes):
            yield replace(finding, fixes=known.fixes, cause="")
        else:
            known_by = (finding.message, said(case.observation) if case else "", finding.cause)
            yield replace(finding, message="; ".join(filter(None, known_by)), cause="")


def _of_the_file(finding: Finding, causes: Callable[[], Sequence[Proved]]) -> Finding | None:
    """Return the finding of `lint` that a finding about the file is, whose fix lasts; None for one about an answer."""
    if not finding.code.startswith("ACR1"):
        return None
    found = (each.finding for each in causes())
    return next((each for each in found if (each.code, each.message) == (finding.code, finding.message)), None)


def _answer(finding: Finding, case: Case, cause: Finding) -> str:
    """Return a message without what the cause says, too: the resolver's words, the answer, equal clauses."""
    answer, *clauses = finding.message.replace(f" [{case.observation.detail}]", "").split("; ")
    is_said = cause.message.startswith(f"from {finding.vantage}, {case.fqdn} ")
    known = cause.message.split("; ")
    return "; ".join(clause for clause in (*(() if is_said else (answer,)), *clauses) if clause not in known)


def _is_simulated(facts: Facts, case: Case) -> bool:
    """Return whether the simulation gives the answer that was observed."""
    if facts.vantage not in facts.topology.vantages:
        return False
    simulated = observations(facts.world, facts.vantage, case.fqdn)
    return any(same(case.observation, each, facts.topology) for each in simulated)


def _cause(known: Sequence[Proved], vantage: str, case: Case) -> Finding | None:
    """Return the finding whose fix makes the answer right, else one about this endpoint, else one about its network."""
    cell = (vantage, case.fqdn)
    by_rank = sorted((_rank(each, cell), index) for index, each in enumerate(known))
    rank, index = by_rank[0] if by_rank else (_NONE, 0)
    return known[index].finding if rank < _NONE else None


_NONE = 3


def _rank(proved: Proved, cell: tuple[str, str]) -> int:
    finding = proved.finding
    if cell in proved.mended:
        return 0
    if Profile().severity(finding.code) == "info" or cell[0] not in finding.networks:
        return _NONE
    return 1 if finding.fqdn == cell[1] else 2
