"""Findings of `lint` for people and editors: a line each, as compilers write them, with the fix below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.rules import TABLE
from acrdns.report.cells import placed, summary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.finding import Finding
    from acrdns.check.profile import Profile
    from acrdns.report.report import Report, Style

_COLOURS = {"error": "31;1", "warning": "33;1", "info": "36"}


def render(report: Report, style: Style) -> str:
    """Write `FILE:LINE:COLUMN: severity CODE name: message` for each finding, and a summary; ends with a newline."""
    profile = report.judgement.profile
    lines = [line for finding in report.judgement.findings for line in _finding(finding, profile, style)]
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
