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

    With `caches`, by the identity of their server, servers remember answers; `now` is the time in seconds.
    """

    __slots__ = ("_caches", "_path", "_steps", "now", "reads", "recording")

    def __init__(self, caches: dict[str, Cache] | None = None, now: float = 0, *, recording: bool = True) -> None:
        self.recording = recording
        """Whether steps are wanted; a server asks before it makes one."""
        self.reads: list[tuple[Zone, Name, str | None]] = []
        """Lookups in order: the zone, the name, and for a public zone the location of the asker."""
        self._steps: list[Step | None] = []
        self._path: list[tuple[str, Question]] = []
        self._caches = caches
        self.now = now

    def cache_of(self, server: str) -> Cache | None:
        """Return the server's cache, or None in a walk without caches."""
        return None if self._caches is None else self._caches.setdefault(server, Cache())

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
