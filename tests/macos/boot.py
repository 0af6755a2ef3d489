"""Started with each process of the interpreter without Linux: it takes away what macOS lacks, before anything else.

The names that go are in `absent.json` (see `interpreter`). The rest is behaviour of the system, each with its source.
"""

from __future__ import annotations

import _socket
import errno
import json
import os
import resource
import selectors
import socket
import struct
import sys
import sysconfig
import types
from importlib import import_module, reload
from pathlib import Path
from typing import Any

_ABSENT = Path(__file__).with_name("absent.json")
_OPEN_MAX = 10240
"""macOS, sys/syslimits.h."""
_LONGEST_PATH = 103
"""Octets of a Unix socket's path, without the zero at the end (macOS, sys/un.h: `char sun_path[104]`)."""
_SOL_LOCAL, _LOCAL_PEERCRED, _LOCAL_PEERPID = 0, 1, 2
"""macOS, sys/un.h."""
_IP_PKTINFO = 26
"""macOS, netinet/in.h; Linux has 8."""
_LINUX = {"SO_PEERCRED": 17, "SO_RCVBUFFORCE": 33, "IP_PKTINFO": 8}
_CREDENTIALS = struct.Struct("3i")
_ALIASES = "LOOPBACK_ALIASES" in os.environ
"""Whether lo0 was given further addresses of 127.0.0.0/8, which most tests use."""
_SYSTEM_CALLS = frozenset(
    [
        "accept4",
        "copy_file_range",
        "epoll_create1",
        "eventfd",
        "getrandom",
        "inotify_init1",
        "memfd_create",
        "mount",
        "pidfd_open",
        "pipe2",
        "prctl",
        "prlimit",
        "recvmmsg",
        "renameat2",
        "sched_setaffinity",
        "sendmmsg",
        "setns",
        "signalfd",
        "splice",
        "syscall",
        "timerfd_create",
        "umount2",
        "unshare",
    ]
)
"""What Linux's manual pages call "Linux-specific", and macOS's libSystem does not export under that name and form."""


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse what macOS refuses; it comes before the call, also of modules in C."""
    if event in ("open", "os.listdir", "os.scandir") and isinstance(arguments[0], str | bytes | os.PathLike):
        path = os.fsdecode(arguments[0])
        if path.startswith(("/proc/", "/sys/")) or (path in ("/proc", "/sys")):
            if _by_a_test():
                return
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    elif event == "socket.__new__":
        _, family, kind, _ = arguments
        if family == socket.AF_UNIX and kind == socket.SOCK_SEQPACKET:  # unix(4): SOCK_STREAM and SOCK_DGRAM
            raise OSError(errno.EPROTONOSUPPORT, os.strerror(errno.EPROTONOSUPPORT))
        if family not in (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, -1):
            raise OSError(errno.EAFNOSUPPORT, os.strerror(errno.EAFNOSUPPORT))
    elif event in ("socket.bind", "socket.connect"):
        _refuse_address(*arguments, binds=event == "socket.bind")
    elif event == "ctypes.dlsym" and arguments[1] in _SYSTEM_CALLS:
        raise AttributeError(f"dlsym(RTLD_DEFAULT, {arguments[1]}): symbol not found")


def _by_a_test() -> bool:
    """Return whether a test itself looks at a process, and not the program that it tests."""
    frame: types.FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_code.co_filename.endswith(("pathlib.py", "/pathlib/__init__.py", "_local.py")):
        frame = frame.f_back
    return frame is not None and f"{os.sep}tests{os.sep}" in frame.f_code.co_filename


def _refuse_address(sock: socket.socket, address: Any, *, binds: bool) -> None:
    if sock.family == socket.AF_UNIX:
        if len(os.fsencode(address)) > _LONGEST_PATH:
            raise OSError("AF_UNIX path too long")
        if os.fsencode(address).startswith(b"\0"):  # no abstract names
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    elif binds and str(address[0]).startswith("127.") and address[0] != "127.0.0.1" and not _ALIASES:
        # lo0 has 127.0.0.1 alone; others take `sudo ifconfig lo0 alias`.
        raise OSError(errno.EADDRNOTAVAIL, os.strerror(errno.EADDRNOTAVAIL))


class _Socket(socket.socket):
    """The options of macOS's sockets by Linux's, where the code asks for them."""

    def getsockopt(self, level: int, option: int, *rest: Any) -> Any:
        """Return the credentials of a peer as macOS does: struct xucred, or a process."""
        if self.family == socket.AF_UNIX and level == _SOL_LOCAL:
            found = super().getsockopt(socket.SOL_SOCKET, _LINUX["SO_PEERCRED"], _CREDENTIALS.size)
            process, user, group = _CREDENTIALS.unpack(found)
            if option == _LOCAL_PEERPID:
                return struct.pack("i", process)
            assert option == _LOCAL_PEERCRED
            return struct.pack("IIhxx16I", 0, user, 1, group, *[0] * 15)[: rest[0]]
        if level == socket.SOL_SOCKET and option in (_LINUX["SO_PEERCRED"], _LINUX["SO_RCVBUFFORCE"]):
            raise OSError(errno.ENOPROTOOPT, os.strerror(errno.ENOPROTOOPT))
        return super().getsockopt(level, option, *rest)

    def recvmsg(self, *arguments: Any) -> Any:
        """Return struct in_pktinfo by its number on macOS, and without the address to answer from."""
        octets, ancillary, flags, address = super().recvmsg(*arguments)
        named = [
            (level, _IP_PKTINFO, data[:4] + bytes(4) + data[8:])
            if (level, kind) == (socket.IPPROTO_IP, _LINUX["IP_PKTINFO"])
            else (level, kind, data)
            for level, kind, data in ancillary
        ]
        return octets, named, flags, address

    def sendmsg(self, buffers: Any, ancillary: Any = (), *rest: Any) -> int:
        """Send with struct in_pktinfo by its number on macOS."""
        named = [
            (level, _LINUX["IP_PKTINFO"] if (level, kind) == (socket.IPPROTO_IP, _IP_PKTINFO) else kind, data)
            for level, kind, data in ancillary
        ]
        return super().sendmsg(buffers, named, *rest)

    def setsockopt(self, level: int, option: int, *rest: Any) -> None:
        """Set an option by its number on macOS."""
        if level == socket.SOL_SOCKET and option == _LINUX["SO_RCVBUFFORCE"]:
            raise OSError(errno.ENOPROTOOPT, os.strerror(errno.ENOPROTOOPT))
        if level == socket.IPPROTO_IP and option == _LINUX["IP_PKTINFO"]:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        if level == socket.IPPROTO_IP and option == _IP_PKTINFO:
            option = _LINUX["IP_PKTINFO"]
        super().setsockopt(level, option, *rest)


def _socketpair(*arguments: Any) -> Any:
    if socket.SOCK_SEQPACKET in arguments[1:2]:
        raise OSError(errno.EPROTONOSUPPORT, os.strerror(errno.EPROTONOSUPPORT))
    return _made_pair(*arguments)


def _getrlimit(limit: int) -> tuple[int, int]:
    """Return macOS's limits: the hard one of descriptors is not shown."""
    soft, hard = _real_getrlimit(limit)
    return (soft, resource.RLIM_INFINITY) if limit == resource.RLIMIT_NOFILE else (soft, hard)


