"""What the formats for people have in common: the words in their cells."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from acrdns.probe.observation import Outcome

if TYPE_CHECKING:
    from acrdns.check.evidence import Case
    from acrdns.check.finding import Finding
    from acrdns.report.report import Report

_ANSWER = Outcome.ANSWER


def expected(case: Case) -> str:
    """Write what is expected: addresses, or what kind of address."""
    if case.expectation.addresses:
        return " or ".join(case.expectation.addresses)
    return {"private": "private, none known", "public": "public", "unknown": "unknown"}[case.expectation.kind]


def observed(case: Case) -> str:
    """Write the addresses, or how the question ended."""
    seen = case.observation
    if seen.outcome is _ANSWER:
        return ", ".join(seen.addresses + seen.ipv6_addresses)
    return " ".join((seen.outcome.value, *seen.ipv6_addresses))


def spent(case: Case) -> str:
    """Write the time; empty for a simulated answer."""
    return _time(case.observation.milliseconds)


@lru_cache(maxsize=1024)
def _time(milliseconds: float | None) -> str:
    """Write a time; what was asked and answered together has taken equally long."""
    return "" if milliseconds is None else f"{milliseconds:.1f} ms"


def placed(finding: Finding) -> str:
    """Write where in the topology file the cause stands; empty where no file is known."""
    return str(finding.place) if finding.place else ""


def subject(report: Report) -> str:
    """Write what was checked: `hub.yaml from hub, asked 127.0.0.1:5301`."""
    vantage = f" from {report.vantage}" if report.vantage else ""
    return report.target + vantage + (f", asked {report.server}" if report.server else "")


def summary(report: Report) -> str:
    """Sum a report up in one line."""
    judgement = report.judgement
    parts = []
    if judgement.verdicts:
        right, wrong, silent = (judgement.count(status) for status in ("pass", "fail", "error"))
        parts.append(f"{right} right, {wrong} wrong" + (f", {silent} without an answer" if silent else ""))
    severities = [judgement.profile.severity(finding.code) for finding in judgement.findings]
    counts = [_count(severities.count(severity), severity) for severity in ("error", "warning", "info")]
    parts.append(", ".join(filter(None, counts)) or "no findings")
    return f"{subject(report)}: {'; '.join(parts)}"


def _count(number: int, severity: str) -> str:
    if not number:
        return ""
    return f"{number} {severity}{'s' if number > 1 and severity != 'info' else ''}"
