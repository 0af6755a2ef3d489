"""Sockets that wait for one datagram each, behind one descriptor for the asyncio loop.

`add_reader` and `remove_reader` of a loop take longer for a socket than all other work on its answer.
"""

from __future__ import annotations

import asyncio
import select
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

_AT_ONCE = 64


class Readers:
    """Calls a function when its socket becomes readable, perhaps also when it is not. Lives in a running loop."""

    def __init__(self) -> None:
        self._calls: dict[int, Callable[[], None]] = {}
        self._loop = asyncio.get_running_loop()
        self._poll = select.epoll() if hasattr(select, "epoll") else None
        if self._poll is not None:
            self._loop.add_reader(self._poll.fileno(), self._ready)

    def add(self, sock: socket.socket, call: Callable[[], None]) -> None:
        """Watch a socket."""
        if self._poll is None:
            self._loop.add_reader(sock, call)
            return
        self._calls[sock.fileno()] = call
        self._poll.register(sock.fileno(), select.POLLIN)

    def remove(self, sock: socket.socket) -> None:
        """Stop watching a socket that was added; before it is closed, since a child may hold its descriptor open."""
        if self._poll is None:
            self._loop.remove_reader(sock)
            return
        del self._calls[sock.fileno()]
        self._poll.unregister(sock.fileno())

    def close(self) -> None:
        """Release the descriptor."""
        if self._poll is not None:
            self._loop.remove_reader(self._poll.fileno())
            self._poll.close()

    def _ready(self) -> None:
        assert self._poll is not None
        for descriptor, _ in self._poll.poll(0, _AT_ONCE):
            call = self._calls.get(descriptor)
            if call is not None:  # one before may have removed it
                call()
