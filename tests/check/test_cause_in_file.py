"""The cause of an observed answer: that of the file where the file explains it, else the one that the answer shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given

from acrdns.check.diagnosis.answer import answers_of
from acrdns.check.facts import Facts
from acrdns.check.judge import judge
from acrdns.check.lint import causes_in_file
from acrdns.check.rules import rules
from acrdns.resolve.world import World
from tests.check.situations import blind, evidence, judged
from tests.examples import examples
from tests.resolve import tangled
from tests.scenarios.scenario import SCENARIOS, Scenario

if TYPE_CHECKING:
    from acrdns.check.evidence import Kind
    from acrdns.check.finding import Finding
    from acrdns.probe.observation import Observation
    from acrdns.topology.model import Topology

PRIVATELINK = "contoso.privatelink.azurecr.io"
CHECKED = [scenario for scenario in SCENARIOS if scenario.check and scenario.lint]


def found(facts: Facts) -> tuple[Finding, ...]:
    """Return what check finds."""
    return judged(facts).findings


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
    causes = {(cause.message, cause.fix) for cause in scenario.findings()}
    world = World(topology)
    for vantage in scenario.check:
        for finding in found(Facts.simulated(world, vantage)):
            assert any(
                f"; {finding.message}".endswith(f"; {message}") and finding.fix == fix for message, fix in causes
            ), finding


@pytest.mark.slow
@examples(1 / 8, phases=(Phase.explicit, Phase.generate), suppress_health_check=[HealthCheck.too_slow])
@given(topology=tangled.topologies(later=True))
def test_check_gives_the_commands_of_lint_in_any_topology(topology: Topology) -> None:
    """No error of a simulated answer is without a finding of lint that has its fix."""
    world, known = World(topology), causes_in_file(topology)
    fixes = {each.finding.fix for each in known}
    for vantage in topology.vantages:
        judged = judge(Facts.simulated(world, vantage), rules("ACR3"), causes=lambda: known)
        errors = [each for each in judged.findings if judged.profile.severity(each.code) == "error"]
        assert [(vantage, each.message, each.fix) for each in errors if each.fix not in fixes] == []


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


MADE_OF_10_0_0_7 = {
    "the well-known prefix": "64:ff9b::a00:7",
    "96 bits": "2001:db8:64::a00:7",
    "64 bits": "2001:db8:122:344:a:0:700:0",
    "56 bits": "2001:db8:122:30a:0:7::",
    "48 bits": "2001:db8:122:a00:0:700::",
    "40 bits": "2001:db8:10a:0:7::",
    "32 bits": "2001:db8:a00:7::",
    "48 bits, local use (RFC 8215)": "64:ff9b:1:a00:0:700::",
}
"""Prefixes of RFC 6052 section 2.2 around the private address."""


@pytest.mark.parametrize("address", MADE_OF_10_0_0_7.values(), ids=MADE_OF_10_0_0_7)
def test_dns64_is_no_record(address: str) -> None:
    """Neither for `check`, nor for `diagnose`."""
    facts = evidence("hub", {"contoso": f"10.0.0.7 | {address}"})
    (finding,) = found(facts)
    assert "which DNS64 made of 10.0.0.7" in finding.message
    assert "record-set" not in finding.fix
    observed = next(case.observation for case in facts.cases if case.fqdn == finding.fqdn)
    assert [answer.translated for answer in answers_of(observation=observed, vantage="hub")] == [False, True]


@pytest.mark.parametrize(
    "address", ["2001:db8::7", "2001:db8:a00:8::", "2001:db8:a00:7::1", "2001:db8:122:a00:100:700::"]
)
def test_another_address_is_a_record(address: str) -> None:
    """The octets of the private one are not there, or others are, too."""
    (finding,) = found(evidence("hub", {"contoso": f"10.0.0.7 | {address}"}))
    assert "DNS64" not in finding.message
    assert "record-set aaaa remove-record" in finding.fix


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


def test_a_cause_has_its_line_and_is_said_without_repetition() -> None:
    """The place is that of lint; the resolver's own words and clauses that the cause has, too, are left out."""
    for scenario in CHECKED:
        places = {cause.message: cause.place for cause in scenario.findings()}
        world = World(scenario.topology())
        for vantage in scenario.check:
            for finding in found(Facts.simulated(world, vantage)):
                message = next(message for message in places if f"; {finding.message}".endswith(f"; {message}"))
                assert finding.place == places[message], scenario.file.stem
                clauses = finding.message.split("; ")
                assert len(set(clauses)) == len(clauses), finding.message


