"""Every rule has a scenario that triggers it alone and one that does not."""

from __future__ import annotations

import pytest

from acrdns.check.lint import PREFIXES
from acrdns.check.rules import TABLE
from tests.scenarios.scenario import SCENARIOS

LINT = [code for code in TABLE if code.startswith(PREFIXES)]
CHECK = [code for code in TABLE if code.startswith("ACR3")]
NOT_SIMULATED = {
    "ACR312": "no simulated server answers A and fails at AAAA; tests/check shows it",
    "ACR315": "a machine of its own has other sources than DNS; tests/check shows it",
}


@pytest.mark.parametrize("code", LINT)
def test_a_lint_rule_has_scenarios_with_it_alone_and_without_it(code: str) -> None:
    """Alone means that `lint` finds nothing else."""
    loading = [scenario for scenario in SCENARIOS if not scenario.refused]
    assert any(scenario.lint_codes() == {code} for scenario in loading)
    assert any(scenario.questions and code not in scenario.lint_codes() for scenario in loading)


@pytest.mark.parametrize("code", [code for code in CHECK if code not in NOT_SIMULATED])
def test_a_check_rule_has_scenarios_with_it_alone_and_without_it(code: str) -> None:
    """Alone means that `check` finds nothing else, from anywhere."""
    loading = [scenario for scenario in SCENARIOS if not scenario.refused]
    assert any(scenario.check_codes() == {code} for scenario in loading)
    assert any(scenario.questions and code not in scenario.check_codes() for scenario in loading)


def test_no_scenario_is_about_nothing() -> None:
    """Each asks something or finds something, and says where that comes from."""
    assert SCENARIOS
    for scenario in SCENARIOS:
        assert scenario.shows, scenario.file.name
        assert scenario.facts, scenario.file.name
        assert scenario.refused or scenario.questions or scenario.lint, scenario.file.name
