"""A diff in Markdown, for a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.estate.diff import Effect
from acrdns.report.diff.text import answers, counts, endpoint, summary

if TYPE_CHECKING:
    from acrdns.check.estate.diff import Diff

_TITLES = {
    Effect.BREAKS: "Breaks",
    Effect.GAINS: "Gains",
    Effect.CHANGES: "Changes",
    Effect.REMOVED: "Removed",
}


def render(diff: Diff) -> str:
    """Return the diff, a table for each effect; it ends with a newline."""
    lines = [f"### DNS answers, `{diff.before}` to `{diff.after}`", ""]
    if not diff.changes:
        return "\n".join([*lines, "No answer changes."]) + "\n"
    lines += [f"{summary(diff.changes)}.", "", "| from | what changes | settled within |", "|---|---|---:|"]
    lines += [f"| {each.vantage} | {counts(each.effects)} | {each.seconds} s |" for each in diff.affected()]
    lines.append("")
    for effect, title in _TITLES.items():
        changes = [change for change in diff.changes if change.effect == effect]
        if changes:
            lines += [
                f"#### {title}",
                "",
                "| from | endpoint | before | after | within | cause |",
                "|---|---|---|---|---|---|",
            ]
            for change in changes:
                within = "" if change.seconds is None else f"{change.seconds} s"
                cells = (change.vantage, f"`{endpoint(change)}`", *answers(change), within, change.cause)
                lines.append("| " + " | ".join(cells) + " |")
            lines.append("")
    return "\n".join(lines)
