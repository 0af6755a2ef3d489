"""The DNS server of a vantage point: a child process, which answers as `acrdns serve` does."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from acrdns.errors import LabError
from acrdns.lab.runtime.messages import Messages
from acrdns.lab.sites import management_address
from acrdns.serve.processes.nameless import nameless_file
from acrdns.topology.dump import dumps
from acrdns.traffic import management_host

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from acrdns.topology.model import Topology

_LONGEST = 1 << 16


class DnsProcess:
    """A child process that is started early, and gets its sockets when they are there."""

    def __init__(self, file: Path | None = None) -> None:
        """Start it. `file` is where it finds its topology; None: in memory, which takes Linux."""
        self._file = file
        self._topology = nameless_file("topology") if file is None else os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        self._errors = nameless_file("errors")
        self._sockets: Sequence[tuple[str, tuple[socket.socket, socket.socket]]] = ()
        self._services: list[tuple[str, str]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        """Where the end of the process is waited for."""
        self._start()

    def _start(self) -> None:
        self._link, other = socket.socketpair(socket.AF_UNIX)
        module = "acrdns.lab.runtime.serving.dns_process"
        with other:
            # In a session of its own: a terminal's Ctrl-C is for the command.
            self._process = subprocess.Popen(  # noqa: S603 -- this package's own program
                (sys.executable, "-P", "-m", module, str(os.getpid()), str(other.fileno())),
                pass_fds=(other.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                start_new_session=True,
            )

    async def serve(
        self, topology: Topology, sockets: Sequence[tuple[str, tuple[socket.socket, socket.socket]]]
    ) -> None:
        """Let it answer on pairs of UDP and TCP sockets, each for a vantage point, and wait until it does.

        Raises LabError.
        """
        self._write(topology)
        self._services = [(management_host(topology.cloud), management_address(topology.cloud))]
        self._sockets = sockets
        await self._hand_over()

    async def _hand_over(self) -> None:
        descriptors = [self._topology, *(each.fileno() for _, pair in self._sockets for each in pair)]
        vantages = [vantage for vantage, _ in self._sockets for _ in range(2)]
        file = None if self._file is None else str(self._file)
        with suppress(OSError):  # it has ended already, and that shows below
            Messages(self._link).send({"vantages": vantages, "services": self._services, "file": file}, descriptors)
        assert self._process.stdout is not None
        line = await asyncio.get_running_loop().run_in_executor(None, self._process.stdout.readline)
        if line.strip() != b"ready":
            said = os.pread(self._errors, _LONGEST, 0).decode(errors="replace").strip()
            raise LabError(f"the DNS server did not start: {said or 'it was killed'}")

    async def keep(self) -> None:
        """Start it again on the same sockets whenever it ends; return when that fails."""
        while True:
            await self._end()
            self._stop()
            _say("the DNS server was killed; it is started again")
            self._start()
            try:
                await self._hand_over()
            except LabError as error:
                _say(str(error))
                return

    async def _end(self) -> None:
        """Wait for the end of the process."""
        ended = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._link.fileno(), ended.set)  # the process sends nothing: it is closed then
        await ended.wait()

    def change(self, topology: Topology) -> None:
        """Let it answer by another topology with the same vantage points."""
        self._write(topology)
        self._process.send_signal(signal.SIGHUP)

    def _write(self, topology: Topology) -> None:
        text = dumps(topology).encode()
        os.pwrite(self._topology, text, 0)
        os.ftruncate(self._topology, len(text))

    def close(self) -> None:
        """End it."""
        self._stop()
        os.close(self._topology)
        os.close(self._errors)

    def _stop(self) -> None:
        if self._loop is not None:
            self._loop.remove_reader(self._link.fileno())
            self._loop = None
        self._link.close()
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)  # with its workers, which else take a moment to notice
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


def _say(line: str) -> None:
    with suppress(OSError):  # nobody reads it, or the disk is full
        sys.stderr.write(f"acrdns lab: {line}\n")
