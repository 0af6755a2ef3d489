"""The numbers of steps, short: several in a row are a range."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.report.runs import runs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def span(run: Sequence[int], written: Callable[[int], str] = str) -> str:
    """Return a group of numbers as text."""
    return written(run[0]) if len(run) == 1 else f"{written(run[0])}–{written(run[-1])}"  # noqa: RUF001 -- a range


def numbers(steps: Sequence[int]) -> str:
    """Return all numbers as text, separated by commas."""
    return ", ".join(map(span, runs(steps)))
