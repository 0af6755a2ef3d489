"""The program of the DNS server's process: `python -m acrdns.lab.runtime.serving.dns_process PARENT LINK`.

It imports what it needs, then waits at the descriptor LINK for a topology and sockets. It serves them as `acrdns serve`
does those that a service manager passes on, and writes `ready` to its stdout. It is killed when process PARENT ends, on
Linux at once; elsewhere, and where PARENT is killed before it is asked to, when the other end of LINK is closed.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from typing import Any, TextIO

from acrdns.errors import AcrdnsError
from acrdns.lab.namespace.kernel import die_with
from acrdns.lab.runtime.messages import Messages
from acrdns.serve.options import Options
from acrdns.serve.server import Server
from acrdns.serve.sources import Sources

_FIRST = 3
KEPT = 10_000
"""Answers that are kept at an address."""


def main(parent: int, link: int) -> int:
    """Serve what arrives at the link until a signal ends this process."""
    die_with(parent)
    messages = Messages(socket.socket(fileno=link))
    received = messages.receive()
    if received is None:
        return 0  # nobody needs it
    said: dict[str, Any] = json.loads(received[0])
    end = _FIRST + len(received[1])
    link = _moved(messages.connection.detach(), end)
    topology, *sockets = (_moved(each, end) for each in received[1])
    for at, each in enumerate(sockets):
        os.dup2(each, _FIRST + at)
        os.close(each)
    os.environ.update(
        LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(sockets)), LISTEN_FDNAMES=":".join(said["vantages"])
    )
    services = tuple((host, address) for host, address in said["services"])
    sources = Sources(said["file"] or f"/proc/self/fd/{topology}", services=services)
    try:
        server = Server(Options(sources, workers=1, kept=KEPT), _report)
    except AcrdnsError as error:
        _report(str(error))
        return 2

    def ready() -> None:
        asyncio.get_running_loop().add_reader(link, os.kill, os.getpid(), signal.SIGKILL)
        _write(sys.stdout, "ready")

    server.run(ready)
    return 0


def _moved(descriptor: int, first: int) -> int:
    """Move a descriptor to a number from the first one on, where those of LISTEN_FDS cannot be."""
    import fcntl

    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, first)
    os.close(descriptor)
    return moved


def _report(line: str) -> None:
    _write(sys.stderr, line)


def _write(stream: TextIO, line: str) -> None:
    stream.write(f"{line}\n")
    stream.flush()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
