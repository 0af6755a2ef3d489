"""Findings from the topology alone: causes in the file, and whatever is wrong without a known cause.

The rules ACR151 to ACR157 prove properties by trying every endpoint from every vantage point; the others look for
causes. The package `proof` makes one finding of a defect and its consequences, with a fix that holds.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from acrdns.check.estate.properties import Property
from acrdns.check.facts import Facts
from acrdns.check.proof.explained import MOST_TRIED, PREFIXES, by_place, cells, explained, find
from acrdns.check.proof.lasting import lasting
from acrdns.check.proof.proved import CAUSES, Proved
from acrdns.check.rules import rule
from acrdns.gc_pause import paused

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from acrdns.check.facts import Variant
    from acrdns.check.finding import Finding
    from acrdns.topology.model import Topology

__all__ = ["PREFIXES", "by_place"]

_BEYOND_THE_MATRIX = frozenset(("ACR115", "ACR116", "ACR316"))
"""Rules about connected registries: their syncs, and names that are none of Azure's."""


class CausesInFile:
    """The causes in one topology, found when they are first needed; called, it returns what `causes_in_file` does.

    A run of `check` or `diagnose` needs them to say what explains an answer, and how the file is meant. To find them is
    most of what both take.
    """

    def __init__(self, topology: Topology) -> None:
        self.topology = topology

    def __call__(self) -> Sequence[Proved]:
        """Return the findings of rules that look for causes, and for small topologies, what their fixes do."""
        return self._some

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of `lint`."""
        return tuple(sorted((each.finding for each in self._every), key=by_place))

    @cached_property
    def _every(self) -> list[Proved]:
        with paused():
            return causes(Facts(self.topology))

    @cached_property
    def _some(self) -> Sequence[Proved]:
        # A run of `check` asks for few endpoints, and must not try every endpoint of a large estate.
        if is_tried(self.topology):
            return self._every
        return [Proved(finding) for finding in find(Facts(self.topology), *CAUSES)]


def lint(topology: Topology, *prefixes: str) -> tuple[Finding, ...]:
    """Return every finding about a topology, in the order of the file, then of codes.

    `prefixes` choose rules by the start of their codes; without any, all that need no server.
    """
    if prefixes:
        return findings(Facts(topology), *prefixes)
    return CausesInFile(topology).findings


def could_find(code: str) -> bool:
    """Return whether `lint` runs a rule: it looks at the file, and not at an observed answer alone."""
    return code.startswith(PREFIXES) or rule(code).find_in_file is not None


def findings(facts: Facts, *prefixes: str) -> tuple[Finding, ...]:
    """Return the same from facts, which may come from those of an earlier topology."""
    with paused():
        found = find(facts, *prefixes) if prefixes else [each.finding for each in causes(facts)]
    return tuple(sorted(found, key=by_place))


def causes(facts: Facts) -> list[Proved]:
    """Return every finding about a topology, with what its fixes do as far as the model tried them.

    The fixes that follow take back nothing that those of the first finding make.
    """
    wrong = {each.vantage for each in facts.proof if each.broken is not Property.KNOWN_SUFFIX}
    return [replace(each, finding=_with_impact(each.finding, wrong)) for each in lasting(facts, find(facts))[0]]


def _with_impact(finding: Finding, wrong: Container[str]) -> Finding:
    """Return a finding with those of its vantage points from which an answer is wrong, beside those that it has."""
    beyond = finding.code in _BEYOND_THE_MATRIX
    found = (each for each in finding.networks if beyond or each in wrong)
    return replace(finding, impact=tuple(dict.fromkeys((*found, *finding.impact))))


def each_alone(topology: Topology, variants: dict[str, Variant] | None = None) -> list[Proved]:
    """Return every finding with what mends it alone, in the order of `lint`; another fix may take it back.

    `variants` are those that were made of similar topologies, and gets those that are made of this one.
    """
    facts = Facts(topology)
    facts.variants = {} if variants is None else variants
    with paused():
        return sorted(explained(facts, find(facts)), key=lambda each: by_place(each.finding))


def is_tried(topology: Topology) -> bool:
    """Return whether a topology is so small that `causes_in_file` tries fixes."""
    return cells(topology) <= MOST_TRIED


def causes_in_file(topology: Topology) -> Sequence[Proved]:
    """Return the findings of rules that look for causes, and for small topologies, what their fixes do."""
    return CausesInFile(topology)()
