"""A diff in Markdown, for a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.estate.diff import Effect
from acrdns.report.diff.text import answers, counts, endpoint, summary
from acrdns.report.escape import code, markdown

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
    lines = [f"### DNS answers, {code(diff.before)} to {code(diff.after)}", ""]
    if not diff.changes:
        return "\n".join([*lines, "No answer changes."]) + "\n"
    lines += [f"{summary(diff.changes)}.", "", "| from | what changes | settled within |", "|---|---|---:|"]
    lines += [f"| {markdown(each.vantage)} | {counts(each.effects)} | {each.seconds} s |" for each in diff.affected()]
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
                before_after = (text.replace("|", r"\|") for text in answers(change))
                cells = (code(endpoint(change)), *before_after, within, markdown(change.cause))
                lines.append("| " + " | ".join((markdown(change.vantage), *cells)) + " |")
            lines.append("")
    return "\n".join(lines)
