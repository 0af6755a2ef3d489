"""Names outside the simulated zones, asked of real resolvers, beside the answering of simulated ones.

With `--upstream` the server is a whole local resolver: simulated names are answered here and never leave, everything
else is passed on, over UDP with TCP where an answer is truncated, retried, and remembered. One process does that for
all (`serve.upstream.relay`), so that an answer is remembered whichever worker is asked, and across reloads. It waits
for many questions at once: no resolver that is slow about one name holds up another name.
"""

from __future__ import annotations

import asyncio
import socket
import time
from typing import TYPE_CHECKING

import dns.asyncquery
import dns.exception
import dns.flags
import dns.inet
import dns.message
import dns.rcode

from acrdns.wire.upstream import cache as wire
from acrdns.wire.upstream.passage import TOO_MANY, Passage, leads_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from acrdns.address import Address
    from acrdns.serve.service import Service

DEADLINE_SECONDS = 4.5
"""When a question is given up: dig and the C library wait five seconds."""
PATIENCE_SECONDS = 0.5
"""After what silence the next resolver is asked as well; twice as long in each further round."""
TRIES = 3
"""How often each resolver is asked."""
SILENT_SECONDS = 10.0
"""How long a resolver that has said nothing is asked after the others."""
_QUESTIONS = 500
"""Different questions in hand; each has a few sockets."""
_QUERIES = 1000
"""Queries in hand; further ones get SERVFAIL at once, so that a flood does not pile up."""
_LARGEST = 65535
"""Octets of a datagram."""
_FAILURES = (dns.rcode.SERVFAIL, dns.rcode.REFUSED)
_NO_EDNS = (dns.rcode.FORMERR, dns.rcode.NOTIMP, dns.rcode.BADVERS)
"""Response codes of a server that does not know EDNS (RFC 6891 section 7)."""


class _NoAnswerError(Exception):
    """Says why there is none."""


