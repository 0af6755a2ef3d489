"""Findings of `lint` for people and editors: a line each, as compilers write them, with the fix below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.rules import TABLE
from acrdns.report.cells import placed, summary
from acrdns.report.trace.text import outcome, step_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.finding import Finding
    from acrdns.check.profile import Profile
    from acrdns.report.report import Report, Style
    from acrdns.resolve.chain import Resolution

_COLOURS = {"error": "31;1", "warning": "33;1", "info": "36"}


def render(report: Report, style: Style) -> str:
    """Write `FILE:LINE:COLUMN: severity CODE name: message` for each finding, and a summary; ends with a newline.

    The first finding of each code that has a counterexample shows it, step by step; others of the code are like it.
    """
    lines: list[str] = []
    shown: set[str] = set()
    for finding in report.judgement.findings:
        lines += _finding(finding, report.judgement.profile, style)
        if finding.trace is not None and finding.code not in shown:
            shown.add(finding.code)
            lines += _counterexample(finding.trace)
    return "\n".join((*lines, summary(report))) + "\n"


def _finding(finding: Finding, profile: Profile, style: Style) -> Iterator[str]:
    severity = profile.severity(finding.code)
    shown = f"\x1b[{_COLOURS[severity]}m{severity}\x1b[0m" if style.colour else severity
    yield f"{placed(finding)}: {shown} {finding.code} {TABLE[finding.code]}: {finding.message}"
    lead = "  fix: "
    *commands, last = finding.fix.split(" && ")
    for command in commands:
        yield f"{lead}{command} &&"
        lead = " " * len(lead)
    yield lead + last


def _counterexample(trace: Resolution) -> Iterator[str]:
    yield f"  seen from {trace.vantage}: {trace.question} ends in {outcome(trace)}"
    yield from step_lines(trace, "    ")
