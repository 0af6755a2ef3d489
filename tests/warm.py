"""The program as a process of its own, started at once: forked from a process that has imported it, but for one request.

An interpreter that starts and imports `acrdns` takes ten times as long as most of what tests then ask of it. The forked
process has its own standard streams, environment, folder and arguments, and runs what `python -m acrdns` runs. It ends as
an interpreter does, but that no module is taken down: that would take longer than the program.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import pkgutil
import socket
import subprocess
import sys
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
_LARGEST = 1 << 17
"""Octets of a request: arguments, folder and environment."""


class WarmProgram:
    """The process that is forked. Whoever starts it has to be the subreaper of its descendants (`conftest`)."""

    def __init__(self) -> None:
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            command = [sys.executable, "-m", "tests.warm", str(theirs.fileno())]
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], cwd=ROOT, stdin=subprocess.DEVNULL)

    def start(self, request: bytes, streams: list[int]) -> int:
        """Return the id of a new process, which is a child of this one."""
        socket.send_fds(self._requests, [request], streams)
        return int(self._requests.recv(32))

    def close(self) -> None:
        """End it; those that it has started go on."""
        self._requests.close()
        self._process.wait()


class _Use:
    """Whether `Acrdns` starts its processes in this way, and the process that is forked, once it was needed."""

    allowed = False
    program: WarmProgram | None = None


@contextmanager
def in_use() -> Iterator[None]:
    """Let `Acrdns` start its processes in this way meanwhile."""
    _Use.allowed = True
    try:
        yield
    finally:
        _Use.allowed = False
        if _Use.program is not None:
            _Use.program.close()


class Acrdns(subprocess.Popen[str]):
    """`acrdns` with these arguments. All else is as for `Popen`."""

    def __init__(self, arguments: list[str], **options: Any) -> None:
        self._arguments = arguments
        super().__init__([sys.executable, "-m", "acrdns", *arguments], text=True, **options)

    def _execute_child(self, *given: Any) -> None:
        """Do what Popen does with fork and exec."""
        if not _Use.allowed:
            super()._execute_child(*given)  # type: ignore[misc]
            return
        *_, cwd, env, _, _, _, p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite = given[:16]
        request = {"arguments": self._arguments, "cwd": str(cwd or Path.cwd()), "environment": {**(env or os.environ)}}
        streams = [own if own >= 0 else number for number, own in enumerate((p2cread, c2pwrite, errwrite))]
        try:
            _Use.program = _Use.program or WarmProgram()
            self.pid = _Use.program.start(json.dumps(request).encode(), streams)
            self._child_created = True
        finally:
            self._close_pipe_fds(p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite)  # type: ignore[attr-defined]


def run(*arguments: str, text: str = "", seconds: float = 60.0) -> subprocess.CompletedProcess[str]:
    """Run `acrdns` to its end, with a text on standard input."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with Acrdns(list(arguments), cwd=ROOT, **pipes) as process:
        out, err = process.communicate(text, timeout=seconds)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def _serve(requests: socket.socket) -> None:
    """Fork for each request, until nobody is left who could send one."""
    import_module("yaml")
    for package in ("cli", "serve", "wire", "zone", "topology", "resolve", "check", "probe", "report", "exchange"):
        found = import_module(f"acrdns.{package}")
        for module in pkgutil.walk_packages(found.__path__, f"{found.__name__}."):
            import_module(module.name)
    gc.freeze()  # else the collector of each forked process writes to all of it, and all of it is copied
    while True:
        request, streams, *_ = socket.recv_fds(requests, _LARGEST, 3)
        if not request:
            return
        reader, writer = os.pipe()
        between = os.fork()
        if between == 0:
            child = os.fork()
            if child == 0:
                _run(json.loads(request), streams)
            os.write(writer, str(child).encode())
            os._exit(0)  # the child is the subreaper's now
        os.waitpid(between, 0)
        requests.send(os.read(reader, 32))
        for each in (reader, writer, *streams):
            os.close(each)


def _run(request: dict[str, Any], streams: list[int]) -> NoReturn:
    """Be the program."""
    for number, each in enumerate(streams):
        os.dup2(each, number)
    os.closerange(3, 256)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv = ["acrdns", *request["arguments"]]
    from acrdns.__main__ import main

    codes: list[int] = []
    atexit.register(_end_at_once, codes)  # the first to be registered is the last to be called
    codes.append(main())
    sys.exit(codes[0])


def _end_at_once(codes: list[int]) -> None:
    """End with the code that the program has returned, after its threads have ended and what it registered was called."""
    if not codes:
        return
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        return  # the interpreter meets the same, and has its own code for it
    os._exit(codes[0])


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
