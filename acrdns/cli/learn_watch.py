"""A lesson at work: the learner's file is written, judged, and in a terminal watched after each save."""

from __future__ import annotations

import os
import select
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from acrdns.errors import InputError, Place, Problem
from acrdns.teach.lessons import lines
from acrdns.teach.lessons.judge import judge
from acrdns.topology.load import decode, octets_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from acrdns.teach.lessons.judge import LessonResult
    from acrdns.teach.lessons.lesson import Lesson
    from acrdns.teach.lessons.progress import Progress

WAIT = 0.5
"""Seconds between two looks at the file: events of file systems do not reach WSL and container mounts."""
SETTLED = 0.05
"""Seconds in which the file must not change before it is read."""
KEYS = "keys: h hint, s solution, t trace, l list, n next lesson, q quit"
QUIT = "q"
END = "\x04"
"""Ctrl-D; what a terminal that is gone reads as, too."""


class Learner:
    """One learner, in one lesson after the other."""

    def __init__(self, known: Sequence[Lesson], progress: Progress, lesson: Lesson, file: str | None) -> None:
        self.known = known
        self.progress = progress
        self.lesson = lesson
        self.file = file or f"{lesson.id}.yaml"
        self.verdict: LessonResult | None = None
        """Of the file as it last was a topology."""
        self.solved = False
        self.hints = 0

    def open(self, *, reset: bool) -> None:
        """Write the broken file where there is none, and say what the lesson is about. Raises InputError."""
        if Path(self.file).exists() and not Path(self.file).is_file():
            raise InputError([Problem(Place(self.file, 1, 1), "", "is no regular file", "name another with --file")])
        _show(lines.opening(self.lesson))
        start = self.lesson.start.encode()
        then = "mend it in your own editor and save it" + ("" if watches() else ", then run this command again")
        if reset:
            _replace(Path(self.file), start)
            written = f"is as it was at the start; {then}"
        else:
            try:
                with Path(self.file).open("xb") as file:
                    file.write(start)
                written = f"is written; {then}"
            except FileExistsError:
                written = "was there and is judged as it is; --reset writes the start anew"
        _show(["", *lines.paragraph(f"Your file {self.file} {written}.")])

    def judge_once(self) -> int:
        """Judge the file and return the exit code. Raises TopologyError where it is no topology."""
        self.verdict = self._judged()
        _show(lines.checks(self.verdict))
        self._end(self.verdict)
        return 0 if self.solved else 1

    def watch(self) -> int:
        """Judge the file after each save until somebody leaves, and return the exit code."""
        from acrdns.serve.reload import Watcher

        watcher = Watcher([self.file])
        self._look(first=True)
        with keys() as read:
            while (key := read(WAIT)) not in (QUIT, END):
                if watcher.changed():
                    time.sleep(SETTLED)
                    while watcher.changed():  # somebody is still writing
                        time.sleep(SETTLED)
                    self._look()
                if key == "n" and self._next():
                    watcher = Watcher([self.file])
                    self._look(first=True)
                elif key and key != "n":
                    self._act(key)
        return 0 if self.solved else 1

    def _judged(self) -> LessonResult:
        return judge(self.lesson, decode(octets_of(self.file), self.file), self.file)

    def _look(self, *, first: bool = False) -> None:
        """Read the file and say what changed; a file that is no topology yet is no failure."""
        try:
            verdict = self._judged()
        except InputError as error:
            self.solved = False
            _show([*map(str, error.problems), "not solved: this is no topology yet; save again"])
            _show([KEYS] if first else [])
            return
        _show([] if first else ["", f"{self.file} is saved:"])
        _show(lines.checks(verdict) if first else lines.changes(self.lesson, self.verdict, verdict))
        self.verdict = verdict
        self._end(verdict)
        if first:
            _show([KEYS])

    def _end(self, verdict: LessonResult) -> None:
        """Say whether it is solved, and what that has shown."""
        _show(lines.paragraph(lines.summary(self.lesson, verdict)))
        self.solved = verdict.solved
        if not self.solved:
            return
        self.progress.solved(self.lesson.id)
        if self.lesson.after:
            _show(["", *lines.paragraphs(self.lesson.after)])
        if self.lesson.corrects:
            _show(["", *lines.paragraph(f"Often believed, and wrong: {self.lesson.corrects}.")])
        if self.lesson.quiz:
            _show(["", *lines.paragraph(f"`acrdns learn {self.lesson.id} --quiz` asks for the cause of such a trace.")])
        done = sum(self.progress.of(each.id).solved for each in self.known)
        following = self._following()
        then = f"; the next is {following.id}" if following else ""
        _show(["", f"{done} of {len(self.known)} lessons solved{then}"])
        complain(self.progress)

    def _following(self) -> Lesson | None:
        at = [each.id for each in self.known].index(self.lesson.id) + 1
        return self.known[at] if at < len(self.known) else None

    def _next(self) -> bool:
        following = self._following()
        if following is None:
            _show(["this is the last lesson"])
            return False
        _show(["", "-" * lines.WIDTH, ""])
        self.lesson, self.file, self.verdict, self.hints = following, f"{following.id}.yaml", None, 0
        self.solved = False
        self.open(reset=False)
        return True

    def _act(self, key: str) -> None:
        if key == "h":
            self.hints = min(self.hints + 1, len(self.lesson.hints))
            self.progress.hinted(self.lesson.id, self.hints)
            hint = self.lesson.hints[self.hints - 1]
            _show(lines.paragraph(f"hint {self.hints} of {len(self.lesson.hints)}: {hint}"))
        elif key == "s":
            self.progress.shown(self.lesson.id)
            _show(["the solution, which you can type into your file:", *lines.solution(self.lesson)])
        elif key == "t":
            self._trace()
        elif key == "l":
            _show(lines.listing(self.known, self.progress))
        else:
            _show([KEYS])

    def _trace(self) -> None:
        from acrdns.resolve.world import World
        from acrdns.teach.lessons.judge import look

        if self.verdict is None:
            _show(["there is nothing to trace: the file is no topology"])
            return
        seen = look(World(self.verdict.topology), self.lesson.sees)
        if seen.resolution is None:
            _show([f"there is nothing to trace: {seen.got}"])
        else:
            _show(lines.trace(self.verdict.topology, seen.resolution))
            cause = seen.resolution.response.cause
            _show(lines.paragraph(f"cause: {cause}") if cause else [])


