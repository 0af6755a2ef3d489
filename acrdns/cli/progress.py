"""Progress on standard error, for people who wait at a terminal: a bar, or a word where no length is known."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

MANY = 50
"""Below this, a bar comes and goes before it can be read."""


def progress_bar(length: int, label: str) -> AbstractContextManager[Any]:
    """Return a bar of so many steps; its `update(steps)` moves it on.

    It shows on a terminal only, and not on one that is `dumb`. It has no colours, so that `NO_COLOR` changes nothing.
    """
    shown = length >= MANY and _is_terminal()
    return typer.progressbar(length=length, label=label, file=sys.stderr, hidden=not shown)


@contextmanager
def progress_word(word: str) -> Iterator[None]:
    """Show a word while something runs, and erase it at its end; on a terminal only, as the bar."""
    shown = _is_terminal()
    if shown:
        print(f"{word} ...", end="", file=sys.stderr, flush=True)
    try:
        yield
    finally:
        if shown:
            print(f"\r{' ' * len(f'{word} ...')}\r", end="", file=sys.stderr, flush=True)


def _is_terminal() -> bool:
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
