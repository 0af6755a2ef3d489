"""Many questions to one resolver, without sockets and clocks: what is to be sent now, and what became of each question.

It is driven from outside: `requests` says what to send; `received`, `unreachable` and `closed` tell what came back, and
`expire` that time has passed. All times are seconds on one clock that never goes back. The rules of a stub resolver
hold for each question: the servers are asked in order, the next where one is silent or fails, and all of them again
where none answered, with twice the patience each time. An answer counts only with the ID and the question of a query
under way (RFC 5452 section 9.1), so that what is late, doubled or forged changes nothing.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from acrdns.probe.observation import Outcome
from acrdns.probe.response import repeated
from acrdns.probe.response.careful import Sign, read_unusual
from acrdns.probe.response.reading import Reading
from acrdns.probe.window.flight import PATIENCE, Flight, Lane

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from acrdns.probe.question import ProbeQuestion
    from acrdns.probe.resolver import Resolver

    Finished = Callable[[ProbeQuestion, Reading, float], None]
    """Told of each question once: how it ended, and after how many milliseconds."""

_TIMEOUT = Outcome.TIMEOUT
_ANSWERED = frozenset((Outcome.ANSWER, Outcome.NODATA, Outcome.NXDOMAIN))
_NOT_ASKED = Reading(Outcome.TIMEOUT, detail="not asked: the resolver answered none of the questions before")


class Batch(NamedTuple):
    """Queries to send to one server."""

    lane: int
    """The server's number in the resolver."""
    tcp: bool
    queries: list[bytes]


class Window:
    """The questions to one resolver, which has at least one server."""

    def __init__(self, resolver: Resolver, identifiers: Iterator[bytes], finished: Finished) -> None:
        self._resolver = resolver
        self._patience = [resolver.timeout * 2**round_ for round_ in range(resolver.retries + 1)]
        self._identifiers = identifiers
        self._finished = finished
        self._lanes = [Lane(tcp=resolver.tcp) for _ in resolver.servers]
        self._order = tuple(range(len(self._lanes)))
        self._fresh: deque[ProbeQuestion] = deque()
        self._under_way = 0
        self._timers: list[deque[tuple[float, Flight]]] = [deque() for _ in range(resolver.retries + 1)]
        """By round, and so in order: the deadlines of a round are all equally far away."""
        self._answered = False
        self._unanswered = 0

    def ask(self, *questions: ProbeQuestion) -> None:
        """Add questions, behind those that wait."""
        self._fresh.extend(questions)

    def ask_next(self, question: ProbeQuestion) -> None:
        """Add a question, before those that wait."""
        self._fresh.appendleft(question)

    @property
    def idle(self) -> bool:
        """Whether every question has come to its end."""
        return not (self._fresh or self._under_way)

    # --- what to send -------------------------------------------------------------------------------------------------

    def requests(self, now: float) -> list[Batch]:
        """Return what may be sent now; it counts as sent."""
        if self._fresh:
            self._begin()
        batches = []
        for number, lane in enumerate(self._lanes):
            for tcp, flights in ((False, lane.next_over_udp()), (True, lane.next_over_tcp())):
                if flights:
                    batches.append(Batch(number, tcp, self._take_off(lane, flights, now)))
        return batches

    def _begin(self) -> None:
        """Let new questions wait for the first server, as many as it wants."""
        fresh, first, left = self._fresh, self._order[0], self._order[1:]
        lane = self._lanes[first]
        tcp, edns = lane.tcp, lane.edns
        number = min(lane.wanting, len(fresh))
        if number > 0:
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

    def wake(self) -> float | None:
        """Return when `expire` has something to do next; None where nothing is under way."""
        for timers in self._timers:
            while timers:
                deadline, flight = timers[0]
                if flight.deadline == deadline:
                    break
                timers.popleft()
        return min((timers[0][0] for timers in self._timers if timers), default=None)

    # --- what came back -----------------------------------------------------------------------------------------------

    def received(self, number: int, messages: Iterable[bytes], now: float, *, tcp: bool = False) -> None:
        """Take what a server has sent, in its order."""
        lane = self._lanes[number]
        under_way = lane.flights
        for octets in messages:
            flight = under_way.get(octets[:2])
            if flight is None or flight.tcp is not tcp:
                continue
            reading = repeated.read(octets, flight.question) or read_unusual(octets, flight.question, edns=flight.edns)
            if isinstance(reading, Sign):
                self._obey(reading, lane, flight)
                continue
            if not lane.heard:
                lane.heard = True
                self._put_in_order()
            lane.answered(flight, now)
            if reading.outcome in _ANSWERED:
                self._finish(flight, reading, now)
            else:
                self._drop(flight, reading, now)

    def _obey(self, sign: Sign, lane: Lane, flight: Flight) -> None:
        if sign is Sign.TRUNCATED:
            self._again(lane, flight, tcp=True)
        elif sign is Sign.WITHOUT_EDNS:
            self._again(lane, flight, tcp=lane.tcp, edns=False)

    @staticmethod
    def _again(lane: Lane, flight: Flight, *, tcp: bool, edns: bool | None = None) -> None:
        """Ask the same server at once, in another way."""
        lane.land(flight)
        flight.tcp = tcp
        flight.edns = flight.edns if edns is None else edns
        lane.queue(flight, first=True)

    def unreachable(self, number: int, reason: str, now: float) -> None:
        """Take an error of the network: the queries over UDP have not reached the server."""
        self._fail(number, reason, now, tcp=False)

    def closed(self, number: int, reason: str, now: float, *, answers: int) -> None:
        """Take the end of a TCP connection that has brought so many answers.

        A server may close it after as many as it likes (RFC 7766 section 6.2.3): what it left open is asked on the
        next one. Without any answer it has failed.
        """
        lane = self._lanes[number]
        if not answers:
            self._fail(number, reason, now, tcp=True)
            return
        for flight in reversed([flight for flight in lane.flights.values() if flight.tcp]):
            lane.pipeline = min(lane.pipeline, answers)
            self._again(lane, flight, tcp=True)

    def _fail(self, number: int, reason: str, now: float, *, tcp: bool) -> None:
        lane = self._lanes[number]
        detail = f"{self._resolver.servers[number]} cannot be reached: {reason}"
        for flight in [flight for flight in lane.flights.values() if flight.tcp is tcp]:
            lane.land(flight)
            self._unheard(lane)
            self._drop(flight, Reading(Outcome.TIMEOUT, detail=detail), now)

    def expire(self, now: float) -> set[int]:
        """Give up the queries whose time has passed; gives the servers with a TCP connection that is to be closed."""
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

    # --- what becomes of a question -----------------------------------------------------------------------------------

    def _drop(self, flight: Flight, reading: Reading, now: float) -> None:
        """Do not ask this server again: it has failed. The first failure that says something is kept."""
        flight.dropped += (flight.lane,)
        last = flight.last
        if last.outcome is Outcome.TIMEOUT and (reading.outcome is not Outcome.TIMEOUT or not last.detail):
            flight.last = reading
        self._move_on(flight, now)

    def _move_on(self, flight: Flight, now: float) -> None:
        """Turn to the next server, or to the next round."""
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

    # --- which servers are alive --------------------------------------------------------------------------------------

    def _unheard(self, lane: Lane) -> None:
        lane.unheard += 1
        if lane.unheard == PATIENCE:
            self._put_in_order()

    def _put_in_order(self) -> None:
        """Let servers that never answer be asked last."""
        self._order = tuple(sorted(range(len(self._lanes)), key=lambda number: self._lanes[number].silent))
