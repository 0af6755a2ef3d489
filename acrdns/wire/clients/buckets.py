"""The buckets of rate limiting, in memory that processes may share.

The memory has a fixed size, so a flood from ever new prefixes costs nothing more. A prefix belongs to one set of slots,
which keyed hashing chooses; where all slots of a set are taken, the bucket that has been quiet longest makes room.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import mmap

SECOND = 1_000_000_000
"""Nanoseconds: a response takes so much out of a bucket, which gains the rate each nanosecond. Integers stay exact."""

_KEY = 17
"""Octets of a slot's key: the length of the prefix, and the prefix."""
_BUCKET = Struct("=qqQ")
"""The tokens left, when that was (nanoseconds), and how many responses did not fit since one last did."""
_SLOT = _KEY + _BUCKET.size
_SLOTS = 8
_SET = _SLOTS * _SLOT
_SETS = 1 << 14
"""For 131,072 prefixes."""


class _Locks(Protocol):
    """Keeps other processes away from a set while it is held."""

    def acquire(self, part: int) -> None:
        """Hold the set of this number; wait where another process does."""

    def release(self, part: int) -> None:
        """Let others have it."""


class _Alone:
    def acquire(self, part: int) -> None:
        pass

    def release(self, part: int) -> None:
        pass


class Buckets:
    """Keeps the bucket of each prefix."""

    @staticmethod
    def size_of(sets: int = _SETS) -> int:
        """Return the octets of memory that some sets need."""
        return sets * _SET

    def __init__(self, memory: bytearray | mmap.mmap, locks: _Locks | None = None) -> None:
        """Keep them in memory of `size_of` octets, which is zero where nobody has used it."""
        self._memory = memory
        self._sets = len(memory) // _SET
        self._locks = locks or _Alone()

    def take(self, prefix: bytes, rate: int, now: int) -> int:
        """Take a response out of a prefix's bucket; gives how many have not fit since one last did, 0 where it fits.

        The prefix has 1 to 16 octets, `rate` is in responses a second, `now` in nanoseconds.
        """
        chosen = hash(prefix) % self._sets  # with a secret of this process and of those that it has forked
        self._locks.acquire(chosen)
        try:
            memory = self._memory
            at = self._slot(chosen * _SET, bytes((len(prefix),)) + prefix.ljust(_KEY - 1, b"\0"))
            left, since, limited = _BUCKET.unpack_from(memory, at)
            now = max(now, since)  # another process may have been here with a slightly later time
            left = min(rate * SECOND, left + (now - since) * rate)
            left, limited = (left - SECOND, 0) if left >= SECOND else (left, limited + 1)
            _BUCKET.pack_into(memory, at, left, now, limited)
            return limited
        finally:
            self._locks.release(chosen)

    def _slot(self, start: int, key: bytes) -> int:
        """Return where the bucket of a key begins in its set; a new one is as old as can be, and so it is full."""
        memory = self._memory
        slots = range(start, start + _SET, _SLOT)
        for at in slots:
            if memory[at : at + _KEY] == key:
                return at + _KEY
        at = min(slots, key=self._used)
        memory[at : at + _KEY] = key
        _BUCKET.pack_into(memory, at + _KEY, 0, -_LONG_AGO, 0)
        return at + _KEY

    def _used(self, at: int) -> int:
        """Return when a slot was used last."""
        return int(_BUCKET.unpack_from(self._memory, at + _KEY)[1]) if self._memory[at] else -_LONG_AGO


_LONG_AGO = 1 << 40
"""Nanoseconds, a quarter of an hour: more than a second, after which every bucket is full."""
