"""A diff for people: changes that break something come first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.estate.diff import effects_of
from acrdns.record import Type
from acrdns.report.escape import log, visible
from acrdns.report.matrix.text import answers as cell_answers
from acrdns.report.terminal import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from acrdns.check.estate.diff import Affected, Change, Diff, Effect


def render(diff: Diff) -> str:
    """Return the diff; it ends with a newline."""
    if not diff.changes:
        return "no answer changes\n"
    rows = [(change.effect.value, change.vantage, endpoint(change), arrow(change)) for change in diff.changes]
    lines = [*table(rows), "", *map(affected_text, diff.affected()), summary(diff.changes)]
    return log("\n".join(map(visible, lines)) + "\n")


def arrow(change: Change) -> str:
    """Return an answer before and after, and the cause where it is not as expected."""
    cause = f" ({change.cause})" if change.cause else ""
    before, after = answers(change)
    return f"{before} -> {after}{cause}{settles(change)}"


def endpoint(change: Change) -> str:
    """Return the name, and the type where it is not A."""
    return change.fqdn if change.type == Type.A else f"{change.fqdn} {change.type.name}"


def answers(change: Change) -> tuple[str, str]:
    """Return both answers, with their TTLs where nothing else differs."""
    before, after = (cell_answers(cell) if cell else "(not there)" for cell in (change.before, change.after))
    if before != after or change.before is None or change.after is None:
        return before, after
    return f"{before} (TTL {change.before.ttl} s)", f"{after} (TTL {change.after.ttl} s)"


def settles(change: Change) -> str:
    """Return how long caches may hold the old answer."""
    return f", within {change.seconds} s" if change.seconds else ""


def affected_text(affected: Affected) -> str:
    """Return the effects on one vantage point, and the time until they have settled."""
    settled = f"settled within {affected.seconds} s" if affected.seconds else "settled at once"
    return f"{affected.vantage}: {counts(affected.effects)}; {settled}"


def summary(changes: Iterable[Change]) -> str:
    """Return the number of changes by effect."""
    return counts(effects_of(changes))


def counts(effects: Mapping[Effect, int]) -> str:
    """Return the effects that occur: `2 breaks, 1 gain`."""
    words = (
        (count, effect.value.removesuffix("s") if count == 1 else effect.value) for effect, count in effects.items()
    )
    return ", ".join(f"{count} {word}" for count, word in words if count)
