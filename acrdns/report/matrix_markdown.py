"""The matrix as a Markdown table, for a README or a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.report.matrix_text import CORNER, cell_text, notes

if TYPE_CHECKING:
    from acrdns.check.matrix import Matrix


def render(matrix: Matrix) -> str:
    """Write the table; ends with a newline. A cell that is not as expected is bold."""
    head = [CORNER, *matrix.vantages]
    lines = [_line(head), _line(["---"] * len(head))]
    for row in matrix.rows:
        cells = [cell_text(cell) if cell.expected else f"**{cell_text(cell)}**" for cell in row.cells]
        lines.append(_line([f"`{row.fqdn}`", *cells]))
    problems = notes(matrix)
    return "\n".join([*lines, *(f"- {note[2:]}" if note else note for note in problems)]) + "\n"


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
