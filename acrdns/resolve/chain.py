"""The values of a resolution: question, response, and the steps between them.

Every DNS server of the simulation turns a `Question` into a `Response`, and records a `Step` for each thing that it
did. The steps are the one source of `trace`, the lessons and the diagnosis.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from acrdns.zone.answer import Question, Response

if TYPE_CHECKING:
    from acrdns.record import Rcode, RRset

__all__ = ["CLIENT", "MatchKind", "Matched", "Question", "Resolution", "Response", "Step"]


CLIENT = "client"
"""The asker of the first question."""


class MatchKind(StrEnum):
    """Kinds of things that decide a step; the values are those of `trace --format json`."""

    PRIVATE_ZONE = "private-zone"
    PUBLIC_ZONE = "public-zone"
    RULESET_RULE = "ruleset-rule"
    CONDITIONAL_FORWARDER = "conditional-forwarder"
    FORWARDER = "forwarder"
    LOCAL_ZONE = "local-zone"
    HOSTS = "hosts"
    UPSTREAM = "upstream"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Matched:
    """The zone, rule or forwarder that decided a step."""

    kind: MatchKind
    name: str = ""
    """The zone's apex, the rule's domain, the forwarder's address."""
    key: str = ""
    """The key in the topology, where it differs from the name."""
    link: str = ""
    """The network whose virtual network link made a private zone visible."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that one server did."""

    server: str
    """Address of the server that did it; `public DNS` for the resolvers of the internet."""
    network: str
    """The network that the server stands in; empty for public DNS."""
    question: Question
    matched: Matched
    rcode: Rcode
    records: tuple[RRset, ...]
    why: str
    """One sentence: why it went there."""
    remembered: bool = False
    """Whether the server asked nobody, because its cache had the answer."""
    asked_by: str = CLIENT
    """Address of the server that asked, or `client`. The walk fills it in."""
    sent_from: str = ""
    """The vantage point that the question was sent from; empty for the internet. The walk fills it in."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """One question asked from one vantage point: the response, and every step to it."""

    vantage: str
    question: Question
    response: Response
    steps: tuple[Step, ...] = field(default=())
