"""Findings as logging commands of Azure Pipelines, which become issues of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.rules import TABLE
from acrdns.report.cells import DOES_NOT_LOAD, summary
from acrdns.report.escape import log, visible

if TYPE_CHECKING:
    from acrdns.errors import Place
    from acrdns.report.report import Report, Style


def render(report: Report, style: Style) -> str:  # noqa: ARG001 -- every format has the same arguments
    """Return one command a finding; information is plain text, since issues are errors or warnings."""
    profile = report.judgement.profile
    lines = []
    for finding in report.judgement.findings:
        severity = profile.severity(finding.code)
        text = f"{TABLE[finding.code]}: {finding.message}; fix: {finding.fix}"
        if severity == "info":
            lines.append(log(visible(f"{finding.place or finding.fqdn}: info {finding.code} {text}")))
        else:
            lines.append(_command(severity, finding.place, finding.code, text))
    lines += [_command("error", each.place, DOES_NOT_LOAD, each.text) for each in report.problems]
    lines += [log(visible(text)) for text in (*(f"note: {note}" for note in report.notes), summary(report))]
    return "\n".join(lines) + "\n"


def _command(level: str, place: Place | None, code: str, text: str) -> str:
    properties = {"type": level}
    if place:
        properties |= {"sourcepath": place.file, "linenumber": str(place.line), "columnnumber": str(place.column or 1)}
    properties["code"] = code
    written = ";".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"##vso[task.logissue {written}]{_data(text)}"


def _data(text: str) -> str:
    return log(visible(text)).replace("%", "%AZP25")


def _property(text: str) -> str:
    return _data(text).replace(";", "%3B").replace("]", "%5D")
