"""A cutover as JSON: a `CutoverDocument`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.report.cutover.document import BreakEntry, CutoverDocument, CutoverStepEntry
from acrdns.report.document import write

if TYPE_CHECKING:
    from acrdns.check.plan.cutover import Cutover, CutoverStep


def render(plan: Cutover, files: tuple[str, str]) -> str:
    """Return the document; it ends with a newline."""
    return write(CutoverDocument(1, *files, plan.outage, plan.all_tried, tuple(map(_step, plan.steps)))) + "\n"


def _step(step: CutoverStep) -> CutoverStepEntry:
    breaks = tuple(BreakEntry(each.spot.vantage, each.spot.fqdn, each.why, each.seconds) for each in step.breaks)
    return CutoverStepEntry("; ".join(step.changes), breaks, step.hold_seconds, step.wait_seconds, step.notes)
