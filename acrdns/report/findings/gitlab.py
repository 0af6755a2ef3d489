"""Findings as GitLab's Code Quality report, which shows them in the merge request next to the lines of the topology."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING

from acrdns.check.rules import TABLE
from acrdns.report.cells import DOES_NOT_LOAD
from acrdns.report.document import write
from acrdns.report.escape import visible

if TYPE_CHECKING:
    from acrdns.errors import Place
    from acrdns.report.report import Report, Style

_SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}


def render(report: Report, style: Style) -> str:  # noqa: ARG001 -- every format has the same arguments
    """Return the list of issues; GitLab tells those of two runs apart by fingerprints, which have no line numbers."""
    seen: Counter[str] = Counter()

    def issue(name: str, severity: str, place: Place | None, text: str, about: str) -> dict[str, object]:
        path = place.file if place else report.target
        subject = f"{name}:{path}:{about}"
        seen[subject] += 1
        return {
            "description": visible(text),
            "check_name": name,
            "fingerprint": sha256(f"{subject}:{seen[subject]}".encode(errors="replace")).hexdigest(),
            "severity": severity,
            "location": {"path": visible(path), "lines": {"begin": place.line if place else 1}},
        }

    severity = report.judgement.profile.severity
    issues = [
        issue(
            TABLE[finding.code],
            _SEVERITIES[severity(finding.code)],
            finding.place,
            f"{finding.code}: {finding.message}; fix: {finding.fix}",
            f"{finding.vantage}:{finding.fqdn}",
        )
        for finding in report.judgement.findings
    ]
    issues += [issue(DOES_NOT_LOAD, "critical", each.place, each.text, each.path) for each in report.problems]
    return write(issues) + "\n"
