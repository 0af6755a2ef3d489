"""Messages over a Unix stream socket, each a line of JSON, with descriptors where it needs some.

Sequenced packets would keep their bounds, but macOS has none (unix(4) there). A line `+N` comes ahead of a message and
brings N of its descriptors: a read may return the end of one message together with descriptors of the next.
"""

from __future__ import annotations

import json
import os
import socket
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST = 1 << 20
"""Octets of a message."""
_PART = 200
"""Descriptors that are sent at a time: Linux takes 253 (unix(7))."""
_PIECE = 1 << 16


def line(message: dict[str, Any]) -> bytes:
    """Return a message as it is sent."""
    return json.dumps(message).encode() + b"\n"


class Messages:
    """One end of a connection."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._arrived = bytearray()
        self._descriptors: list[int] = []
        self._announced = 0
        self._complete: list[tuple[bytes, list[int]]] = []

    def send(self, message: dict[str, Any], descriptors: Sequence[int] = ()) -> None:
        """Send a message, and wait until the system has taken all of it. Raises OSError."""
        for start in range(0, len(descriptors), _PART):
            part = descriptors[start : start + _PART]
            socket.send_fds(self.connection, [b"+%d\n" % len(part)], part)
        self.connection.sendall(line(message))

    def receive(self) -> tuple[bytes, list[int]] | None:
        """Wait for a message and return it with its descriptors, or None at the end of the connection.

        Raises OSError.
        """
        while not self._complete:
            arrived = self.arrived()
            if arrived is None:
                return None
            self._complete += arrived
        return self._complete.pop(0)

    @property
    def waiting(self) -> bool:
        """Whether `receive` returns at once, though there may be nothing to read."""
        return bool(self._complete)

    def arrived(self) -> list[tuple[bytes, list[int]]] | None:
        """Read once, and return the messages that are complete now; None at the end of the connection.

        Raises BlockingIOError, and other OSErrors for what no end of ours sends.
        """
        octets, descriptors, _, _ = socket.recv_fds(self.connection, _PIECE, _PART)
        self._descriptors += descriptors
        if not octets:
            return None
        self._arrived += octets
        *lines, self._arrived = self._arrived.split(b"\n")
        if len(self._arrived) > LONGEST:
            raise OSError(f"a message of more than {LONGEST} octets")
        return list(self._messages(lines))

    def _messages(self, lines: Sequence[bytearray]) -> Iterator[tuple[bytes, list[int]]]:
        for each in lines:
            if each[:1] == b"+" and each[1:].isdigit():
                self._announced += int(each[1:])
                continue
            if self._announced > len(self._descriptors):
                raise OSError("descriptors are missing")
            own, self._descriptors = self._descriptors[: self._announced], self._descriptors[self._announced :]
            self._announced = 0
            yield bytes(each), own

    def close(self) -> None:
        """Hang up."""
        self.connection.close()
        for descriptor in (*self._descriptors, *(each for _, own in self._complete for each in own)):
            os.close(descriptor)
        self._descriptors, self._complete = [], []
