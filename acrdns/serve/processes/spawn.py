"""Child processes: forked with all that is loaded, with nothing of their parent's that they do not need.

Two pipes tie parent and child. When the parent closes its end of the first, or dies, the child reads its end and stops;
when the child dies, however, the parent reads the end of the second. The child writes lines to report to it.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_IGNORED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""A child stops when its parent says so, not by what a terminal or a service manager sends to all of a group."""


@dataclass(frozen=True, slots=True)
class Child:
    """A running child."""

    pid: int
    life: int
    """To close when the child has to stop."""
    voice: int
    """To read lines from; its end is the child's end."""

    def stop(self) -> None:
        """Ask it to finish what it is doing, and to end."""
        os.close(self.life)

    def kill(self) -> None:
        """End it at once."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def reap(self) -> str:
        """Wait for its end, which is known to have come or to be near, and say how it ended."""
        os.close(self.voice)
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"


class ChildReports:
    """A child's way to report a line to its parent. It never waits: what the pipe cannot take is not said."""

    def __init__(self, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor

    def say(self, line: str) -> None:
        """Report one line."""
        with suppress(OSError):
            os.write(self._descriptor, " ".join(line.split())[:2000].encode(errors="replace") + b"\n")


def spawn(task: Callable[[int, ChildReports], None], keep: Iterable[int]) -> Child:
    """Fork a child that runs a task and ends. `keep` are the descriptors it needs.

    The task gets the descriptor that becomes readable when it has to stop, and its voice.
    """
    stop, life = os.pipe()
    voice, speak = os.pipe()
    # A signal that arrives before the child has its own handlers would wake the parent through what they share.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    try:
        pid = os.fork()
        if not pid:
            _run(lambda: task(stop, ChildReports(speak)), (*keep, stop, speak), before)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    os.close(stop)
    os.close(speak)
    os.set_blocking(voice, False)
    return Child(pid, life, voice)


def _run(task: Callable[[], None], keep: tuple[int, ...], mask: set[signal.Signals | int]) -> None:
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        for number in _IGNORED:
            signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        _close_all_but({0, 1, 2, *keep})
        gc.freeze()  # what is loaded stays; looking through it would only make copies of its pages
        task()
        code = 0
    except BaseException:  # noqa: BLE001 -- nothing of a child may run on in its parent's code
        import traceback

        with suppress(Exception):
            traceback.print_exc(file=sys.stderr)
    finally:
        os._exit(code)


def _close_all_but(keep: set[int]) -> None:
    listed = [int(entry.name) for entry in Path("/dev/fd").iterdir()]
    for descriptor in listed:
        if descriptor not in keep:
            with suppress(OSError):
                os.close(descriptor)
