"""The numbers of steps, short: several in a row are a range."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def runs(numbers: Sequence[int]) -> list[list[int]]:
    """Return numbers in groups of those that follow each other."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][-1] + 1:
            found[-1].append(number)
        else:
            found.append([number])
    return found


def span(run: Sequence[int], written: Callable[[int], str] = str) -> str:
    """Return a group of numbers as text."""
    return written(run[0]) if len(run) == 1 else f"{written(run[0])}–{written(run[-1])}"  # noqa: RUF001 -- a range


def numbers(steps: Sequence[int]) -> str:
    """Return all numbers as text, separated by commas."""
    return ", ".join(map(span, runs(steps)))
