"""A vantage point without namespaces: a CONNECT proxy that resolves and connects as the network's clients do.

Registries listen on 127.0.0.1. A client asks the proxy for a name; the proxy resolves it by the network's DNS, and
connects to what answers at the address found. The proxy resolves, not the client: a name that fails is 502 with the
reason, an address that is silent 504.
"""

from __future__ import annotations

import asyncio
import re
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

from acrdns.errors import NameSyntaxError
from acrdns.lab.namespace.surroundings import HTTPS
from acrdns.lab.runtime.serving import https
from acrdns.names import name
from acrdns.record import Rcode, Type, rdata_text
from acrdns.resolve.chain import Question

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from acrdns.address import Address
    from acrdns.resolve.world import World

_CONNECT = re.compile(rb"CONNECT ([^ :]+):(\d{1,5}) HTTP/1\.[01]\r\n")
_LONGEST = 16 * 1024
_PIECE = 256 * 1024
SILENT_FOR = 7.0
"""Seconds after which an address that is silent is given up, as in a namespace."""


class ProxyRefusal(Exception):  # noqa: N818 -- it is an answer
    """A request that the proxy answers with a status of its own."""


class Proxy:
    """Listens for the clients of one vantage point."""

    def __init__(self, vantage: str, world: Callable[[], World], listening: Mapping[str, Address]) -> None:
        """Take the vantage point, the world as it is now, and where each simulated address is answered."""
        self._vantage = vantage
        self._world = world
        self._listening = listening
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def listen(self, host: str) -> int:
        """Listen at a free port of an address, and return the port."""
        listening = socket.create_server((host, 0))
        https.limit_unread(listening, https.PATIENCE)
        self._server = await asyncio.start_server(self._serve, sock=listening, limit=_LONGEST)
        port: int = listening.getsockname()[1]
        return port

    def close(self) -> None:
        """Stop at once."""
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                await self._connect(reader, writer)
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(https.PATIENCE):
                asked = await reader.readuntil(b"\r\n\r\n")
            place = await self._place(asked)
        except ProxyRefusal as refusal:
            writer.write(f"HTTP/1.1 {refusal}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
            return
        far_reader, far_writer = await asyncio.open_connection(place.host, place.port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        sent = asyncio.create_task(_copy(reader, far_writer))
        try:
            # An endpoint that has hung up takes no more, and does so where a client is idle.
            await _copy(far_reader, writer)
        finally:
            sent.cancel()
            far_writer.close()

    async def _place(self, asked: bytes) -> Address:
        """Return where the endpoint that a request asks for listens. Raises ProxyRefusal."""
        request = _CONNECT.match(asked)
        if request is None:
            raise ProxyRefusal("405 only CONNECT is taken: set HTTPS_PROXY, not HTTP_PROXY")
        address = await self._address(request[1].decode("latin-1"))
        place = self._listening.get(address) if int(request[2]) == HTTPS else None
        if place is None:
            await asyncio.sleep(SILENT_FOR)
            raise ProxyRefusal(f"504 {address}:{int(request[2])} does not answer from {self._vantage}")
        return place

    async def _address(self, host: str) -> str:
        """Return the address that a host's name leads to. Raises ProxyRefusal."""
        if re.fullmatch(r"[\d.]+", host):
            return host
        try:
            response = self._world().answer(self._vantage, Question(name(host), Type.A))
        except NameSyntaxError as error:
            raise ProxyRefusal(f"502 {host}: {error}") from None
        if response.timed_out:
            await asyncio.sleep(SILENT_FOR)
            raise ProxyRefusal(f"502 {host}: no DNS server answers {self._vantage}")
        if response.rcode != Rcode.NOERROR:
            raise ProxyRefusal(f"502 {host}: {Rcode(response.rcode).name}")
        found = [
            rdata_text(Type.A, rdata) for rrset in response.answer if rrset.type == Type.A for rdata in rrset.rdatas
        ]
        if not found:
            raise ProxyRefusal(f"502 {host}: the name has no address")
        return found[0]


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(_PIECE):
            writer.write(piece)
            await writer.drain()
    with suppress(OSError, RuntimeError):
        if writer.can_write_eof():
            writer.write_eof()
