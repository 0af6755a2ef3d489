"""Notice that a file has changed, and load it while answers go on; `Server._swap` then swaps the answers."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from acrdns.errors import InputError

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable, Iterable, Sequence

    from acrdns.serve.sources import ServingState

WATCH_SECONDS = 0.5
"""How often files are looked at with `--watch`."""

_Stamp = tuple[int, int, int]


class Watcher:
    """Tells whether files have changed since it was last asked: written, replaced or come back."""

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
    return found.st_mtime_ns, found.st_ino, found.st_size


class Loading(Thread):
    """One load, in a thread of its own, since answers go on meanwhile."""

    def __init__(self, load: Callable[[], ServingState], loop: AbstractEventLoop, done: Callable[[], None]) -> None:
        super().__init__(name="load", daemon=True)
        self._load = load
        self._loop = loop
        self._done = done
        self.state: ServingState | None = None
        """The loaded state, or None if loading failed."""
        self.problems: tuple[str, ...] = ()
        """Why not, a line each."""

    def run(self) -> None:
        """Load, and have the loop call `done`."""
        try:
            self.state = self._load()
        except InputError as error:
            self.problems = tuple(str(problem) for problem in error.problems)
        except Exception as error:  # noqa: BLE001 -- a reload never ends the server
            self.problems = (f"{type(error).__name__}: {error}",)
        with suppress(RuntimeError):  # the server has ended meanwhile
            self._loop.call_soon_threadsafe(self._done)
