"""Findings for a pull request or a job's summary: Markdown as GitHub and Azure DevOps show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.rules import TABLE
from acrdns.report.cells import expected, observed, placed, spent, subject, summary
from acrdns.report.terminal import commands

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.finding import Finding
    from acrdns.check.judge import Verdict
    from acrdns.report.report import Report, Style

_SIGNS = {"pass": "✅ pass", "fail": "❌ fail", "error": "⚠️ error"}


def render(report: Report, style: Style) -> str:  # noqa: ARG001 -- every format has the same arguments
    """Return the report; it ends with a newline."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"### acrdns: {_escape(subject(report))}"
    yield ""
    if report.judgement.verdicts:
        yield "| | endpoint | expected | observed | chain | time |"
        yield "|---|---|---|---|---|---|"
        yield from map(_row, sorted(report.judgement.verdicts, key=lambda verdict: verdict.status == "pass"))
        yield ""
    for finding in report.judgement.findings:
        yield from _finding(finding, report.judgement.profile.severity(finding.code))
        yield ""
    for note in report.notes:
        yield f"*{_escape(note)}*"
        yield ""
    yield f"**{_escape(summary(report))}**"


def _row(verdict: Verdict) -> str:
    case = verdict.case
    chain = " → ".join(f"`{hop}`" for hop in case.observation.chain[1:])
    cells = (_SIGNS[verdict.status], f"`{case.fqdn}`", expected(case), observed(case), chain, spent(case))
    return "| " + " | ".join(map(_escape, cells)) + " |"


def _finding(finding: Finding, severity: str) -> Iterator[str]:
    place = f" ({_escape(placed(finding))})" if finding.place else ""
    yield f"- **{severity} {finding.code} {TABLE[finding.code]}**{place}: {_escape(finding.message)}"
    yield ""
    yield "  ```"
    yield from (f"  {command}" for command in commands(finding.fix))
    yield "  ```"


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
