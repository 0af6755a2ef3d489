"""Findings as metrics, for the textfile collector of Prometheus' node_exporter."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from acrdns.check.judge import Status
from acrdns.check.rules import TABLE
from acrdns.report.escape import log, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from acrdns.report.report import Report, Style


def render(report: Report, style: Style) -> str:  # noqa: ARG001 -- every format has the same arguments
    """Return the metrics; counts of nothing are there as well, so that an alert can rely on them."""
    judgement = report.judgement
    severities = [judgement.profile.severity(finding.code) for finding in judgement.findings]
    findings = [
        {
            "code": finding.code,
            "name": TABLE[finding.code],
            "severity": severity,
            "fqdn": finding.fqdn,
            "file": finding.place.file if finding.place else "",
            "line": str(finding.place.line) if finding.place else "",
        }
        for finding, severity in zip(judgement.findings, severities, strict=True)
    ]
    problems = [
        {"file": each.place.file, "line": str(each.place.line), "message": each.text} for each in report.problems
    ]
    lines = [
        *_metric("findings", "Findings by severity.", _counts("severity", ("error", "warning", "info"), severities)),
        *_metric("finding", "A finding.", ((labels, 1) for labels in findings)),
        *_metric("problem", "A problem of a file that does not load.", ((labels, 1) for labels in problems)),
    ]
    if judgement.verdicts:
        statuses = [verdict.status for verdict in judgement.verdicts]
        lines += _metric("endpoints", "Endpoints by status.", _counts("status", get_args(Status), statuses))
    return "\n".join(lines) + "\n"


def _counts(label: str, values: Iterable[str], found: Sequence[str]) -> Iterator[tuple[dict[str, str], int]]:
    return (({label: value}, found.count(value)) for value in values)


def _metric(name: str, says: str, samples: Iterable[tuple[Mapping[str, str], int]]) -> Iterator[str]:
    """Return the lines of a metric; a series that comes twice is written once, as the format asks."""
    yield f"# HELP acrdns_{name} {says}"
    yield f"# TYPE acrdns_{name} gauge"
    written = {",".join(f'{label}="{_value(text)}"' for label, text in labels.items()): n for labels, n in samples}
    yield from (f"acrdns_{name}{{{labels}}} {number}" for labels, number in written.items())


def _value(text: str) -> str:
    return log(visible(text)).replace("\\", r"\\").replace('"', r"\"")
