"""Verdicts over any observations at all."""

from __future__ import annotations

from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.azure import CLOUDS
from acrdns.check.answers.classify import NO_ANSWER
from acrdns.check.endpoints import of_name, of_topology
from acrdns.check.evidence import Case, Observation, Outcome
from acrdns.check.facts import Facts
from acrdns.check.policy.policy import Policy
from tests.check.situations import estate, evidence, judged

ADDRESSES = st.sampled_from(
    ["10.0.0.7", "10.0.0.8", "10.0.0.9", "10.0.0.20", "10.0.0.66", "10.0.0.99", "10.2.0.7", "20.45.122.144", "0.0.0.0"]
)
HOPS = st.sampled_from(
    ["contoso.privatelink.azurecr.io", "contoso.eastus.data.privatelink.azurecr.io", "eus.azcr.io", "elsewhere.example"]
)


@st.composite
def observations(draw: st.DrawFn, fqdn: str) -> Observation:
    """Whatever a resolver might say."""
    outcome = draw(st.sampled_from(Outcome))
    addresses = tuple(draw(st.lists(ADDRESSES, min_size=1, max_size=3))) if outcome is Outcome.ANSWER else ()
    ipv6_outcome = draw(st.none() | st.sampled_from(Outcome))
    ipv6 = ("2001:db8::7",) if ipv6_outcome is Outcome.ANSWER else ()
    chain = (fqdn, *draw(st.lists(HOPS, max_size=3)))
    return Observation(fqdn, outcome, addresses, chain, 10, ipv6_outcome, ipv6, 1.0)


@st.composite
def evidences(draw: st.DrawFn) -> Facts:
    """Return the estate from anywhere, or a bare registry."""
    blind = draw(st.booleans())
    vantage = "" if blind else draw(st.sampled_from(estate().vantages))
    regions = ["eastus", "westus"]
    endpoints = of_name("contoso", CLOUDS["AzureCloud"], regions) if blind else of_topology(estate(), vantage)
    cases: tuple[Case, ...] = tuple(e.observed(draw(observations(e.fqdn))) for e in endpoints)
    return Facts(None if blind else estate(), vantage, cases)


@given(evidences())
def test_every_endpoint_gets_one_verdict_and_at_most_one_finding_for_each_address_family(seen: Facts) -> None:
    """Rules about observed answers do not overlap, and never fail themselves."""
    judgement = judged(seen)
    assert [verdict.case for verdict in judgement.verdicts] == list(seen.cases)
    ordered = sorted(judgement.findings, key=lambda finding: finding.fqdn)
    for _, group in groupby(ordered, key=lambda finding: finding.fqdn):
        codes = [finding.code for finding in group]
        assert len([code for code in codes if code in ("ACR308", "ACR312")]) <= 1
        assert len([code for code in codes if code not in ("ACR308", "ACR312")]) <= 1


@given(evidences())
def test_pass_means_that_the_answer_is_the_expected_one(seen: Facts) -> None:
    """An independent reading of the contract of `Expectation`."""
    for verdict in judged(seen).verdicts:
        expectation, observation = verdict.case.expectation, verdict.case.observation
        assert (verdict.status == "error") == (observation.outcome in NO_ANSWER)
        if verdict.status == "pass" and expectation.kind == "private":
            assert len(set(observation.addresses)) == 1
            assert observation.addresses[0] in expectation.addresses
            assert not observation.ipv6_addresses
        if verdict.status == "pass" and expectation.kind == "public":
            assert set(observation.addresses) <= {"20.45.122.144"}


@given(evidences())
def test_every_failure_has_a_finding_that_says_why(seen: Facts) -> None:
    """A verdict other than pass is never left alone; every finding has a message, a fix and the vantage point."""
    judgement = judged(seen)
    explained = {finding.fqdn for finding in judgement.findings}
    assert {v.case.fqdn for v in judgement.verdicts if v.status != "pass"} <= explained
    assert all(f.message and f.fix and f.vantage == seen.vantage for f in judgement.findings)


def test_the_worst_comes_first_then_the_order_of_the_endpoints() -> None:
    """Errors before warnings."""
    seen = evidence("hub", {"contoso": "10.0.0.7 | NXDOMAIN", "contoso.westus.data": "NXDOMAIN", "fabrikam": "REFUSED"})
    assert [finding.code for finding in judged(seen).findings] == ["ACR305", "ACR309", "ACR312"]


@pytest.mark.parametrize(
    ("severity", "status", "clean"), [("error", "fail", False), ("warning", "pass", False), ("info", "pass", True)]
)
def test_a_profile_decides_what_fails(severity: str, status: str, clean: bool) -> None:
    """Severity is policy: what is no error does not fail an endpoint, and `info` asks for nothing."""
    profile = Policy(severities={"ACR308": severity})  # type: ignore[dict-item]
    judgement = judged(evidence("hub", {"contoso": "10.0.0.7 | 2001:db8::7"}), profile)
    assert [v.status for v in judgement.verdicts if v.case.fqdn == "contoso.azurecr.io"] == [status]
    assert judgement.clean is clean
