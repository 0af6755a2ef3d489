"""What has been seen lately: made-up names come once, and what comes again is worth learning from."""

from __future__ import annotations


class Doorkeeper:
    """Keys that have been seen lately, as marks in a small table."""

    __slots__ = ("_marks",)

    def __init__(self, size: int = 1 << 12) -> None:
        self._marks = bytearray(size)

    def before(self, key: bytes) -> bool:
        """Return whether a key has been seen lately, and remember it. One in 256 new ones is taken for an old one."""
        number = hash(key)
        at, mark = number % len(self._marks), number >> 16 & 0xFF
        if self._marks[at] == mark:
            return True
        self._marks[at] = mark
        return False
