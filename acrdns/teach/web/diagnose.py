"""Answers that were observed elsewhere, and the misconfigurations of the topology that explain them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acrdns.check.diagnosis.answer import answers_of
from acrdns.check.diagnosis.diagnose import diagnose
from acrdns.check.diagnosis.diagnosed import NOTHING
from acrdns.check.endpoints import names_by_vantage, of_topology
from acrdns.check.facts import Facts
from acrdns.check.judge import judge, rules_at_a_vantage
from acrdns.check.lint import CausesInFile
from acrdns.errors import Place, Problem
from acrdns.probe.answer import observation
from acrdns.probe.collected import by_vantage
from acrdns.probe.plain import read

if TYPE_CHECKING:
    from acrdns.check.diagnosis.diagnosed import Diagnosed
    from acrdns.probe.answer import ObservedAnswer
    from acrdns.topology.model import Topology

FILE = "observed"
MOST_ANSWERS = 200


def diagnosed(topology: Topology, text: str) -> tuple[Diagnosed, int]:
    """Return what explains the lines of a text, and how many answers are wrong. Raises InputError."""
    answers = []
    wrong = set()
    causes = CausesInFile(topology)
    for vantage, found in _known(topology, text).items():
        by_name: dict[str, list[ObservedAnswer]] = {}
        for answer in found:
            by_name.setdefault(answer.fqdn, []).append(answer)
        endpoints = of_topology(topology, vantage)
        seen = {fqdn: known for fqdn, every in by_name.items() if (known := observation(fqdn, every))}
        cases = tuple(endpoint.observed(seen[endpoint.fqdn]) for endpoint in endpoints if endpoint.fqdn in seen)
        judgement = judge(Facts(topology, vantage, cases), rules_at_a_vantage(), causes=causes)
        wrong |= {(vantage, fqdn) for fqdn in judgement.wrong}
        local = {case.fqdn for case in cases if case.member.kind == "connected"}
        evidence = (each for fqdn, each in seen.items() if fqdn not in local)
        answers += [answer for each in evidence for answer in answers_of(each, vantage, vantage)]
    return (diagnose(topology, answers, wrong, causes) if wrong else NOTHING), len(wrong)


def _known(topology: Topology, text: str) -> dict[str, list[ObservedAnswer]]:
    """Return the answers by vantage point. Raises InputError with everything that is wrong with them."""
    names = names_by_vantage(topology)
    lines = read(text, FILE, frozenset().union(*names.values()))
    problems = [*lines.problems]
    problems += (
        Problem(Place(FILE, each.line), "", f"{each.text.strip()!r}: {each.because}") for each in lines.ignored
    )
    if not lines.answers and not problems:
        advice = "write lines such as: hub contoso.azurecr.io NXDOMAIN"
        problems.append(Problem(Place(FILE, 1), "", "nothing in it is about a registry", advice))
    if len(lines.answers) > MOST_ANSWERS:
        advice = "acrdns diagnose takes a file of any length"
        problems.append(Problem(Place(FILE, 1), "", f"these are more than {MOST_ANSWERS} answers", advice))
    return by_vantage(topology, replace(lines, problems=tuple(problems)), names)
