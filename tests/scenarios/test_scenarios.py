from __future__ import annotations

import pytest

from acrdns.check.facts import Facts
from acrdns.errors import TopologyError
from acrdns.names import name
from acrdns.record import type_number
from acrdns.resolve.chain import Question
from acrdns.resolve.world import World
from tests.check.situations import judged
from tests.scenarios.scenario import SCENARIOS, Scenario, told, written

LOADING = [scenario for scenario in SCENARIOS if not scenario.refused]
REFUSED = [scenario for scenario in SCENARIOS if scenario.refused]


def _id(scenario: Scenario) -> str:
    return scenario.file.stem


@pytest.mark.parametrize("scenario", LOADING, ids=_id)
def test_every_question_gets_the_whole_answer_and_nothing_else(scenario: Scenario) -> None:
    """Rcode, answer section in order and authority section are those of the scenario."""
    world = World(scenario.topology())
    for asked in scenario.questions:
        response = world.resolve(asked.vantage, Question(name(asked.name), type_number(asked.type))).response
        seen = (response.rcode.name, written(response.answer), written(response.authority))
        assert (asked.rcode, asked.answer, asked.authority) == seen, f"{asked.name} {asked.type} from {asked.vantage}"


@pytest.mark.parametrize("scenario", LOADING, ids=_id)
def test_lint_finds_what_is_listed_and_nothing_else(scenario: Scenario) -> None:
    """Every finding is in the scenario, and everything in the scenario is found."""
    assert sorted(scenario.lint) == told(scenario.findings())


@pytest.mark.parametrize("scenario", LOADING, ids=_id)
def test_check_finds_what_is_listed_and_nothing_else(scenario: Scenario) -> None:
    """From every vantage point, rules about observed answers find what the scenario lists."""
    world = World(scenario.topology())
    found = {vantage: told(judged(Facts.simulated(world, vantage)).findings) for vantage in world.vantages}
    expected = {vantage: sorted(entries) for vantage, entries in scenario.check.items()}
    assert dict.fromkeys(world.vantages, ()) | expected == {v: entries or () for v, entries in found.items()}


@pytest.mark.parametrize("scenario", REFUSED, ids=_id)
def test_a_topology_that_azure_would_refuse_does_not_load(scenario: Scenario) -> None:
    """The error says what Azure says."""
    with pytest.raises(TopologyError) as error:
        scenario.topology()
    assert scenario.refused in str(error.value)
