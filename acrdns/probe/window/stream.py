"""One TCP connection to a DNS server, with pipelined queries (RFC 7766 section 6.2.1.1)."""

from __future__ import annotations

import selectors
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LENGTH = 2
_PIECE = 65536


class Stream:
    """A non-blocking connection with its buffers."""

    def __init__(self, address: str, port: int) -> None:
        self.sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
        self.answers = 0
        """Messages received."""
        self._out = bytearray()
        self._in = bytearray()
        self.sock.settimeout(0)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # BlockingIOError: the connection is under way. A failure shows at the first read or write.
        with suppress(BlockingIOError):
            self.sock.connect((address, port))

    @property
    def events(self) -> int:
        """The selector events to wait for."""
        return selectors.EVENT_READ | (selectors.EVENT_WRITE if self._out else 0)

    def send(self, messages: Iterable[bytes]) -> None:
        """Write messages; buffer what does not fit. Raises OSError."""
        for message in messages:
            self._out += len(message).to_bytes(_LENGTH, "big") + message
        self.flush()

    def flush(self) -> None:
        """Write as much of the buffer as fits. Raises OSError."""
        with suppress(BlockingIOError):
            while self._out:
                del self._out[: self.sock.send(self._out)]

    def receive(self) -> Iterator[bytes]:
        """Yield the messages received. Raises OSError, and EOFError once the server has closed the connection."""
        while True:
            try:
                octets = self.sock.recv(_PIECE)
            except BlockingIOError:
                return
            if not octets:
                raise EOFError
            self._in += octets
            yield from self._messages()

    def _messages(self) -> Iterator[bytes]:
        start = 0
        while len(self._in) - start >= _LENGTH:
            end = start + _LENGTH + int.from_bytes(self._in[start : start + _LENGTH], "big")
            if end > len(self._in):
                break
            self.answers += 1
            yield bytes(self._in[start + _LENGTH : end])
            start = end
        del self._in[:start]

    def close(self) -> None:
        """Close the connection."""
        self.sock.close()
