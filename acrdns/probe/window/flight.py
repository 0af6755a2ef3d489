"""A question under way, and the server that it is put to."""

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
"""Queries that one server may have to answer at once."""
FIRST = 16
"""How many it gets before it has answered any."""
LEAST = 4
"""How few it gets at worst."""
PATIENCE = 8
"""Queries that may go unanswered before a server that never answered any is taken for dead."""

_NOTHING = Reading(Outcome.TIMEOUT)


@dataclass(slots=True, eq=False)
class Flight:
    """One question on its way to an answer, through as many queries as it takes."""

    question: ProbeQuestion
    lane: int
    """The server that is asked now."""
    left: tuple[int, ...]
    """The servers still to be asked in this round, by number."""
    tcp: bool
    edns: bool
    round: int = 0
    """How often all servers have been asked in vain."""
    dropped: tuple[int, ...] = ()
    """The servers that have failed it, and are not asked again."""
    last: Reading = _NOTHING
    """What to report where nothing better comes."""
    identifier: bytes = b""
    """The ID of the query under way; two octets."""
    started: float = -1.0
    """When it was first asked; negative before."""
    deadline: float = -1.0
    """When the query under way is given up; negative where none is."""


class Lane:
    """One server: what waits for it, what it has been asked, and how much at once is good for it.

    The window grows with every answer, quickly up to where loss was met before, and slowly from there on, as TCP does
    (RFC 5681 section 3.1). A loss is told by the answer to a question that had to be asked again: a name that is never
    answered says nothing of how much the server can take.
    """

    def __init__(self, *, tcp: bool) -> None:
        self.flights: dict[bytes, Flight] = {}
        """By ID."""
        self.tcp = tcp
        self.edns = True
        """False once the server has shown that it is from before EDNS."""
        self.heard = False
        """Whether it has answered anything."""
        self.unheard = 0
        """Queries that it did not answer."""
        self.pipeline = MOST
        """Queries that it takes on one TCP connection."""
        self._waiting: deque[Flight] = deque()
        self._waiting_for_tcp: deque[Flight] = deque()
        self._under_way_by_tcp = 0
        self._window = float(FIRST)
        self._safe = float(MOST)
        self._reduced = 0.0

    @property
    def room(self) -> int:
        """How many more queries it may get now."""
        return int(self._window) - len(self.flights)

    @property
    def wanting(self) -> int:
        """For how many questions nothing waits that could be asked now."""
        return self.room - len(self._waiting) - len(self._waiting_for_tcp)

    @property
    def silent(self) -> bool:
        """Whether it seems to be dead."""
        return not self.heard and self.unheard >= PATIENCE

    def queue(self, flight: Flight, *, first: bool = False) -> None:
        """Let a question wait for this server."""
        waiting = self._waiting_for_tcp if flight.tcp else self._waiting
        (waiting.appendleft if first else waiting.append)(flight)

    def queue_new(self, flights: Iterable[Flight]) -> None:
        """Let questions wait that have never been asked, behind the others."""
        (self._waiting_for_tcp if self.tcp else self._waiting).extend(flights)

    def next_over_udp(self) -> Sequence[Flight]:
        """Return the questions whose turn it is."""
        waiting = self._waiting
        return [waiting.popleft() for _ in range(min(self.room, len(waiting)))] if waiting else ()

    def next_over_tcp(self) -> Sequence[Flight]:
        """Return the questions whose turn it is on the connection; they count as under way there."""
        waiting = self._waiting_for_tcp
        if not waiting:
            return ()
        room = min(self.room, len(waiting), self.pipeline - self._under_way_by_tcp)
        turn = [waiting.popleft() for _ in range(room)]
        self._under_way_by_tcp += len(turn)
        return turn

    def land(self, flight: Flight) -> None:
        """Take a query back that has come to its end."""
        del self.flights[flight.identifier]
        flight.deadline = -1.0
        if flight.tcp:
            self._under_way_by_tcp -= 1

    def answered(self, flight: Flight, now: float) -> None:
        """Take a query back that has been answered."""
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
