"""The matrix as JSON: the document of `matrix_document.py`, written row by row."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from acrdns.check.estate.matrix import Cell, Matrix, Row

VERSION = 1


def render(matrix: Matrix) -> Iterator[str]:
    """Write the document in pieces, a row in a line, so that a big one is never whole in memory."""
    head = {"version": VERSION, "vantages": matrix.vantages, "clean": matrix.clean}
    yield f'{json.dumps(head)[:-1]}, "rows": ['
    keys = [json.dumps(vantage) for vantage in matrix.vantages]
    separator = "\n"
    for row in matrix.rows:
        yield f"{separator}  {_row(matrix, row, keys)}"
        separator = ",\n"
    yield "\n]}\n"


def _row(matrix: Matrix, row: Row, keys: Sequence[str]) -> str:
    """Write a row; a cell that many vantage points have is written once, but where each has its own cause."""
    known = [json.dumps(cell_document(cell, "")) if cell.expected else "" for cell in row.different]
    cells = [
        f"{keys[column]}: {known[number] or _surprise(matrix, row, column)}"
        for column, number in enumerate(row.columns)
    ]
    head = json.dumps({"fqdn": row.fqdn, "registry": row.registry, "member": row.member})
    return f'{head[:-1]}, "cells": {{{", ".join(cells)}}}}}'


def _surprise(matrix: Matrix, row: Row, column: int) -> str:
    cell = row.different[row.columns[column]]
    return json.dumps(cell_document(cell, matrix.cause(row, matrix.vantages[column])))


def cell_document(cell: Cell, cause: str) -> dict[str, object]:
    """Return one cell; `cause` says why it is not as expected."""
    return {
        "state": cell.state.value,
        "result": cell.outcome.value,
        "addresses": cell.addresses,
        "ttl": cell.ttl,
        "expected": cell.expected,
        "cause": cause,
    }