# what the resolver says, the code, a part of the message, a part of the fix
SAID = {
    "DNSSEC": ("EDE 6 (DNSSEC Bogus)", "validates DNSSEC, and a private zone below azurecr.io is not signed", "domain-insecure"),
    "no server behind it": ("EDE 22 (No Reachable Authority)", "reaches none of the servers that it forwards to", "look for a forwarder"),
    "network error": ("EDE 23 (Network Error)", "reaches none of the servers", "look for a forwarder"),
    "a filter": ("EDE 18 (Prohibited)", "the resolver withholds the answer", "let azurecr.io pass its filter"),
}  # fmt: skip


@pytest.mark.parametrize(("detail", "cause", "fix"), SAID.values(), ids=SAID)
def test_an_extended_dns_error_of_any_resolver_is_read(detail: str, cause: str, fix: str) -> None:
    """RFC 8914 section 4."""
    facts = with_answer(evidence("hub", {"contoso": "SERVFAIL"}), "contoso.azurecr.io", detail=detail)
    (finding,) = found(facts)
    assert finding.code == "ACR309"
    assert cause in finding.message
    assert fix in finding.fix


def test_a_remembered_answer_is_called_so() -> None:
    """A resolver that serves stale answers says that (RFC 8767, RFC 8914)."""
    facts = with_answer(evidence("hub", {"contoso": "10.0.0.99"}), "contoso.azurecr.io", detail="EDE 3 (Stale Answer)")
    (finding,) = found(facts)
    assert "the resolver remembers this answer" in finding.message


def test_a_resolver_that_asks_public_dns_is_told_so() -> None:
    """Where the answer says that public DNS was asked, no missing link is the cause."""
    public = {"contoso": f"> {PRIVATELINK} > eus.azcr.io > 20.45.122.144"}
    said = "EDE 0 (Other): public DNS was asked from hub, and it sees no private zone"
    (finding,) = found(with_answer(evidence("hub", public), "contoso.azurecr.io", detail=said))
    assert "hands the question to public DNS" in finding.message
    assert finding.fix == "on the resolver asked: forward azurecr.io to 168.63.129.16"


def test_a_server_that_writes_no_name_of_its_own_is_not_called_by_its_zone() -> None:
    """Unbound writes localhost, and others the zone's name, as the primary server."""
    for primary in ("privatelink.azurecr.io", "localhost"):
        changes = {"denied_by": ("privatelink.azurecr.io", primary), "chain": ("contoso.azurecr.io", PRIVATELINK)}
        (finding,) = found(with_answer(evidence("hub", {"contoso": "NXDOMAIN"}), "contoso.azurecr.io", **changes))
        assert "a server of your own, not Azure, is authoritative for privatelink.azurecr.io" in finding.message
        assert finding.fix.startswith("on that server: add the record to privatelink.azurecr.io")


def test_a_region_that_is_none_is_the_cause_and_its_neighbour_is_not_blamed() -> None:
    """The data endpoint of the right region exists, so nothing is to be enabled."""
    answers = {"contoso": f"> {PRIVATELINK} > 10.0.0.7", "contoso.eastus.data": "10.0.0.8"}
    answers |= {"contoso.eastsu.data": "NXDOMAIN", "contoso.westus.data": "NXDOMAIN"}
    unknown, absent = found(blind(answers, "eastus", "eastsu", "westus"))
    assert unknown.message.endswith("; 'eastsu' is no region; did you mean eastus?")
    assert absent.message.endswith("; to Azure, contoso has no replica in westus")
    assert all("az acr replication list -r contoso" in finding.fix for finding in (unknown, absent))
    assert not any("layers" in finding.message for finding in (unknown, absent))


@pytest.mark.parametrize("expect", ["private", "public"])
def test_without_a_file_no_finding_speaks_of_one(expect: Kind) -> None:
    """--expect is judged by the answers alone, also where a name does not exist."""
    answers = {"contoso": f"> {PRIVATELINK} > 10.0.0.7", "contoso.eastus.data": "NXDOMAIN"}
    findings = found(blind(answers, "eastus", expect=expect))
    assert findings
    assert not any("topology" in finding.message + finding.fix for finding in findings)
