"""Reports of findings, in every format."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, get_args
from xml.etree import ElementTree as ET

import pytest
from pydantic import TypeAdapter

import acrdns.report
from acrdns import __version__
from acrdns.check.answers.notes import say_what_is_known
from acrdns.check.facts import Facts
from acrdns.check.finding import Finding
from acrdns.check.fixes.advice import Advice
from acrdns.check.judge import Judgement
from acrdns.errors import Place
from acrdns.report import lines
from acrdns.report.findings.document import Document
from acrdns.report.formats import FindingsFormat, render
from acrdns.report.report import Report, Style
from acrdns.report.trace.document import Trace
from tests.check.situations import FILE, blind, evidence, judged
from tests.report import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

PACKAGE = Path(acrdns.report.__file__).parent

DATA = "> contoso.eastus.data.privatelink.azurecr.io "
PUBLIC = "> contoso.privatelink.azurecr.io > eus.azcr.io > eus-reg.trafficmanager.net > 20.45.122.144"


def report(seen: Facts, target: str = FILE) -> Report:
    """Make the report that `check` would."""
    server = "127.0.0.1:5301"
    return Report(judged(seen), target, seen.vantage, server, tuple(say_what_is_known(seen.classified)))


def with_detail(seen: Facts) -> Facts:
    """Return the answers that are none an Extended DNS Error."""
    cases = (
        case._replace(observation=case.observation._replace(detail="EDE 22 (No Reachable Authority): 10.0.0.53"))
        if case.observation.outcome == "SERVFAIL"
        else case
        for case in seen.cases
    )
    return Facts(seen.topology, seen.vantage, tuple(cases))


BROKEN = {
    "contoso": PUBLIC,
    "contoso.eastus.data": DATA + "> 10.0.0.99",
    "contoso.westus.data": "> contoso.westus.data.privatelink.azurecr.io > NXDOMAIN",
    "fabrikam": "SERVFAIL",
    "fabrikam.westeurope.data": "> fabrikam.westeurope.data.privatelink.azurecr.io > 10.0.0.21 | SERVFAIL",
}

REPORTS: dict[str, Callable[[], Report]] = {
    "clean": lambda: report(evidence("hub", {})),
    "broken": lambda: report(with_detail(evidence("hub", BROKEN))),
    "unlinked": lambda: report(
        evidence(
            "spoke",
            {
                "contoso": PUBLIC,
                "contoso.eastus.data": DATA + "> 20.45.122.150",
                "contoso.westus.data": "> contoso.westus.data.privatelink.azurecr.io > 20.45.122.151",
            },
        )
    ),
    "blind": lambda: report(
        blind(
            {"contoso": "> contoso.privatelink.azurecr.io > 10.0.0.7", "contoso.eastus.data": DATA + "> 10.0.0.7"},
            "eastus",
        ),
        "contoso.azurecr.io",
    ),
    "topology": lambda: Report(
        Judgement(
            (),
            (
                Finding(
                    "ACR305", "privatelink.azurecr.io", "a finding, of no endpoint: 100 % <b> | x", (Advice("a && b"),)
                ),
                Finding("ACR312", "hub", "a warning", (Advice("nothing"),), Place("estate of hub.yaml", 3)),
            ),
        ),
        FILE,
    ),
}
"""Each is made when a test asks for it, and once."""
REPORTS = {name: cache(make) for name, make in REPORTS.items()}

SUFFIXES = {"text": "txt", "json": "json", "junit": "xml", "sarif": "sarif", "github": "log", "markdown": "md"} | {
    "jsonl": "jsonl",
    "gitlab": "gitlab.json",
    "azure-pipelines": "azure.log",
    "prometheus": "prom",
}


@pytest.mark.parametrize("format_", get_args(FindingsFormat))
@pytest.mark.parametrize("name", REPORTS)
def test_reports_look_as_they_did(name: str, format_: FindingsFormat) -> None:
    """A change is seen before a user sees it."""
    text = render(format_, REPORTS[name](), Style()).replace(f'"{__version__}"', '"VERSION"')
    assert text.endswith("\n")
    snapshot.check(snapshot.DIRECTORY / f"{name}.{SUFFIXES[format_]}", text)


def test_colour_and_width_are_the_callers() -> None:
    """Colours mark the words that say what is wrong, and nothing is wrapped inside a name or a command."""
    text = render("text", REPORTS["broken"](), Style(colour=True, width=60))
    snapshot.check(snapshot.DIRECTORY / "broken-colour-narrow.txt", text)
    assert "\x1b[" not in render("text", REPORTS["broken"](), Style(colour=False))


def test_text_has_what_is_wrong_first() -> None:
    """Nobody has to search a long table."""
    lines = render("text", REPORTS["broken"](), Style()).splitlines()
    statuses = [
        line.split()[0] for line in lines if line.startswith(("fail ", "error ", "pass ")) and "ACR" not in line
    ]
    assert statuses == ["fail"] * 3 + ["error"] + ["pass"] * 2


@pytest.mark.parametrize("name", REPORTS)
def test_json_is_what_its_schema_says(name: str) -> None:
    """Every report reads back as the documented document."""
    text = render("json", REPORTS[name](), Style())
    document = TypeAdapter(Document).validate_json(text)
    assert document.version == 1
    assert sum(document.summary.values()) == len(document.results)
    assert set(json.loads(text)) >= {"version", "vantage", "server", "results", "findings", "diagnoses", "summary"}


@pytest.mark.parametrize(("name", "document"), [("check", Document), ("trace", Trace)])
def test_the_schema_in_the_package_is_current(name: str, document: type) -> None:
    """It is made from the dataclasses that are written out."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **TypeAdapter(document).json_schema()}
    snapshot.check(PACKAGE / f"{name}.schema.json", json.dumps(schema, indent=2) + "\n")


