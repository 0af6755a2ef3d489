"""The conditions that would have changed a step: each is simulated, and the sentence says what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from acrdns.record import rcode_text
from acrdns.resolve.world import World
from acrdns.teach.words.altered import about
from acrdns.teach.words.changes import changes_at
from acrdns.teach.words.summary import summary_of

if TYPE_CHECKING:
    from acrdns.resolve.chain import Resolution, Step
    from acrdns.topology.model import Topology

MOST = 2
"""Conditions said at one step."""


class Tried(NamedTuple):
    """A condition, and what the simulation gives under it."""

    number: int
    condition: str
    resolution: Resolution
    summary: str
    differs: bool
    """Whether the client gets something else."""


def would(world: World, resolution: Resolution) -> dict[int, tuple[str, ...]]:
    """Return the sentences for each step, by its number; a step that nothing in the file would change has none."""
    topology = about(world.topology, resolution.question)
    tried = [each for number in range(1, len(resolution.steps) + 1) for each in _tries(topology, resolution, number)]
    found: dict[int, tuple[str, ...]] = {}
    for number, step in enumerate(resolution.steps, 1):
        own = sorted((each for each in tried if each.number == number), key=lambda each: not each.differs)
        said = [_sentence(each, resolution) for each in own[:MOST] if each.differs or each is own[0]]
        found[number] = tuple(said) or _not_taken(tried, number, step)
    return found


def _tries(topology: Topology, resolution: Resolution, number: int) -> list[Tried]:
    """Simulate the changes at a step, until enough of them change the answer."""
    usual = summary_of(topology, resolution.response)
    found = []
    for change in changes_at(topology, resolution, number):
        vantage = change.vantage or resolution.vantage
        other = World(change.topology).resolve(vantage, resolution.question)
        summary = summary_of(change.topology, other.response)
        found.append(Tried(number, change.condition, other, summary, summary != usual))
        if sum(each.differs for each in found) == MOST:
            break
    return found


def _sentence(tried: Tried, resolution: Resolution) -> str:
    here = resolution.steps[tried.number - 1]
    there = next((s for s in tried.resolution.steps if (s.server, s.question) == (here.server, here.question)), here)
    if not tried.differs and there.records != here.records:
        leads = ", ".join(text for rrset in there.records for text in rrset.texts()) or rcode_text(there.rcode)
        return f"If {tried.condition}, this step would lead to {leads}, and the client would still get {tried.summary}."
    still = "" if tried.differs else "still "
    who = "the client" if tried.resolution.vantage == resolution.vantage else "it"
    return f"If {tried.condition}, {who} would {still}get {tried.summary}."


def _not_taken(tried: list[Tried], number: int, step: Step) -> tuple[str, ...]:
    """Return the condition at an earlier step under which this step would not be taken."""
    for each in reversed(tried):
        if each.number < number and each.differs and step not in each.resolution.steps:
            return (f"This step would not be taken if {each.condition} (step {each.number}).",)
    return ()
