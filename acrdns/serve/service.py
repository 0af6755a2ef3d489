"""What is served at an address: a responder and its answer cache, swapped together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from acrdns.wire.remembered.cache import AnswerCache

if TYPE_CHECKING:
    from acrdns.serve.observe.counters import Meter
    from acrdns.serve.upstream.ask import Upstream
    from acrdns.serve.upstream.relay import Relay
    from acrdns.wire.responder import Responder


@dataclass(frozen=True, slots=True)
class Service:
    """A responder and the replies it has given. A reload makes new ones; none is ever changed."""

    vantage: str
    responder: Responder
    cache: AnswerCache = field(default_factory=AnswerCache)
    upstream: Upstream | Relay | None = None
    """Where names outside the simulated zones are passed on to, or who does that; None: they are refused."""


@dataclass(slots=True)
class Desk:
    """The one place of an address where its service stands: a reload is one assignment to it."""

    service: Service
    meter: Meter | None = None
    """What this process counts its queries into; None: it does not."""
