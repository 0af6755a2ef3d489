"""A cutover for people: numbered steps, what each breaks and for whom, and how long to wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.report.escape import log, visible
from acrdns.report.terminal import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.plan.cutover import Cutover

_INDENT = " " * 5
_MOST_BREAKS = 20
"""Lines of one step; JSON has all."""


def render(plan: Cutover, files: tuple[str, str]) -> str:
    """Return the steps; the text ends with a newline."""
    return log("".join(f"{visible(line)}\n" for line in _lines(plan, files)))


def _lines(plan: Cutover, files: tuple[str, str]) -> Iterator[str]:
    yield f"from {files[0]} to {files[1]}"
    for number, step in enumerate(plan.steps, 1):
        yield from wrapped(f"{number:3}. {'; '.join(step.changes)}", hanging=_INDENT)
        for each in step.breaks[:_MOST_BREAKS]:
            words = f"! breaks {each.spot.fqdn} from {each.spot.vantage}: {each.why}"
            yield from wrapped(words, indent=_INDENT, hanging=f"{_INDENT}  ")
        if len(step.breaks) > _MOST_BREAKS:
            yield f"{_INDENT}! and {len(step.breaks) - _MOST_BREAKS} more"
        lasts = [each.seconds for each in step.breaks]
        if None in lasts:
            yield f"{_INDENT}go on at once: what breaks is broken until a later step mends it"
        elif lasts:
            longest = max(filter(None, lasts))
            yield f"{_INDENT}this lasts {longest} s at most, until caches have forgotten the old answers"
        for note in step.notes:
            yield from wrapped(f"note: {note}", indent=_INDENT, hanging=f"{_INDENT}  ")
        if step.wait_seconds:
            yield f"{_INDENT}wait {step.wait_seconds} s: caches may hold answers that the next step ends"
    yield from wrapped(_conclusion(plan))
    whys = [each.why for step in plan.steps for each in step.breaks]
    if any("public network access is disabled" in why for why in whys):
        yield from wrapped("hint: public network access meanwhile, with IP rules for the clients' addresses, avoids it")
    if any(why.startswith("caches still lead to") for why in whys):
        yield from wrapped(
            "hint: a second private endpoint beside the first, until caches have forgotten it, avoids it"
        )


def _conclusion(plan: Cutover) -> str:
    if not plan.steps:
        return "nothing to do: the files say the same"
    if not plan.outage:
        waits = sum(step.wait_seconds for step in plan.steps)
        return f"no outage in this order; at most {waits} s of waiting"
    if plan.all_tried:
        return "there is no order without an outage; this one breaks little at each step"
    return "no order without an outage was found, and not all were tried; this one breaks little at each step"
