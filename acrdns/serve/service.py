"""The service at an address, and the protocol of the one that asks upstream."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from acrdns.serve.observe.counters import Meter
    from acrdns.wire.answering import Answering
    from acrdns.wire.responder import Responder


class Pending(Enum):
    """In place of a reply: upstream was asked, and the reply is sent when that has answered."""

    PENDING = "pending"


PENDING: Final[Literal[Pending.PENDING]] = Pending.PENDING


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
    """Who answers at a vantage point. A reload makes a new one."""

    vantage: str
    answering: Answering
    upstream: PassesOn | None = None
    """Passes on names outside the simulated zones; None: they are refused."""

    @property
    def responder(self) -> Responder:
        """Resolves queries that came over TCP."""
        return self.answering.responder

    def vantage_of(self, packet: bytes, client: bytes) -> str:
        """Return the vantage point that answers a client, by its packed address: with `--ecs` and `--by-client`."""
        select = self.responder.select
        return self.vantage if select is None else select.vantage_of(packet, client) or self.vantage


@dataclass(slots=True)
class Served:
    """The service of one address, now: a reload assigns another one."""

    service: Service
    meter: Meter | None = None
    """The counters of this process for the address, or None without `--metrics`."""

    def meter_of(self, packet: bytes, client: bytes) -> Meter | None:
        """Return the counters of the vantage point that answers a client, or None without `--metrics`."""
        if self.meter is None or not self.meter.others:
            return self.meter
        return self.meter.others.get(self.service.vantage_of(packet, client), self.meter)
