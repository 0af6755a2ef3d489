"""The store as a whole: its directory, its lock, and the steps that touch both files and rows.

A blob goes from `uploads/` to its place by a rename, after an fsync, and its row comes last. A process that is killed
between two of these steps leaves a file that nothing names; it is removed at the next start.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections import Counter
from threading import Lock
from typing import TYPE_CHECKING, BinaryIO

from acrdns.errors import LabError
from acrdns.lab.storage.blobs import BlobFiles
from acrdns.lab.storage.content import Content
from acrdns.lab.storage.credentials import Credentials
from acrdns.lab.storage.database import connect, transaction
from acrdns.lab.storage.digest import PIECE
from acrdns.lab.storage.journal import LIFE, PARENT, ChangeOrigin
from acrdns.lab.storage.keys import Keys
from acrdns.lab.storage.manifest import details
from acrdns.lab.storage.uploads import Uploads

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from acrdns.lab.storage.content import Arrival, RepositoryAt
    from acrdns.lab.storage.journal import JournalEntry
    from acrdns.lab.storage.uploads import Upload

UPLOAD_LIFE = 7 * 86400.0
"""Seconds after which an upload that nobody finished is removed; it is Azure's and docker-registry's week."""

UNREFERENCED_LIFE = 86400.0
"""Seconds that a pushed blob waits for the manifest that names it."""


class Store:
    """One directory, used by one process at a time."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise LabError(f"{directory} cannot be a store: {error.strerror}") from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._lock)
            raise LabError(f"{directory} is used by another lab; stop that one, or take another --store") from error
        self._database = connect(directory / "state.db")
        keys = directory / "keys"
        keys.mkdir(mode=0o700, exist_ok=True)
        self.keys = Keys(keys / "keys.json")
        self.blobs = BlobFiles(directory / "blobs")
        self.uploads = Uploads(directory / "uploads", self._database)
        self.content = Content(self._database)
        self.credentials = Credentials(self._database)
        self._arriving: Counter[str] = Counter()
        """By digest: uploads whose file may be in its place, and whose row is not there yet."""
        self._counting = Lock()
        self.uploads.sweep()
        self.blobs.remove_unless(self._has_row)

    def close(self) -> None:
        """Close the files; another process may use the directory then."""
        self._database.close()
        os.close(self._lock)

    def keep(self, upload: Upload, digest: str) -> None:
        """Write a finished upload to the disk and move it to its place. May run in another thread; raises OSError."""
        with self._counting:
            self._arriving[digest] += 1
        try:
            descriptor = os.open(upload.file, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            self.blobs.adopt(upload.file, digest)
        except OSError:
            with self._counting:
                self._arrived(digest)
            raise

    def record(self, upload: Upload, place: RepositoryAt, digest: str, arrivals: Sequence[Arrival]) -> None:
        """Record a blob that is in its place, as the last step of its upload. A full disk gets the file's room back."""
        try:
            with transaction(self._database):
                self.content.add_blob(digest, upload.size)
                self.content.add_layer(place, digest, arrivals)
                self.uploads.end(upload)
        finally:
            with self._counting:
                if not self._arrived(digest) and not self._has_row(digest):
                    self.blobs.path(digest).unlink(missing_ok=True)

    def _arrived(self, digest: str) -> int:
        """Count one upload of a digest less, and return how many there are still."""
        self._arriving[digest] -= 1
        return self._arriving[digest] or self._arriving.pop(digest)

    def add(self, place: RepositoryAt, stream: BinaryIO, digest: str, arrivals: Sequence[Arrival]) -> None:
        """Store a blob that is read from a stream. Raises LabError where it has another digest."""
        if self._has_row(digest):
            self.content.add_layer(place, digest, arrivals)
            return
        with self.uploads.whole(*place) as upload:
            descriptor = os.open(upload.file, os.O_WRONLY)
            try:
                while piece := stream.read(PIECE):
                    upload.append(descriptor, piece)
            finally:
                os.close(descriptor)
            if upload.digest(digest.partition(":")[0]) != digest:
                raise LabError(f"{digest} has another content")
            self.keep(upload, digest)
            self.record(upload, place, digest, arrivals)

    def received(self, registry: str, origin: str) -> int:
        """Return the number of the last change that a registry has from its parent or a child."""
        return int(self.note(f"received {registry} {origin}") or 0)

    def deliver(
        self, place: RepositoryAt, arrivals: Sequence[Arrival], change: JournalEntry, origin: str
    ) -> bool | None:
        """Make a change that was made at the parent or a child, if it is not older than what is here, and never twice.

        Return whether it was new, or None where the manifest that it is about has not come yet.
        """
        if change.number <= self.received(place.registry, origin):
            return False
        with transaction(self._database):
            if not self._change(place, arrivals, change, ChangeOrigin(origin, change.number, change.at)):
                return None
            self.set_note(f"received {place.registry} {origin}", str(change.number))
        return True

    def take_over(self, place: RepositoryAt, arrivals: Sequence[Arrival], change: JournalEntry, origin: str) -> None:
        """Make a change that a comparison with the parent has found; its number says nothing."""
        with transaction(self._database):
            self._change(place, arrivals, change, ChangeOrigin(origin, None, change.at))

    def skip(self, registry: str, origin: str, number: int) -> None:
        """Record that a registry needs nothing more of the changes up to a number."""
        self.set_note(f"received {registry} {origin}", str(max(number, self.received(registry, origin))))

    def _change(
        self, place: RepositoryAt, arrivals: Sequence[Arrival], change: JournalEntry, origin: ChangeOrigin
    ) -> bool:
        content = self.content
        tags = content.tags(place)
        named = [tag for tag in tags if tag.name == change.tag or (not change.tag and tag.digest == change.digest)]
        newer = [tag for tag in named if tag.arrives > change.at]
        if change.kind == "delete":
            if not newer and change.tag:
                content.delete_tag(place, change.tag, origin)
            elif not newer:
                content.delete_manifest(place, change.digest, origin)
            return True
        manifest = content.manifest(place, change.digest)
        if manifest is None:
            return False
        gone = content.journal.deleted_since(place.registry, place.repository, change.tag, change.digest, change.at)
        # Of two pushes in one moment that of the parent counts, on both sides.
        newer += [tag for tag in named if tag.arrives == change.at and origin.name != PARENT]
        tag = None if newer or gone or not change.tag else change.tag
        known = details(json.loads(manifest.content))
        content.put_manifest(place, manifest, arrivals, tag=tag, origin=origin, details=known)
        return True

    def gc(self, now: float) -> int:
        """Remove everything that nothing needs; return the bytes freed.

        That is: uploads of a week ago, blobs in repositories where no manifest has named them for a day, and blobs and
        manifests that no repository has.
        """
        self.uploads.remove_older(now - UPLOAD_LIFE)
        self.content.journal.prune(now - LIFE)
        with transaction(self._database):
            self.content.delete_unreferenced(now - UNREFERENCED_LIFE)
            self._database.execute("DELETE FROM blob WHERE digest NOT IN (SELECT digest FROM layer)")
            self._database.execute("DELETE FROM body WHERE digest NOT IN (SELECT digest FROM manifest)")
        return self.blobs.remove_unless(lambda digest: self._arriving[digest] > 0 or self._has_row(digest))

    def note(self, name: str) -> str | None:
        """Return what was noted under a name, or None."""
        row = self._database.execute("SELECT value FROM note WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def set_note(self, name: str, value: str) -> None:
        """Note a text under a name."""
        self._database.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (name, value))

    def notes(self, prefix: str) -> list[tuple[str, str]]:
        """Return the notes whose names begin so, sorted by name."""
        rows = self._database.execute("SELECT name, value FROM note ORDER BY name")
        return [(name, value) for name, value in rows if name.startswith(prefix)]

    def _has_row(self, digest: str) -> bool:
        return self._database.execute("SELECT 1 FROM blob WHERE digest = ?", (digest,)).fetchone() is not None
