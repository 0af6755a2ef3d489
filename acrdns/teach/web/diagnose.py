"""Answers that were observed elsewhere, and the misconfigurations of the topology that explain them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.diagnosis.answer import answers_of
from acrdns.check.diagnosis.diagnose import diagnose
from acrdns.check.diagnosis.diagnosed import NOTHING
from acrdns.check.endpoints import of_topology
from acrdns.check.facts import Facts
from acrdns.check.judge import judge
from acrdns.check.rules import rules
from acrdns.errors import InputError, Place, Problem
from acrdns.probe.answer import observation
from acrdns.probe.plain import read
from acrdns.suggest import remedy

if TYPE_CHECKING:
    from acrdns.check.diagnosis.diagnosed import Diagnosed
    from acrdns.probe.answer import ObservedAnswer, ReadFile
    from acrdns.topology.model import Topology

FILE = "observed"
MOST_ANSWERS = 200


def diagnosed(topology: Topology, text: str) -> tuple[Diagnosed, int]:
    """Return what explains the lines of a text, and how many answers are wrong. Raises InputError."""
    by_vantage = _known(topology, read(text, FILE))
    answers = []
    wrong = set()
    for vantage, found in by_vantage.items():
        seen = {fqdn: observation(fqdn, each) for fqdn, each in found.items()}
        endpoints = of_topology(topology, vantage)
        cases = tuple(each.observed(known) for each in endpoints if (known := seen.get(each.fqdn)))
        judgement = judge(Facts(topology, vantage, cases), rules("ACR3", "ACR4"))
        wrong |= {(vantage, fqdn) for fqdn in judgement.wrong}
        answers += [answer for case in cases for answer in answers_of(case.observation, vantage, vantage)]
    return (diagnose(topology, answers, wrong) if wrong else NOTHING), len(wrong)


def _known(topology: Topology, lines: ReadFile) -> dict[str, dict[str, list[ObservedAnswer]]]:
    """Return the answers by vantage point and name. Raises InputError where the topology has no such thing."""
    problems = [*lines.problems]
    problems += (
        Problem(Place(FILE, each.line), "", f"{each.text.strip()!r}: {each.because}") for each in lines.ignored
    )
    names = {endpoint.fqdn for endpoint in of_topology(topology, topology.vantages[0])}
    found: dict[str, dict[str, list[ObservedAnswer]]] = {}
    for answer in lines.answers:
        place = Place(FILE, answer.source.line if answer.source else 1)
        if answer.vantage not in topology.vantages:
            advice = remedy(str(answer.vantage), topology.vantages)
            problems.append(Problem(place, "", f"there is no vantage point {answer.vantage!r}", advice))
        elif answer.fqdn not in names:
            advice = remedy(answer.fqdn, sorted(names))
            problems.append(Problem(place, "", f"the topology has no endpoint {answer.fqdn}", advice))
        else:
            found.setdefault(answer.vantage, {}).setdefault(answer.fqdn, []).append(answer)
    if not found and not problems:
        advice = "write lines such as: hub contoso.azurecr.io NXDOMAIN"
        problems.append(Problem(Place(FILE, 1), "", "nothing in it is about a registry", advice))
    if len(lines.answers) > MOST_ANSWERS:
        advice = "acrdns diagnose takes a file of any length"
        problems.append(Problem(Place(FILE, 1), "", f"these are more than {MOST_ANSWERS} answers", advice))
    if problems:
        raise InputError(problems)
    return found
