"""The page at an address of this machine, until a signal ends it."""

from __future__ import annotations

import asyncio
import signal
import socket
from typing import TYPE_CHECKING

import uvicorn

from acrdns.errors import ListenError
from acrdns.teach.web.app import Pages
from acrdns.teach.web.guard import Guard

if TYPE_CHECKING:
    from collections.abc import Callable

    from acrdns.teach.web.app import PageSource

_SECONDS = 1
"""How long answers may take once a signal has come."""


def bind(host: str, port: int) -> socket.socket:
    """Return a socket on loopback. Raises ListenError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    address = "127.0.0.1" if host == "localhost" else host
    found = socket.socket(family, socket.SOCK_STREAM)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((address, port))
        found.listen(128)
    except OSError as error:
        found.close()
        reason = (error.strerror or str(error)).lower()
        raise ListenError(f"cannot listen on {host} port {port}: {reason}; choose another with --port") from None
    return found


def run(source: PageSource, listening: socket.socket, host: str, show: Callable[[str], None]) -> None:
    """Answer until SIGTERM or SIGINT. `show` is given the address once it answers."""
    asyncio.run(_run(source, listening, host, show))


async def _run(source: PageSource, listening: socket.socket, host: str, show: Callable[[str], None]) -> None:
    port = listening.getsockname()[1]
    pages = Pages(source)
    config = uvicorn.Config(
        Guard(pages.application(), port),
        http="h11",
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_SECONDS,
    )
    config.load()
    server = uvicorn.Server(config)
    # Not `serve`: it ends the process by the signal again.
    server.lifespan = config.lifespan_class(config)

    def end() -> None:
        server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    following = asyncio.create_task(source.watch.follow()) if source.watch else None
    await server.startup(sockets=[listening])
    show(f"http://{f'[{host}]' if ':' in host else host}:{port}/")
    await server.main_loop()
    await server.shutdown(sockets=[listening])
    if following:
        following.cancel()
