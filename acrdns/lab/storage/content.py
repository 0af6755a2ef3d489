"""Repositories: which layers, manifests and tags each replica has, and since when.

A push to one replica arrives in the others later, by their lag: a row counts from its time of arrival on. A
delete counts everywhere at once.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from acrdns.lab.storage.attributes import ChangeableAttributes
from acrdns.lab.storage.database import transaction
from acrdns.lab.storage.journal import CLIENT, EVERYWHERE, JournalEntry, PushJournal
from acrdns.lab.storage.manifest import NO_DETAILS, Descriptor, ManifestDetails, StoredManifest, referenced

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from acrdns.lab.storage.journal import ChangeOrigin


class RepositoryAt(NamedTuple):
    """A repository in one replica, at a time."""

    registry: str
    region: str
    repository: str
    now: float


class Arrival(NamedTuple):
    """A replica that gets what is pushed, and when it has it."""

    region: str
    at: float


class TagAt(NamedTuple):
    """A tag, the digest that it names, and since when."""

    name: str
    digest: str
    arrives: float


class Content:
    """The rows of repositories."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self.journal = PushJournal(database)
        self.attributes = ChangeableAttributes(database)

    # --- layers -------------------------------------------------------------------------------------------------------

    def add_blob(self, digest: str, size: int) -> None:
        """Record that the file of a digest is in its place."""
        self._database.execute("INSERT OR IGNORE INTO blob VALUES (?, ?)", (digest, size))

    def add_layer(self, place: RepositoryAt, digest: str, arrivals: Sequence[Arrival]) -> None:
        """Record that a repository has a blob."""
        sql = (
            "INSERT INTO layer VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET arrives = min(arrives, excluded.arrives)"
        )
        rows = [(place.registry, arrival.region, place.repository, digest, arrival.at) for arrival in arrivals]
        self._database.executemany(sql, rows)

    def layer_size(self, place: RepositoryAt, digest: str) -> int | None:
        """Return the size of a blob that the repository has here, or None."""
        row = self._database.execute(
            "SELECT size FROM layer JOIN blob USING (digest)"
            " WHERE registry = ? AND region = ? AND repository = ? AND digest = ? AND arrives <= ?",
            (place.registry, place.region, place.repository, digest, place.now),
        ).fetchone()
        return row[0] if row else None

    def in_region(self, registry: str, region: str, digest: str, now: float) -> bool:
        """Return whether any repository of a registry has a blob in a region."""
        sql = "SELECT 1 FROM layer WHERE digest = ? AND registry = ? AND region = ? AND arrives <= ? LIMIT 1"
        return self._database.execute(sql, (digest, registry, region, now)).fetchone() is not None

    def delete_layer(self, place: RepositoryAt, digest: str) -> bool:
        """Take a blob out of a repository in all replicas; return whether it was here."""
        if self.layer_size(place, digest) is None:
            return False
        self._delete("layer", place, "digest = ?", digest)
        return True

    # --- manifests ----------------------------------------------------------------------------------------------------

    def put_manifest(
        self,
        place: RepositoryAt,
        manifest: StoredManifest,
        arrivals: Sequence[Arrival],
        *,
        tag: str | None = None,
        details: ManifestDetails = NO_DETAILS,
        origin: ChangeOrigin | None = CLIENT,
    ) -> None:
        """Store a manifest and, in the same transaction, the tag that names it and the entry of the journal.

        Without an origin there is no entry. A tag counts from the time that its origin says: the last push wins.
        """
        subject, artifact_type, annotations = details
        notes = json.dumps(annotations) if annotations else None
        pushed = origin.at if origin else None
        with transaction(self._database):
            self._database.execute("INSERT OR IGNORE INTO body VALUES (?, ?)", (manifest.digest, manifest.content))
            for arrival in arrivals:
                key = (place.registry, arrival.region, place.repository)
                self._database.execute(
                    "INSERT INTO manifest VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                    " media_type = excluded.media_type, arrives = min(arrives, excluded.arrives)",
                    (
                        *(*key, manifest.digest, manifest.media_type, subject, artifact_type, notes),
                        *(len(manifest.content), arrival.at),
                    ),
                )
                if tag is not None:
                    at = arrival.at if pushed is None else min(pushed, arrival.at)
                    self._move_tag(key, tag, manifest.digest, at, place.now)
            if origin is not None:
                at = place.now if pushed is None else pushed
                change = JournalEntry(0, "put", place.repository, tag or "", manifest.digest, len(manifest.content), at)
                regions = [(arrival.region, arrival.at) for arrival in arrivals]
                self.journal.write(place.registry, place.repository, regions, change, origin)

    def _move_tag(self, key: tuple[str, str, str], tag: str, digest: str, at: float, now: float) -> None:
        """Let a tag name a digest from a time on; only the last of the rows before now still counts."""
        where = "registry = ? AND region = ? AND repository = ? AND tag = ?"
        last = f"SELECT max(arrives) FROM tag WHERE {where} AND arrives <= ?"  # noqa: S608 -- a constant
        self._database.execute(f"DELETE FROM tag WHERE {where} AND arrives < ({last})", (*key, tag, *key, tag, now))  # noqa: S608
        self._database.execute("INSERT OR REPLACE INTO tag VALUES (?, ?, ?, ?, ?, ?)", (*key, tag, at, digest))

    def manifest(self, place: RepositoryAt, reference: str) -> StoredManifest | None:
        """Return the manifest that a digest or a tag names here, or None."""
        digest = reference if ":" in reference else self.tagged(place, reference)
        if digest is None:
            return None
        row = self._database.execute(
            "SELECT media_type, content FROM manifest JOIN body USING (digest)"
            " WHERE registry = ? AND region = ? AND repository = ? AND digest = ? AND arrives <= ?",
            (place.registry, place.region, place.repository, digest, place.now),
        ).fetchone()
        return StoredManifest(digest, *row) if row else None

    def has_manifest(self, place: RepositoryAt, digest: str) -> bool:
        """Return whether a manifest is here."""
        sql = "registry = ? AND region = ? AND repository = ? AND digest = ? AND arrives <= ?"
        values = (place.registry, place.region, place.repository, digest, place.now)
        return self._database.execute(f"SELECT 1 FROM manifest WHERE {sql}", values).fetchone() is not None  # noqa: S608

    def _write_delete(self, place: RepositoryAt, tag: str, digest: str, origin: ChangeOrigin) -> None:
        at = place.now if origin.at is None else origin.at
        change = JournalEntry(0, "delete", place.repository, tag, digest, 0, at)
        self.journal.write(place.registry, place.repository, [(EVERYWHERE, place.now)], change, origin)
        self.attributes.forget(place)

    def delete_manifest(self, place: RepositoryAt, digest: str, origin: ChangeOrigin = CLIENT) -> bool:
        """Take a manifest and the tags that name it out of a repository, everywhere; return whether it was here."""
        if not self.has_manifest(place, digest):
            return False
        with transaction(self._database):
            self._delete("manifest", place, "digest = ?", digest)
            self._delete("tag", place, "digest = ?", digest)
            self._write_delete(place, "", digest, origin)
        return True

    def delete_repository(self, place: RepositoryAt) -> list[str] | None:
        """Remove a repository everywhere; return the digests of its manifests, or None where there is none here."""
        if not self.has_repository(place):
            return None
        digests = [descriptor.digest for descriptor in self.manifests(place)]
        with transaction(self._database):
            for table in ("manifest", "tag", "layer"):
                self._delete(table, place, "1")
            for digest in digests:
                self._write_delete(place, "", digest, CLIENT)
        return digests

    def manifests(self, place: RepositoryAt) -> list[Descriptor]:
        """Return the descriptors of all manifests here, sorted by digest."""
        return self._descriptors(place, "1", ())

    def referrers(self, place: RepositoryAt, subject: str) -> list[Descriptor]:
        """Return the descriptors of the manifests whose subject is a digest, sorted by their own."""
        return self._descriptors(place, "subject = ?", (subject,))

    def _descriptors(self, place: RepositoryAt, condition: str, values: tuple[str, ...]) -> list[Descriptor]:
        rows = self._database.execute(
            "SELECT digest, media_type, size, arrives, artifact_type, annotations FROM manifest"  # noqa: S608
            f" WHERE registry = ? AND region = ? AND repository = ? AND arrives <= ? AND {condition} ORDER BY digest",
            (*place, *values),
        )
        return [
            Descriptor(digest, media_type, size, arrives, artifact_type, json.loads(notes) if notes else None)
            for digest, media_type, size, arrives, artifact_type, notes in rows
        ]

    # --- tags ---------------------------------------------------------------------------------------------------------

    def tagged(self, place: RepositoryAt, tag: str) -> str | None:
        """Return the digest that a tag names here, or None."""
        row = self._database.execute(
            "SELECT digest FROM tag WHERE registry = ? AND region = ? AND repository = ? AND tag = ? AND arrives <= ?"
            " ORDER BY arrives DESC LIMIT 1",
            (*place[:3], tag, place.now),
        ).fetchone()
        return row[0] if row else None

    def tags(self, place: RepositoryAt, last: str = "", limit: int = -1) -> list[TagAt]:
        """Return tags and the digests that they name, sorted by their bytes, from behind `last` on."""
        rows = self._database.execute(
            "SELECT tag, digest, max(arrives) FROM tag"
            " WHERE registry = ? AND region = ? AND repository = ? AND arrives <= ? AND tag > ?"
            " GROUP BY tag ORDER BY tag LIMIT ?",
            (*place, last, limit),
        )
        return [TagAt(*row) for row in rows]

    def delete_tag(self, place: RepositoryAt, tag: str, origin: ChangeOrigin = CLIENT) -> bool:
        """Delete a tag everywhere; return whether it was here."""
        if self.tagged(place, tag) is None:
            return False
        with transaction(self._database):
            self._delete("tag", place, "tag = ?", tag)
            self._write_delete(place, tag, "", origin)
        return True

    # --- repositories -------------------------------------------------------------------------------------------------

    def has_repository(self, place: RepositoryAt) -> bool:
        """Return whether a repository has a manifest here."""
        sql = "SELECT 1 FROM manifest WHERE registry = ? AND region = ? AND repository = ? AND arrives <= ? LIMIT 1"
        return self._database.execute(sql, place).fetchone() is not None

    def repositories(self, place: RepositoryAt, limit: int = -1) -> list[str]:
        """Return the repositories with a manifest here, sorted by their bytes, from behind `place.repository` on."""
        rows = self._database.execute(
            "SELECT DISTINCT repository FROM manifest"
            " WHERE registry = ? AND region = ? AND repository > ? AND arrives <= ? ORDER BY repository LIMIT ?",
            (*place, limit),
        )
        return [row[0] for row in rows]

    def regions_of(self, registry: str) -> Iterable[str]:
        """Return the regions in which a registry has content, present or on its way."""
        sql = "SELECT DISTINCT region FROM manifest WHERE registry = ? ORDER BY region"
        return [row[0] for row in self._database.execute(sql, (registry,))]

    def copy_region(self, registry: str, source: str, target: str, now: float) -> None:
        """Copy everything that one replica has to a new one."""
        columns = {
            "layer": "repository, digest",
            "tag": "repository, tag, digest",
            "manifest": "repository, digest, media_type, subject, artifact_type, annotations, size",
        }
        with transaction(self._database):
            for table, names in columns.items():
                self._database.execute(
                    f"INSERT OR IGNORE INTO {table} (registry, region, arrives, {names})"  # noqa: S608 -- constants
                    f" SELECT registry, ?, max(arrives, 0), {names} FROM {table}"
                    " WHERE registry = ? AND region = ? AND arrives <= ?",
                    (target, registry, source, now),
                )

    def drop_region(self, registry: str, region: str) -> None:
        """Remove everything that a replica has."""
        with transaction(self._database):
            for table in ("layer", "tag", "manifest"):
                self._database.execute(f"DELETE FROM {table} WHERE registry = ? AND region = ?", (registry, region))  # noqa: S608

    def settle(self, now: float) -> None:
        """Let everything that is on its way arrive: the clock went back, and content must not go with it."""
        with transaction(self._database):
            for table in ("layer", "manifest"):
                self._database.execute(f"UPDATE {table} SET arrives = min(arrives, ?)", (now,))  # noqa: S608
            same = "o.registry = t.registry AND o.region = t.region AND o.repository = t.repository AND o.tag = t.tag"
            later = f"SELECT 1 FROM tag AS o WHERE {same} AND o.arrives > t.arrives"  # noqa: S608
            self._database.execute(f"DELETE FROM tag AS t WHERE EXISTS ({later})")  # noqa: S608
            for table in ("tag", "journal"):
                self._database.execute(f"UPDATE {table} SET arrives = min(arrives, ?)", (now,))  # noqa: S608

    def delete_unreferenced(self, before: float) -> None:
        """Take blobs out of repositories where no manifest names them, if they arrived before a time."""
        sql = "SELECT registry, region, repository, content FROM manifest JOIN body USING (digest)"
        rows = self._database.execute(sql)
        named = {(*key, digest) for *key, content in rows for digest in referenced(json.loads(content))}
        sql = "SELECT registry, region, repository, digest FROM layer WHERE arrives < ?"
        unnamed = [row for row in self._database.execute(sql, (before,)) if row not in named]
        where = "registry = ? AND region = ? AND repository = ? AND digest = ?"
        self._database.executemany(f"DELETE FROM layer WHERE {where}", unnamed)  # noqa: S608

    def _delete(self, table: str, place: RepositoryAt, condition: str, *values: str) -> None:
        sql = f"DELETE FROM {table} WHERE registry = ? AND repository = ? AND {condition}"  # noqa: S608
        self._database.execute(sql, (place.registry, place.repository, *values))
