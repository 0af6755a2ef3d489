"""A process that outlives a lab and removes what it has left: also a lab that SIGKILL ended leaves no file.

`watch` starts this file as a program of its own, in a session of its own, and holds the other end of its stdin: that
end is closed with the lab, however the lab ends. The program imports the standard library alone.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def watch(path: Path, *directories: Path) -> Iterator[None]:
    """Have a lab's socket and its directories removed if this process ends inside, in whatever way."""
    with subprocess.Popen(  # noqa: S603 -- this program
        (sys.executable, "-I", "-S", __file__, path, *directories),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # a signal to the lab's process group or from its terminal is not for this one
    ):
        yield


def _remove(path: Path, *directories: Path) -> None:
    """Remove a lab's socket and directories, unless a lab answers at the socket: another one by now."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as probe:
        if probe.connect_ex(str(path)) == 0:
            return
    for directory in directories:
        shutil.rmtree(directory, ignore_errors=True)
    path.unlink(missing_ok=True)


if __name__ == "__main__":
    os.read(0, 1)
    _remove(*map(Path, sys.argv[1:]))
