"""Findings as SARIF 2.1.0 (OASIS), for code scanning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from acrdns import __version__
from acrdns.check.rules import rule
from acrdns.report.cells import DOES_NOT_LOAD
from acrdns.report.document import write
from acrdns.report.escape import sarif, visible
from acrdns.report.page import markdown

if TYPE_CHECKING:
    from acrdns.check.finding import Finding
    from acrdns.check.profile import Profile
    from acrdns.errors import Place, Problem
    from acrdns.report.report import Report, Style

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def render(report: Report, style: Style) -> str:  # noqa: ARG001 -- every format has the same arguments
    """Return the log; it ends with a newline."""
    judgement = report.judgement
    codes = sorted({finding.code for finding in judgement.findings})
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "acrdns",
                "semanticVersion": __version__,
                "rules": [_rule(code, judgement.profile) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, codes, judgement.profile) for finding in judgement.findings],
    }
    if report.problems:
        notifications = list(map(_notification, report.problems))
        run["invocations"] = [{"executionSuccessful": False, "toolExecutionNotifications": notifications}]
    return write({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}) + "\n"


def _rule(code: str, profile: Profile) -> dict[str, Any]:
    found = rule(code)
    severity = profile.severity(code)
    return {
        "id": code,
        "name": found.name,
        "shortDescription": {"text": found.name.replace("-", " ")},
        "fullDescription": {"text": " ".join(found.page.finds.split())},
        "help": {"text": found.page.why, "markdown": markdown(found, severity)},
        "defaultConfiguration": {"level": _LEVELS[severity]},
    }


def _result(finding: Finding, codes: list[str], profile: Profile) -> dict[str, Any]:
    return {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": _LEVELS[profile.severity(finding.code)],
        "message": {"text": f"{sarif(finding.message)}\nfix: {sarif(finding.fix, most=len(finding.fix))}"},
        "locations": [_location(finding)],
        "partialFingerprints": {"acrdns/v1": f"{finding.code}:{finding.vantage}:{finding.fqdn}"},
    }


def _notification(problem: Problem) -> dict[str, Any]:
    return {
        "descriptor": {"id": DOES_NOT_LOAD},
        "level": "error",
        "message": {"text": sarif(problem.text)},
        "locations": [{"physicalLocation": _physical(problem.place)}],
    }


def _location(finding: Finding) -> dict[str, Any]:
    location: dict[str, Any] = {"logicalLocations": [{"name": visible(finding.fqdn), "kind": "resource"}]}
    if finding.place:
        location["physicalLocation"] = _physical(finding.place)
    return location


def _physical(place: Place) -> dict[str, Any]:
    region = {"startLine": place.line}
    if place.column:
        region["startColumn"] = place.column
    return {"artifactLocation": {"uri": quote(place.file)}, "region": region}
