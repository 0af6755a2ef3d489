"""The finding of `lint` that explains an answer: the one whose fix makes that very answer right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.lint import causes_in_file
from acrdns.names import show
from acrdns.teach.words.altered import about

if TYPE_CHECKING:
    from acrdns.check.finding import Finding
    from acrdns.resolve.chain import Resolution
    from acrdns.topology.model import Topology


def finding_of(topology: Topology, resolution: Resolution) -> Finding | None:
    """Return the finding, or None where the answer is right or no single fix makes it so.

    Only the registry that is asked for is looked at: an estate of hundreds would take seconds.
    """
    cell = (resolution.vantage, show(resolution.question.name))
    causes = causes_in_file(about(topology, resolution.question))
    return next((each.finding for each in causes if cell in each.mended), None)
