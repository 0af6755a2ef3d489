"""The matrix as a Markdown table, for a README or a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.report.escape import code, markdown
from acrdns.report.matrix.text import CORNER, cell_text, notes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from acrdns.check.estate.matrix import Matrix
    from acrdns.check.estate.rows import Cell


def render(matrix: Matrix) -> Iterator[str]:
    """Return the lines of the table, with their newlines. A cell that is not as expected is bold."""
    head = [CORNER, *map(markdown, matrix.vantages)]
    yield _line(head)
    yield _line(["---"] * len(head))
    for row in matrix.rows:
        yield _line([code(row.fqdn), *map(_cell, row.cells)])
    for note in notes(matrix):
        yield f"- {markdown(note[2:])}\n" if note else "\n"


def _cell(cell: Cell) -> str:
    text = cell_text(cell).replace("|", r"\|")
    return text if cell.expected else f"**{text}**"


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |\n"
