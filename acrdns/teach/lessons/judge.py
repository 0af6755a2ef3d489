"""Whether a topology solves a lesson: every check holds in the simulation, and lint has no error and no warning."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from acrdns.check.answers.address_kind import kind_of
from acrdns.check.lint import lint
from acrdns.check.profile import Profile
from acrdns.names import show
from acrdns.record import Rcode, Type, rcode_text
from acrdns.resolve.chain import MatchKind
from acrdns.resolve.world import World
from acrdns.teach.words.summary import summary_of
from acrdns.topology.load import loads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.finding import Finding
    from acrdns.resolve.chain import Resolution, Response
    from acrdns.teach.lessons.lesson import Lesson, WantedAnswer
    from acrdns.topology.model import Topology


@dataclass(frozen=True, slots=True)
class Judged:
    """An expectation, and the answer that was seen."""

    expectation: WantedAnswer
    holds: bool
    got: str
    """The answer in words, as `10.0.0.7 (private)` or `NXDOMAIN`."""
    resolution: Resolution | None
    """None where the topology has no such vantage point."""


@dataclass(frozen=True)
class LessonResult:
    """Whether a topology solves a lesson, check by check."""

    topology: Topology
    checks: tuple[Judged, ...]

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The errors and warnings of lint; what the file excuses by `accept` counts."""
        severity = Profile().severity
        return tuple(found for found in lint(self.topology) if severity(found.code) != "info")

    @property
    def solved(self) -> bool:
        """Whether all checks hold and lint has nothing to say."""
        return self.answers_hold and not self.findings

    @property
    def answers_hold(self) -> bool:
        """Whether all checks hold."""
        return all(each.holds for each in self.checks)

    @property
    def reasons(self) -> Iterator[str]:
        """Why it is not solved, a sentence each: answers first, and only where those hold the findings of lint."""
        for each in self.checks:
            if not each.holds:
                yield f"{each.expectation}; it gets {each.got}"
        if self.answers_hold:
            for found in self.findings:
                yield f"{found.code}: {found.message}"


def judge(lesson: Lesson, text: str, file: str) -> LessonResult:
    """Judge the text of a topology. Raises TopologyError where it is no topology."""
    world = World(loads(text, file))
    return LessonResult(world.topology, tuple(_by_dns(look(world, each)) for each in lesson.checks))


def _by_dns(judged: Judged) -> Judged:
    """Return a check as failed where a hosts file answers: it hides what DNS says, and mends nothing."""
    steps = judged.resolution.steps if judged.resolution else ()
    if not steps or steps[0].matched.kind is not MatchKind.HOSTS:
        return judged
    return replace(judged, holds=False, got=f"{judged.got}, but from a hosts file: no DNS server was asked")


def look(world: World, expectation: WantedAnswer) -> Judged:
    """Ask the question of an expectation, and hold the answer against it."""
    if expectation.vantage not in world.vantages:
        return Judged(expectation, holds=False, got=f"none: there is no network {expectation.vantage}", resolution=None)
    resolution = world.resolve(expectation.vantage, expectation.question)
    responses = (resolution.response, *resolution.response.alternatives)
    holds = all(_holds(expectation, each, world.topology) for each in responses)
    seen = dict.fromkeys(_seen(expectation, each, world.topology) for each in responses)
    return Judged(expectation, holds, ", or ".join(seen), resolution)


def _holds(expectation: WantedAnswer, response: Response, topology: Topology) -> bool:
    if expectation.expect and not _is(expectation.expect, expectation, response, topology):
        return False
    if expectation.through and not any(_below(each, expectation.through) for each in _chain(response)):
        return False
    ttl = _ttl(expectation, response)
    return expectation.ttl_at_most is None or (ttl is not None and ttl <= expectation.ttl_at_most)


def _is(wanted: str, expectation: WantedAnswer, response: Response, topology: Topology) -> bool:
    found = _data(response, expectation.question.type) if response.rcode == Rcode.NOERROR else []
    if wanted in ("private", "public"):
        return bool(found) and {kind_of(each, topology).value for each in found} == {wanted}
    if wanted == "NODATA":
        return response.nodata
    return wanted == rcode_text(response.rcode) if wanted.isalpha() else set(found) == {wanted}


def _seen(expectation: WantedAnswer, response: Response, topology: Topology) -> str:
    text = summary_of(topology, response)
    if expectation.through and (chain := _chain(response)):
        text += f", through {' and '.join(chain)}"
    ttl = _ttl(expectation, response)
    return f"{text}, TTL {ttl}" if expectation.ttl_at_most is not None and ttl is not None else text


def _data(response: Response, number: int) -> list[str]:
    return [text for rrset in response.answer if rrset.type == number for text in rrset.texts()]


def _ttl(expectation: WantedAnswer, response: Response) -> int | None:
    found = [rrset.ttl for rrset in response.answer if rrset.type == expectation.question.type]
    return max(found, default=None)


def _chain(response: Response) -> list[str]:
    return [show(rrset.target) for rrset in response.answer if rrset.type == Type.CNAME]


def _below(name: str, suffix: str) -> bool:
    return name == suffix or name.endswith(f".{suffix}")
