"""One question, repeated in simulated time, with servers that cache.

This shows "private at first, public later": an alias outlives the address behind it, and the server then asks for the
address elsewhere (a server that forwards one name, but not its alias).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns.resolve.world import Timeline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.resolve.chain import Question, Resolution, Response
    from acrdns.resolve.world import World


@dataclass(frozen=True, slots=True)
class Repeated:
    """The result at one time."""

    at: float
    """Seconds after the first time."""
    resolution: Resolution
    differs: bool
    """Whether the rcode or the records differ from the time before. TTLs count down and are ignored."""

    @property
    def remembered(self) -> bool:
        """Whether any server on the route answered from its cache."""
        return any(step.remembered for step in self.resolution.steps)


def ask_again(world: World, vantage: str, question: Question, times: int, interval: float) -> Iterator[Repeated]:
    """Ask `times` times, `interval` seconds apart, the first time with empty caches.

    A single question gets the answer that is served, from servers without caches. Raises KeyError as `World.resolve`.
    """
    if times == 1:
        yield Repeated(0, world.resolve(vantage, question), differs=False)
        return
    timeline = Timeline(world)
    before = None
    for number in range(times):
        at = number * interval
        resolution = timeline.resolve(vantage, question, at)
        answered = _answered(resolution.response)
        yield Repeated(at, resolution, before is not None and answered != before)
        before = answered


def _answered(response: Response) -> tuple[object, ...]:
    return (response.rcode, *((rrset.name, rrset.type, rrset.rdatas) for rrset in response.answer))
