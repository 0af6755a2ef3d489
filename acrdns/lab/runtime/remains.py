"""A process that outlives a lab and removes what it has left: also a lab that SIGKILL ended leaves no file.

`watch` starts this file as a program of its own, in a session of its own, and holds the other end of its stdin: that
end is closed with the lab, however the lab ends. The program imports the standard library alone.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOMENT = 0.01
_INTEGER = 4
_LOCAL_PEERPID = (0, 2)
"""Level and option (macOS, sys/un.h)."""


@contextmanager
def watch(path: Path, *directories: Path) -> Iterator[None]:
    """Have a lab's socket and its directories removed if this process ends inside, in whatever way."""
    with subprocess.Popen(  # noqa: S603 -- this program
        (sys.executable, "-I", "-S", __file__, str(os.getpid()), path, *directories),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # a signal to the lab's process group or from its terminal is not for this one
    ):
        yield


@contextmanager
def alone(directory: Path) -> Iterator[None]:
    """Keep others from looking for a socket in a directory, binding one or removing it at the same time."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _remove(lab: int, path: Path, *directories: Path) -> None:
    """Remove a lab's socket and directories, unless another lab answers at the socket by now.

    The system closes the files of a process that was killed one by one: its socket may take connections for a moment.
    """
    while not _removed(lab, path, *directories):
        time.sleep(_MOMENT)


def _removed(lab: int, path: Path, *directories: Path) -> bool:
    """Remove them where nobody answers; return whether the lab that has ended does no more."""
    with alone(path.parent):
        answers = _listener(path)
        if answers is None:
            for directory in directories:
                shutil.rmtree(directory, ignore_errors=True)
            path.unlink(missing_ok=True)
    return answers != lab


def _listener(path: Path) -> int | None:
    """Return the process that listens at a socket, or None."""
    with socket.socket(socket.AF_UNIX) as probe:
        if probe.connect_ex(str(path)):
            return None
        if sys.platform == "linux":
            found = probe.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _INTEGER)
        else:
            found = probe.getsockopt(*_LOCAL_PEERPID, _INTEGER)
        return int.from_bytes(found, sys.byteorder)


if __name__ == "__main__":
    os.read(0, 1)
    _remove(int(sys.argv[1]), *map(Path, sys.argv[2:]))