def _show(shown: Iterable[str]) -> None:
    from acrdns.report.escape import log, visible

    for line in shown:
        print(log(visible(line, most=len(line))))
    sys.stdout.flush()


def _replace(path: Path, octets: bytes) -> None:
    """Write a file again. A link is replaced, and its target stays."""
    new = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        new.write_bytes(octets)
        os.replace(new, path)  # noqa: PTH105 -- a file that is half written is never seen
    except OSError as error:
        new.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(path)) from None


def complain(progress: Progress) -> None:
    """Say where progress cannot be read or kept: it is no reason to end."""
    from acrdns.report.escape import log, visible

    if progress.complaint:
        print(log(visible(f"acrdns learn: {progress.complaint}")), file=sys.stderr)


def watches() -> bool:
    """Return whether there is a terminal for keys and for what they show."""
    return sys.stdin.isatty() and sys.stdout.isatty()


@contextmanager
def keys() -> Iterator[Callable[[float | None], str]]:
    """Let keys act without Enter; the terminal is as it was afterwards."""
    import termios
    import tty

    number = sys.stdin.fileno()
    before = termios.tcgetattr(number)
    tty.setcbreak(number, termios.TCSANOW)  # what was typed already stays

    def key(seconds: float | None) -> str:
        """Return the next key, or empty after that time, which may be without end. Enter is none."""
        if not select.select([number], [], [], seconds)[0]:
            return ""
        octet = os.read(number, 1)
        return octet.decode("latin-1").strip().lower() if octet not in (b"", b"\x04") else END

    try:
        yield key
    finally:
        termios.tcsetattr(number, termios.TCSADRAIN, before)
