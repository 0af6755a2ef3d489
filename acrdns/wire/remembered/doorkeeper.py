"""Admit on second sight (TinyLFU): made-up names come once, and a key that comes again is worth learning from."""

from __future__ import annotations


class Doorkeeper:
    """Keys that were seen lately, as marks in a small table; 0 is no mark."""

    __slots__ = ("_marks",)

    def __init__(self, size: int = 1 << 12) -> None:
        self._marks = bytearray(size)

    def before(self, key: bytes) -> bool:
        """Return whether a key was seen lately, and remember it. One in 256 new ones is taken for a key seen before."""
        number = hash(key)
        at, mark = number % len(self._marks), number >> 16 & 0xFF or 1
        if self._marks[at] == mark:
            return True
        self._marks[at] = mark
        return False
