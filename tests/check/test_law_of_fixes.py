"""The law of fixes: each, applied to the model, removes its finding, adds no error, and turns no right answer wrong.

Held against `lint` and `matrix` of the topology with the fix made, as a file that is written and read again.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given

from acrdns.check.estate.matrix import matrix
from acrdns.check.facts import Facts
from acrdns.check.lint import each_alone, lint
from acrdns.check.profile import Profile
from acrdns.check.rules import rules
from acrdns.resolve.world import World
from acrdns.topology.dump import dumps
from acrdns.topology.load import loads
from tests.examples import examples
from tests.resolve import tangled
from tests.scenarios.scenario import SCENARIOS, Scenario

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.check.finding import Finding
    from acrdns.topology.model import Topology

    Violation = tuple[str, str, str]

FOUND = [scenario for scenario in SCENARIOS if scenario.lint]
PROVEN = frozenset(("ACR151", "ACR152", "ACR153", "ACR155", "ACR156", "ACR157"))
"""Errors about answers whatever the cause."""
UNSHRUNK = (Phase.explicit, Phase.generate)


def fixed(topology: Topology, finding: Finding) -> Topology | None:
    """Return the topology with a finding's fixes made, or None if they do not edit the file."""
    if not any(fix.edits(topology) for fix in finding.fixes):
        return None
    after = topology
    for fix in finding.fixes:
        after = fix.apply(after)
    return loads(dumps(after), topology.file)


def wrong(topology: Topology) -> set[tuple[str, str]]:
    """Return the endpoints that are wrong at each vantage point."""
    return {(vantage, row.fqdn) for row, vantage, _ in matrix(World(topology)).surprises()}


def violations(topology: Topology) -> set[Violation]:
    """Return what every endpoint violates at each vantage point."""
    return {(each.vantage, fqdn, each.broken) for each in Facts(topology).proof for _, fqdn in each.endpoints}


def errors_of_check(topology: Topology) -> set[tuple[str, str, str]]:
    """Return the errors that `check` finds in the simulation."""
    world = World(topology)
    runs, severity = (Facts.simulated(world, vantage) for vantage in world.vantages), Profile().severity
    found = ((facts.vantage, f) for facts in runs for rule in rules("ACR3") for f in rule.find(facts))
    return {(vantage, f.code, f.fqdn) for vantage, f in found if severity(f.code) == "error"}


def holds(topology: Topology, found: Iterable[Finding] = ()) -> None:
    """Assert the law for findings of a topology: those that `lint` shows, or for less, those that are mended alone."""
    proved = each_alone(topology)
    wrong_before, violated, severity = wrong(topology), violations(topology), Profile().severity
    # All that the rules find, also what another finding explains.
    known = Counter((finding.code, finding.fqdn) for finding in lint(topology, "ACR"))
    mended = frozenset[tuple[str, str]]().union(*(each.mended for each in proved))
    unmended = [each.finding for each in proved if each.finding.code in PROVEN or each.effect is None]
    shown = {vantage for each in unmended for vantage in each.networks}
    # An answer that was reported, and that nothing mends, stays one that is wrong; it may be wrong in another way.
    reported = {cell for cell in wrong_before - mended if cell[0] in shown}
    for finding in found or (each.finding for each in proved):
        after = fixed(topology, finding)
        if after is None:
            continue
        said = (finding.code, finding.message, finding.fix)
        assert not wrong(after) - wrong_before, said
        left, own = Counter((each.code, each.fqdn) for each in lint(after, "ACR")), (finding.code, finding.fqdn)
        moved = {(vantage, fqdn) for vantage, fqdn, broken in violations(after) - violated}
        if left[own] < known[own] and left.keys() <= known.keys() and not moved:
            continue
        # Some of it may be explained by other findings.
        after_it = [each.finding for each in each_alone(after)]
        assert sum((each.code, each.fqdn) == own for each in after_it) < known[own], said
        errors = [each for each in after_it if severity(each.code) == "error"]
        added = {each.code for each in errors if (each.code, each.fqdn) not in known and each.code not in PROVEN}
        # The others may follow one another where several defects are on one route.
        proven = {(each.networks[0], each.fqdn) for each in errors if each.code == "ACR157"}
        assert not added, (*said, added)
        assert not proven & moved - reported, (*said, proven & moved)


@pytest.mark.parametrize("scenario", FOUND, ids=lambda scenario: scenario.file.stem)
def test_the_fixes_of_scenarios_hold(scenario: Scenario) -> None:
    """Every scenario with a finding."""
    holds(scenario.topology(), scenario.all_findings())


@pytest.mark.parametrize("scenario", FOUND, ids=lambda scenario: scenario.file.stem)
def test_a_fix_of_lint_adds_no_finding_of_check(scenario: Scenario) -> None:
    """Where an endpoint was right, check finds nothing wrong afterwards."""
    topology = scenario.topology()
    before = {(vantage, fqdn) for vantage, _, fqdn in errors_of_check(topology)}
    for finding in scenario.all_findings():
        after = fixed(topology, finding)
        if after is not None:
            assert {(vantage, fqdn) for vantage, _, fqdn in errors_of_check(after)} <= before, finding


@examples(1 / 20, phases=UNSHRUNK, suppress_health_check=[HealthCheck.too_slow])
@given(topology=tangled.topologies())
def test_the_fixes_of_random_topologies_hold(topology: Topology) -> None:
    """Whatever the topology."""
    holds(topology, lint(topology))


@pytest.mark.slow
@examples(1 / 2, phases=UNSHRUNK, suppress_health_check=[HealthCheck.too_slow])
@given(topology=tangled.topologies())
def test_the_fixes_of_many_random_topologies_hold(topology: Topology) -> None:
    """The same, for longer."""
    holds(topology, lint(topology))


@examples(1 / 10, phases=UNSHRUNK, suppress_health_check=[HealthCheck.too_slow])
@given(topology=tangled.topologies(later=True))
def test_the_fixes_of_random_topologies_with_clients_and_filters_hold(topology: Topology) -> None:
    """Whatever the topology, with clients, filters, virtual hubs and lists of servers."""
    holds(topology)


@pytest.mark.slow
@examples(3, phases=UNSHRUNK, suppress_health_check=[HealthCheck.too_slow])
@given(topology=tangled.topologies(later=True))
def test_the_fixes_of_many_random_topologies_with_clients_and_filters_hold(topology: Topology) -> None:
    """The same, for longer."""
    holds(topology)
