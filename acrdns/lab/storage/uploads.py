"""Uploads in progress: a file each, which is hashed while it grows."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import uuid
from asyncio import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from acrdns.lab.storage.digest import PIECE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(slots=True)
class Upload:
    """One upload in progress."""

    id: str
    registry: str
    region: str
    repository: str
    file: Path
    size: int = 0
    busy: bool = False
    """Whether a request is writing to it."""
    hash: hashlib._Hash = field(default_factory=hashlib.sha256)

    def append(self, descriptor: int, piece: bytes) -> None:
        """Write a piece at the end. Raises OSError, e.g. for a full disk; the upload is then as long as before."""
        view = memoryview(piece)
        written = 0
        try:
            while written < len(view):
                written += os.pwrite(descriptor, view[written:], self.size + written)
        except OSError:
            os.ftruncate(descriptor, self.size)
            raise
        self.hash.update(piece)
        self.size += len(piece)

    def read_again(self) -> None:
        """Hash the file as it is: somebody else has written it."""
        self.hash, self.size = hashlib.sha256(), 0
        with self.file.open("rb") as stream:
            while piece := stream.read(PIECE):
                self.hash.update(piece)
                self.size += len(piece)

    def digest(self, algorithm: str) -> str:
        """Return the digest of all that has come; another algorithm than sha256 reads the file."""
        if algorithm == "sha256":
            return f"sha256:{self.hash.hexdigest()}"
        with self.file.open("rb") as stream:
            return f"{algorithm}:{hashlib.file_digest(stream, algorithm).hexdigest()}"


class Uploads:
    """The uploads in progress, by their identifier. After a restart a file is read to hash it."""

    def __init__(self, root: Path, database: sqlite3.Connection) -> None:
        self._root = root
        self._database = database
        self._open: dict[str, Upload] = {}
        root.mkdir(mode=0o700, exist_ok=True)

    def begin(self, registry: str, region: str, repository: str, now: float) -> Upload:
        """Return a new upload."""
        identifier = str(uuid.uuid4())
        upload = Upload(identifier, registry, region, repository, self._root / identifier)
        row = (identifier, registry, region, repository, now)
        upload.file.touch(mode=0o600)
        try:
            self._database.execute("INSERT INTO upload VALUES (?, ?, ?, ?, ?)", row)
        except sqlite3.Error:
            upload.file.unlink()
            raise
        self._open[identifier] = upload
        return upload

    @contextmanager
    def whole(self, registry: str, region: str, repository: str, now: float) -> Iterator[Upload]:
        """Begin an upload that nobody can resume: it is ended where an exception ends it."""
        upload = self.begin(registry, region, repository, now)
        upload.busy = True
        try:
            yield upload
        except (Exception, CancelledError):
            self.end(upload)
            raise
        finally:
            upload.busy = False

    def find(self, registry: str, region: str, repository: str, identifier: str) -> Upload | None:
        """Return an upload of a repository in a region: no other one knows it."""
        upload = self._open.get(identifier) or self._read(identifier)
        wanted = (registry, region, repository)
        return upload if upload and (upload.registry, upload.region, upload.repository) == wanted else None

    def _read(self, identifier: str) -> Upload | None:
        sql = "SELECT registry, region, repository FROM upload WHERE id = ?"
        row = self._database.execute(sql, (identifier,)).fetchone()
        if row is None or not (self._root / identifier).exists():
            return None
        registry, region, repository = row
        upload = Upload(identifier, registry, region, repository, self._root / identifier)
        upload.read_again()
        self._open[identifier] = upload
        return upload

    def end(self, upload: Upload) -> None:
        """Forget an upload; its file, if it is still there, goes first: on a full disk the row needs its place."""
        self._open.pop(upload.id, None)
        upload.file.unlink(missing_ok=True)
        self._database.execute("DELETE FROM upload WHERE id = ?", (upload.id,))

    def identifiers(self) -> set[str]:
        """Return the identifiers of the uploads in progress."""
        return {row[0] for row in self._database.execute("SELECT id FROM upload")}

    def sweep(self) -> None:
        """Remove files that no row names and rows without a file: what a killed process left."""
        rows = self.identifiers()
        files = {file.name for file in self._root.iterdir()}
        for name in files - rows:
            (self._root / name).unlink()
        self._database.executemany("DELETE FROM upload WHERE id = ?", [(row,) for row in rows - files])

    def remove_older(self, than: float) -> None:
        """Remove uploads that began before a time and that nobody writes to."""
        for (identifier,) in self._database.execute("SELECT id FROM upload WHERE began < ?", (than,)).fetchall():
            upload = self._open.get(identifier)
            if upload is None or not upload.busy:
                self._open.pop(identifier, None)
                (self._root / identifier).unlink(missing_ok=True)
                self._database.execute("DELETE FROM upload WHERE id = ?", (identifier,))
