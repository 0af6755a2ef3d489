"""Rules about pulls: each cause is found by one of them, which finds nothing else; and the reports show it."""

from __future__ import annotations

import json
from typing import get_args

import pytest

from acrdns.check.facts import Facts
from acrdns.check.judge import judge
from acrdns.check.rules import TABLE, rules
from acrdns.check.rules.causes import code_of_cause
from acrdns.probe.pull.result import PullCause, PullResult, PullStep
from acrdns.report.formats import render
from acrdns.report.report import Report, Style

HOST, DATA = "contoso.azurecr.io", "contoso.eastus.data.azurecr.io"
LOGIN = (PullStep("login", HOST, "10.0.0.7", http=401), PullStep("token", HOST, "10.0.0.7", http=200))


def pulled(cause: PullCause) -> PullResult:
    """Return a pull whose layer fails for a cause."""
    layer = PullStep("layer", DATA, "10.0.0.8", passed=False, http=403, message="so it is", cause=cause)
    return PullResult("contoso", f"{HOST}/app:1", (*LOGIN, layer))


def report(*pulls: PullResult) -> Report:
    """Return the report of pulls, without questions about names."""
    facts = Facts(None)
    facts.pulls = pulls
    return Report(judge(facts, rules("ACR3", "ACR4")), HOST, pulls=tuple(("", pull) for pull in pulls))


@pytest.mark.parametrize("cause", get_args(PullCause))
def test_a_cause_has_a_rule_of_its_own(cause: PullCause) -> None:
    """It finds that cause alone."""
    findings = report(pulled(cause)).judgement.findings
    assert [(finding.code, finding.fqdn) for finding in findings] == [(code_of_cause(cause), DATA)]
    assert findings[0].message == f"the pull of {HOST}/app:1 fails at the layer: so it is"


def test_every_rule_about_pulls_has_a_cause() -> None:
    """And none has two."""
    codes = [code_of_cause(cause) for cause in get_args(PullCause)]
    assert sorted(codes) == [code for code in TABLE if code.startswith("ACR4")]


def test_a_pull_that_works_is_no_finding() -> None:
    """Whatever it asked."""
    assert report(PullResult("contoso", f"{HOST}/app:1", LOGIN)).judgement.clean


def test_pulls_in_json() -> None:
    """As the document says: the failing step, its host and cause, and each step."""
    found = json.loads(render("json", report(pulled("link")), Style()))["pulls"]
    step = {"status": "pass", "http": 401, "message": None}
    assert found == [
        {
            "registry": "contoso",
            "image": f"{HOST}/app:1",
            "vantage": "",
            "status": "fail",
            "failed": "layer",
            "host": DATA,
            "cause": "link",
            "code": "ACR407",
            "check_health": None,
            "message": "so it is",
            "steps": [
                {"step": "login", "host": HOST, "address": "10.0.0.7", **step},
                {"step": "token", "host": HOST, "address": "10.0.0.7", **step, "http": 200},
                {
                    "step": "layer",
                    "host": DATA,
                    "address": "10.0.0.8",
                    "status": "fail",
                    "http": 403,
                    "message": "so it is",
                },
            ],
        }
    ]


def test_pulls_in_text() -> None:
    """One step a line, equal ones together; control characters do not reach the terminal."""
    layers = [PullStep("layer", DATA, "10.0.0.8", http=200)] * 3
    odd = PullStep("manifest", "x\x1b[31m", passed=False, message="m\x07", cause="name")
    text = render("text", report(PullResult("contoso", f"{HOST}/app:1", (*LOGIN, *layers, odd))), Style())
    assert "pull of contoso.azurecr.io/app:1\n" in text
    assert f"pass   layer     {DATA}  10.0.0.8  200  3 times\n" in text
    assert "fail   manifest" in text
    assert "\x1b" not in text
    assert "\x07" not in text
