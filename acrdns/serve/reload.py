"""Notice that a file has changed, and load it while answers go on; `Server._swap` then swaps the answers."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from acrdns.errors import InputError, Place, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from acrdns.serve.sources import ServingState

WATCH_SECONDS = 0.5
"""How often files are looked at with `--watch`."""

LOAD_SECONDS = 120.0
"""How long a reload may read files. Meanwhile no worker that has died is started again."""

FIRST_PAUSE = 1.0
"""Seconds until a reload that lacked resources is tried again; each further pause is twice as long."""
LONGEST_PAUSE = 60.0

_Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a reload has failed."""

    problems: tuple[str, ...]
    passes: bool
    """Whether the next try may work with the same files: this one lacked descriptors, processes, threads or memory."""

    @classmethod
    def of(cls, error: Exception) -> Failure:
        """Read the error of a reload."""
        if isinstance(error, InputError):
            return cls(tuple(str(problem) for problem in error.problems), passes=False)
        if isinstance(error, TimeoutError):
            return cls((str(error),), passes=False)
        if isinstance(error, OSError):
            return cls((f"cannot serve what was loaded: {error.strerror or error}",), passes=True)
        # Python's own word for a thread that cannot be started.
        passes = isinstance(error, MemoryError) or "can't start new thread" in str(error)
        return cls((f"{type(error).__name__}: {error}",), passes)


class Watcher:
    """Notices files that were written, replaced or put back since the last look, by the time of their inode."""

    def __init__(self, files: Sequence[str]) -> None:
        self._own = self._files = tuple(files)
        self._stamps = self._look()

    def also(self, files: Iterable[str]) -> None:
        """Look at these files from now on, besides those that it was made for; not at others that were given before."""
        known = dict(zip(self._files, self._stamps, strict=True))
        named = tuple(dict.fromkeys((*self._own, *files)))
        self._stamps = [known[file] if file in known else _stamp(file) for file in named]
        self._files = named

    def changed(self) -> bool:
        """Return whether anything is new. A file that is gone is no news: an editor may be about to put it back."""
        now = self._look()
        news = any(stamp not in (None, before) for stamp, before in zip(now, self._stamps, strict=True))
        self._stamps = [stamp or before for stamp, before in zip(now, self._stamps, strict=True)]
        return news

    def _look(self) -> list[_Stamp | None]:
        return [_stamp(file) for file in self._files]


def _stamp(file: str) -> _Stamp | None:
    try:
        found = Path(file).stat()
    except OSError:
        return None
    return found.st_ctime_ns, found.st_ino, found.st_size


def need_descriptor() -> None:
    """Raise OSError where no file could be opened for lack of descriptors: the files are not to blame then."""
    os.close(os.open(os.devnull, os.O_RDONLY))


def refuse_pipes(files: Iterable[str]) -> None:
    """Raise InputError for files that a reload could wait for without end, as for a pipe."""
    problems = [
        Problem(Place(file, 1), "", "this is no regular file any more, so it is not read", "write to a regular file")
        for file in files
        if Path(file).exists() and not Path(file).is_file()
    ]
    if problems:
        raise InputError(problems)


async def load_in_thread(load: Callable[[], ServingState], seconds: float = LOAD_SECONDS) -> ServingState:
    """Load while answers go on, and return once the thread has ended. Raises what `load` raises, or TimeoutError.

    After the deadline the thread is left to itself: it may wait for a file system that does not answer.
    """
    loop = asyncio.get_running_loop()
    loaded: asyncio.Future[ServingState] = loop.create_future()

    def settle(state: ServingState | None, error: BaseException | None) -> None:
        if loaded.done():
            return
        if error is not None:
            loaded.set_exception(error)
        elif state is not None:
            loaded.set_result(state)

    def run() -> None:
        state, failure = None, None
        try:
            state = load()
        except BaseException as error:  # noqa: BLE001 -- it is raised in the loop
            failure = error
        with suppress(RuntimeError):  # the server has ended meanwhile
            loop.call_soon_threadsafe(settle, state, failure)

    thread = Thread(target=run, name="load", daemon=True)
    thread.start()
    try:
        async with asyncio.timeout(seconds):
            await asyncio.wait((loaded,))
    except TimeoutError:
        loaded.cancel()
        raise TimeoutError(f"the files are not read after {seconds:.0f} seconds") from None
    thread.join()  # a process with one thread is forked safely
    return loaded.result()
