"""Repairs for people: the unified diff, the answers that it changes, and the commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.report.escape import log, visible
from acrdns.report.repair.changes import changes, unified
from acrdns.report.terminal import fill_in_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.check.finding import Finding
    from acrdns.check.repair.search import Repair
    from acrdns.report.repair.document import RepairChangeEntry
    from acrdns.topology.model import Topology


def render(before: Topology, text: str, found: Sequence[Repair], left: Sequence[Finding]) -> str:
    """Return the repairs of a topology and its text, and errors without one; it ends with a newline."""
    lines = [] if found or left else [f"{before.file}: nothing is wrong"]
    for number, repair in enumerate(found, 1):
        if len(found) > 1:
            lines += [f"repair {number} of {len(found)}, equally small:", ""]
        lines += [*unified(before.file, text, repair), ""]
        changed = [f"{c.vantage}  {c.endpoint}  {c.before} -> {c.after}{_worse(c)}" for c in changes(before, repair)]
        lines += [*changed, *([""] if changed else ())]
        lines += [*(f"fix: {fix.text}" for fix in repair.fixes), "", *_unmended(repair.left)]
    lines += _unmended(left)
    return log("\n".join(map(visible, (*lines, *fill_in_lines("\n".join(lines))))) + "\n")


def _worse(change: RepairChangeEntry) -> str:
    """Return that an answer breaks, or is still not as expected, and why; else nothing."""
    word = "breaks" if change.effect == "breaks" else "still not as expected" if change.cause else ""
    return f" ({word}{': ' if change.cause else ''}{change.cause})" if word else ""


def _unmended(left: Sequence[Finding]) -> list[str]:
    """Return the errors that no edit of the file mends, each with its fix."""
    lines = ["no edit of the file mends:"] if left else []
    return [*lines, *(line for each in left for line in (f"{each.code} {each.message}", f"  fix: {each.fix}"))]
