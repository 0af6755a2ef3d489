"""Findings for a pull request or a job's summary: Markdown as GitHub and Azure DevOps show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.fixes.placeholder import explained
from acrdns.check.rules import TABLE
from acrdns.report.cells import DOES_NOT_LOAD, MOST, expected, observed, placed, spent, subject, summary
from acrdns.report.escape import code, code_block, markdown
from acrdns.report.terminal import commands

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from acrdns.check.finding import Finding
    from acrdns.check.judge import Verdict
    from acrdns.report.report import Report, Style

_SIGNS = {"pass": "✅ pass", "fail": "❌ fail", "error": "⚠️ error", "ignored": "💤 ignored"}


def render(report: Report, style: Style) -> str:  # noqa: ARG001 -- every format has the same arguments
    """Return the report; it ends with a newline."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"### acrdns: {markdown(subject(report))}"
    yield ""
    if report.judgement.verdicts:
        yield "| | endpoint | expected | observed | chain | time |"
        yield "|---|---|---|---|---|---|"
        yield from map(_row, sorted(report.judgement.verdicts, key=lambda verdict: not verdict.fails))
        yield ""
    for finding in report.judgement.findings:
        yield from _finding(finding, report.judgement.profile.severity(finding.code))
        yield ""
    yield from _words(report.judgement.findings)
    for problem in report.problems:
        yield f"- **error {DOES_NOT_LOAD}** ({markdown(str(problem.place))}): {markdown(problem.text)}"
    if report.problems:
        yield ""
    for note in report.notes:
        yield f"*note:* {markdown(note)}"
        yield ""
    yield f"**{markdown(summary(report))}**"


def _row(verdict: Verdict) -> str:
    case = verdict.case
    hops = case.observation.chain[1:]
    chain = " → ".join([*map(code, hops[:MOST]), f"{len(hops) - MOST} more"][: len(hops)])
    cells = (_SIGNS[verdict.status], code(case.fqdn), expected(case), observed(case), chain, spent(case))
    return "| " + " | ".join(cells) + " |"


def _finding(finding: Finding, severity: str) -> Iterator[str]:
    place = f" ({markdown(placed(finding))})" if finding.place else ""
    yield f"- **{severity} {finding.code} {TABLE[finding.code]}**{place}: {markdown(finding.message)}"
    yield ""
    yield from code_block(commands(finding.fix), indent="  ")


def _words(findings: Iterable[Finding]) -> Iterator[str]:
    """Return what the words stand for that the commands of all findings leave to the reader."""
    lines = (line.partition(": ") for line in explained("\n".join(finding.fix for finding in findings)))
    words = [f"- {code(named)}: {meaning}" for named, _, meaning in lines]
    if words:
        yield from ("To be filled in:", "", *words, "")
