"""One question under way (`Flight`), and one server with its queue and send window (`Lane`)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns.probe.observation import Outcome
from acrdns.probe.response.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from acrdns.probe.question import ProbeQuestion

MOST = 128
"""The largest window: queries that one server has to answer at once."""
FIRST = 16
"""The window before the server's first response."""
LEAST = 4
"""The smallest window."""
PATIENCE = 8
"""Unanswered queries after which a server without any response counts as dead."""

AGAIN = 5
"""How often at most a question is asked again at once; usually once, for a truncated response."""

_NOTHING = Reading(Outcome.TIMEOUT)


@dataclass(slots=True, eq=False)
class Flight:
    """One question with the state of its tries."""

    question: ProbeQuestion
    lane: int
    """The number of the server that is asked now."""
    left: tuple[int, ...]
    """The numbers of the servers still to ask in this round."""
    tcp: bool
    edns: bool
    round: int = 0
    """How often all servers have been asked without result."""
    dropped: tuple[int, ...] = ()
    """The numbers of the servers that failed, and are not asked again."""
    last: Reading = _NOTHING
    """The reading to report if nothing better comes."""
    identifier: bytes = b""
    """The ID of the query under way; two octets."""
    again: int = 0
    """How often a server was asked again at once, in another way or on another connection."""
    started: float = -1.0
    """When the first query was sent; negative before."""
    deadline: float = -1.0
    """When the query under way expires; negative if none is under way."""


class Lane:
    """One server: its queue, its queries under way, and its send window.

    The window grows by one per response up to the size at which loss occurred, and then by one per window, as in TCP
    (RFC 5681 section 3.1). A response to a repeated query shows a loss, and halves the window. A question that stays
    without response shows nothing about the server's capacity.
    """

    def __init__(self, *, tcp: bool) -> None:
        self.flights: dict[bytes, Flight] = {}
        """Queries under way, by ID."""
        self.tcp = tcp
        self.edns = True
        """False once the server has answered only without EDNS."""
        self.heard = False
        """Whether the server has sent any response."""
        self.unheard = 0
        """Queries without response."""
        self.pipeline = MOST
        """Queries that the server answers on one TCP connection."""
        self._waiting: deque[Flight] = deque()
        self._waiting_for_tcp: deque[Flight] = deque()
        self._under_way_by_tcp = 0
        self._window = float(FIRST)
        self._safe = float(MOST)
        self._reduced = 0.0

    @property
    def room(self) -> int:
        """How many more queries the window allows now."""
        return int(self._window) - len(self.flights)

    @property
    def wanting(self) -> int:
        """How many new questions to queue so that the window is full."""
        return self.room - len(self._waiting) - len(self._waiting_for_tcp)

    @property
    def silent(self) -> bool:
        """Whether the server counts as dead."""
        return not self.heard and self.unheard >= PATIENCE

    def queue(self, flight: Flight, *, first: bool = False) -> None:
        """Queue a question for this server, in front of the others if `first`."""
        waiting = self._waiting_for_tcp if flight.tcp else self._waiting
        (waiting.appendleft if first else waiting.append)(flight)

    def queue_new(self, flights: Iterable[Flight]) -> None:
        """Queue questions that have not been asked yet, behind the others."""
        (self._waiting_for_tcp if self.tcp else self._waiting).extend(flights)

    def next_over_udp(self) -> Sequence[Flight]:
        """Return the queued questions that the window allows now."""
        waiting = self._waiting
        return [waiting.popleft() for _ in range(min(self.room, len(waiting)))] if waiting else ()

    def next_over_tcp(self) -> Sequence[Flight]:
        """Return the questions to send over TCP now; they count as under way."""
        waiting = self._waiting_for_tcp
        if not waiting:
            return ()
        room = min(self.room, len(waiting), self.pipeline - self._under_way_by_tcp)
        turn = [waiting.popleft() for _ in range(room)]
        self._under_way_by_tcp += len(turn)
        return turn

    def land(self, flight: Flight) -> None:
        """Remove a query that has ended, with or without response."""
        del self.flights[flight.identifier]
        flight.deadline = -1.0
        if flight.tcp:
            self._under_way_by_tcp -= 1

    def answered(self, flight: Flight, now: float) -> None:
        """Remove a query that got a response, and adjust the window."""
        self.land(flight)
        self.heard = True
        if not flight.edns:
            self.edns = False
        if flight.round and flight.started >= self._reduced:
            self._safe = self._window = max(float(LEAST), self._window / 2)
            self._reduced = now
        elif self._window < self._safe:
            self._window += 1
        elif self._window < MOST:
            self._window += 1 / self._window
