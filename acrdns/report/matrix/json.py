"""The matrix as JSON: a `MatrixDocument`, written row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.report.document import write
from acrdns.report.matrix.document import AnswerEntry, CellEntry, MatrixDocument, RowEntry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from acrdns.check.estate.matrix import Matrix
    from acrdns.check.estate.rows import Cell, Row


def render(matrix: Matrix) -> Iterator[str]:
    """Return the document in pieces, a row in a line, so that a big one is never whole in memory."""
    head = write(MatrixDocument(1, matrix.vantages, matrix.clean, rows=()), indent=None)
    yield head.removesuffix("]}")
    keys = [write(vantage, indent=None) for vantage in matrix.vantages]
    separator = "\n"
    for row in matrix.rows:
        yield f"{separator}  {_row(matrix, row, keys)}"
        separator = ",\n"
    yield "\n]}\n"


def _row(matrix: Matrix, row: Row, keys: Sequence[str]) -> str:
    """Return a row. A cell that many vantage points share is written once, but one with a cause each time."""
    shared = [write(cell_entry(cell), indent=None) if cell.expected else "" for cell in row.different]
    cells = [
        f"{keys[column]}: {shared[number] or _with_cause(matrix, row, column)}"
        for column, number in enumerate(row.columns)
    ]
    head = write(RowEntry(row.fqdn, row.registry, row.member, cells={}), indent=None)
    return f"{head.removesuffix('}}')}{', '.join(cells)}}}}}"


def _with_cause(matrix: Matrix, row: Row, column: int) -> str:
    cell = row.different[row.columns[column]]
    return write(cell_entry(cell, matrix.cause(row, matrix.vantages[column])), indent=None)


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
