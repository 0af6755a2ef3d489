"""A trace as JSON: a `Trace`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.names import show
from acrdns.record import type_text
from acrdns.report.document import write
from acrdns.report.trace.document import Alternative, MatchEntry, Repeat, StepEntry, Trace, TraceQuestion, TraceRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from acrdns.check.estate.repeat import Repeated
    from acrdns.record import RRset
    from acrdns.resolve.chain import Resolution, Step


def render(resolution: Resolution, again: Sequence[Repeated] = ()) -> str:
    """Return one resolution, and what later ones gave; it ends with a newline."""
    return write(document(resolution, again)) + "\n"


def document(resolution: Resolution, again: Sequence[Repeated] = ()) -> Trace:
    """Return the document of one resolution."""
    response = resolution.response
    return Trace(
        version=1,
        vantage=resolution.vantage,
        question=TraceQuestion(show(resolution.question.name), type_text(resolution.question.type)),
        rcode=response.rcode.name,
        answer=_records(response.answer),
        authority=_records(response.authority),
        timed_out=response.timed_out,
        cause=response.cause,
        steps=_steps(resolution.steps),
        repeats=tuple(map(_repeat, again)),
        alternatives=tuple(
            Alternative(other.rcode.name, _records(other.answer), other.timed_out) for other in response.alternatives
        ),
    )


def _repeat(again: Repeated) -> Repeat:
    response = again.resolution.response
    return Repeat(
        at=again.at,
        differs=again.differs,
        remembered=again.remembered,
        rcode=response.rcode.name,
        answer=_records(response.answer),
        authority=_records(response.authority),
        cause=response.cause,
        steps=_steps(again.resolution.steps),
    )


def _steps(steps: Iterable[Step]) -> tuple[StepEntry, ...]:
    return tuple(map(_step, steps))


def _step(step: Step) -> StepEntry:
    matched = step.matched
    return StepEntry(
        server=step.server,
        network=step.network,
        question=str(step.question),
        matched=MatchEntry(matched.kind.value, matched.name, matched.key, matched.link),
        rcode=step.rcode.name,
        records=_records(step.records),
        why=step.why,
        remembered=step.remembered,
        asked_by=step.asked_by,
        sent_from=step.sent_from,
    )


def _records(rrsets: Iterable[RRset]) -> tuple[TraceRecord, ...]:
    return tuple(
        TraceRecord(show(rrset.name), type_text(rrset.type), rrset.ttl, text)
        for rrset in rrsets
        for text in rrset.texts()
    )
