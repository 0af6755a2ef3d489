"""The cells of the matrix that are wrong: endpoints with another answer than expected at a vantage point."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acrdns.check.estate.matrix import Estate

Cells = frozenset[tuple[str, str]]
"""Vantage points and endpoint names."""


def wrong_cells(estate: Estate) -> Cells:
    """Return every cell of the matrix that is not as expected."""
    return frozenset((vantage, row.fqdn) for row, vantage, _ in estate.matrix().surprises())
