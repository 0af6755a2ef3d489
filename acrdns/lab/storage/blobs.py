"""Blobs as files, named by their digest and shared by all registries.

A file comes into its place by a rename, whole and written to the disk: it is never seen half-written.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from acrdns.lab.storage.digest import is_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class BlobFiles:
    """The files below `blobs/`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        root.mkdir(mode=0o700, exist_ok=True)

    def path(self, digest: str) -> Path:
        """Return the file of a digest. Raises ValueError for a text that is no digest: no path is made of a name."""
        if not is_digest(digest):
            raise ValueError(f"{digest!r} is no digest")
        algorithm, _, value = digest.partition(":")
        return self._root / algorithm / value[:2] / value

    def adopt(self, file: Path, digest: str) -> None:
        """Move a finished file, which is on the disk, to the place of its digest."""
        path = self.path(digest)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.replace(path)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def digests(self) -> Iterator[str]:
        """Return the digest of each file."""
        for file in sorted(self._root.glob("*/*/*")):
            yield f"{file.parent.parent.name}:{file.name}"

    def remove_unless(self, known: Callable[[str], bool]) -> int:
        """Remove the files that nothing names; return how many bytes that frees."""
        freed = 0
        for digest in list(self.digests()):
            if not known(digest):
                path = self._root.joinpath(*_parts(digest))
                freed += path.stat().st_size
                path.unlink()
        return freed


def _parts(digest: str) -> tuple[str, str, str]:
    algorithm, _, value = digest.partition(":")
    return algorithm, value[:2], value
