"""Findings as JSON lines: the entries of a `Document`, each with its kind; the last line is the summary."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING

from acrdns.report.document import fields, write
from acrdns.report.findings.json import document, result

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acrdns.check.judge import Verdict
    from acrdns.report.report import Report, Style

KINDS = {"results": "result", "findings": "finding", "problems": "problem", "diagnoses": "diagnosis"}
"""The lists of a `Document` whose entries are lines, and their kind."""


def line(verdict: Verdict) -> str:
    """Return the line of an endpoint."""
    return write({"kind": "result"} | fields(result(verdict)), indent=None) + "\n"


def render(report: Report, style: Style, written: Mapping[tuple[str, str], Verdict] | None = None) -> str:  # noqa: ARG001 -- every format has the same arguments
    """Return an object a line, without the endpoints whose lines are written already."""
    rest = fields(document(report))
    new = [(written or {}).get((each.vantage, each.case.fqdn)) != each for each in report.judgement.verdicts]
    rest["results"] = list(compress(rest["results"], new))
    objects = [{"kind": kind} | fields(entry) for key, kind in KINDS.items() for entry in rest.pop(key)]
    return "".join(write(each, indent=None) + "\n" for each in (*objects, {"kind": "summary"} | rest))
