"""What is served at an address: a responder and its answer cache, swapped together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from acrdns.wire.remembered.cache import AnswerCache

if TYPE_CHECKING:
    from collections.abc import Callable

    from acrdns.serve.observe.counters import Meter
    from acrdns.wire.responder import Responder


class PassesOn(Protocol):
    """Passes queries on to resolvers upstream: it asks them itself, or hands the query to the process that does."""

    def takes(self, packet: bytes, reply: bytes) -> bool:
        """Return whether a query has to go upstream, given the reply that this server made for it."""
        ...

    def submit(
        self,
        service: Service,
        packet: bytes,
        client: bytes,
        reply: bytes,
        deliver: Callable[[bytes], None],
        *,
        tcp: bool,
    ) -> None:
        """Ask upstream, and call `deliver` with the final reply, now or later, in this thread.

        `reply` is the reply that this server made; `client` is the packed address that asked.
        """
        ...


@dataclass(frozen=True, slots=True)
class Service:
    """A responder and the replies that it has given. A reload makes a new one."""

    vantage: str
    responder: Responder
    cache: AnswerCache = field(default_factory=AnswerCache)
    upstream: PassesOn | None = None
    """Passes on names outside the simulated zones; None: they are refused."""


@dataclass(slots=True)
class Served:
    """The service of one address, now: a reload assigns another one."""

    service: Service
    meter: Meter | None = None
    """The counters of this process for the address, or None without `--metrics`."""
