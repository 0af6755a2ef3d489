"""The cause of an observed answer: that of the file where the file explains it, else the one that the answer shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from acrdns.check.facts import Facts
from acrdns.check.judge import judge
from acrdns.check.lint import lint
from acrdns.check.rules import rules
from acrdns.resolve.world import World
from tests.check.situations import blind, evidence
from tests.scenarios.scenario import SCENARIOS, Scenario

if TYPE_CHECKING:
    from acrdns.check.finding import Finding
    from acrdns.probe.observation import Observation

PRIVATELINK = "contoso.privatelink.azurecr.io"
CHECKED = [scenario for scenario in SCENARIOS if scenario.check and scenario.lint]


def found(facts: Facts) -> tuple[Finding, ...]:
    """Return what check finds."""
    return judge(facts, rules("ACR3")).findings


def with_answer(facts: Facts, fqdn: str, **changes: object) -> Facts:
    """Return the facts with other fields of one observation."""

    def change(observation: Observation) -> Observation:
        return observation._replace(**changes) if observation.fqdn == fqdn else observation  # type: ignore[arg-type]

    cases = tuple(case._replace(observation=change(case.observation)) for case in facts.cases)
    return Facts(facts.topology if facts.described else None, facts.vantage, cases)


@pytest.mark.parametrize("scenario", CHECKED, ids=lambda scenario: scenario.file.stem)
def test_check_says_the_words_of_lint_where_the_file_explains_the_answer(scenario: Scenario) -> None:
    """The simulated answer is the observed one, so each finding ends with a finding of lint and has its fix."""
    topology = scenario.topology()
    causes = {(cause.message, cause.fix) for cause in lint(topology)}
    world = World(topology)
    for vantage in scenario.check:
        for finding in found(Facts.simulated(world, vantage)):
            assert any(finding.message.endswith(f"; {message}") and finding.fix == fix for message, fix in causes), (
                finding
            )


# zone and primary server of the SOA record, a part of the cause, a part of the fix
DENIED = {
    "a more specific private zone": (
        ("eastus.data.privatelink.azurecr.io", "azureprivatedns.net"),
        "the private zone eastus.data.privatelink.azurecr.io is linked there and hides the name",
        "link vnet delete",
    ),
    "a private zone of the public name": (
        ("azurecr.io", "azureprivatedns.net"),
        "the private zone azurecr.io is linked there",
        "-z azurecr.io",
    ),
    "a server of one's own": (
        ("privatelink.azurecr.io", "dc1.corp.example"),
        "dc1.corp.example, a server of your own, is authoritative for privatelink.azurecr.io and has no such name",
        "on dc1.corp.example: add the record",
    ),
    "the right private zone": (
        ("privatelink.azurecr.io", "azureprivatedns.net"),
        "privatelink.azurecr.io has no record contoso",
        "record-set a add-record",
    ),
}


@pytest.mark.parametrize(("soa", "cause", "fix"), DENIED.values(), ids=DENIED)
def test_the_zone_that_denies_a_name_is_the_cause(soa: tuple[str, str], cause: str, fix: str) -> None:
    """The SOA record of a negative answer names it, with and without a file."""
    for facts in (
        evidence("hub", {"contoso": f"> {PRIVATELINK} > NXDOMAIN"}),
        blind({"contoso": f"> {PRIVATELINK} > NXDOMAIN"}),
    ):
        (finding,) = found(with_answer(facts, "contoso.azurecr.io", denied_by=soa))
        assert cause in finding.message
        assert fix in finding.fix


def test_an_empty_answer_behind_a_privatelink_alias_points_to_rebinding_protection() -> None:
    """A name server would add its SOA record; a resolver that removed the address does not."""
    facts = evidence("hub", {"contoso": f"> {PRIVATELINK} > NODATA"})
    (finding,) = found(facts)
    assert "rebinding protection" in finding.message
    assert "--rebind-domain-ok=/azurecr.io/" in finding.fix
    (finding,) = found(
        with_answer(facts, "contoso.azurecr.io", denied_by=("privatelink.azurecr.io", "azureprivatedns.net"))
    )
    assert "rebinding" not in finding.message


def test_an_extended_error_of_a_filter_is_the_cause() -> None:
    """RFC 8914: Blocked."""
    facts = evidence("hub", {"contoso": "NXDOMAIN"})
    (finding,) = found(with_answer(facts, "contoso.azurecr.io", detail="EDE 15 (Blocked): private address"))
    assert "the resolver withholds the answer: EDE 15 (Blocked): private address" in finding.message


def test_dns64_is_no_record() -> None:
    """An address under 64:ff9b::/96 around the private one."""
    (finding,) = found(evidence("hub", {"contoso": "10.0.0.7 | 64:ff9b::a00:7"}))
    assert "which DNS64 made of 10.0.0.7" in finding.message
    assert "record-set" not in finding.fix


def test_what_the_file_does_not_explain_is_not_put_down_to_it() -> None:
    """The file is right, and the resolver answers as one without the link: the words of the resolver are given."""
    public = {"contoso": f"> {PRIVATELINK} > eus.azcr.io > 20.45.122.144"}
    said = "EDE 0 (Other): zone privatelink.azurecr.io not linked to hub"
    (finding,) = found(with_answer(evidence("hub", public), "contoso.azurecr.io", detail=said))
    assert f"the resolver says: {said}" in finding.message
    assert "either the link is not there in Azure, or the resolver asked is not that of hub" in finding.message


def test_without_a_file_every_cause_of_a_mixed_answer_is_named() -> None:
    """A missing record behind a fallback, a forwarder for some names, and a record with the public address."""
    answers = {
        "contoso": "10.0.0.7",
        "contoso.eastus.data": "> contoso.eastus.data.privatelink.azurecr.io > 20.45.122.150",
    }
    (finding,) = found(blind(answers, "eastus"))
    assert "causes that fit: privatelink.azurecr.io has no record contoso.eastus.data" in finding.message
    for word in ("NxDomainRedirect", "forwarder", "public address"):
        assert word in finding.message
