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
from acrdns.check.lint import lint
from acrdns.check.profile import Profile
from acrdns.check.rules import rules
from acrdns.resolve.world import World
from acrdns.topology.dump import dumps
from acrdns.topology.load import loads
from tests.examples import examples
from tests.resolve import tangled
from tests.scenarios.scenario import SCENARIOS, Scenario

if TYPE_CHECKING:
    from acrdns.check.finding import Finding
    from acrdns.topology.model import Topology

FOUND = [scenario for scenario in SCENARIOS if scenario.lint]
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


def subjects(topology: Topology) -> Counter[tuple[str, str]]:
    """Return how often each finding is there, by code and subject."""
    return Counter((finding.code, finding.fqdn) for finding in lint(topology))


def errors_of_check(topology: Topology) -> set[tuple[str, str, str]]:
    """Return the errors that `check` finds in the simulation."""
    world = World(topology)
    runs, severity = (Facts.simulated(world, vantage) for vantage in world.vantages), Profile().severity
    found = ((facts.vantage, f) for facts in runs for rule in rules("ACR3") for f in rule.find(facts))
    return {(vantage, f.code, f.fqdn) for vantage, f in found if severity(f.code) == "error"}


def holds(topology: Topology) -> None:
    """Assert the law for every finding of a topology."""
    before, wrong_before, severity = lint(topology), wrong(topology), Profile().severity
    # All that the rules find, also what another finding explains.
    known = Counter((finding.code, finding.fqdn) for finding in lint(topology, "ACR"))
    for finding in before:
        after = fixed(topology, finding)
        if after is not None:
            found = subjects(after)
            key = (finding.code, finding.fqdn)
            assert found[key] < known[key], (finding.code, finding.message, finding.fix)
            assert not wrong(after) - wrong_before, (finding.code, finding.message, finding.fix)
            added = {code for code, fqdn in found if (code, fqdn) not in known and severity(code) == "error"}
            assert added <= {"ACR151", "ACR152", "ACR153", "ACR155", "ACR156"}, (finding.message, finding.fix, added)


@pytest.mark.parametrize("scenario", FOUND, ids=lambda scenario: scenario.file.stem)
def test_the_fixes_of_scenarios_hold(scenario: Scenario) -> None:
    """Every scenario with a finding."""
    holds(scenario.topology())


@pytest.mark.parametrize("scenario", FOUND, ids=lambda scenario: scenario.file.stem)
def test_a_fix_of_lint_adds_no_finding_of_check(scenario: Scenario) -> None:
    """Where an endpoint was right, check finds nothing wrong afterwards."""
    topology = scenario.topology()
    before = {(vantage, fqdn) for vantage, _, fqdn in errors_of_check(topology)}
    for finding in lint(topology):
        after = fixed(topology, finding)
        if after is not None:
            assert {(vantage, fqdn) for vantage, _, fqdn in errors_of_check(after)} <= before, finding


@examples(1 / 20, phases=UNSHRUNK, suppress_health_check=[HealthCheck.too_slow])
@given(topology=tangled.topologies())
def test_the_fixes_of_random_topologies_hold(topology: Topology) -> None:
    """Whatever the topology."""
    holds(topology)


@pytest.mark.slow
@examples(1 / 2, phases=UNSHRUNK, suppress_health_check=[HealthCheck.too_slow])
@given(topology=tangled.topologies())
def test_the_fixes_of_many_random_topologies_hold(topology: Topology) -> None:
    """The same, for longer."""
    holds(topology)
