"""The impact of findings: together, every vantage point that the matrix shows wrong; of each error, at least one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given

from acrdns.check.estate.wrong import wrong_cells
from acrdns.check.facts import Facts
from acrdns.check.lint import lint
from acrdns.check.profile import Profile
from acrdns.topology.load import load, loads
from tests.check.test_one_cause import TWINS
from tests.examples import examples
from tests.resolve import tangled
from tests.scenarios.scenario import SCENARIOS, Scenario
from tests.topologies import topologies

if TYPE_CHECKING:
    from pathlib import Path

    from acrdns.check.finding import Finding
    from acrdns.topology.model import Topology

WITHOUT_A_WRONG_ANSWER = {
    "ACR106": "the names resolve to public addresses, where every client is refused",
    "ACR110": "the server is silent on premises, and another one or public DNS gives the right answer",
    "ACR113": "a silent server delays an answer that is right",
    "ACR154": "the address is right, and the alias to it is not Azure's",
    "ACR202": "the zone is for nothing, and another one has the records",
    "ACR203": "the record is of a registry that has no private endpoint yet",
    "ACR207": "the zone hides names of registries that the file does not have, or is not linked yet",
}
"""Errors about entries of the file that nobody gets a wrong answer from as long as nothing else changes."""
MEANT = ("ACR104", "ACR115", "ACR116", "ACR316")
"""Findings whose impact is no wrong answer of the matrix: what is meant is not so yet, or is no name of Azure."""
UNSHRUNK = {"phases": (Phase.explicit, Phase.generate), "suppress_health_check": [HealthCheck.too_slow]}


def holds(topology: Topology, found: tuple[Finding, ...]) -> None:
    """Assert the law for the findings of a topology."""
    severity = Profile().severity
    wrong = {vantage for vantage, _ in wrong_cells(Facts(topology).estate)}
    local = {vantage for each in found if each.code in MEANT for vantage in each.impact}
    assert (
        wrong
        <= {vantage for each in found if severity(each.code) != "info" for vantage in each.impact}
        <= wrong | local
    )
    for each in found:
        if severity(each.code) == "error" and each.code not in WITHOUT_A_WRONG_ANSWER:
            assert each.impact, (each.code, each.message)


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.stem)
def test_the_impact_of_a_twin(twin: Path) -> None:
    """Each broken sample."""
    topology = load(str(twin))
    holds(topology, lint(topology))


@pytest.mark.parametrize("scenario", [s for s in SCENARIOS if s.lint], ids=lambda scenario: scenario.file.stem)
def test_the_impact_of_a_scenario(scenario: Scenario) -> None:
    """Each scenario with a finding."""
    holds(scenario.topology(), scenario.all_findings())


@pytest.mark.slow
@examples(1 / 20, **UNSHRUNK)
@given(topology=tangled.topologies(later=True))
def test_no_wrong_answer_is_without_a_finding(topology: Topology) -> None:
    """Whatever the topology, with clients, filters and lists of servers."""
    holds(topology, lint(topology))


@pytest.mark.slow
@examples(1 / 8, **UNSHRUNK)
@given(topology=tangled.topologies(later=True))
def test_no_wrong_answer_is_without_a_finding_in_many(topology: Topology) -> None:
    """The same, for longer."""
    holds(topology, lint(topology))


@pytest.mark.slow
@examples(1, **UNSHRUNK)
@given(topology=topologies())
def test_the_impact_in_estates_of_any_shape(topology: Topology) -> None:
    """Smaller ones, of every shape that a file can have."""
    holds(topology, lint(topology))


PENDING = """
version: 1
registries:
  contoso: {location: eastus, replications: [westus], data_endpoint_enabled: true}
networks:
  east: {address_space: [10.0.0.0/16], clients: {pods: {}}, peerings: [office]}
  west: {address_space: [10.2.0.0/16], peerings: [office]}
  office: {kind: on_premises, address_space: [192.168.0.0/16]}
  alone: {address_space: [10.3.0.0/16]}
private_endpoints:
  east-pe: {registry: contoso, network: east, status: EAST, addresses: {registry: 10.0.0.7}}
  west-pe: {registry: contoso, network: west, status: WEST, addresses: {registry: 10.2.0.7}}
"""


@pytest.mark.parametrize(
    ("east", "west", "named"),
    [
        ("Pending", "Pending", [{"east", "east/pods", "office"}, {"west", "office"}]),
        ("Rejected", "Approved", [{"east", "east/pods"}]),
        ("Approved", "Disconnected", [{"west"}]),
    ],
)
def test_an_endpoint_that_is_not_approved_concerns_whoever_would_use_it(
    east: str, west: str, named: list[set[str]]
) -> None:
    """Their answers are those of the file, and not what anybody wants; the message names them."""
    topology = loads(PENDING.replace("EAST", east).replace("WEST", west), "pending.yaml")
    found = [each for each in lint(topology) if each.code == "ACR104"]
    assert [set(each.impact) for each in found] == named
    for finding in found:
        assert all(vantage in finding.message for vantage in finding.impact)
