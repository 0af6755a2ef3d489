"""The calls of Linux that Python 3.11 has no function for: namespaces, mounts, and death with the parent."""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import signal
import sys
from pathlib import Path

from acrdns.errors import LabError

NEW_MOUNTS = 0x00020000
NEW_USERS = 0x10000000
NEW_PIDS = 0x20000000
NEW_NETWORK = 0x40000000

_OWN_DESCRIPTORS = 48
"""Descriptors of a lab beside its sockets: the store, processes, and a few connections."""
_MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_BIND, _MS_REC, _MS_PRIVATE = 2, 4, 8, 4096, 16384, 1 << 18
_PR_SET_PDEATHSIG = 1
_OPEN_MAX = 10240

_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number).lower()}")


def check_descriptors(sockets: int) -> None:
    """Raise LabError where this process may not open so many sockets and what else a lab needs."""
    needed, most = sockets + _OWN_DESCRIPTORS, resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if most != resource.RLIM_INFINITY and most < needed:
        raise LabError(f"the lab needs {needed} open files, and may have {most}: raise ulimit -n")


def allow_descriptors() -> tuple[int, int]:
    """Allow this process as many open descriptors as it may have; return the limits as they were."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (before[1], before[1]))
    except (OSError, ValueError):  # macOS: there is a limit that is not shown, at least OPEN_MAX (setrlimit(2))
        if before[0] < _OPEN_MAX:
            resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_MAX, before[1]))
    return before


def die_with(parent: int) -> None:
    """Let this process be killed when its parent ends, on Linux. Ends it where the parent has ended already."""
    if sys.platform == "linux":
        _checked(_libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def unshare(flags: int, what: str) -> None:
    """Leave namespaces for new ones. Raises OSError, which names `what` is refused."""
    if sys.platform == "linux":
        _checked(_libc.unshare(flags), what)
    else:
        raise OSError(errno.ENOSYS, f"{what}: {os.strerror(errno.ENOSYS).lower()}")


def end_of(process: int) -> int:
    """Return a descriptor that can be read when a process has ended."""
    assert hasattr(os, "pidfd_open"), "there are no namespaces without it"
    descriptor: int = os.pidfd_open(process)
    return descriptor


def map_user(uid: int, gid: int, *, as_root: bool = False) -> None:
    """Let a new user namespace know this user alone: by its own id, or as root."""
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{0 if as_root else uid} {uid} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{0 if as_root else gid} {gid} 1", encoding="ascii")


def keep_mounts_private() -> None:
    """Keep what is mounted from now on inside this mount namespace."""
    _mount(None, "/", None, _MS_REC | _MS_PRIVATE)


def mount_tmpfs(target: str, mode: int) -> None:
    """Mount an empty tmpfs. Raises OSError."""
    _mount("tmpfs", target, "tmpfs", _MS_NOSUID | _MS_NODEV, f"mode={mode:o}")


def mount_proc() -> None:
    """Mount /proc again, for a new PID namespace. Raises OSError: many containers do not allow it."""
    _mount("proc", "/proc", "proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC)


def bind(source: str, target: str) -> None:
    """Bind a file or directory over another one. Raises OSError."""
    _mount(source, target, None, _MS_BIND)


def _mount(source: str | None, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    texts = (text.encode() if text is not None else None for text in (source, target, kind))
    result = _libc.mount(*texts, ctypes.c_ulong(flags), data.encode() if data is not None else None)
    _checked(result, f"mount of {kind or source or 'a bind'} on {target}")
