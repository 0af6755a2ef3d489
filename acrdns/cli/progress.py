"""A progress bar on standard error, for people who wait at a terminal."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

MANY = 50
"""Below this, a bar comes and goes before it can be read."""


def progress_bar(length: int, label: str) -> AbstractContextManager[Any]:
    """Return a bar of so many steps; its `update(steps)` moves it on.

    It shows on a terminal only, and not on one that is `dumb`. It has no colours, so that `NO_COLOR` changes nothing.
    """
    shown = length >= MANY and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    return typer.progressbar(length=length, label=label, file=sys.stderr, hidden=not shown)
