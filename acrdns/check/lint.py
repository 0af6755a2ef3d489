"""Findings from the topology alone: the rules ACR1xx and ACR2xx, without asking any server.

The rules ACR151 to ACR156 prove properties by trying every endpoint from every vantage point; the others look for
causes. One defect is reported once: where a cause lies on the route of a violation's counterexample (at the vantage
point itself, or in a network whose server takes part), the finding about the cause gets that counterexample as its
trace, and the violation is not reported. A violation that no rule explains is reported by itself. A link in progress,
which is only a warning, explains what it will mend; an answer that stays wrong with all links completed is reported.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acrdns.check.facts import Facts
from acrdns.check.profile import Profile
from acrdns.check.rules import rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.check.finding import Finding
    from acrdns.topology.model import Topology

PREFIXES = ("ACR1", "ACR2")
"""Topology, and private zones."""
PROVEN = "ACR15"
"""The rules that prove properties."""

_ANSWERS = frozenset(("ACR151", "ACR152", "ACR156"))
"""A missing link, record or forwarder explains these."""
_WRONG = _ANSWERS | {"ACR153", "ACR155"}
"""All violations that give a client a wrong answer or none."""
_EXPLAINS = {"ACR112": frozenset(("ACR153",))}
"""The violations that a rule's findings explain, where these are not `_ANSWERS`."""
_MENDS_ITSELF = "ACR206"
"""A link in progress: it works as soon as Azure has completed it."""


def lint(topology: Topology, *prefixes: str) -> tuple[Finding, ...]:
    """Return every finding about a topology, in the order of the file, then of codes.

    `prefixes` choose rules by the start of their codes; without any, all that need no server.
    """
    facts = Facts(topology)
    found = [finding for rule in rules(*(prefixes or PREFIXES)) for finding in rule.find(facts)]
    codes = {finding.code for finding in found}
    lasting = _broken_once_linked(topology) if _MENDS_ITSELF in codes and codes & _ANSWERS else frozenset()
    return tuple(sorted(_once(found, lasting), key=_order))


def _broken_once_linked(topology: Topology) -> frozenset[str]:
    """Return the vantage points with a wrong answer even with every link completed."""
    linked = Facts(topology.with_links_completed())
    found = (finding for rule in rules(*_WRONG) for finding in rule.find(linked))
    return frozenset(network for finding in found for network in finding.networks)


def _once(found: Iterable[Finding], lasting: frozenset[str]) -> list[Finding]:
    """Return the findings about causes, with traces, and those violations that no cause explains.

    `lasting` are the vantage points where waiting for links does not help.
    """
    causes: list[Finding] = []
    proven: list[Finding] = []
    for finding in found:
        (proven if finding.code.startswith(PROVEN) else causes).append(finding)
    unexplained = []
    for finding in proven:
        explaining = [
            place
            for place, cause in enumerate(causes)
            if _explains(cause, finding)
            and not (cause.code == _MENDS_ITSELF and not lasting.isdisjoint(finding.networks))
        ]
        for place in explaining:
            if causes[place].trace is None:
                causes[place] = replace(causes[place], trace=finding.trace)
        if not explaining:
            unexplained.append(finding)
    return [*causes, *unexplained]


def _explains(cause: Finding, broken: Finding) -> bool:
    if broken.code not in _EXPLAINS.get(cause.code, _ANSWERS) or Profile().severity(cause.code) == "info":
        return False
    passed = {step.network for step in broken.trace.steps} if broken.trace else set()
    return not passed.union(broken.networks).isdisjoint(cause.networks)


def _order(finding: Finding) -> tuple[int, int, str, str]:
    place = finding.place
    return (place.line if place else 0, place.column if place else 0, finding.code, finding.fqdn)
