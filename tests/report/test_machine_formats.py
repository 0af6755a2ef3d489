"""Formats for programs, read as those programs read them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from prometheus_client.parser import text_string_to_metric_families

from acrdns.check.judge import Judgement
from acrdns.errors import Place, Problem
from acrdns.report.formats import render
from acrdns.report.report import Report, Style
from tests.report.test_escape import FOREIGN, hostile
from tests.report.test_findings import REPORTS

PROBLEM = Problem(Place("b;a].yaml", 3, 5), "registries.a", "is 100 % wrong", "allowed: b")


@cache
def bad() -> Report:
    """Return a report with a problem."""
    return replace(REPORTS["broken"](), problems=(PROBLEM,))


ALL = REPORTS | {"bad": bad}


@pytest.mark.parametrize("name", ALL)
def test_json_lines_are_the_parts_of_the_document(name: str) -> None:
    """Each entry is a line with its kind, in the order of the document, and the last line has all the rest."""
    document = json.loads(render("json", ALL[name](), Style()))
    lines = list(map(json.loads, render("jsonl", ALL[name](), Style()).splitlines()))
    kinds = {"result": "results", "finding": "findings", "problem": "problems"}
    for kind, key in kinds.items():
        assert [{k: v for k, v in line.items() if k != "kind"} for line in lines if line["kind"] == kind] == document[
            key
        ]
    assert lines[-1].pop("kind") == "summary"
    assert lines[-1] == {key: value for key, value in document.items() if key not in (*kinds.values(), "diagnoses")}


@pytest.mark.parametrize("name", ALL)
def test_gitlab_shows_each_finding_once(name: str) -> None:
    """The fields that GitLab documents, with fingerprints that differ and stay when lines move."""
    report = ALL[name]()
    issues = json.loads(render("gitlab", report, Style()))
    assert len(issues) == len(report.judgement.findings) + len(report.problems)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert issue["location"]["lines"]["begin"] >= 1
    moved = tuple(replace(f, place=f.place and replace(f.place, line=99)) for f in report.judgement.findings)
    again = json.loads(render("gitlab", replace(report, judgement=replace(report.judgement, findings=moved)), Style()))
    assert [issue["fingerprint"] for issue in again] == [issue["fingerprint"] for issue in issues]


def read_command(line: str) -> tuple[dict[str, str], str]:
    """Read a logging command as the agent of Azure Pipelines does (Command.cs)."""
    found = re.fullmatch(r"##vso\[task\.logissue ([^\]]*)\](.*)", line)
    assert found
    unescaped = {"%3B": ";", "%5D": "]", "%AZP25": "%"}

    def plain(text: str) -> str:
        return re.sub("|".join(unescaped), lambda code: unescaped[code[0]], text)

    return {key: plain(value) for key, value in (each.split("=", 1) for each in found[1].split(";"))}, plain(found[2])


def test_azure_pipelines_reads_what_was_written() -> None:
    """Properties with brackets and semicolons, and text with percent signs."""
    lines = render("azure-pipelines", bad(), Style()).splitlines()
    commands = [read_command(line) for line in lines if line.startswith("##vso")]
    assert len(commands) == len(bad().judgement.findings) + 1
    for (properties, text), finding in zip(commands, bad().judgement.findings, strict=False):
        assert properties["code"] == finding.code
        assert finding.place
        assert (properties["sourcepath"], properties["linenumber"]) == (finding.place.file, str(finding.place.line))
        assert finding.message in text
    place = {"sourcepath": "b;a].yaml", "linenumber": "3", "columnnumber": "5"}
    assert commands[-1] == (
        {"type": "error", "code": "does-not-load"} | place,
        "registries.a: is 100 % wrong; allowed: b",
    )


def samples(report: Report) -> dict[str, list[tuple[dict[str, str], float]]]:
    """Read the metrics with Prometheus' own client."""
    families = text_string_to_metric_families(render("prometheus", report, Style()))
    return {family.name: [(sample.labels, sample.value) for sample in family.samples] for family in families}


@pytest.mark.parametrize("name", ALL)
def test_prometheus_counts_findings(name: str) -> None:
    """Counts are there for each severity, and a series for each finding and problem."""
    report = ALL[name]()
    found = samples(report)
    assert all(metric.startswith("acrdns_") for metric in found)
    severities = [report.judgement.profile.severity(finding.code) for finding in report.judgement.findings]
    assert found["acrdns_findings"] == [
        ({"severity": severity}, severities.count(severity)) for severity in ("error", "warning", "info")
    ]
    assert len(found["acrdns_finding"]) == len(report.judgement.findings)
    assert [labels["message"] for labels, _ in found["acrdns_problem"]] == [each.text for each in report.problems]


@given(text=FOREIGN)
def test_prometheus_reads_any_label(text: str) -> None:
    """A quote or backslash ends no label."""
    found = samples(hostile(text))
    assert {labels["code"] for labels, _ in found["acrdns_finding"]} == {"ACR309"}
    assert all(
        set(labels) == {"code", "name", "severity", "fqdn", "file", "line"} for labels, _ in found["acrdns_finding"]
    )


def test_prometheus_writes_no_series_twice() -> None:
    """Two findings with the same labels are one series, or node_exporter would drop the whole file."""
    report = REPORTS["broken"]()
    twice = replace(report, judgement=Judgement((), report.judgement.findings * 2))
    assert len(samples(twice)["acrdns_finding"]) == len(report.judgement.findings)
