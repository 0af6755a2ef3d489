"""The HTTP port for those who run the server: `/health`, `/ready` and `/metrics`, on loopback, when asked for.

- `/health`: 200 while the process lives.
- `/ready`: 200 while every address answers; 503 before, while a worker is being started again, and while ending.
- `/metrics`: what prometheus-client makes of the counters (`serve.observe.metrics`).

While files are loaded for the first time a thread answers, since no loop runs yet; it ends before anything is forked.
After that it is the server's loop. The standard library reads and writes the HTTP of a request that has come whole.
"""

from __future__ import annotations

import asyncio
import io
import os
import select
import socket
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
"""How long a client may take for its request; while files are loaded, others wait for it."""


class Status:
    """The port. `is_ready` is asked each time."""

    def __init__(self, address: Address, ledger: Ledger, is_ready: Callable[[], bool]) -> None:
        """Bind. Raises ListenError."""
        self._handler = _handler(ledger, is_ready)
        self._socket = _bind(address)
        self._early: Thread | None = None
        self._wake = os.pipe()
        self._server: asyncio.Server | None = None

    @property
    def address(self) -> Address:
        """Where it listens, with the real port."""
        return Address(*self._socket.getsockname()[:2])

    def answer_early(self) -> None:
        """Answer in a thread until `join`."""
        self._early = Thread(target=self._run_early, name="status", daemon=True)
        self._early.start()

    def join(self) -> None:
        """End the thread. Who asks now waits for the loop."""
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
        while True:
            ready, _, _ = select.select((self._socket.fileno(), self._wake[0]), (), ())
            if self._wake[0] in ready:
                return
            with suppress(OSError), self._socket.accept()[0] as client:
                client.settimeout(_SECONDS / 5)
                request = b""
                while _END not in request and len(request) < _LARGEST and (more := client.recv(_LARGEST)):
                    request += more
                client.sendall(self._respond(request))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            request = await asyncio.wait_for(reader.readuntil(_END), _SECONDS)
            writer.write(self._respond(request))
        writer.close()

    def _respond(self, request: bytes) -> bytes:
        whole = _Whole(request)
        self._handler(whole, ("", 0), None)
        return bytes(whole.reply)


class _Whole:
    """A request that has come whole, in the place of a socket."""

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

        def do_GET(self) -> None:  # noqa: N802 -- the name that http.server gives it
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
