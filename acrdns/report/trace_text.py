"""A trace for people: numbered steps, as a teacher would draw them, then the answer."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

from acrdns.names import show
from acrdns.record import type_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.record import RRset
    from acrdns.resolve.chain import Resolution, Step

_WIDTH = 100


def render(resolution: Resolution) -> str:
    """Write one resolution; ends with a newline."""
    lines = [f"{resolution.question}, asked from {resolution.vantage}", ""]
    for number, step in enumerate(resolution.steps, 1):
        lines += _step(number, step)
    lines.append(f"answer: {outcome(resolution)}")
    lines += [f"  {line}" for rrset in resolution.response.answer for line in record_lines(rrset)]
    if resolution.response.authority:
        lines.append("authority:")
        lines += [f"  {line}" for rrset in resolution.response.authority for line in record_lines(rrset)]
    if resolution.response.cause:
        lines += ["", fill(f"cause: {resolution.response.cause}", _WIDTH, subsequent_indent="  ")]
    return "\n".join(lines) + "\n"


def outcome(resolution: Resolution) -> str:
    """Give the rcode, with the two things that an rcode does not say."""
    response = resolution.response
    if response.timed_out:
        return f"{response.rcode.name} (nobody answered)"
    if response.nodata:
        return f"{response.rcode.name}, no record of that type (NODATA)"
    return response.rcode.name


def record_lines(rrset: RRset) -> Iterator[str]:
    """Write a record set as lines of a master file."""
    for text in rrset.texts():
        yield f"{show(rrset.name)} {rrset.ttl} {type_text(rrset.type)} {text}"


def _step(number: int, step: Step) -> list[str]:
    where = f" in {step.network}" if step.network else ""
    head = f"{number:3}. {step.server}{where} is asked for {step.question}"
    lines = [head, fill(step.why, _WIDTH, initial_indent="     ", subsequent_indent="     ")]
    records = [f"     => {line}" for rrset in step.records for line in record_lines(rrset)]
    return [*lines, *(records or [f"     => {step.rcode.name}"]), ""]
