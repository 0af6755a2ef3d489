"""The first process of the command's PID namespace: it runs the command, and all in the namespace end with it."""

from __future__ import annotations

import json
import os
import select
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from acrdns.lab.namespace import kernel

if TYPE_CHECKING:
    import socket

FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)
"""Signals that go from the lab to the command."""
_NOT_FOUND, _NOT_EXECUTABLE = 127, 126
"""Exit codes where a command cannot be run, as those of env(1)."""


class Init:
    """Process 1; `run` never returns."""

    def __init__(self, link: socket.socket, command: tuple[str, ...], alive: int) -> None:
        self._link = link
        self._command = command
        self._alive = alive

    def run(self) -> NoReturn:
        """Run the command, report its status at the link, and end this process."""
        try:
            # The parent has no number in here, so that a pipe says whether it was still there.
            kernel.die_with(0)
            if not select.select([self._alive], [], [], 0)[0]:
                with suppress(OSError):  # many containers do not allow it
                    kernel.mount_proc()
                self._wait_for(self._start())
        finally:
            os._exit(0)

    def _start(self) -> int:
        pid = os.fork()
        if pid:
            return pid
        try:
            for number in (*FORWARDED, signal.SIGPIPE, signal.SIGXFSZ):
                signal.signal(number, signal.SIG_DFL)
            os.execvp(self._command[0], self._command)  # noqa: S606 -- the command is the user's own
        except OSError as error:
            sys.stderr.write(f"acrdns lab: {self._command[0]}: {(error.strerror or str(error)).lower()}\n")
            sys.stderr.flush()
            os._exit(_NOT_FOUND if isinstance(error, FileNotFoundError) else _NOT_EXECUTABLE)
        finally:
            os._exit(_NOT_EXECUTABLE)

    def _wait_for(self, command: int) -> None:
        for number in FORWARDED:
            signal.signal(number, lambda received, _: os.kill(command, received))
        while True:
            pid, status = os.waitpid(-1, 0)
            if pid == command:
                break
        with suppress(OSError):
            self._link.send(json.dumps({"status": status}).encode())
