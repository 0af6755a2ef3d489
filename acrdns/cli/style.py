"""How reports look on stdout: coloured and as wide as the terminal, if stdout is one."""

from __future__ import annotations

import os
import sys
from shutil import get_terminal_size
from typing import TextIO

from acrdns.report.report import Style
from acrdns.report.terminal import WIDTH

MIN_WIDTH = 60


def report_style(width_elsewhere: int = WIDTH) -> Style:
    """Return the style of a report on stdout; `width_elsewhere` holds where stdout is no terminal."""
    columns = get_terminal_size((WIDTH, 0)).columns if sys.stdout.isatty() else width_elsewhere
    return Style(wants_colour(sys.stdout), max(columns, MIN_WIDTH))


def terminal_width() -> int | None:
    """Return the columns of the terminal that stdout is, or None where it is no terminal."""
    return report_style().width if sys.stdout.isatty() else None


def wants_colour(stream: TextIO) -> bool:
    """Return whether to colour what is written to a stream.

    `NO_COLOR` forbids it and `FORCE_COLOR` asks for it where they are not empty; NO_COLOR has the last word
    (no-color.org). Without them a terminal gets colour, unless `TERM` is `dumb`.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"
