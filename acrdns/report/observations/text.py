"""Observations for people: a table, then the lines that were not understood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.probe.observation import Outcome
from acrdns.report.cells import listed
from acrdns.report.escape import log, visible
from acrdns.report.terminal import row_form

if TYPE_CHECKING:
    from acrdns.probe.answer import ObservedAnswer, ReadFile
    from acrdns.report.report import Style

_HEAD = ("NAME", "TYPE", "ANSWER", "SERVER", "TOOL", "AT")


def render(read: ReadFile, style: Style) -> str:  # noqa: ARG001 -- every format has the same arguments
    """Return the table and the ignored lines; it ends with a newline."""
    rows = [_HEAD, *(tuple(map(visible, _row(answer))) for answer in read.answers)]
    form = row_form([max(map(len, column)) for column in zip(*rows, strict=True)])
    lines: list[str] = []
    for row, answer in zip(rows, (None, *read.answers), strict=True):
        lines.append((form % row).rstrip() if read.answers else "")
        if answer and len(answer.chain) > 1:
            lines.append(f"  -> {' -> '.join(map(visible, answer.chain[1:]))}")
        if answer and answer.detail:
            lines.append(f"  ({visible(answer.detail)})")
    ignored = [
        f"{visible(each.file)}:{each.line}: ignored, {visible(each.because)}: {visible(each.text)}"
        for each in read.ignored
    ]
    counts = f"{_counted(len(read.answers), 'observation')}, {_counted(len(read.ignored), 'line')} ignored"
    return log("\n".join([*filter(None, lines), *ignored, counts])) + "\n"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _row(answer: ObservedAnswer) -> tuple[str, ...]:
    shown = listed(answer.addresses) if answer.outcome is Outcome.ANSWER else answer.outcome.value
    place = f"{answer.source.file}:{answer.source.line}" if answer.source else ""
    return answer.fqdn, answer.type or "A+AAAA", shown, answer.server or "", answer.tool, place
