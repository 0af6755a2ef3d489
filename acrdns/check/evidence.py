"""What rules look at: what was expected, and what was observed, endpoint by endpoint."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from acrdns.probe.observation import Observation, Outcome

if TYPE_CHECKING:
    from acrdns.azure import Member
    from acrdns.topology.model import Topology

__all__ = ["Case", "Evidence", "Expectation", "Observation", "Outcome"]


class Expectation(NamedTuple):
    """What should be seen for one endpoint from one vantage point."""

    kind: Literal["private", "public", "unknown"]
    """`unknown`: checked without a topology; private or public is told, not judged."""
    addresses: tuple[str, ...] = ()
    """`private`: acceptable addresses, any one of them alone; empty admits none (no endpoint has one for this member).
    `public`: those the topology names; empty admits any public address."""
    why: str = ""
    """One sentence: why this is expected."""


class Case(NamedTuple):
    """One endpoint from one vantage point."""

    registry: str
    """The registry's key in the topology, or its host label."""
    member: Member
    fqdn: str
    expectation: Expectation
    observation: Observation


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that rules may look at in one run."""

    topology: Topology | None
    vantage: str = ""
    cases: tuple[Case, ...] = field(default=())
    """Empty for `lint`, which looks at the topology alone."""
    by_defect: dict[str, list[Case]] = field(default_factory=dict, init=False, compare=False, repr=False)
    """What `classify` has worked out of the cases, so that each is looked at once for all rules."""
