"""The record of one resolution: its steps, and the servers that the question is passing through, to find loops.

Most resolutions are made for their answer only. A walk that does not record keeps no steps and makes no sentences.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from acrdns.resolve.cache import Cache
from acrdns.resolve.chain import CLIENT

if TYPE_CHECKING:
    from acrdns.names import Name
    from acrdns.resolve.chain import Question, Step
    from acrdns.zone.zone import Zone

MAX_SERVERS = 32
"""Servers that one question may pass through; a longer path is as good as a loop."""


class _Passage(NamedTuple):
    """A server that the question is passing through."""

    identity: str
    question: Question
    address: str
    sent_from: str


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
        self._path: list[_Passage] = []
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
            self._steps.append(self._with_asker(step))

    def note_unanswered(self, step: Step) -> None:
        """Add the step of a server that is asked and does not take the question up: it is silent, or in a loop."""
        if self.recording:
            self._steps.append(replace(step, asked_by=self._path[-1].address) if self._path else step)

    def reserve(self) -> int:
        """Reserve the place of a step whose outcome is known only after later steps: a forwarder's."""
        if not self.recording:
            return 0
        self._steps.append(None)
        return len(self._steps) - 1

    def fill(self, place: int, step: Step) -> None:
        """Put a step into its reserved place."""
        self._steps[place] = self._with_asker(step)

    def _with_asker(self, step: Step) -> Step:
        """Say who asked the server of a step. A server that was not entered was asked by the one entered last."""
        path = self._path
        if path and path[-1].address == step.server:
            return replace(step, asked_by=path[-2].address if path[:-1] else CLIENT, sent_from=path[-1].sent_from)
        return replace(step, asked_by=path[-1].address) if path else step

    def enter(self, server: str, question: Question, address: str, sent_from: str) -> str:
        """Enter the server at an address. Returns the path of the loop if this question is in it already, else ''."""
        before = [(passage.identity, passage.question) for passage in self._path]
        here = (server, question)
        if here in before or len(before) >= MAX_SERVERS:
            start = before.index(here) if here in before else 0
            return " -> ".join((*(name for name, _ in before[start:]), server))
        self.enter_last(server, question, address, sent_from)
        return ""

    def enter_last(self, server: str, question: Question, address: str, sent_from: str) -> None:
        """Enter a server that passes no question on, so that no loop or path goes through it: public DNS."""
        self._path.append(_Passage(server, question, address, sent_from))

    def leave(self) -> None:
        """Leave the server that was entered last."""
        self._path.pop()
