"""Findings as workflow commands of GitHub Actions, which become annotations of the topology file's lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.rules import TABLE
from acrdns.report.cells import summary
from acrdns.report.escape import log, visible

if TYPE_CHECKING:
    from acrdns.check.finding import Finding
    from acrdns.report.report import Report, Style

_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def render(report: Report, style: Style) -> str:  # noqa: ARG001 -- every format has the same arguments
    """Return one command a finding, then the summary as plain log text."""
    profile = report.judgement.profile
    lines = [_command(finding, _LEVELS[profile.severity(finding.code)]) for finding in report.judgement.findings]
    texts = [*(f"note: {note}" for note in report.notes), summary(report)]
    return "\n".join((*lines, *(log(visible(text)) for text in texts))) + "\n"


def _command(finding: Finding, level: str) -> str:
    properties = {"title": f"{finding.code} {TABLE[finding.code]}: {finding.fqdn}"}
    if finding.place:
        properties |= {
            "file": finding.place.file,
            "line": str(finding.place.line),
            "col": str(finding.place.column or 1),
        }
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{level} {written}::{_data(finding.message)}%0Afix: {_data(finding.fix)}"


def _data(text: str) -> str:
    return log(visible(text)).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
