"""Findings as JSON lines: the entries of a `Document`, each with its kind; the last line is the summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.report.document import fields, write
from acrdns.report.findings.json import document

if TYPE_CHECKING:
    from acrdns.report.report import Report, Style

_KINDS = {"results": "result", "findings": "finding", "problems": "problem", "diagnoses": "diagnosis"}


def render(report: Report, style: Style) -> str:  # noqa: ARG001 -- every format has the same arguments
    """Return an object a line."""
    rest = fields(document(report))
    objects = [{"kind": kind} | fields(entry) for key, kind in _KINDS.items() for entry in rest.pop(key)]
    return "".join(write(each, indent=None) + "\n" for each in (*objects, {"kind": "summary"} | rest))
