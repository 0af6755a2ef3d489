"""The matrix as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acrdns.check.matrix import Cell, Matrix

VERSION = 1


def render(matrix: Matrix) -> str:
    """Write the matrix; ends with a newline."""
    rows = [
        {
            "fqdn": row.fqdn,
            "registry": row.registry,
            "member": row.member,
            "cells": {cell.vantage: _cell(cell) for cell in row.cells},
        }
        for row in matrix.rows
    ]
    document = {"version": VERSION, "vantages": list(matrix.vantages), "rows": rows, "clean": matrix.clean}
    return json.dumps(document, indent=2) + "\n"


def _cell(cell: Cell) -> dict[str, object]:
    return {
        "state": cell.state.value,
        "result": cell.outcome.value,
        "addresses": list(cell.addresses),
        "expected": cell.expected,
        "cause": cell.cause,
    }
