"""A diff as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from acrdns.check.diff import Effect
from acrdns.report.matrix_json import cell_document

if TYPE_CHECKING:
    from acrdns.check.diff import Diff
    from acrdns.check.matrix import Cell

VERSION = 1


def render(diff: Diff) -> str:
    """Write the diff; ends with a newline."""
    changes = [
        {
            "effect": change.effect.value,
            "vantage": change.vantage,
            "fqdn": change.fqdn,
            "before": _cell(change.before),
            "after": _cell(change.after, change.cause),
            "seconds": change.seconds,
        }
        for change in diff.changes
    ]
    summary = {effect.value: sum(change["effect"] == effect.value for change in changes) for effect in Effect}
    document = {
        "version": VERSION,
        "before": diff.before,
        "after": diff.after,
        "changes": changes,
        "summary": summary,
    }
    return json.dumps(document, indent=2) + "\n"


def _cell(cell: Cell | None, cause: str = "") -> dict[str, object] | None:
    return None if cell is None else cell_document(cell, cause)
