"""A diff as JSON: the document of `diff_document.py`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from acrdns.check.estate.diff import effects_of
from acrdns.report.matrix.json import cell_document

if TYPE_CHECKING:
    from acrdns.check.estate.diff import Affected, Change, Diff
    from acrdns.check.estate.matrix import Cell

VERSION = 1


def render(diff: Diff) -> str:
    """Write the diff; ends with a newline."""
    document = {
        "version": VERSION,
        "before": diff.before,
        "after": diff.after,
        "changes": [_change(change) for change in diff.changes],
        "vantages": [_affected(affected) for affected in diff.affected()],
        "summary": effects_of(diff.changes),
    }
    return json.dumps(document, indent=2) + "\n"


def _change(change: Change) -> dict[str, object]:
    return {
        "effect": change.effect,
        "vantage": change.vantage,
        "registry": change.registry,
        "fqdn": change.fqdn,
        "type": change.type.name,
        "before": _cell(change.before),
        "after": _cell(change.after, change.cause),
        "seconds": change.seconds,
    }


def _affected(affected: Affected) -> dict[str, object]:
    return {"vantage": affected.vantage, "effects": affected.effects, "seconds": affected.seconds}


def _cell(cell: Cell | None, cause: str = "") -> dict[str, object] | None:
    return None if cell is None else cell_document(cell, cause)
