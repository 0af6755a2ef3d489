"""Lines on stderr, written without waiting: a slow or missing reader, a full disk or a closed terminal lose lines.

Setting O_NONBLOCK on stderr itself would change it for the shell, too, which shares its open file description. So a
pipe or terminal is opened a second time; where that is not permitted, poll says whether it takes a line.
"""

from __future__ import annotations

import os
import select
import socket
import stat
from contextlib import suppress

_FLAGS = os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


class LineOutput:
    """Writes lines to a descriptor, and never raises and never waits."""

    def __init__(self, descriptor: int = 2) -> None:
        self._descriptor = descriptor
        self._socket: socket.socket | None = None
        self._rest = b""
        """The end of a line that was written in part."""
        self._lost = 0
        with suppress(OSError):
            mode = os.fstat(descriptor).st_mode
            if stat.S_ISSOCK(mode):
                self._socket = socket.socket(fileno=os.dup(descriptor))
            elif not stat.S_ISREG(mode):
                self._descriptor = os.open(f"/dev/fd/{descriptor}", _FLAGS)
        self._asks_first = self._descriptor == descriptor and self._socket is None
        """True if the descriptor may block."""

    def fileno(self) -> int:
        """Return the descriptor that lines are written to."""
        return self._descriptor if self._socket is None else self._socket.fileno()

    def close(self) -> None:
        """Close what was opened besides the descriptor itself."""
        if self._socket is not None:
            self._socket.close()
        elif not self._asks_first:
            os.close(self._descriptor)

    def report(self, line: str) -> None:
        """Write a line, or count it as lost."""
        if not self.write(line):
            self._lost += 1

    def write(self, line: str) -> bool:
        """Write a line; return False if that has to wait. A line that cannot be written for good counts as lost."""
        lost = f"{self._lost} lines are missing here: they could not be written\n" if self._lost else ""
        text = self._rest + f"{lost}{line}\n".encode(errors="backslashreplace")
        try:
            sent = self._send(text)
        except BlockingIOError:
            return False
        except OSError:
            self._lost += 1
            return True
        self._rest = text[sent:]
        self._lost = 0
        return True

    def _send(self, text: bytes) -> int:
        if self._socket is not None:
            return self._socket.send(text, socket.MSG_DONTWAIT)
        if self._asks_first:
            poll = select.poll()
            poll.register(self._descriptor, select.POLLOUT)
            if not poll.poll(0):
                raise BlockingIOError
        return os.write(self._descriptor, text)
