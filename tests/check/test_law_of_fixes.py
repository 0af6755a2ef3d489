"""The law of fixes: each, applied to the model, removes its finding, adds no error, and turns no right answer wrong.

An error is its code and its subject; one that a rule proves is its code, its endpoint and the vantage point. With the
fix made, no error is shown that the rules did not find before, not even about an answer that was wrong before in another
way. What the rules found before may have been explained by another finding, and left out of what was shown.

Held against `lint` and `matrix` of the topology with the fix made, as a file that is written and read again.

An endpoint that a fix gives to a registry, as its data endpoint with its first private endpoint, was neither right nor
wrong before. It must be right, but where the login server beside it is wrong before and after, for a cause of its own.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given

from acrdns.check.estate.matrix import matrix
from acrdns.check.estate.properties import Property
from acrdns.check.facts import Facts
from acrdns.check.fixes.first_step import FirstStep
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

    Error = tuple[str, str, str]
    """The code, the vantage point of a violation or nothing, and the subject."""

FOUND = [scenario for scenario in SCENARIOS if scenario.lint]
CODES = {
    Property.PRIVATE_WHERE_EXPECTED: "ACR151",
    Property.NO_BLACK_HOLE: "ACR152",
    Property.NO_LOOP: "ACR153",
    Property.KNOWN_SUFFIX: "ACR154",
    Property.BOUNDED_CHAIN: "ACR155",
    Property.EXPECTED_ADDRESS: "ACR156",
    Property.NO_IPV6_BYPASS: "ACR157",
}
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


def turned_wrong(before: Topology, after: Topology) -> set[tuple[str, str]]:
    """Return the answers that are wrong after fixes, and were not before.

    An endpoint that its registry has only after the fixes had no answer that could turn wrong. Where its login server is
    wrong before and after, it is left out: it has the cause that the login server has. Elsewhere it must be right.
    """
    stays, known = wrong(before) & wrong(after), {row.fqdn for row in matrix(World(before)).rows}
    found = ((vantage, row) for row, vantage, _ in matrix(World(after)).surprises())
    new = ((at, row, f"{after.registries[row.registry].dns_label}.{after.cloud.registry}") for at, row in found)
    turned = {(at, row.fqdn) for at, row, login in new if row.fqdn in known or (at, login) not in stays}
    return turned - wrong(before)


def violations(topology: Topology) -> set[Error]:
    """Return what every endpoint violates at each vantage point."""
    return {(CODES[each.broken], each.vantage, fqdn) for each in Facts(topology).proof for _, fqdn in each.endpoints}


def error(finding: Finding) -> Error:
    """Return what tells one error from another: its code, its subject, and the vantage point of a violation."""
    proven = finding.trace if finding.code in CODES.values() else None
    return finding.code, proven.vantage if proven else "", finding.fqdn


def errors_of_check(topology: Topology) -> set[tuple[str, str, str]]:
    """Return the errors that `check` finds in the simulation."""
    world = World(topology)
    runs, severity = (Facts.simulated(world, vantage) for vantage in world.vantages), Profile().severity
    found = ((facts.vantage, f) for facts in runs for rule in rules("ACR3") for f in rule.find(facts))
    return {(vantage, f.code, f.fqdn) for vantage, f in found if severity(f.code) == "error"}


def holds(topology: Topology, found: Iterable[Finding] = ()) -> None:
    """Assert the law for findings of a topology: those that `lint` shows, or for less, those that are mended alone."""
    proved = each_alone(topology)
    severity = Profile().severity
    # All that the rules find, also what another finding explains.
    raw = lint(topology, "ACR")
    known = Counter((finding.code, finding.fqdn) for finding in raw)
    errors = violations(topology) | {error(finding) for finding in raw}
    for finding in found or (each.finding for each in proved):
        after = fixed(topology, finding)
        if after is None:
            continue
        said = (finding.code, finding.message, finding.fix)
        assert not turned_wrong(topology, after), said
        left, own = Counter((each.code, each.fqdn) for each in lint(after, "ACR")), (finding.code, finding.fqdn)
        if left[own] < known[own] and left.keys() <= known.keys() and violations(after) <= errors:
            continue
        # Some of it may be explained by other findings.
        after_it = [each.finding for each in each_alone(after)]
        assert sum((each.code, each.fqdn) == own for each in after_it) < known[own], said
        added = {error(each) for each in after_it if severity(each.code) == "error"} - errors
        assert not added, (*said, added)


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


ONE_ZONE_FOR_TWO_NETWORKS = """\
version: 1
registries: {contoso: {location: eastus}}
networks: {hub: {address_space: [10.0.0.0/16]}, spoke: {address_space: [10.1.0.0/16]}}
private_endpoints:
  pe0: {registry: contoso, network: spoke, addresses: {registry: 10.1.1.4}}
  pe1:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.2.4, registry_data_eastus: 10.0.2.5}
    dns_zone_group: [data.privatelink.azurecr.io]
private_dns_zones:
  data.privatelink.azurecr.io: {virtual_network_links: {hub: {}}}
  contoso.privatelink.azurecr.io: {virtual_network_links: {hub: {}, spoke: {}}}
"""
"""Who gives hub the record of its private endpoint gives it to spoke, too, which has an endpoint of its own."""


def test_a_fix_that_leads_to_another_error_is_shown_as_the_first_of_several_steps() -> None:
    """The finding says which error, and the file stays as it is."""
    topology = loads(ONE_ZONE_FOR_TWO_NETWORKS, "two.yaml")
    holds(topology)
    finding = next(each for each in lint(topology) if each.code == "ACR214")
    step, *further = finding.fixes
    assert isinstance(step, FirstStep)
    assert not further
    assert not step.edits(topology)
    led = (
        "mend what this leads to, ACR156 for contoso.azurecr.io from spoke: correct @ in contoso.privatelink.azurecr.io"
    )
    assert f"; then {led}" in step.text
    assert led in step.terraform
    assert led in step.bicep
    assert step.az == tuple(command for fix in step.fixes for command in fix.az)
    after = loads(dumps(step.fixes[0].apply(topology)), topology.file)
    assert ("ACR156", "spoke", "contoso.azurecr.io") in violations(after) - violations(topology)


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


@examples(1 / 20, phases=UNSHRUNK, suppress_health_check=[HealthCheck.too_slow])
@given(topology=tangled.topologies(later=True))
def test_the_fixes_of_random_topologies_with_clients_and_filters_hold(topology: Topology) -> None:
    """Whatever the topology, with clients, filters, virtual hubs and lists of servers."""
    holds(topology)


@pytest.mark.slow
@examples(1, phases=UNSHRUNK, suppress_health_check=[HealthCheck.too_slow])
@given(topology=tangled.topologies(later=True))
def test_the_fixes_of_many_random_topologies_with_clients_and_filters_hold(topology: Topology) -> None:
    """The same, for longer."""
    holds(topology)
