"""A cache still has the answer from before a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.site import Observed, Site


def find(_site: Site, _observed: Observed | None) -> Iterator[Candidate]:
    """Return nothing: no change of a topology file makes it."""
    yield from ()


FAULT = Fault(
    "stale-cache",
    summary="a cache on the way still has the answer from before another fault was mended",
    client="""\
As with the other fault, until the old answer's TTL is over; flushing the cache or waiting mends it.""",
    lesson="""\
After a change, wait for the TTL of the old answer, or flush the caches on the way. It is no change of a file.""",
    references=("facts F24", "facts F29"),
    find=find,
)