def test_the_schema_of_lines_is_current() -> None:
    """It is made from those of the documents."""
    snapshot.check(PACKAGE / "lines.schema.json", json.dumps(lines.schema(), indent=2) + "\n")


@pytest.mark.parametrize("name", REPORTS)
def test_junit_counts_its_cases(name: str) -> None:
    """Every endpoint is a case, and failures and errors are those of the verdicts."""
    root = ET.fromstring(render("junit", REPORTS[name](), Style()))  # noqa: S314 -- our own output
    verdicts = REPORTS[name]().judgement.verdicts
    cases = [case for case in root.iter("testcase") if case.get("classname") != "topology"]
    assert [case.get("name") for case in cases] == [verdict.case.fqdn for verdict in verdicts]
    for tag, status in (("failure", "fail"), ("error", "error")):
        found = [case for case in cases if case.find(tag) is not None]
        assert len(found) == REPORTS[name]().judgement.count(status)  # type: ignore[arg-type]
    for suite in root.iter("testsuite"):
        assert int(suite.get("tests", "")) == len(suite.findall("testcase"))
        assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure"))


@pytest.mark.parametrize("name", REPORTS)
def test_sarif_results_refer_to_their_rules(name: str) -> None:
    """Each result's rule is in the log, at the index it names."""
    (run,) = json.loads(render("sarif", REPORTS[name](), Style()))["runs"]
    found = run["tool"]["driver"]["rules"]
    for result, finding in zip(run["results"], REPORTS[name]().judgement.findings, strict=True):
        assert found[result["ruleIndex"]]["id"] == result["ruleId"] == finding.code


def test_what_is_no_xml_is_escaped() -> None:
    """A resolver may put anything into an Extended DNS Error."""
    finding = Finding("ACR309", "contoso.azurecr.io", "said \x00 and \x1b[31m", (Advice("fix"),))
    text = render("junit", Report(Judgement((), (finding,)), FILE), Style())
    assert r"said \x00 and \x1b[31m" in "".join(ET.fromstring(text).itertext())  # noqa: S314 -- our own
