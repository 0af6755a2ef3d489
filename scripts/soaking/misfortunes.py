"""Misfortunes of a server, each in a thread of its own: all happen at once, until they are told to rest."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import dns.message

from scripts.soaking.clients import quietly

if TYPE_CHECKING:
    from collections.abc import Callable

    Where = tuple[str, int]

DRIPPING = 40
"""Connections that bring an octet now and then."""
FLOOD = 200
"""Datagrams of a burst, from an address of its own."""
NAMES = (("azurecr.io", 2_000), ("privatelink.azurecr.io", 10**9), ("flood.example", 2_000))
"""Where a flood makes names up, and how many. Answers for the first and the last come from upstream."""
AWAY = 5.0
"""Seconds that the resolver upstream is away at a time; and the longest time after which it counts as back."""


class Misfortune(threading.Thread):
    """Does something every so many seconds."""

    def __init__(self, name: str, do: Callable[[], object], seconds: float, resting: threading.Event) -> None:
        super().__init__(name=name, daemon=True)
        self._do = do
        self._seconds = seconds
        self._resting = resting
        self.done = threading.Event()
        self.count = 0
        self.last = 0.0
        """When it was done last."""

    def run(self) -> None:
        """Do it until `done` is set."""
        while not self.done.wait(self._seconds * random.uniform(0.5, 1.5)):  # noqa: S311 -- no secret
            if not self._resting.is_set():
                self.last = time.monotonic()
                self._do()
                self.count += 1


class Reloads:
    """Writes one topology or the other, and now and then one that does not load, and asks for a reload."""

    def __init__(self, file: Path, texts: tuple[str, ...], pid: int) -> None:
        self._file = file
        self._texts = texts
        self._pid = pid
        self._number = 0

    def __call__(self) -> None:
        """Reload once."""
        self._number += 1
        text = "version: 9\n" if self._number % 7 == 0 else self._texts[self._number % len(self._texts)]
        new = self._file.with_suffix(".new")
        new.write_text(text)
        new.replace(self._file)
        os.kill(self._pid, signal.SIGHUP)


def children(pid: int) -> list[int]:
    """Return the child processes of a process."""
    return [int(text) for text in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def kill_a_child(pid: int) -> None:
    """Kill a worker or the query log's writer."""
    quietly(lambda: os.kill(random.choice(children(pid)), signal.SIGKILL))  # noqa: S311 -- no secret


class Stderr(threading.Thread):
    """Reads the server's stderr; now and then it does not for a while, so that the pipe is full."""

    def __init__(self, reader: int) -> None:
        super().__init__(daemon=True)
        self._reader = reader
        self._paused = threading.Event()
        self.lines: Counter[str] = Counter()
        self.last: list[str] = []

    def run(self) -> None:
        """Read to the end."""
        with open(self._reader, errors="replace") as stream:  # noqa: PTH123 -- it is a descriptor
            for line in stream:
                while self._paused.is_set():
                    time.sleep(0.1)
                kind = "a query" if line[:2] == "20" else "another line"
                self.lines[kind] += 1
                self.last = [*self.last[-20:], line.rstrip()]

    def turn(self) -> None:
        """Stop reading, or go on."""
        if self._paused.is_set():
            self._paused.clear()
        else:
            self._paused.set()


class Dripping:
    """Clients that bring an octet of a query, or of an HTTP request, now and then."""

    def __init__(self, wheres: list[Where]) -> None:
        self._wheres = wheres
        self._open: list[socket.socket] = []

    def __call__(self) -> None:
        """Bring one octet each, and connect again those that were closed."""
        kept = []
        for each in self._open:
            try:
                each.sendall(b"\0")
                kept.append(each)
            except OSError:
                each.close()
        self._open = kept
        while len(self._open) < DRIPPING:
            try:
                self._open.append(socket.create_connection(random.choice(self._wheres), 1.0))  # noqa: S311
            except OSError:
                return

    def close(self) -> None:
        """Let all go."""
        for each in self._open:
            each.close()
        self._open = []


class Flood:
    """Made-up names, below a simulated name and outside, from an address of its own."""

    def __init__(self, where: Where) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.66.0.1", 0))
        self._socket.connect(where)
        self._socket.setblocking(False)  # noqa: FBT003 -- it takes no name

    def __call__(self) -> None:
        """Send a burst, and read nothing of what it is answered."""
        for _ in range(FLOOD):
            suffix, most = random.choice(NAMES)  # noqa: S311 -- no secret
            name = f"x{random.randrange(most)}.{suffix}"  # noqa: S311 -- the same
            packet = dns.message.make_query(name, "A").to_wire()
            quietly(lambda packet=packet: self._socket.send(packet))  # type: ignore[misc]


class Upstream:
    """A resolver that comes and goes: it is killed, or stopped for a while."""

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._away_since = 0.0
        self._back_since = 0.0
        self._process = self._start()

    def _start(self) -> subprocess.Popen[str]:
        process = subprocess.Popen(self._command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert process.stdout is not None
        while "ready" not in process.stdout.readline():
            pass
        return process

    def __call__(self) -> None:
        """Go away for a while."""
        self._away_since, self._back_since = time.monotonic(), float("inf")
        if random.random() < 0.5:  # noqa: S311, PLR2004 -- one way or the other
            self._process.send_signal(signal.SIGSTOP)
            time.sleep(AWAY)
            self._process.send_signal(signal.SIGCONT)
        else:
            self.close()
            time.sleep(AWAY)
            self._process = self._start()
        self._back_since = time.monotonic()

    def may_fail(self, since: float) -> bool:
        """Return whether it was away since then, or a little before: a failure is remembered for a while."""
        return self._back_since + 2 * AWAY > since or self._away_since > since

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
