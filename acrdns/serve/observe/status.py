"""The HTTP port with `/health`, `/ready` and `/metrics`, on loopback, with `--metrics`.

- `/health`: 200 while the process lives.
- `/ready`: 200 while every address answers; 503 before, while a worker is gone or does not respond, and at the end.
- `/metrics`: the counters as prometheus-client writes them (`serve.observe.metrics`).

While files are loaded for the first time a thread answers, since no loop runs yet; it ends before anything is forked.
After that the server's loop answers. The standard library reads the HTTP of a complete request, and writes the reply.
"""

from __future__ import annotations

import asyncio
import io
import os
import select
import socket
import time
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Any

from prometheus_client.exposition import MetricsHandler

from acrdns.address import Address
from acrdns.errors import ListenError
from acrdns.serve.observe.metrics import registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from acrdns.serve.observe.counters import Ledger

_END = b"\r\n\r\n"
_LARGEST = 16384
"""Octets of a request's head."""
_SECONDS = 5.0
"""How long a client may take for its request."""
_EARLY_SECONDS = 1.0
"""The same while files are loaded: then other clients wait for it."""
_MOST = 16
"""Clients at a time; a further one makes the oldest go."""


class Status:
    """The port. `is_ready` is asked each time."""

    def __init__(self, address: Address, ledger: Ledger, is_ready: Callable[[], bool]) -> None:
        """Bind. Raises ListenError."""
        self._handler = _handler(ledger, is_ready)
        self._socket = _bind(address)
        self._early: Thread | None = None
        self._wake = os.pipe()
        self._server: asyncio.Server | None = None
        self._clients: list[asyncio.StreamWriter] = []

    @property
    def address(self) -> Address:
        """Where it listens, with the real port."""
        return Address(*self._socket.getsockname()[:2])

    def answer_early(self) -> None:
        """Answer in a thread until `join`."""
        self._early = Thread(target=self._run_early, name="status", daemon=True)
        try:
            self._early.start()
        except RuntimeError:  # no thread can be started: clients wait for the loop
            self._early = None

    def join(self) -> None:
        """End the thread, whatever a client does. Clients that connect now wait for the loop."""
        if self._early is not None:
            os.write(self._wake[1], b"x")
            self._early.join()
            self._early = None

    async def listen(self) -> None:
        """Answer in the running loop."""
        self._server = await asyncio.start_server(self._serve, sock=self._socket, limit=_LARGEST)

    def close(self) -> None:
        """Stop answering."""
        self.join()
        if self._server is not None:
            self._server.close()
        self._socket.close()
        for end in self._wake:
            os.close(end)

    def _run_early(self) -> None:
        while not self._wait_for(self._socket, None):
            with suppress(OSError), self._socket.accept()[0] as client:
                end = time.monotonic() + _EARLY_SECONDS
                request = b""
                while _END not in request and len(request) < _LARGEST and not self._wait_for(client, end):
                    client.setblocking(False)  # noqa: FBT003 -- it takes no name
                    if not (more := client.recv(_LARGEST)):
                        break
                    request += more
                client.sendall(self._respond(request))

    def _wait_for(self, each: socket.socket, end: float | None) -> bool:
        """Wait until a socket can be read; return True if the time or this thread has to end instead."""
        wait = None if end is None else max(0.0, end - time.monotonic())
        ready, _, _ = select.select((each.fileno(), self._wake[0]), (), (), wait)
        return not ready or self._wake[0] in ready

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._clients.append(writer)
        if len(self._clients) > _MOST:
            self._clients.pop(0).transport.abort()
        with suppress(OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            request = await asyncio.wait_for(reader.readuntil(_END), _SECONDS)
            writer.write(self._respond(request))
        writer.close()
        if writer in self._clients:
            self._clients.remove(writer)

    def _respond(self, request: bytes) -> bytes:
        whole = _Whole(request)
        self._handler(whole, ("", 0), None)
        head, end, body = bytes(whole.reply).partition(_END)
        return head + end if request.startswith(b"HEAD ") else head + end + body


class _Whole:
    """Stands for the socket of a complete request."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self.reply = bytearray()

    def makefile(self, *_: object) -> io.BytesIO:
        return io.BytesIO(self._request)

    def sendall(self, data: bytes) -> None:
        self.reply += data


def _handler(ledger: Ledger, is_ready: Callable[[], bool]) -> Callable[..., Any]:
    collected = registry(ledger)

    class Handler(MetricsHandler):
        server_version = "acrdns"
        sys_version = ""
        registry = collected

        def do_HEAD(self) -> None:  # noqa: N802 -- the name that http.server gives it
            self.do_GET()  # the body is cut off behind

        def do_GET(self) -> None:  # noqa: N802 -- the same
            page = self.path.partition("?")[0]
            if page == "/metrics":
                super().do_GET()
            elif page == "/health":
                self._say(200, "alive")
            elif page == "/ready":
                ready = is_ready()
                self._say(200 if ready else 503, "ready" if ready else "not ready")
            else:
                self._say(404, "there are /metrics, /ready and /health")

        def _say(self, code: int, line: str) -> None:
            body = f"{line}\n".encode()
            self.send_response(code)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler


def _bind(address: Address) -> socket.socket:
    made = socket.socket(socket.AF_INET6 if address.is_ipv6 else socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((address.host, address.port))
        made.listen()
    except OSError as error:
        made.close()
        raise ListenError(
            f"--metrics {address}: cannot listen there: {(error.strerror or str(error)).lower()}"
        ) from None
    return made
