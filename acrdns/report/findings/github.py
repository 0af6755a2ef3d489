"""Findings as workflow commands of GitHub Actions, which become annotations of the topology file's lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.rules import TABLE
from acrdns.report.cells import DOES_NOT_LOAD, summary
from acrdns.report.escape import log, visible

if TYPE_CHECKING:
    from acrdns.errors import Place
    from acrdns.report.report import Report, Style

_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def render(report: Report, style: Style) -> str:  # noqa: ARG001 -- every format has the same arguments
    """Return one command a finding, then the summary as plain log text."""
    profile = report.judgement.profile
    commands = [
        _command(
            _LEVELS[profile.severity(finding.code)],
            f"{finding.code} {TABLE[finding.code]}: {finding.fqdn}",
            finding.place,
            f"{_data(finding.message)}%0Afix: {_data(finding.fix)}",
        )
        for finding in report.judgement.findings
    ]
    commands += [_command("error", DOES_NOT_LOAD, each.place, _data(each.text)) for each in report.problems]
    texts = [*(f"note: {note}" for note in report.notes), summary(report)]
    return "\n".join((*commands, *(log(visible(text)) for text in texts))) + "\n"


def _command(level: str, title: str, place: Place | None, data: str) -> str:
    properties = {"title": title}
    if place:
        properties |= {"file": place.file, "line": str(place.line), "col": str(place.column or 1)}
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{level} {written}::{data}"


def _data(text: str) -> str:
    return log(visible(text)).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
