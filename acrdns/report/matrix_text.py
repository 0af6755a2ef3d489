"""The matrix for people: a table of endpoints by vantage points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.matrix import State

if TYPE_CHECKING:
    from acrdns.check.matrix import Cell, Matrix

CORNER = "endpoint"


def render(matrix: Matrix) -> str:
    """Write the table; ends with a newline. A cell that is not as expected is marked with `!`."""
    table = [[CORNER, *matrix.vantages]]
    table += [[row.fqdn, *(cell_text(cell) for cell in row.cells)] for row in matrix.rows]
    widths = [max(len(line[column]) for line in table) for column in range(len(table[0]))]
    lines = ["  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() for line in table]
    return "\n".join([*lines, *notes(matrix)]) + "\n"


def cell_text(cell: Cell) -> str:
    """Write one cell: state, then the addresses or how the question ended."""
    what = cell.outcome.value if cell.state == State.BROKEN else ", ".join(cell.addresses)
    return f"{'' if cell.expected else '! '}{cell.state.value} {what}"


def notes(matrix: Matrix) -> list[str]:
    """Say what is not as expected, and why."""
    found = [
        f"! {row.fqdn} from {cell.vantage}: {cell.cause or 'not the address that the topology makes one expect'}"
        for row in matrix.rows
        for cell in row.cells
        if not cell.expected
    ]
    return ["", *found] if found else []
