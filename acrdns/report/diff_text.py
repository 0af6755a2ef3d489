"""A diff for people: what breaks first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.diff import effects_of
from acrdns.check.matrix import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from acrdns.check.diff import Affected, Change, Diff, Effect
    from acrdns.check.matrix import Cell


def render(diff: Diff) -> str:
    """Write the diff; ends with a newline."""
    if not diff.changes:
        return "no answer changes\n"
    table = [[change.effect.value, change.vantage, change.fqdn, arrow(change)] for change in diff.changes]
    widths = [max(len(line[column]) for line in table) for column in range(3)]
    lines = [
        "  ".join([*(text.ljust(width) for text, width in zip(line, widths, strict=False)), line[3]]) for line in table
    ]
    return "\n".join([*lines, "", *map(affected_text, diff.affected()), summary(diff.changes)]) + "\n"


def arrow(change: Change) -> str:
    """Write an answer before and after, and the cause where it is not as expected."""
    cause = f" ({change.cause})" if change.cause else ""
    return f"{cell_text(change.before)} -> {cell_text(change.after)}{cause}{settles(change)}"


def settles(change: Change) -> str:
    """Say how long caches may hold the old answer."""
    return f", within {change.seconds} s" if change.seconds else ""


def cell_text(cell: Cell | None) -> str:
    """Write one answer."""
    if cell is None:
        return "(not there)"
    what = cell.outcome.value if cell.state == State.BROKEN else ", ".join(cell.addresses)
    return f"{cell.state.value} {what}"


def affected_text(affected: Affected) -> str:
    """Say what becomes of one vantage point, and when it is over."""
    settled = f"settled within {affected.seconds} s" if affected.seconds else "settled at once"
    return f"{affected.vantage}: {counts(affected.effects)}; {settled}"


def summary(changes: Iterable[Change]) -> str:
    """Count the effects."""
    return counts(effects_of(changes))


def counts(effects: Mapping[Effect, int]) -> str:
    """Write the effects that there are: `2 breaks, 1 gains`."""
    return ", ".join(f"{count} {effect.value}" for effect, count in effects.items() if count)
