"""The same question, asked again and again in simulated time, with servers that remember.

That is how "private at first, public later" shows: an alias outlives the address behind it, and the address is then
asked for by another way (a server that forwards one name, but not its alias).
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
    """What came of asking at one time."""

    at: float
    """Seconds after the first time."""
    resolution: Resolution
    differs: bool
    """Whether rcode or records are others than the time before. TTLs count down and do not count."""

    @property
    def remembered(self) -> bool:
        """Whether any server on the way answered from its cache."""
        return any(step.remembered for step in self.resolution.steps)


def ask_again(world: World, vantage: str, question: Question, times: int, interval: float) -> Iterator[Repeated]:
    """Ask `times` times, `interval` seconds apart, the first time with empty caches. KeyError as of `World.resolve`.

    Who asks only once gets the answer that is served, from servers that remember nothing.
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
