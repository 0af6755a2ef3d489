"""The first step in which two resolutions differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acrdns.resolve.chain import Resolution, Step


def first_difference(one: Resolution, other: Resolution) -> int | None:
    """Return the number of the first step that differs, counted from 1; None where no step does.

    Two steps differ when their server, matched zone, rcode or records do. Networks that ask do not count by themselves.
    A step that only one resolution has differs from none.
    """
    for number, (step, its) in enumerate(zip(one.steps, other.steps, strict=False), 1):
        if _compared(step) != _compared(its):
            return number
    shorter = min(len(one.steps), len(other.steps))
    return None if len(one.steps) == len(other.steps) else shorter + 1


def _compared(step: Step) -> tuple[object, ...]:
    matched = step.matched
    return step.server, matched.kind, matched.name, matched.key, step.rcode, step.records
