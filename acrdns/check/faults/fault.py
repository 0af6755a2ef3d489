"""A fault: one misconfiguration, where in a topology it can be, and what undoes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acrdns.check.faults.site import Observed, Site
    from acrdns.check.fixes.fix import Fix
    from acrdns.errors import Path
    from acrdns.topology.model import Topology
    from acrdns.topology.text.edit import Edit


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place where a fault can be."""

    subject: str
    """As reports, `break --at` and JSON name it."""
    message: str
    """One lower-case sentence: the state of things where the fault is."""
    edits: tuple[Edit, ...]
    """The change that makes the fault, in the file and in the topology."""
    fixes: tuple[Fix, ...]
    """The change that undoes it, in order."""
    path: Path
    """Where in the file it is."""
    likelihood: float = 1.0
    """How common this place is in proportion to others of the fault; above 1 where an answer itself shows it."""
    otherwise: str = ""
    """Another remedy, where the file may be what is wrong; or empty."""
    writer: str = ""
    """The private endpoint that writes the records; or empty."""
    unlisted: bool = False
    """Whether something is at work that the file does not have. Several faults of what it has are as likely."""
    for_some: bool = False
    """Whether the fault is there for some names alone, as the answers have it. As few whole faults replace it."""

    def apply(self, topology: Topology) -> Topology:
        """Return the topology with the fault."""
        from acrdns.topology.amend import amend

        return amend(topology, self.edits)


def together(every: Sequence[Candidate]) -> Iterator[Candidate]:
    """Return several places of one subject as one, half as likely as the first; nothing where there are not several."""
    if len(every) > 1:
        yield replace(
            every[0],
            message=", and ".join(each.message for each in every),
            edits=tuple(edit for each in every for edit in each.edits),
            fixes=tuple(fix for each in every for fix in each.fixes),
            likelihood=every[0].likelihood / 2,
        )


Find = Callable[["Site", "Observed | None"], Iterator[Candidate]]


@dataclass(frozen=True, slots=True)
class Fault:
    """One misconfiguration."""

    name: str
    """That of the rule about it, where there is one."""
    summary: str
    """The change, in one line."""
    client: str
    """The view of a client at each step of a pull."""
    lesson: str
    """One or two sentences to remember."""
    references: tuple[str, ...]
    """Entries of the facts."""
    find: Find
    """Return the candidates. A free value, such as a wrong address, is one observed, or a fixed one where None."""
