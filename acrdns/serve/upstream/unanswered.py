"""Names that upstream leaves unanswered, by their parents: where a zone is silent, its further names fail at once."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.names import Name

CHILDREN = 10
"""A parent is silent when names at or below so many of its children were left unanswered, and none was answered."""
SECONDS = 10.0
"""How long silence is remembered after the last question (RFC 9520 section 3.2: at most 5 minutes)."""
PAUSE = 1.0
"""How often a question below a silent parent is asked all the same: an answer ends the silence."""
_PARENTS = 1000
"""The parents that are remembered; the one that was silent longest ago goes first."""


@dataclass(slots=True)
class _Silence:
    until: float
    next: float = 0.0
    """When the next question may be asked."""
    children: set[bytes] = field(default_factory=set)


class SilentParents:
    """Silent parents of names. Times are the caller's, in seconds of one clock.

    A parent has two labels at least, so that dead domains do not make a top-level domain silent. Its children are
    counted, not its names: a thousand names of one dead customer say nothing of the other customers of a zone.
    """

    def __init__(self) -> None:
        self._found: OrderedDict[bytes, _Silence] = OrderedDict()

    def note_silence(self, name: Name, now: float) -> None:
        """Note a question that was left unanswered while upstream answered others."""
        for parent, child in _parents(name):
            silence = self._found.pop(parent, None)
            if silence is None or silence.until <= now:
                silence = _Silence(now)
            self._found[parent] = silence
            silence.until = now + SECONDS
            if len(silence.children) < CHILDREN:
                silence.children.add(child)
        while len(self._found) > _PARENTS:
            self._found.popitem(last=False)

    def note_answer(self, name: Name) -> None:
        """Note an answer: whatever is above the name is not silent."""
        if self._found:
            for parent, _ in _parents(name):
                self._found.pop(parent, None)

    def covers(self, name: Name, now: float) -> bool:
        """Return whether to leave a question unasked; False now and then, so that the end of a silence is noticed."""
        if not self._found:
            return False
        held = [self._holds(parent, now) for parent, _ in _parents(name)]  # all are looked at: each has its own pause
        return any(held)

    def _holds(self, parent: bytes, now: float) -> bool:
        silence = self._found.get(parent)
        if silence is None or silence.until <= now or len(silence.children) < CHILDREN:
            return False
        if silence.next <= now:
            silence.next = now + PAUSE
            return False
        return True


def _parents(name: Name) -> Iterator[tuple[bytes, bytes]]:
    """Yield each parent of two labels or more with its child at or above the name, the nearest parent first."""
    starts = [0]
    while name[starts[-1]]:
        starts.append(starts[-1] + 1 + name[starts[-1]])
    for child, parent in pairwise(starts[:-2]):
        yield name[parent:], name[child:]
