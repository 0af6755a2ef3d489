"""Child processes: forked with all that is loaded, without the descriptors of their parent that they do not need.

Two pipes tie parent and child. The parent writes to the first to ask whether the child still works, and closes it to
stop the child; it is closed, too, when the parent dies. The child writes lines to the second; when the child dies,
however that happens, the parent reads its end.
"""

from __future__ import annotations

import gc
import os
import signal
import traceback
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ALIVE = "alive"
"""The line with which a child answers its parent's question."""
_IGNORED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""A child stops when its parent says so, not by signals that a terminal or a service manager sends to the group."""
_LONGEST = 2000
"""Octets of a line, so that a pipe takes it whole or not at all (PIPE_BUF)."""


@dataclass(frozen=True, slots=True)
class Child:
    """A running child, as its parent sees it."""

    pid: int
    life: int
    """The end of the pipe to the child."""
    lines: int
    """The end of the pipe from the child; it ends with the child."""

    def ask(self) -> None:
        """Let the child start its task; later, ask it whether it still works."""
        with suppress(OSError):  # it is gone, or has not read for long
            os.write(self.life, b"?")

    def stop(self) -> None:
        """Ask it to finish what it is doing, and to end."""
        os.close(self.life)

    def kill(self) -> None:
        """End it at once."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def reap(self) -> str:
        """Wait for its end, which is near or has come, and return how it ended."""
        os.close(self.lines)
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"


class ParentLink:
    """A child's two pipes to its parent."""

    def __init__(self, stop: int, lines: int) -> None:
        os.set_blocking(lines, False)
        self._stop = stop
        self._lines = lines

    def fileno(self) -> int:
        """Return the descriptor that can be read when `ended` has to be called."""
        return self._stop

    def ended(self) -> bool:
        """Answer the parent's question whether this child still works; return True if it has to stop."""
        asked = os.read(self._stop, 64)
        if asked:
            self.say(ALIVE)
        return not asked

    def say(self, line: str) -> None:
        """Report one line. It never waits: a line that the pipe does not take is lost."""
        with suppress(OSError):
            os.write(self._lines, " ".join(line.split()).encode(errors="replace")[:_LONGEST] + b"\n")


def spawn(task: Callable[[ParentLink], None], keep: Iterable[int]) -> Child:
    """Fork a child that waits for `Child.ask`, runs a task and ends; `keep` are the descriptors that it needs.

    Raises OSError if there are too many processes or descriptors; nothing is left over then.
    """
    with ExitStack() as undo:
        ends = [*_pipe(undo), *_pipe(undo)]
        stop, life, lines, speak = ends
        # A signal that arrives before the child has its own handlers would wake the parent through what they share.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        try:
            pid = os.fork()
            if not pid:
                _run(task, ParentLink(stop, speak), (*keep, stop, speak), before)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        undo.pop_all()
    os.close(stop)
    os.close(speak)
    os.set_blocking(life, False)
    os.set_blocking(lines, False)
    return Child(pid, life, lines)


def _pipe(undo: ExitStack) -> tuple[int, int]:
    ends = os.pipe()
    for end in ends:
        undo.callback(os.close, end)
    return ends


def _run(task: Callable[[ParentLink], None], link: ParentLink, keep: tuple[int, ...], mask: set[int]) -> None:
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        for number in _IGNORED:
            signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        _close_all_but({0, 1, 2, *keep})
        gc.freeze()  # the loaded data stays; a collection would only copy its pages
        if not link.ended():
            task(link)
        code = 0
    except BaseException:  # noqa: BLE001 -- a child must not go on with its parent's code
        with suppress(Exception):
            link.say(traceback.format_exc())
    finally:
        os._exit(code)


def _close_all_but(keep: set[int]) -> None:
    listed = [int(entry.name) for entry in Path("/dev/fd").iterdir()]
    for descriptor in listed:
        if descriptor not in keep:
            with suppress(OSError):
                os.close(descriptor)
