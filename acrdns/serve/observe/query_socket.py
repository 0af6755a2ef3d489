"""A Unix socket at which the query log is written, as JSON lines, to whoever connects.

Nothing waits for a reader: one that is slow loses lines, and is told how many; one that is gone is forgotten.
"""

from __future__ import annotations

import json
import os
import select
import socket
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from acrdns.errors import ListenError

if TYPE_CHECKING:
    from acrdns.serve.listen.privileges import Identity

_MOST = 16
"""Readers at a time; a further one is let go."""
_BACKLOG = 16


class QuerySocket:
    """The socket. It is bound by the parent process, before it forks, and used by the writer of the log."""

    def __init__(self, path: str, owner: Identity | None = None) -> None:
        """Bind. Only the user that serves, and root, may connect. Raises ListenError."""
        self._path = path
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(0)
        try:
            _remove_left_over(path)
            mask = os.umask(0o177)
            try:
                self._socket.bind(path)
            finally:
                os.umask(mask)
            if owner is not None:
                os.chown(path, owner.uid, owner.gid)
            self._socket.listen(_BACKLOG)
            self._inode = Path(path).stat().st_ino
        except (OSError, ValueError) as error:
            self._socket.close()
            reason = getattr(error, "strerror", None) or str(error)
            raise ListenError(f"--query-socket {path}: {reason.lower()}") from None
        self._readers: dict[int, _Reader] = {}

    def fileno(self) -> int:
        """Return the descriptor that new readers arrive at."""
        return self._socket.fileno()

    def close(self) -> None:
        """Close the socket, and remove its file if nobody has made another."""
        for reader in self._readers.values():
            reader.close()
        self._socket.close()
        with suppress(OSError):
            if Path(self._path).stat().st_ino == self._inode:
                Path(self._path).unlink()

    @property
    def is_read(self) -> bool:
        """Whether there is a reader."""
        return bool(self._readers)

    def events(self) -> list[tuple[int, int]]:
        """Return the descriptors to poll, with what to poll them for."""
        found = [(self._socket.fileno(), select.POLLIN)]
        for descriptor, reader in self._readers.items():
            found.append((descriptor, select.POLLIN | (select.POLLOUT if reader.waiting else 0)))
        return found

    def ready(self, descriptor: int) -> None:
        """Go on where `poll` says that a descriptor of `events` is ready."""
        if descriptor == self._socket.fileno():
            self._accept()
        elif reader := self._readers.get(descriptor):
            self._keep(reader, alive=reader.listens() and reader.flush())

    def _accept(self) -> None:
        with suppress(OSError):
            connection, _ = self._socket.accept()
            connection.setblocking(False)  # noqa: FBT003 -- it takes no name
            if len(self._readers) < _MOST:
                self._readers[connection.fileno()] = _Reader(connection)
            else:
                connection.close()

    def write(self, line: str) -> None:
        """Write a line to each reader that can take it."""
        octets = f"{line}\n".encode()
        for reader in list(self._readers.values()):
            self._keep(reader, alive=reader.write(octets))

    def _keep(self, reader: _Reader, *, alive: bool) -> None:
        if not alive:
            del self._readers[reader.descriptor]
            reader.close()


class _Reader:
    """A connection, and the rest of a line that it took in part."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.descriptor = connection.fileno()
        self.waiting = b""
        self._lost = 0

    def listens(self) -> bool:
        """Return whether it is still there. Its own words are thrown away."""
        try:
            return bool(self._connection.recv(4096))
        except BlockingIOError:
            return True
        except OSError:
            return False

    def write(self, octets: bytes) -> bool:
        """Send a line, or count it as lost; return whether the reader is still there."""
        if not self.flush():
            return False
        if self.waiting:
            self._lost += 1
            return True
        lost = json.dumps({"lost": self._lost}).encode() + b"\n" if self._lost else b""
        self.waiting, self._lost = lost + octets, 0
        return self.flush()

    def flush(self) -> bool:
        """Send what waits, as far as it is taken; return whether the reader is still there."""
        try:
            while self.waiting:
                self.waiting = self.waiting[self._connection.send(self.waiting) :]
        except BlockingIOError:
            return True
        except OSError:
            return False
        return True

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


def _remove_left_over(path: str) -> None:
    """Remove the socket of a server that is gone. Raises OSError for one that is served, and for any other file."""
    try:
        mode = Path(path).lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise FileExistsError(17, "a file of this name exists, and is no socket")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as trial:
        try:
            trial.connect(path)
        except ConnectionRefusedError:
            Path(path).unlink()
            return
    raise FileExistsError(17, "another server writes its query log there")
