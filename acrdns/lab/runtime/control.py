"""Orders to a running lab, and answers: messages of a JSON object each, with descriptors where needed.

The socket is in the user's runtime directory, or in the namespace of a command, and belongs to one user: others, and
peers that cannot be identified, are hung up on. A connection whose vantage point was attached is that vantage point's
life: it is detached when the connection ends.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sqlite3
import struct
import sys
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any

from acrdns.errors import AcrdnsError, LabError
from acrdns.lab.runtime.messages import Messages, line

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from acrdns.lab.runtime.attachment import Attachment

    Handler = Callable[["Caller", dict[str, Any], list[int]], Awaitable[dict[str, Any]]]

_CREDENTIALS = struct.Struct("2I")
"""The start of struct ucred on Linux and of struct xucred on macOS: the process or a version, then the user id."""
_SOL_LOCAL = 0
_XUCRED = 76
"""Octets of struct xucred (macOS, sys/ucred.h)."""


def _peer(connection: socket.socket) -> int:
    """Return the user id of the other side (unix(7), SO_PEERCRED; macOS unix(4), LOCAL_PEERCRED). Raises OSError."""
    if sys.platform == "linux":
        found = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 3 * 4)
    else:
        found = connection.getsockopt(_SOL_LOCAL, socket.LOCAL_PEERCRED, _XUCRED)
    return int(_CREDENTIALS.unpack_from(found)[1])


class Caller:
    """A connection of somebody who gives orders."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.messages = Messages(connection)
        self.at_end = ExitStack()
        """Everything that ends with the connection."""
        self.gone = False
        self.attachment: Attachment | None = None
        """The vantage point that lasts as long as the connection."""
        self._loop = asyncio.get_running_loop()
        self._unsent = bytearray()

    def change(self, added: Sequence[tuple[str, str]], new: Sequence[str], removed: Sequence[str]) -> None:
        """Ask the caller to change the network of its vantage point; its sockets come with an order of theirs."""
        self.send({"change": [list(added), list(new), list(removed)]})

    def send(self, message: dict[str, Any]) -> None:
        """Send a message after those before it, as fast as the caller reads."""
        self._unsent += line(message)
        self._flush()

    def _flush(self) -> None:
        if self.gone:
            return
        try:
            while self._unsent:
                del self._unsent[: self.connection.send(self._unsent)]
        except BlockingIOError:
            self._loop.add_writer(self.connection.fileno(), self._flush)
            return
        except OSError:  # it has ended, which shows when it is read
            self._unsent.clear()
        self._loop.remove_writer(self.connection.fileno())

    def close(self) -> None:
        """Hang up."""
        self.gone = True
        self._loop.remove_reader(self.connection.fileno())
        self._loop.remove_writer(self.connection.fileno())
        self.messages.close()
        self.at_end.close()


class ControlServer:
    """Takes orders at a listening socket."""

    def __init__(self, listener: socket.socket | None, handle: Handler) -> None:
        """Take a socket where anybody of this user may connect, or None for connections that are handed over."""
        self._listener = listener
        self._handle = handle
        self._callers: set[Caller] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.get_running_loop()
        if listener is not None:
            listener.settimeout(0)
            self._loop.add_reader(listener.fileno(), self._accept, listener)

    def close(self) -> None:
        """Hang up on everybody."""
        if self._listener is not None:
            self._loop.remove_reader(self._listener.fileno())
            self._listener.close()
        for caller in list(self._callers):
            self._hang_up(caller)

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            connection, _ = listener.accept()
            if _peer(connection) not in (0, os.geteuid()):
                connection.close()
                return
            self.adopt(connection)

    def adopt(self, connection: socket.socket) -> None:
        """Take orders at a connection."""
        connection.settimeout(0)
        caller = Caller(connection)
        self._callers.add(caller)
        self._loop.add_reader(connection.fileno(), self._read, caller)

    def _read(self, caller: Caller) -> None:
        try:
            arrived = caller.messages.arrived()
        except BlockingIOError:
            return
        except OSError:
            arrived = None
        if arrived is None:
            self._hang_up(caller)
            return
        for message, descriptors in arrived:
            task = self._loop.create_task(self._answer(caller, message, descriptors))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _answer(self, caller: Caller, message: bytes, descriptors: list[int]) -> None:
        try:
            order = json.loads(message)
            answer = await self._handle(caller, order, descriptors)
        except AcrdnsError as error:
            answer = {"error": str(error)}
        except (OSError, sqlite3.Error) as error:
            answer = {"error": f"the lab cannot do that: {error}"}
        except Exception as error:  # noqa: BLE001 -- a message must not end the lab, whatever it is
            answer = {"error": f"this is no order: {type(error).__name__}: {error}"}
        caller.send(answer)

    def _hang_up(self, caller: Caller) -> None:
        if caller in self._callers:
            self._callers.remove(caller)
            caller.close()


class ControlClient:
    """Gives orders to a lab, and waits for each answer. Raises LabError for an order that is refused."""

    def __init__(self, path: str | socket.socket) -> None:
        """Connect to the socket at a path, or take a connection that is there."""
        if isinstance(path, socket.socket):
            self._socket, self._messages = path, Messages(path)
            return
        self._socket = socket.socket(socket.AF_UNIX)
        self._messages = Messages(self._socket)
        try:
            self._socket.connect(path)
        except OSError as error:
            self._socket.close()
            reason = (error.strerror or str(error)).lower()
            advice = "start one with acrdns lab up TOPOLOGY, or give the order inside acrdns lab run"
            raise LabError(f"no lab answers at {path}: {reason}; {advice}") from None
        if os.geteuid() not in (0, _peer(self._socket)):
            self._socket.close()
            raise LabError(f"the lab at {path} is somebody else's; set XDG_RUNTIME_DIR to a directory of your own")

    def fileno(self) -> int:
        """Return the descriptor that can be read when `receive` has something."""
        return self._socket.fileno()

    def order(self, what: str, *, descriptors: Sequence[int] = (), **arguments: Any) -> dict[str, Any]:
        """Send an order, with descriptors where it needs some, and return the answer."""
        self.send(what, descriptors, **arguments)
        said = self.receive()
        if said is None:
            raise LabError("the lab has ended")
        if "error" in said:
            raise LabError(said["error"])
        return said

    def send(self, what: str, descriptors: Sequence[int], **arguments: Any) -> None:
        """Send an order. Raises LabError if the lab has ended."""
        try:
            self._messages.send({"order": what, **arguments}, descriptors)
        except OSError:
            raise LabError("the lab has ended") from None

    def receive(self) -> dict[str, Any] | None:
        """Return the next message of the lab, or None if it has ended."""
        try:
            arrived = self._messages.receive()
        except OSError:
            return None
        return json.loads(arrived[0]) if arrived else None

    @property
    def waiting(self) -> bool:
        """Whether `receive` returns at once, though there may be nothing to read."""
        return self._messages.waiting

    def wait(self) -> None:
        """Wait until the lab hangs up, which it does when it has ended."""
        with suppress(OSError):
            self._messages.receive()

    def close(self) -> None:
        """Hang up."""
        self._messages.close()
