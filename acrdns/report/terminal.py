"""Text for terminals, as every report for people writes it: tables, wrapped lines, colours, commands to copy."""

from __future__ import annotations

import re
from textwrap import wrap
from typing import TYPE_CHECKING

from acrdns.check.fixes.fix import THEN
from acrdns.check.fixes.placeholder import explained
from acrdns.report.escape import visible

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

GAP = "  "
WIDTH = 100
"""Columns of a text that goes to no terminal."""

_COLOURS = {"fail": "31;1", "error": "35;1", "pass": "32", "warning": "33;1", "info": "36", "dim": "2", "ignored": "33"}
SEVERITY_COLOURS = {"error": "fail", "warning": "warning", "info": "info"}
"""The colour of each severity. The status `error` of an endpoint has another colour than the severity."""


def row_form(widths: Iterable[int], right: Collection[int] = ()) -> str:
    """Return the `%`-form of a row whose columns have these widths; the columns `right` line up at the right."""
    return GAP.join(f"%{'' if column in right else '-'}{width}s" for column, width in enumerate(widths))


def table(rows: Sequence[Sequence[str]], right: Collection[int] = ()) -> Iterator[str]:
    """Return the lines of a table, each column as wide as its widest cell."""
    form = row_form((max(map(len, column)) for column in zip(*rows, strict=True)), right)
    return ((form % tuple(row)).rstrip() for row in rows)


def wrapped(text: str, width: int = WIDTH, indent: str = "", hanging: str | None = None) -> list[str]:
    """Return the lines of a paragraph; no name and no option is broken. `hanging` indents all lines but the first."""
    return wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent if hanging is None else hanging,
        break_on_hyphens=False,
        break_long_words=False,
    )


def kept(line: str, width: int | None, hanging: str) -> list[str]:
    """Return a line of records as it is, or wrapped between its words where a terminal has so many columns."""
    return [line] if width is None or len(line) <= width else wrapped(line.strip(), width, _indent(line), hanging)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def paint(text: str, colour: str, *, on: bool = True) -> str:
    """Return a text in a colour, or as it is where colours are off."""
    return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if on else text


def commands(fix: str) -> list[str]:
    """Return the steps of a fix: commands, which the shell runs one after the other, and others in words."""
    return _steps(fix)[::2]


def _steps(fix: str) -> list[str]:
    """Return the steps of a fix and, between them, what joins them."""
    return re.split(f"( && |{re.escape(THEN)})", fix)


def fix_lines(fix: str) -> Iterator[str]:
    """Return the lines of a fix, one command a line and none wrapped, so that it can be copied."""
    lead = "  fix: "
    *most, last = _steps(visible(fix, most=len(fix)))
    for step, joint in zip(most[::2], most[1::2], strict=True):
        yield f"{lead}{step}{joint.rstrip() if joint != THEN else ''}"
        lead = " " * len(lead)
    yield lead + last


def fill_in_lines(text: str, width: int = WIDTH) -> Iterator[str]:
    """Return what each word stands for that the commands in a text leave to the reader; nothing without such words."""
    for line in explained(text):
        yield from wrapped(f"fill in {line}", width, indent="  ", hanging=" " * 10)
