"""The words in the cells of the formats for people."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from acrdns.probe.observation import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.check.evidence import Case
    from acrdns.check.finding import Finding
    from acrdns.report.report import Report

_ANSWER = Outcome.ANSWER
DOES_NOT_LOAD = "does-not-load"
"""The name of a file's problems, in formats that name findings."""
MOST = 16
"""Addresses and aliases of one answer that are shown; `--format json` has all."""


def expected(case: Case) -> str:
    """Return the expected addresses, or the expected kind of address."""
    if case.expectation.addresses:
        return " or ".join(case.expectation.addresses)
    if case.expectation.any_private:
        return "private"
    return {"private": "private, none known", "public": "public", "unknown": "unknown"}[case.expectation.kind]


def observed(case: Case) -> str:
    """Return the observed addresses, or the outcome of the question."""
    seen = case.observation
    if seen.outcome is _ANSWER:
        return listed(seen.addresses + seen.ipv6_addresses)
    return f"{seen.outcome.value} {listed(seen.ipv6_addresses)}".rstrip()


def listed(texts: Sequence[str], most: int = MOST) -> str:
    """Return texts separated by commas, and the number of those after the first ones."""
    more = f" and {len(texts) - most} more" if len(texts) > most else ""
    return ", ".join(texts[:most]) + more


def spent(case: Case) -> str:
    """Return the time that the answer took; empty for a simulated answer."""
    return _time(case.observation.milliseconds)


@lru_cache(maxsize=1024)
def _time(milliseconds: float | None) -> str:
    """Return a time as text. Many are equal, since questions are sent and answered in batches."""
    return "" if milliseconds is None else f"{milliseconds:.1f} ms"


def placed(finding: Finding) -> str:
    """Return the place of the cause in the topology file; empty without a file."""
    return str(finding.place) if finding.place else ""


def subject(report: Report) -> str:
    """Return the subject of a report: `hub.yaml from hub, asked 127.0.0.1:5301`."""
    if len(report.vantages) > 1:
        return f"{report.target} from {listed([vantage for vantage, _ in report.vantages])}"
    vantage = f" from {report.vantage}" if report.vantage else ""
    return report.target + vantage + (f", asked {report.server}" if report.server else "")


def summary(report: Report) -> str:
    """Return a summary of a report in one line."""
    judgement = report.judgement
    parts = []
    if judgement.verdicts:
        right, wrong, silent = (judgement.count(status) for status in ("pass", "fail", "error"))
        ignored = judgement.count("ignored")
        parts.append(f"{right} right, {wrong} wrong" + f", {ignored} ignored" * bool(ignored))
        parts[0] += f", {silent} without an answer" * bool(silent)
    severities = [judgement.profile.severity(finding.code) for finding in judgement.findings]
    counts = [_count(severities.count(severity), severity) for severity in ("error", "warning", "info")]
    if report.problems:
        files = len({problem.place.file for problem in report.problems})
        parts.append(f"{files} file{'s do' if files > 1 else ' does'} not load")
    if found := ", ".join(filter(None, counts)):
        parts.append(found)
    elif not report.problems:
        parts.append("no findings")
    if judgement.accepted:
        parts.append(f"{len(judgement.accepted)} accepted")
    return f"{subject(report)}: {'; '.join(parts)}"


def _count(number: int, severity: str) -> str:
    if not number:
        return ""
    return f"{number} {severity}{'s' if number > 1 and severity != 'info' else ''}"
