"""The record of one resolution: its steps, and the servers that the question is passing through, to find loops.

Most resolutions are made for their answer only. A walk that does not record keeps no steps and makes no sentences.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.resolve.cache import Cache

if TYPE_CHECKING:
    from acrdns.names import Name
    from acrdns.resolve.chain import Question, Step
    from acrdns.zone.zone import Zone

MAX_SERVERS = 32
"""Servers that one question may pass through; a longer path is as good as a loop."""


class Walk:
    """Collects steps in the order in which things happened.

    With `caches`, by the identity of their server, servers remember answers; `now` is the time in seconds. `script` has
    the first choices among servers; later choices are the first server.
    """

    __slots__ = ("_caches", "_path", "_script", "_steps", "chosen", "comparable", "now", "reads", "recording")

    def __init__(
        self,
        caches: dict[str, Cache] | None = None,
        now: float = 0,
        *,
        recording: bool = True,
        script: tuple[int, ...] = (),
    ) -> None:
        self.recording = recording
        """Whether steps are wanted; a server asks before it makes one."""
        self.reads: list[tuple[Zone, Name, str | None]] = []
        """Lookups in order: the zone, the name, and for a public zone the location of the asker."""
        self.chosen: list[tuple[int, int]] = []
        """Choices among servers of which any may answer: the number of the one asked first, and of how many."""
        self.comparable = True
        """Whether the answer depends on the outcomes of lookups only. A filter looks at addresses, too."""
        self._script = script
        self._steps: list[Step | None] = []
        self._path: list[tuple[str, Question]] = []
        self._caches = caches
        self.now = now

    def cache_of(self, server: str) -> Cache | None:
        """Return the server's cache, or None in a walk without caches."""
        return None if self._caches is None else self._caches.setdefault(server, Cache())

    def choose(self, count: int) -> int:
        """Return the number of the server that is asked first, of several of which any may answer."""
        at = len(self.chosen)
        number = self._script[at] if at < len(self._script) else 0
        self.chosen.append((number, count))
        return number

    def next_script(self) -> tuple[int, ...]:
        """Return the script of the next combination of choices; empty after the last."""
        chosen = list(self.chosen)
        while chosen:
            number, count = chosen.pop()
            if number + 1 < count:
                return (*(before for before, _ in chosen), number + 1)
        return ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps so far."""
        return tuple(step for step in self._steps if step is not None)

    def note(self, step: Step) -> None:
        """Add a step."""
        if self.recording:
            self._steps.append(step)

    def reserve(self) -> int:
        """Reserve the place of a step whose outcome is known only after later steps: a forwarder's."""
        if not self.recording:
            return 0
        self._steps.append(None)
        return len(self._steps) - 1

    def fill(self, place: int, step: Step) -> None:
        """Put a step into its reserved place."""
        self._steps[place] = step

    def enter(self, server: str, question: Question) -> str:
        """Enter a server. Returns the path of the loop if this question is in it already, else ''."""
        here = (server, question)
        if here in self._path or len(self._path) >= MAX_SERVERS:
            start = self._path.index(here) if here in self._path else 0
            return " -> ".join((*(name for name, _ in self._path[start:]), server))
        self._path.append(here)
        return ""

    def leave(self) -> None:
        """Leave the server that was entered last."""
        self._path.pop()