def _setrlimit(limit: int, limits: tuple[int, int]) -> None:
    """Set a limit; that of descriptors is at most OPEN_MAX, or EINVAL (macOS, setrlimit(2))."""
    soft, hard = limits
    if limit == resource.RLIMIT_NOFILE:
        if soft == resource.RLIM_INFINITY or soft > _OPEN_MAX:
            raise ValueError("current limit exceeds maximum limit")
        hard = _real_getrlimit(limit)[1]
        soft = min(soft, hard) if hard != resource.RLIM_INFINITY else soft
    _real_setrlimit(limit, (soft, hard))


def _without_linux() -> None:
    for module, names in json.loads(_ABSENT.read_text(encoding="utf-8")).items():
        found = import_module(module)
        for each in names:
            if hasattr(found, each):
                delattr(found, each)
    # How this interpreter was built is in a module that is named after the system.
    os.environ.setdefault("_PYTHON_SYSCONFIGDATA_NAME", sysconfig._get_sysconfigdata_name())  # type: ignore[attr-defined]
    sys.platform = "darwin"
    named = os.uname_result(
        ("Darwin", os.uname().nodename, "24.0.0", "Darwin Kernel Version 24.0.0", os.uname().machine)
    )
    os.uname = lambda: named
    # macOS's proxies are in its system configuration; a Mac without any.
    proxies: Any = types.ModuleType("_scproxy")
    proxies._get_proxy_settings = proxies._get_proxies = dict
    sys.modules["_scproxy"] = proxies
    patched: Any = socket
    patched.socket = patched.SocketType = _Socket
    patched.LOCAL_PEERCRED = _LOCAL_PEERCRED
    raw: Any = _socket
    raw.socketpair = _socketpair
    limits: Any = resource
    limits.getrlimit, limits.setrlimit = _getrlimit, _setrlimit
    reload(selectors)  # `socket` has imported it before: it chooses what it waits with
    sys.addaudithook(_refuse)


_made_pair = _socket.socketpair
_real_getrlimit, _real_setrlimit = resource.getrlimit, resource.setrlimit
_without_linux()
