"""Every estate of the samples, scenarios and public reports: served, and checked over the socket from everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from acrdns import api
from acrdns.check.facts import Facts
from acrdns.check.judge import judge, rules_at_a_vantage
from acrdns.check.lint import lint
from acrdns.cli.check_endpoints import plan_of_topology
from acrdns.cli.judging import judge_place
from acrdns.probe.resolver import Resolver, ResolverAddress
from acrdns.resolve.world import World
from acrdns.topology.load import loads
from tests.check.test_public_reports import CLEAN
from tests.check.test_public_reports import REPORTS as LATER
from tests.check.test_reports import REPORTS
from tests.scenarios.scenario import SCENARIOS
from tests.serve.running import SECONDS
from tests.warm import ROOT

if TYPE_CHECKING:
    from acrdns.check.finding import Finding

FILES = sorted(path for folder in ("zones", "zones/broken") for path in (ROOT / folder).glob("*.yaml"))
ESTATES: dict[str, str] = {
    **{str(path.relative_to(ROOT)): path.read_text() for path in FILES},
    **{f"scenario {each.file.stem}": each.text for each in SCENARIOS if not each.refused},
    **{name: report.text for name, report in (REPORTS | LATER).items()},
    **{f"{name}, as it works": text for name, text in CLEAN.items()},
}


def written(finding: Finding) -> tuple[str, ...]:
    """Write all that a reader sees of a finding."""
    return finding.code, finding.fqdn, finding.message, finding.fix, str(finding.place)


@pytest.mark.slow
@pytest.mark.parametrize("text", ESTATES.values(), ids=ESTATES)
def test_check_over_the_socket_finds_what_the_file_has_and_nothing_else(text: str) -> None:
    """A healthy estate is clean, and what is wrong has the cause, words and fix of `lint`."""
    topology = loads(text, "estate.yaml")
    world = World(topology)
    causes = [(cause.message, cause.fix) for cause in lint(topology)]
    with api.serve(topology) as served:
        for vantage in topology.vantages:
            resolver = Resolver((ResolverAddress(*served.at(vantage)),), timeout=SECONDS)
            findings = judge_place(plan_of_topology(topology, vantage, None, ""), resolver, {}).judgement.findings
            simulated = judge(Facts.simulated(world, vantage), rules_at_a_vantage()).findings
            assert {*map(written, findings)} == {*map(written, simulated)}, vantage
            for finding in findings:
                words = f"; {finding.message}"
                assert any(words.endswith(f"; {message}") and finding.fix == fix for message, fix in causes), finding
