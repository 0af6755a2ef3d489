"""Findings as JUnit XML: a test suite a registry, a test case an endpoint."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from acrdns.check.rules import TABLE
from acrdns.report.cells import DOES_NOT_LOAD, expected, observed, subject
from acrdns.report.escape import HASH_COMMAND, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.check.finding import Finding
    from acrdns.check.judge import Verdict
    from acrdns.errors import Problem
    from acrdns.report.report import Report, Style

_OUTCOMES = {"fail": "failure", "error": "error"}


def render(report: Report, style: Style) -> str:  # noqa: ARG001 -- every format has the same arguments
    """Return the document; it ends with a newline."""
    judgement = report.judgement
    root = ET.Element("testsuites", name=visible(f"acrdns {subject(report)}"))
    found: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in judgement.findings:
        found[finding.fqdn].append(finding)
    by_registry: defaultdict[str, list[Verdict]] = defaultdict(list)
    for verdict in judgement.verdicts:
        by_registry[verdict.case.registry].append(verdict)
    for registry, verdicts in by_registry.items():
        _suite(root, registry, [(verdict, found.pop(verdict.case.fqdn, [])) for verdict in verdicts])
    others = [finding for findings in found.values() for finding in findings]
    if others or report.problems or report.clean_files:
        _files(root, others, report)
    ET.indent(root)
    text = HASH_COMMAND.sub("&#35;", ET.tostring(root, encoding="unicode"))
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _suite(root: ET.Element, registry: str, endpoints: Sequence[tuple[Verdict, list[Finding]]]) -> None:
    statuses = [verdict.status for verdict, _ in endpoints]
    times = [verdict.case.observation.milliseconds or 0 for verdict, _ in endpoints]
    ignored = statuses.count("ignored")
    suite = ET.SubElement(
        root,
        "testsuite",
        {"skipped": str(ignored)} if ignored else {},
        name=visible(registry),
        tests=str(len(endpoints)),
        failures=str(statuses.count("fail")),
        errors=str(statuses.count("error")),
        time=_seconds(sum(times)),
    )
    for (verdict, found), time in zip(endpoints, times, strict=True):
        names = {"classname": visible(registry), "name": visible(verdict.case.fqdn)}
        case = ET.SubElement(suite, "testcase", names, time=_seconds(time))
        if verdict.status in _OUTCOMES:
            _add(case, _OUTCOMES[verdict.status], found)
        elif verdict.status == "ignored":
            said = f"expected {expected(verdict.case)}, observed {observed(verdict.case)}"
            ET.SubElement(case, "skipped", message=visible(f"the answer is wrong, and that is excused: {said}"))
        elif found:
            ET.SubElement(case, "system-out").text = "\n".join(map(_text, found))


def _files(root: ET.Element, findings: Sequence[Finding], report: Report) -> None:
    """Write a case for each finding that is about no endpoint, for each clean file, and for each that does not load."""
    problems: defaultdict[str, list[Problem]] = defaultdict(list)
    for problem in report.problems:
        problems[problem.place.file].append(problem)
    failed = [finding for finding in findings if report.judgement.profile.severity(finding.code) == "error"]
    tests = len(findings) + len(problems) + len(report.clean_files)
    counts = {"tests": str(tests), "failures": str(len(failed)), "errors": str(len(problems))}
    suite = ET.SubElement(root, "testsuite", counts, name="topology")
    for finding in findings:
        case = _case(suite, f"{finding.fqdn} {finding.code}")
        if finding in failed:
            _add(case, "failure", [finding])
        else:
            ET.SubElement(case, "system-out").text = _text(finding)
    for file, found in problems.items():
        error = ET.SubElement(_case(suite, file), "error", type=DOES_NOT_LOAD, message=visible(found[0].text))
        error.text = "\n".join(visible(str(problem)) for problem in found)
    for file in report.clean_files:
        _case(suite, file)


def _case(suite: ET.Element, name: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", classname="topology", name=visible(name))


def _add(case: ET.Element, tag: str, findings: Sequence[Finding]) -> None:
    codes = ", ".join(f"{finding.code} {TABLE[finding.code]}" for finding in findings)
    message = "; ".join(finding.message for finding in findings)
    element = ET.SubElement(case, tag, type=codes, message=visible(message))
    element.text = "\n".join(map(_text, findings))


def _text(finding: Finding) -> str:
    place = f"\nat {visible(str(finding.place))}" if finding.place else ""
    fix = visible(finding.fix, most=len(finding.fix))
    return f"{finding.code} {TABLE[finding.code]}: {visible(finding.message)}\nfix: {fix}{place}"


def _seconds(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.6f}"
