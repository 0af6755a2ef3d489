"""The lines of a file and the answers that a repair changes, for its formats."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING

from acrdns.check.estate.diff import diff
from acrdns.report.diff.text import answers, endpoint
from acrdns.report.matrix.text import answers as cell_answers
from acrdns.report.repair.document import RepairChangeEntry
from acrdns.resolve.world import World

if TYPE_CHECKING:
    from acrdns.check.estate.diff import Change
    from acrdns.check.estate.rows import Cell
    from acrdns.check.repair.search import Repair
    from acrdns.topology.model import Topology


def unified(file: str, text: str, repair: Repair) -> list[str]:
    """Return the unified diff of the file's text, line by line."""
    return list(unified_diff(text.splitlines(), repair.text.splitlines(), file, file, n=2, lineterm=""))


def changes(before: Topology, repair: Repair) -> tuple[RepairChangeEntry, ...]:
    """Return the answers that change in more than their TTL."""
    found = diff(World(before), World(repair.topology)).changes
    return tuple(
        RepairChangeEntry(c.vantage, endpoint(c), *_answers(c), c.effect.value, c.cause) for c in found if _differs(c)
    )


def _answers(change: Change) -> tuple[str, str]:
    """Return both answers; where they are equal, one of them is out of reach, and the other is not."""
    before, after = change.before, change.after
    if before is None or after is None or cell_answers(before) != cell_answers(after):
        return answers(change)
    return f"{cell_answers(before)}{_as_expected(before)}", f"{cell_answers(after)}{_as_expected(after)}"


def _as_expected(cell: Cell) -> str:
    return " (as expected)" if cell.expected else " (not as expected)"


def _differs(change: Change) -> bool:
    before, after = change.before, change.after
    return before is None or after is None or before._replace(ttl=None) != after._replace(ttl=None)
