"""Many questions to one resolver, without sockets and clocks: the queries to send now, and the end of each question.

The caller drives a `Window`: `requests` returns what to send; the caller reports what came back with `received`,
`unreachable` and `closed`, and calls `expire` when time has passed. All times are seconds of one monotonic clock.

Each question follows the rules of a stub resolver: the servers are asked in order, the next one if a server fails or is
silent. If none answered, all are asked again with twice the timeout, `Resolver.retries` times. A response counts only
with the ID and the question of a query under way (RFC 5452 section 9.1): late, repeated and forged ones change nothing.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from acrdns.probe.observation import Outcome
from acrdns.probe.response import repeated
from acrdns.probe.response.careful import Sign, read_unusual
from acrdns.probe.response.reading import Reading
from acrdns.probe.window.flight import AGAIN, PATIENCE, Flight, Lane

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from acrdns.probe.question import ProbeQuestion
    from acrdns.probe.resolver import Resolver

    Finished = Callable[[ProbeQuestion, Reading, float], None]
    """Called once per question: its reading, and the milliseconds since its first query."""

_TIMEOUT = Outcome.TIMEOUT
_ANSWERED = frozenset((Outcome.ANSWER, Outcome.NODATA, Outcome.NXDOMAIN))
_NEVER_ENDS = Reading(Outcome.OTHER, detail="the server gives no answer, only reasons to ask again")
_NOT_ASKED = Reading(Outcome.TIMEOUT, detail="not asked: the resolver answered none of the questions before")


class Batch(NamedTuple):
    """Queries to send to one server."""

    lane: int
    """The number of the server in the resolver."""
    tcp: bool
    queries: list[bytes]


class Window:
    """The questions to one resolver with at least one server."""

    def __init__(
        self,
        resolver: Resolver,
        identifiers: Iterator[bytes],
        finished: Finished,
        jitter: Callable[[], float] | None = None,
    ) -> None:
        self._resolver = resolver
        # Repeated queries of many machines that started together do not come together.
        self._patience = [
            resolver.timeout * 2**round_ * (jitter() if jitter and round_ else 1)
            for round_ in range(resolver.retries + 1)
        ]
        self._credit = 1.0
        """Queries that the rate allows now."""
        self._credited: float | None = None
        """When `_credit` was worked out."""
        self._longest = sum(self._patience) * len(resolver.servers)
        """Seconds after which a question is asked in no other way."""
        self._identifiers = identifiers
        self._finished = finished
        self._lanes = [Lane(tcp=resolver.tcp or each.transport != "udp") for each in resolver.servers]
        self._order = tuple(range(len(self._lanes)))
        self._fresh: deque[ProbeQuestion] = deque()
        self._under_way = 0
        self._timers: list[deque[tuple[float, Flight]]] = [deque() for _ in range(resolver.retries + 1)]
        """By round. Each queue is in order, because a round has one timeout."""
        self._answered = False
        self._unanswered = 0

    def ask(self, *questions: ProbeQuestion) -> None:
        """Add questions at the end of the queue."""
        self._fresh.extend(questions)

    def ask_next(self, question: ProbeQuestion) -> None:
        """Add a question at the front of the queue."""
        self._fresh.appendleft(question)

    @property
    def idle(self) -> bool:
        """Whether every question has ended."""
        return not (self._fresh or self._under_way)

    # --- sending ------------------------------------------------------------------------------------------------------

    def requests(self, now: float) -> list[Batch]:
        """Return the queries to send now; they count as sent."""
        self._earn(now)
        if self._fresh:
            self._begin()
        batches = []
        for number, lane in enumerate(self._lanes):
            for tcp, flights in ((False, lane.next_over_udp()), (True, lane.next_over_tcp())):
                if flights:
                    batches.append(Batch(number, tcp, self._take_off(lane, flights, now)))
        return batches

    def _begin(self) -> None:
        """Queue new questions for the first server, as many as its window allows."""
        fresh, first, left = self._fresh, self._order[0], self._order[1:]
        lane = self._lanes[first]
        tcp, edns = lane.tcp, lane.edns
        number = min(lane.wanting, len(fresh), int(self._credit) if self._resolver.rate else len(fresh))
        if number > 0:
            self._credit -= number
            lane.queue_new([Flight(fresh.popleft(), first, left, tcp, edns) for _ in range(number)])
            self._under_way += number

    def _take_off(self, lane: Lane, flights: Iterable[Flight], now: float) -> list[bytes]:
        identifiers, under_way, queries = self._identifiers, lane.flights, []
        for flight in flights:
            identifier = next(identifiers)
            while identifier in under_way:
                identifier = next(identifiers)
            if flight.started < 0:
                flight.started = now
            flight.identifier = identifier
            flight.deadline = deadline = now + self._patience[flight.round]
            self._timers[flight.round].append((deadline, flight))
            under_way[identifier] = flight
            queries.append(flight.question.query(identifier, edns=flight.edns))
        return queries

    def _earn(self, now: float) -> None:
        """Work out what the rate allows: a second's worth at most, so that a pause is not made up for at once."""
        rate = self._resolver.rate
        if rate:
            earned = 0.0 if self._credited is None else (now - self._credited) * rate
            self._credit = min(self._credit + earned, max(1.0, rate))
            self._credited = now

    def wake(self) -> float | None:
        """Return the time of the next `expire` or of the next query that the rate allows, or None if there is none."""
        expires = self._expires()
        rate = self._resolver.rate
        if rate and self._fresh and self._credited is not None and self._lanes[self._order[0]].wanting > 0:
            allowed = self._credited + max(0.0, 1 - self._credit) / rate
            return allowed if expires is None else min(allowed, expires)
        return expires

    def _expires(self) -> float | None:
        for timers in self._timers:
            while timers:
                deadline, flight = timers[0]
                if flight.deadline == deadline:
                    break
                timers.popleft()
        return min((timers[0][0] for timers in self._timers if timers), default=None)

    # --- receiving ----------------------------------------------------------------------------------------------------

    def received(self, number: int, messages: Iterable[bytes], now: float, *, tcp: bool = False) -> None:
        """Process messages of one server in order of arrival."""
        lane = self._lanes[number]
        under_way = lane.flights
        for octets in messages:
            flight = under_way.get(octets[:2])
            if flight is None or flight.tcp is not tcp:
                continue
            reading = repeated.read(octets, flight.question) or read_unusual(
                octets, flight.question, edns=flight.edns, tcp=tcp
            )
            if isinstance(reading, Sign):
                self._obey(reading, lane, flight, now)
                continue
            if not lane.heard:
                lane.heard = True
                self._put_in_order()
            lane.answered(flight, now)
            if reading.outcome in _ANSWERED:
                self._finish(flight, reading, now)
            else:
                self._drop(flight, reading, now)

    def _obey(self, sign: Sign, lane: Lane, flight: Flight, now: float) -> None:
        if sign is Sign.TRUNCATED:
            self._again(lane, flight, now, tcp=True)
        elif sign is Sign.WITHOUT_EDNS:
            self._again(lane, flight, now, tcp=lane.tcp, edns=False)

    def _again(self, lane: Lane, flight: Flight, now: float, *, tcp: bool, edns: bool | None = None) -> None:
        """Ask the same server again at once, in another way; a few times only, and not past the deadline."""
        lane.land(flight)
        flight.again += 1
        if flight.again > AGAIN or now > flight.started + self._longest:
            self._drop(flight, _NEVER_ENDS, now)
            return
        flight.tcp = tcp
        flight.edns = flight.edns if edns is None else edns
        lane.queue(flight, first=True)

    def unreachable(self, number: int, reason: str, now: float) -> None:
        """Process a network error: queries over UDP did not reach the server."""
        self._fail(number, reason, now, tcp=False)

    def closed(self, number: int, reason: str, now: float, *, answers: int) -> None:
        """Process the end of a TCP connection that brought `answers` responses.

        A server may close after any number of them (RFC 7766 section 6.2.3): the open queries go to the next
        connection. A connection without any response counts as a failure of the server.
        """
        lane = self._lanes[number]
        if not answers:
            self._fail(number, reason, now, tcp=True)
            return
        for flight in reversed([flight for flight in lane.flights.values() if flight.tcp]):
            lane.pipeline = min(lane.pipeline, answers)
            self._again(lane, flight, now, tcp=True)

    def _fail(self, number: int, reason: str, now: float, *, tcp: bool) -> None:
        lane = self._lanes[number]
        detail = f"{self._resolver.servers[number]} cannot be reached: {reason}"
        for flight in [flight for flight in lane.flights.values() if flight.tcp is tcp]:
            lane.land(flight)
            self._unheard(lane)
            self._drop(flight, Reading(Outcome.TIMEOUT, detail=detail), now)

    def expire(self, now: float) -> set[int]:
        """End the queries whose time has passed; return the servers whose TCP connection has to be closed."""
        stuck = set()
        for timers in self._timers:
            while timers and timers[0][0] <= now:
                deadline, flight = timers.popleft()
                if flight.deadline != deadline:
                    continue
                lane = self._lanes[flight.lane]
                lane.land(flight)
                self._unheard(lane)
                if flight.tcp:
                    stuck.add(flight.lane)
                self._move_on(flight, now)
        return stuck

    # --- the end of a question ----------------------------------------------------------------------------------------

    def _drop(self, flight: Flight, reading: Reading, now: float) -> None:
        """Exclude a server that failed. The first failure with a detail is kept for the report."""
        flight.dropped += (flight.lane,)
        last = flight.last
        if last.outcome is Outcome.TIMEOUT and (reading.outcome is not Outcome.TIMEOUT or not last.detail):
            flight.last = reading
        self._move_on(flight, now)

    def _move_on(self, flight: Flight, now: float) -> None:
        """Ask the next server, or start the next round, or finish."""
        while not flight.left:
            flight.round += 1
            flight.left = tuple(number for number in self._order if number not in flight.dropped)
            if not flight.left or flight.round > self._resolver.retries:
                self._finish(flight, flight.last, now)
                return
        flight.lane, *others = flight.left
        flight.left = tuple(others)
        lane = self._lanes[flight.lane]
        flight.tcp, flight.edns = lane.tcp, lane.edns
        lane.queue(flight)

    def _finish(self, flight: Flight, reading: Reading, now: float) -> None:
        self._under_way -= 1
        self._finished(flight.question, reading, (now - flight.started) * 1000)
        if reading.outcome is not _TIMEOUT:
            self._answered = True
            return
        self._unanswered += 1
        if not self._answered and self._unanswered >= PATIENCE:
            self._give_up()

    def _give_up(self) -> None:
        while self._fresh:
            self._finished(self._fresh.popleft(), _NOT_ASKED, 0.0)

    # --- order of the servers -----------------------------------------------------------------------------------------

    def _unheard(self, lane: Lane) -> None:
        lane.unheard += 1
        if lane.unheard == PATIENCE:
            self._put_in_order()

    def _put_in_order(self) -> None:
        """Move dead servers to the end of the order."""
        self._order = tuple(sorted(range(len(self._lanes)), key=lambda number: self._lanes[number].silent))
