"""The matrix as JSON: a `MatrixDocument`, written row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.report.document import write
from acrdns.report.matrix.document import AnswerEntry, CellEntry, MatrixDocument, RowEntry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.estate.matrix import Cell, Matrix, Row


def render(matrix: Matrix) -> Iterator[str]:
    """Return the document in pieces, a row in a line, so that a big one is never whole in memory."""
    head = write(MatrixDocument(1, matrix.vantages, matrix.clean, rows=()), indent=None)
    yield head.removesuffix("]}")
    separator = "\n"
    for row in matrix.rows:
        yield f"{separator}  {write(_row(matrix, row), indent=None)}"
        separator = ",\n"
    yield "\n]}\n"


def _row(matrix: Matrix, row: Row) -> RowEntry:
    """Return a row. Vantage points with the same expected answer share one cell; each other one has its own cause."""
    shared = [cell_entry(cell) if cell.expected else None for cell in row.different]
    cells = {
        vantage: shared[number] or cell_entry(row.different[number], matrix.cause(row, vantage))
        for vantage, number in zip(matrix.vantages, row.columns, strict=True)
    }
    return RowEntry(row.fqdn, row.registry, row.member, cells)


def cell_entry(cell: Cell, cause: str = "") -> CellEntry:
    """Return one cell; `cause` says why it is not as expected."""
    every = (cell, *cell.others)
    return CellEntry(
        state="|".join(dict.fromkeys(each.state.value for each in every)),
        result=cell.outcome.value,
        addresses=tuple(dict.fromkeys(address for each in every for address in each.addresses)),
        ttl=cell.ttl,
        expected=cell.expected,
        cause=cause,
        answers=tuple(map(_answer, every)) if cell.others else (),
    )


def _answer(cell: Cell) -> AnswerEntry:
    return AnswerEntry(cell.state.value, cell.outcome.value, cell.addresses, cell.ttl)