class Upstream:
    """The resolvers that questions are passed on to, in order. Lives in a running asyncio loop."""

    def __init__(
        self, servers: Sequence[Address], *, patience: float = PATIENCE_SECONDS, deadline: float = DEADLINE_SECONDS
    ) -> None:
        self._servers = tuple(servers)
        self._patience = patience
        self._deadline = deadline
        self._cache = wire.UpstreamCache()
        self._asking: dict[wire.UpstreamQuestion, asyncio.Task[dns.message.Message | None]] = {}
        self._queries: set[asyncio.Task[None]] = set()
        self._pace = 0.0
        """Seconds that answers take, smoothed as RFC 6298 does: where all are slow, asking again makes them slower."""
        self._heard: dict[Address, float] = {}
        """When each resolver has said something last."""
        self._silent: dict[Address, float] = {}
        """Until when each resolver is asked after the others."""

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
        """Have a query answered that leads out of what is served; `reply` is what was said of it here.

        `deliver` is given the reply in the same loop, now or later.
        """

        def inside(asked: bytes) -> bytes | None:
            return service.responder.respond(asked, tcp=True, client=client, now=int(time.time()))

        passage = Passage(packet, reply, inside, tcp=tcp)
        if len(self._queries) >= _QUERIES:
            deliver(passage.fail(TOO_MANY))
            return
        task = asyncio.get_running_loop().create_task(self._answer(passage, deliver))
        self._queries.add(task)
        task.add_done_callback(self._queries.discard)

    @property
    def most_sockets(self) -> int:
        """How many sockets may be open at once."""
        return _QUESTIONS * TRIES * len(self._servers)

    def close(self) -> None:
        """Let go of what is waiting, so that the process can end."""
        for task in (*self._queries, *self._asking.values()):
            task.cancel()

    async def _answer(self, passage: Passage, deliver: Callable[[bytes], None]) -> None:
        while passage.asked is not None:
            try:
                passage.take(await self._response(passage.asked))
            except _NoAnswerError as error:
                deliver(passage.fail(str(error)))
                return
        try:
            reply = passage.reply()
        except (dns.exception.DNSException, ValueError):
            reply = passage.fail("what upstream says cannot be passed on")
        deliver(reply)

    async def _response(self, asked: wire.UpstreamQuestion) -> dns.message.Message:
        """Return what is remembered, or what somebody is asking already, or ask. Raises _NoAnswerError."""
        try:
            response = self._cache.get(asked, asyncio.get_running_loop().time())
        except KeyError:
            response = await self._asked(asked)
        if response is None:
            raise _NoAnswerError(f"upstream {', '.join(str(server) for server in self._servers)} does not answer")
        return response

    async def _asked(self, asked: wire.UpstreamQuestion) -> dns.message.Message | None:
        """Ask, once for all who want to know. Raises _NoAnswerError where too much is asked already."""
        task = self._asking.get(asked)
        if task is None:
            if len(self._asking) >= _QUESTIONS:
                raise _NoAnswerError(TOO_MANY)
            task = self._asking[asked] = asyncio.get_running_loop().create_task(self._ask(asked))
            task.add_done_callback(lambda _: self._asking.pop(asked))
        return await asyncio.shield(task)

    async def _ask(self, asked: wire.UpstreamQuestion) -> dns.message.Message | None:
        """Ask one resolver after the other, several times round, until one answers with something useful.

        A server that was asked before may still answer. A resolver that has said it cannot is not asked again.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + self._deadline
        running: dict[asyncio.Task[dns.message.Message | None], Address] = {}
        failed: dict[Address, dns.message.Message] = {}
        response = None
        query = asked.message()
        try:
            for server, patience in self._turns():
                if server in failed:
                    continue
                if loop.time() >= end:
                    break
                running[loop.create_task(self._ask_one(query, server, end - loop.time()))] = server
                response = await self._listen(running, failed, min(loop.time() + patience, end))
                if response is not None:
                    break
            else:
                response = await self._listen(running, failed, end)
        finally:
            for task in running:
                task.cancel()
        self._lose(running.values(), end - self._deadline)
        response = response or next(reversed(failed.values()), None)
        self._cache.put(asked, response, loop.time())
        return response

    def _turns(self) -> Iterator[tuple[Address, float]]:
        """Return whom to ask in which order, and how long to wait before the next one is asked as well."""
        now = asyncio.get_running_loop().time()
        ordered = sorted(self._servers, key=lambda server: self._silent.get(server, 0) > now)
        for number in range(TRIES):
            for server in ordered:
                yield server, max(self._patience, 2 * self._pace) * 2**number

    async def _listen(
        self,
        running: dict[asyncio.Task[dns.message.Message | None], Address],
        failed: dict[Address, dns.message.Message],
        until: float,
    ) -> dns.message.Message | None:
        """Wait for something useful; nothing once the time is over, or nobody is left who could say something."""
        loop = asyncio.get_running_loop()
        while running and (wait := until - loop.time()) > 0:
            done, _ = await asyncio.wait(running, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                server, response = running.pop(task), task.result()
                if response is None:
                    self._silent[server] = loop.time() + SILENT_SECONDS
                    continue
                self._heard[server] = loop.time()
                self._silent.pop(server, None)
                if response.rcode() not in (*_FAILURES, *_NO_EDNS):
                    return response
                failed[server] = response
        return None

    def _lose(self, servers: Iterable[Address], since: float) -> None:
        """Remember those who have said nothing at all since they were asked, be it about something else."""
        until = asyncio.get_running_loop().time() + SILENT_SECONDS
        for server in servers:
            if self._heard.get(server, 0) < since:
                self._silent[server] = until

    async def _ask_one(self, asked: dns.message.Message, server: Address, seconds: float) -> dns.message.Message | None:
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            response = await _exchange(asked, server, seconds)
            if response.rcode() in _NO_EDNS and response.edns < 0:
                plain = dns.message.from_wire(asked.to_wire())
                plain.use_edns(edns=False)
                response = await _exchange(plain, server, seconds)
        except (dns.exception.DNSException, OSError, EOFError):
            return None
        self._pace += (loop.time() - started - self._pace) / 8
        return response


async def _exchange(asked: dns.message.Message, server: Address, seconds: float) -> dns.message.Message:
    """Ask over UDP, and over TCP where the answer is truncated; what does not answer the question is passed over."""
    response = None
    # A socket that is connected hears at once that nobody listens there (ICMP), and takes nobody else's answers. It is
    # read by hand, since a transport of asyncio for each question costs more than all the rest.
    with socket.socket(dns.inet.af_for_address(server.host), socket.SOCK_DGRAM) as udp:
        udp.settimeout(0)
        udp.connect((server.host, server.port))
        udp.send(asked.to_wire())
        async with asyncio.timeout(seconds):
            while response is None:
                packet = await asyncio.get_running_loop().sock_recv(udp, _LARGEST)
                response = wire.answer_to(asked, packet)
    if response.flags & dns.flags.TC:
        return await dns.asyncquery.tcp(asked, server.host, seconds, server.port)
    return response
