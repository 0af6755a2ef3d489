"""Names outside the simulated zones: answered from the cache, or by questions to real resolvers.

With `--upstream` the server is a whole local resolver: simulated names are answered here and never leave; all others
are passed on over UDP, with TCP where a response is truncated, repeated, and remembered.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from acrdns.serve.upstream.flight import UpstreamFlight
from acrdns.serve.upstream.readers import Readers
from acrdns.serve.upstream.resolvers import TRIES, Resolvers
from acrdns.serve.upstream.unanswered import SilentParents
from acrdns.serve.upstream.waiting import Waiter, WaitingQueries, client_of
from acrdns.wire.upstream.answer import UnreadableError, UpstreamAnswer
from acrdns.wire.upstream.cache import UpstreamCache
from acrdns.wire.upstream.passage import TOO_MANY, Passage, leads_out

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from acrdns.address import Address
    from acrdns.serve.service import Service
    from acrdns.wire.upstream.question import UpstreamQuestion

DEADLINE_SECONDS = 4.5
"""When a question is given up: dig and the C library wait five seconds."""
PATIENCE_SECONDS = 0.5
"""Silence after which the next resolver is asked as well; twice as long in each further round."""
_QUESTIONS = 500
"""Different questions under way; each has a few sockets."""
_QUERIES = 1000
"""Queries that wait."""
_SILENT = "upstream does not answer names like this one"


class Upstream:
    """Passes queries on to real resolvers. Lives in a running asyncio loop."""

    def __init__(
        self,
        servers: Sequence[Address],
        *,
        patience: float = PATIENCE_SECONDS,
        deadline: float = DEADLINE_SECONDS,
        answers_special: bool = True,
    ) -> None:
        self._resolvers = Resolvers(servers, patience)
        self._deadline = deadline
        self._special = answers_special
        """Whether special names (`wire.upstream.special`) are answered here."""
        self._readers: Readers | None = None
        self._cache = UpstreamCache()
        self._flights: dict[UpstreamQuestion, UpstreamFlight] = {}
        self._silent = SilentParents()
        self._crowd = WaitingQueries()
        self._waits: dict[Waiter, UpstreamFlight] = {}
        """The question under way that each waiting query waits for."""

    takes = staticmethod(leads_out)

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
        """Answer a query that leads out; `reply` is the simulation's reply to it.

        `deliver` gets the final reply in the same loop, now or later.
        """

        def inside(asked: bytes) -> bytes | None:
            return service.responder.respond(asked, tcp=True, client=client, now=int(time.time()))

        passage = Passage(packet, reply, inside, tcp=tcp, answers_special=self._special)
        self._go_on(Waiter(passage, deliver, client_of(client)))

    @property
    def most_sockets(self) -> int:
        """How many sockets may be open at the same time."""
        return _QUESTIONS * TRIES * len(self._resolvers.servers)

    def close(self) -> None:
        """Let go of everything under way, so that the process can end."""
        for flight in self._flights.values():
            flight.close()
        self._flights.clear()
        if self._readers is not None:
            self._readers.close()
            self._readers = None

    def _get_readers(self) -> Readers:
        """Return what watches the sockets; made with the first question, since there may be no loop before."""
        if self._readers is None:
            self._readers = Readers()
        return self._readers

    def _go_on(self, waiter: Waiter) -> None:
        """Take what the cache has; ask for the rest, or deliver the reply."""
        passage = waiter.passage
        while passage.asked is not None:
            try:
                found, age = self._cache.get(passage.asked, asyncio.get_running_loop().time())
            except KeyError:
                self._wait(waiter, passage.asked)
                return
            if not _take(waiter, found, age):
                return
        _deliver(waiter)

    def _wait(self, waiter: Waiter, asked: UpstreamQuestion) -> None:
        if asked not in self._flights and self._silent.covers(asked.name, asyncio.get_running_loop().time()):
            waiter.deliver(waiter.passage.fail(_SILENT))
            return
        while len(self._crowd) >= _QUERIES or (asked not in self._flights and len(self._flights) >= _QUESTIONS):
            self._make_room()
        known = self._flights.get(asked)
        flight = known or UpstreamFlight(asked, self._resolvers, self._get_readers(), self._deadline, self._ended)
        flight.waiters[waiter] = None
        self._waits[waiter] = flight
        self._crowd.add(waiter)
        if known is None:
            self._flights[asked] = flight
            flight.next()

    def _make_room(self) -> None:
        """Drop one query; its question goes on if others wait for it."""
        waiter = self._crowd.oldest_of_busiest()
        self._crowd.remove(waiter)
        flight = self._waits.pop(waiter)
        del flight.waiters[waiter]
        if not flight.waiters:
            if flight.is_late:
                self._silent.note_silence(flight.asked.name, asyncio.get_running_loop().time())
            flight.close()
            del self._flights[flight.asked]
        waiter.deliver(waiter.passage.fail(TOO_MANY))

    def _ended(self, flight: UpstreamFlight) -> None:
        del self._flights[flight.asked]
        now = asyncio.get_running_loop().time()
        self._cache.put(flight.asked, flight.result, now)
        if flight.unanswered:
            self._silent.note_silence(flight.asked.name, now)
        elif isinstance(flight.result, UpstreamAnswer):
            self._silent.note_answer(flight.asked.name)
        for waiter in flight.waiters:
            self._crowd.remove(waiter)
            del self._waits[waiter]
        for waiter in flight.waiters:
            if _take(waiter, flight.result, 0):
                self._go_on(waiter)


def _take(waiter: Waiter, found: UpstreamAnswer | str, age: int) -> bool:
    """Hand an answer to a waiting query; return False if that was its end."""
    if isinstance(found, UpstreamAnswer):
        try:
            waiter.passage.take(found, age)
        except UnreadableError:
            found = "the answer of upstream is unreadable"
        else:
            return True
    waiter.deliver(waiter.passage.fail(found))
    return False


def _deliver(waiter: Waiter) -> None:
    try:
        reply = waiter.passage.reply()
    except (UnreadableError, ValueError):
        reply = waiter.passage.fail("the answer of upstream cannot be passed on")
    waiter.deliver(reply)
