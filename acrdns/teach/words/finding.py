"""The finding of `lint` that explains an answer: the one whose fix makes that very answer right."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from acrdns.check.lint import causes_in_file
from acrdns.names import show
from acrdns.resolve.world import World
from acrdns.teach.words.altered import about
from acrdns.teach.words.summary import summary_of

if TYPE_CHECKING:
    from acrdns.check.finding import Finding
    from acrdns.resolve.chain import Resolution
    from acrdns.topology.model import Topology


class ExplainingFinding(NamedTuple):
    """A finding, and the answer once it is fixed."""

    finding: Finding
    fixed: str
    """The answer in a few words: `10.0.0.7 (private)`."""
    before: str
    """The answer now, in the same words."""


def finding_of(topology: Topology, resolution: Resolution) -> ExplainingFinding | None:
    """Return the finding, or None where the answer is right or no single fix makes it so.

    Only the registry that is asked for is looked at: an estate of hundreds would take seconds.
    """
    cell = (resolution.vantage, show(resolution.question.name))
    for each in causes_in_file(about(topology, resolution.question)):
        if cell in each.mended and each.effect:
            mended = each.effect.topology
            response = World(mended).answer(resolution.vantage, resolution.question)
            before = summary_of(topology, resolution.response)
            return ExplainingFinding(each.finding, summary_of(mended, response), before)
    return None
