"""The matrix for people: a table of endpoints by vantage points."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from acrdns.check.estate.rows import State
from acrdns.report.escape import log, visible
from acrdns.report.terminal import row_form

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.estate.matrix import Matrix
    from acrdns.check.estate.rows import Cell, Row

CORNER = "endpoint"
MOST_NOTES = 20
"""Notes for one vantage point; `--format json` has all."""


def render(matrix: Matrix) -> Iterator[str]:
    """Return the lines of the table, with their newlines. A cell that is not as expected is marked with `!`."""
    form = row_form(_widths(matrix))
    yield log((form % (CORNER, *map(visible, matrix.vantages))).rstrip() + "\n")
    for row in matrix.rows:
        yield (form % (row.fqdn, *_texts(row))).rstrip() + "\n"
    yield from (log(visible(note)) + "\n" for note in notes(matrix))


def _widths(matrix: Matrix) -> list[int]:
    widths = [len(head) for head in (CORNER, *map(visible, matrix.vantages))]
    for row in matrix.rows:
        widths = list(map(max, widths, map(len, (row.fqdn, *_texts(row)))))
    return widths


def _texts(row: Row) -> list[str]:
    texts = [cell_text(cell) for cell in row.different]
    return [texts[number] for number in row.columns]


def cell_text(cell: Cell) -> str:
    """Return one cell, marked where it is not as expected."""
    return f"{'' if cell.expected else '! '}{answers(cell)}"


def answers(cell: Cell) -> str:
    """Return the answers of a cell; several where several servers may answer: `private 10.0.0.7 | broken SERVFAIL`."""
    return " | ".join(dict.fromkeys(map(_answer, (cell, *cell.others))))


def _answer(cell: Cell) -> str:
    """Return the state of an answer, then its addresses or the outcome of the question."""
    if cell.state == State.NONE:
        return "no address"
    what = cell.outcome.value if cell.state == State.BROKEN else ", ".join(cell.addresses)
    return f"{cell.state.value} {what}"


def notes(matrix: Matrix) -> Iterator[str]:
    """Return the cells that are not as expected, with their causes, by vantage point; an empty line comes first."""
    for column, vantage in enumerate(matrix.vantages):
        rows = [row for row in matrix.rows if not (row.expected or row.different[row.columns[column]].expected)]
        if rows:
            yield ""
        for row in islice(rows, MOST_NOTES):
            cause = matrix.cause(row, vantage) or "not the address that the topology makes one expect"
            yield f"! {row.fqdn} from {vantage}: {cause}"
        if len(rows) > MOST_NOTES:
            yield f"! and {len(rows) - MOST_NOTES} more from {vantage}"
