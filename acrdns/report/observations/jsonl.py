"""Observations as JSON lines: `observation` and `ignored`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.report.document import fields, write
from acrdns.report.observations.json import document

if TYPE_CHECKING:
    from acrdns.probe.answer import ReadFile
    from acrdns.report.report import Style


def render(read: ReadFile, style: Style) -> str:  # noqa: ARG001 -- every format has the same arguments
    """Return a line for each observation and each ignored line."""
    entries = document(read)
    kinds = (("observation", entries.observations), ("ignored", entries.ignored))
    return "".join(write({"kind": kind, **fields(each)}, None) + "\n" for kind, found in kinds for each in found)
