"""A trace for people: numbered steps, as a teacher would draw them, then the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.names import show
from acrdns.record import Type, type_text
from acrdns.report.escape import log, visible
from acrdns.report.terminal import WIDTH, kept, wrapped
from acrdns.resolve.chain import CLIENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from acrdns.check.estate.repeat import Repeated
    from acrdns.record import RRset
    from acrdns.resolve.chain import Resolution, Response, Step


def render(resolution: Resolution, again: Sequence[Repeated] = (), width: int | None = None) -> str:
    """Return one resolution, and a line for each later one that differs or was cached; the text ends with a newline.

    `width` is that of a terminal, in columns; elsewhere a record is a line, however long.
    """
    lines = [f"{resolution.question}, asked from {resolution.vantage}", ""]
    for number, step in enumerate(resolution.steps, 1):
        lines += _step(number, step, width)
    lines.append(f"answer: {outcome(resolution)}")
    lines += _records(resolution.response.answer, width)
    if resolution.response.authority:
        lines.append("authority:")
        lines += _records(resolution.response.authority, width)
    for other in resolution.response.alternatives:
        lines += ["", f"or, where another of several DNS servers answers: {ending(other)}"]
        lines += _records(other.answer, width)
    if resolution.response.cause:
        lines += ["", *wrapped(f"cause: {resolution.response.cause}", width or WIDTH, hanging="  ")]
    if again:
        lines += ["", *_later(again)]
    return log("\n".join(map(visible, lines)) + "\n")


def step_lines(resolution: Resolution) -> Iterator[str]:
    """Return the steps of a resolution, each in a line that says only what the step before it did not say."""
    for number, (step, new) in enumerate(zip(resolution.steps, news(resolution), strict=True), 1):
        records = ", ".join(line for rrset in step.records for line in record_lines(rrset)) or step.rcode.name
        yield f"{number}. {_asked(step)}: {new} => {records}"


def news(resolution: Resolution) -> Iterator[str]:
    """Return of each step why it went there, without what the step before it said of its own name."""
    said: set[str] = set()
    for step in resolution.steps:
        clauses = {clause.replace(show(step.question.name), ""): clause for clause in step.why.split("; ")}
        new = [text for clause, text in clauses.items() if clause not in said] or clauses.values()
        said = set(clauses)
        yield "; ".join(new)


def outcome(resolution: Resolution) -> str:
    """Return how a resolution ended."""
    return ending(resolution.response)


def ending(response: Response) -> str:
    """Return the rcode, with the two things that an rcode does not say."""
    if response.timed_out:
        return f"{response.rcode.name} (nobody answered)"
    if response.nodata:
        return f"{response.rcode.name}, no record of that type (NODATA)"
    return response.rcode.name


def record_lines(rrset: RRset) -> Iterator[str]:
    """Return the lines of a master file for a record set."""
    for text in rrset.texts():
        yield f"{show(rrset.name)} {rrset.ttl} {type_text(rrset.type)} {text}"


def _records(rrsets: Sequence[RRset], width: int | None) -> Iterator[str]:
    for rrset in rrsets:
        for line in record_lines(rrset):
            yield from kept(f"  {line}", width, " " * 4)


def _step(number: int, step: Step, width: int | None) -> list[str]:
    indent = " " * 5
    columns = width or WIDTH
    lines = [*wrapped(f"{number:3}. {_asked(step)}", columns, hanging=indent), *wrapped(step.why, columns, indent)]
    texts = [f"     => {line}" for rrset in step.records for line in record_lines(rrset)]
    records = [part for text in texts for part in kept(text, width, " " * 8)]
    return [*lines, *(records or [f"     => {step.rcode.name}"]), ""]


def _asked(step: Step) -> str:
    where = f" in {step.network}" if step.network else ""
    asker = "the client" if step.asked_by == CLIENT else step.asked_by
    sent = f" from {step.sent_from}" if step.sent_from and not step.network else ""
    return f"{step.server}{where} is asked by {asker}{sent} for {step.question}"


def _later(again: Sequence[Repeated]) -> Iterator[str]:
    """Return a line for each later time that differs or was cached, and the number of the others."""
    shown = [each for each in again if each.differs or each.remembered]
    yield f"asked again {_times(len(again))}, up to {again[-1].at:g} s later:"
    for each in shown:
        change = "now " if each.differs else ""
        whole = all(step.remembered for step in each.resolution.steps)
        source = ", from a cache" if whole else ", in part from a cache" if each.remembered else ""
        yield f"  at {each.at:g} s: {change}{_ends_in(each.resolution)}{source}"
    if len(shown) < len(again):
        yield f"  {_times(len(again) - len(shown))} the same, not from a cache"


def _ends_in(resolution: Resolution) -> str:
    """Return the part of an answer that a client uses: its addresses with their TTL, or the outcome."""
    rrsets = [rrset for rrset in resolution.response.answer if rrset.type != Type.CNAME]
    if not rrsets:
        return outcome(resolution)
    return ", ".join(text for rrset in rrsets for text in rrset.texts()) + f" (TTL {min(r.ttl for r in rrsets)} s)"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"
