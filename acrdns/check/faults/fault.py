"""A fault: one misconfiguration, where in a topology it can be, and what undoes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acrdns.check.faults.site import Site
    from acrdns.check.fixes.fix import Fix
    from acrdns.errors import Path
    from acrdns.topology.model import Topology
    from acrdns.topology.text.edit import Edit

Observed = Mapping[str, tuple[str, ...]]
"""Names of endpoints, and the private addresses that were observed for them, IPv4 or IPv6."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place where a fault can be."""

    subject: str
    """As reports, `break --at` and JSON name it."""
    message: str
    """One lower-case sentence: what is so where the fault is."""
    edits: tuple[Edit, ...]
    """What makes the fault, in the file and in the topology."""
    fixes: tuple[Fix, ...]
    """What undoes it, in order."""
    path: Path
    """Where in the file it is."""

    def apply(self, topology: Topology) -> Topology:
        """Return the topology with the fault."""
        from acrdns.topology.amend import amend

        return amend(topology, self.edits)


Find = Callable[["Site", Observed | None], Iterator[Candidate]]


@dataclass(frozen=True, slots=True)
class Fault:
    """One misconfiguration."""

    name: str
    """That of the rule about it, where there is one."""
    summary: str
    """The change, in one line."""
    client: str
    """What a client sees at each step of a pull."""
    lesson: str
    """What to remember, in one or two sentences."""
    references: tuple[str, ...]
    """Entries of the facts."""
    find: Find
    """Return the candidates. Free values, as a wrong address, are those observed; chosen, always alike, where None."""
