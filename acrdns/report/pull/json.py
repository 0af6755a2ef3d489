"""The story of a pull as JSON: a `PullStory`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.report.document import write
from acrdns.report.pull.document import PullStory, SimulatedRequestEntry
from acrdns.report.trace.json import document as trace_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.check.estate.pull_story import SimulatedRequest


def render(registry: str, image: str, vantage: str, requests: Sequence[SimulatedRequest]) -> str:
    """Return the story; it ends with a newline."""
    failed = any(request.cause for request in requests)
    entries = tuple(map(_entry, requests))
    return write(PullStory(1, vantage, registry, image, "fail" if failed else "pass", entries)) + "\n"


def _entry(request: SimulatedRequest) -> SimulatedRequestEntry:
    return SimulatedRequestEntry(
        number=request.number,
        step=request.step,
        method=request.method,
        host=request.host,
        path=request.path,
        expected_http=request.status,
        says=request.says,
        address=request.address or None,
        status="fail" if request.cause else "pass",
        cause=request.cause,
        message=request.why or None,
        trace=trace_document(request.resolution),
    )
