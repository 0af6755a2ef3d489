"""The matrix as JSON: the document of `matrix_document.py`, written row by row."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.matrix import Cell, Matrix, Row

VERSION = 1


def render(matrix: Matrix) -> Iterator[str]:
    """Write the document in pieces, a row in a line, so that a big one is never whole in memory."""
    head = {"version": VERSION, "vantages": matrix.vantages, "clean": matrix.clean}
    yield f'{json.dumps(head)[:-1]}, "rows": ['
    separator = "\n"
    for row in matrix.rows:
        yield f"{separator}  {json.dumps(_row(matrix, row))}"
        separator = ",\n"
    yield "\n]}\n"


def _row(matrix: Matrix, row: Row) -> dict[str, object]:
    cells = {
        vantage: cell_document(cell, "" if cell.expected else matrix.cause(row, vantage))
        for vantage, cell in zip(matrix.vantages, row.cells, strict=True)
    }
    return {"fqdn": row.fqdn, "registry": row.registry, "member": row.member, "cells": cells}


def cell_document(cell: Cell, cause: str) -> dict[str, object]:
    """Give one cell; `cause` says why it is not as expected."""
    return {
        "state": cell.state.value,
        "result": cell.outcome.value,
        "addresses": cell.addresses,
        "expected": cell.expected,
        "cause": cause,
    }
