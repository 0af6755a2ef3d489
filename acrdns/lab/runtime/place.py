"""Where a running lab is found: the socket that ACRDNS_LAB names, else the one in the user's runtime directory."""

from __future__ import annotations

import os
import socket
import stat
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from acrdns.errors import LabError
from acrdns.lab.runtime.remains import alone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_BACKLOG = 64


def place(environment: Mapping[str, str]) -> Path:
    """Return the path of the socket of `lab up`."""
    runtime = environment.get("XDG_RUNTIME_DIR")
    if runtime and Path(runtime).is_dir():
        return Path(runtime, "acrdns-lab")
    return Path(tempfile.gettempdir(), f"acrdns-{os.geteuid()}", "lab")


@contextmanager
def kept(path: Path) -> Iterator[Callable[[], bool]]:
    """Return what says whether the socket that is at a path now is still there, whatever is mounted over it later."""
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    own = os.stat(path.name, dir_fd=directory).st_ino

    def is_there() -> bool:
        try:
            return os.stat(path.name, dir_fd=directory).st_ino == own
        except OSError:
            return False

    try:
        yield is_there
    finally:
        os.close(directory)


def found(environment: Mapping[str, str]) -> str:
    """Return the socket of the lab that orders are for."""
    return environment.get("ACRDNS_LAB") or str(place(environment))


def make_directory(directory: Path) -> None:
    """Make the directory of a socket, which nobody else may use. Raises LabError where it is somebody else's."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = directory.lstat()
    if kept.st_uid != os.geteuid() or stat.S_ISLNK(kept.st_mode):
        raise LabError(f"{directory} is somebody else's; set XDG_RUNTIME_DIR to a directory of your own")


def listen(path: Path) -> socket.socket:
    """Return a socket that listens at a path in a directory made before. Raises LabError where a lab runs there."""
    with alone(path.parent):
        return _listening(path)


def _listening(path: Path) -> socket.socket:
    probe = socket.socket(socket.AF_UNIX)
    with probe:
        try:
            probe.connect(str(path))
        except OSError:
            path.unlink(missing_ok=True)  # left by a lab that was killed
        else:
            raise LabError(f"a lab is up already, at {path}; acrdns lab down ends it")
    made = socket.socket(socket.AF_UNIX)
    before = os.umask(0o177)
    try:
        made.bind(str(path))
    except OSError as error:
        made.close()
        words = f"the lab cannot listen at {path}: {error.strerror or error}; set XDG_RUNTIME_DIR to another directory"
        raise LabError(words) from None
    finally:
        os.umask(before)
    made.listen(_BACKLOG)
    return made
