"""What all workers share to limit rates: memory, and a lock on each part of it.

Made before the first worker, so that workers which a reload starts go on counting where the old ones were. The locks
are those of files: the system takes them back from a process that dies.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import tempfile

from acrdns.wire.clients.buckets import Buckets, size_of


class SharedBuckets:
    """Buckets that a process shares with those that it forks."""

    def __init__(self) -> None:
        self.descriptor = _nameless_file()
        """To be kept open in every process that uses the buckets."""
        self.buckets = Buckets(mmap.mmap(-1, size_of()), self)

    def acquire(self, part: int) -> None:
        """Lock a part; as `wire.clients.buckets.Locks` has it."""
        fcntl.lockf(self.descriptor, fcntl.LOCK_EX, 1, part)

    def release(self, part: int) -> None:
        """Unlock it."""
        fcntl.lockf(self.descriptor, fcntl.LOCK_UN, 1, part)


def _nameless_file() -> int:
    if hasattr(os, "memfd_create"):
        return os.memfd_create("acrdns-limits")
    with tempfile.TemporaryFile() as made:
        return os.dup(made.fileno())
