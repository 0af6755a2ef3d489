"""HTTPS on passed sockets: the application, behind the certificate that Azure has at each endpoint."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from ssl import SSLContext

    Application = Callable[[Any, Any, Any], Awaitable[None]]

_BACKLOG = 1024
_LONGEST_HEAD = 1 << 16
"""Octets of a request's first line and headers."""
PATIENCE = 60
"""Seconds that a client may take for the head of a request, and until its next one, octets of a body or of an answer.

Each connection holds a descriptor, and without descriptors nobody new is let in.
"""


def limit_unread(listening: socket.socket, seconds: float) -> None:
    """End connections whose client takes nothing of what is sent for so long (tcp(7)); macOS has no such option."""
    if sys.platform == "linux":
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(seconds * 1000))


class LimitedProtocol(HttpToolsProtocol):
    """One connection. httptools has no limit of its own for the head of a request, and uvicorn no time for one."""

    _head = 0
    """Octets that have come of a head that is not whole."""
    _owed: asyncio.TimerHandle | None = None
    """The end of a connection whose client owes the rest of a head or of a body."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Expect the first request."""
        super().connection_made(transport)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """Expect nothing more."""
        self._expect_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Refuse a head that does not end."""
        if self.transport.is_closing():
            return
        begins = self._head == 0
        self._head += len(data)
        super().data_received(data)
        if self._head > _LONGEST_HEAD and not self.transport.is_closing():
            self.send_400_response("The head of the request is too long.")
        if self._head == 0:
            self._expect_no_more()  # uvicorn gives the next request its time after the answer
        elif begins or self._head < 0:
            self._expect()

    def _expect(self) -> None:
        self._expect_no_more()
        self._owed = self.loop.call_later(PATIENCE, self._give_up)

    def _expect_no_more(self) -> None:
        if self._owed is not None:
            self._owed.cancel()
            self._owed = None

    def _give_up(self) -> None:
        answering = self._head >= 0 and not getattr(self.cycle, "response_complete", True)  # None before a request
        if answering or self.flow.read_paused:  # it is the client that waits
            self._expect()
        else:
            self.transport.abort()

    def on_headers_complete(self) -> None:
        """Count no further: a body may be of any length."""
        self._head = -sys.maxsize
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Count again."""
        self._head = 0
        super().on_message_complete()


class HttpsServers:
    """The servers of one vantage point: one for each certificate."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._servers: list[tuple[uvicorn.Server, asyncio.Task[None]]] = []

    async def serve(self, sockets: Iterable[tuple[socket.socket, SSLContext]]) -> None:
        """Answer on sockets, each with its certificate; return when all of them answer."""
        by_context: defaultdict[SSLContext, list[socket.socket]] = defaultdict(list)
        for each, context in sockets:
            limit_unread(each, PATIENCE)
            by_context[context].append(each)
        for context, group in by_context.items():
            config = self._config(context)
            config.load()
            server = uvicorn.Server(config)
            # Not `serve`: it takes the signals, which are the command's, and a fifth of a second to end.
            server.lifespan = config.lifespan_class(config)
            await server.startup(sockets=group)
            self._servers.append((server, asyncio.create_task(server.main_loop())))

    def _config(self, context: SSLContext) -> uvicorn.Config:
        return uvicorn.Config(
            self._application,
            http=LimitedProtocol,
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            log_level="error",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            backlog=_BACKLOG,
            timeout_keep_alive=PATIENCE,
            ssl_context_factory=lambda _config, _default: context,
        )

    def close(self) -> None:
        """Stop at once, also in the midst of answers."""
        for server, ticks in self._servers:
            ticks.cancel()
            for each in server.servers:
                each.close()
            for connection in list(server.server_state.connections):
                connection.transport.abort()
                if isinstance(connection, HttpToolsProtocol) and connection.cycle is not None:
                    connection.cycle.disconnected = True  # uvicorn learns it later, and would report the answer missing
            for task in server.server_state.tasks:
                task.cancel()
        self._servers.clear()
