"""A case: what one endpoint should resolve to, and what was observed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from acrdns.probe.observation import Observation, Outcome

if TYPE_CHECKING:
    from acrdns.azure import Member

__all__ = ["Case", "Expectation", "Kind", "Observation", "Outcome"]


Kind = Literal["private", "public", "unknown"]


class Expectation(NamedTuple):
    """The right answer for one endpoint from one vantage point."""

    kind: Kind
    """`unknown`: checked without a topology, so that both private and public may be right."""
    addresses: tuple[str, ...] = ()
    """`private`: acceptable addresses, any one of them alone; empty if no endpoint has one for this member.
    `public`: the addresses in the topology; empty admits any public address."""
    why: str = ""
    """One sentence: why this is expected."""
    any_private: bool = False
    """`private`: whether any private address is right, since no topology names one."""


class Case(NamedTuple):
    """One endpoint from one vantage point."""

    registry: str
    """The registry's key in the topology, or its host label."""
    member: Member
    fqdn: str
    expectation: Expectation
    observation: Observation
