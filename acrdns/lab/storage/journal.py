"""The journal of a registry: what was pushed and deleted, in order. Connected registries get their messages from it.

A connected registry has a journal too, for what its own clients push and for its children. Its name in all tables is
`contoso/factory`, its region `LOCAL`. An entry says where a change came from, so that it is not sent back there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

LOCAL = "local"
"""The region of a connected registry's own content."""
EVERYWHERE = "*"
"""The region of a delete, which counts in all replicas at once."""
PARENT = "<parent>"
"""The origin of what a connected registry has from its parent; no connected registry has this name."""
LIFE = 90 * 86400.0
"""Seconds that entries are kept: no message lives longer (facts.md section 5)."""

ChangeKind = Literal["put", "delete"]


class ChangeOrigin(NamedTuple):
    """Where a change came from: a client (empty), the parent or a child, and its number in the journal there."""

    name: str = ""
    number: int | None = None
    at: float | None = None
    """When it was made there, in seconds; None: now."""


CLIENT = ChangeOrigin()


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One entry of a journal."""

    number: int
    kind: ChangeKind
    repository: str
    tag: str
    """Empty for a manifest without a tag."""
    digest: str
    """Empty where only a tag was deleted."""
    size: int
    at: float


class PushJournal:
    """The journals of all registries."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def write(
        self,
        registry: str,
        repository: str,
        regions: Sequence[tuple[str, float]],
        change: JournalEntry,
        origin: ChangeOrigin,
    ) -> None:
        """Write a change into the journals of a registry's regions, each with its time of arrival there."""
        rows = [
            (
                registry,
                region,
                repository,
                change.kind,
                change.tag,
                change.digest,
                change.size,
                at,
                change.at,
                *origin[:2],
            )
            for region, at in regions
        ]
        self._database.executemany(
            "INSERT OR IGNORE INTO journal (registry, region, repository, kind, tag, digest, size, arrives, at, origin,"
            " source) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )

    def after(
        self, registry: str, region: str, number: int, now: float, *, without: str, limit: int = -1
    ) -> list[JournalEntry]:
        """Return the changes behind a number that have arrived, but not those that came from `without`."""
        rows = self._database.execute(
            "SELECT n, kind, repository, tag, digest, size, at, arrives FROM journal"
            " WHERE registry = ? AND region IN (?, ?) AND n > ? AND origin <> ? ORDER BY n LIMIT ?",
            (registry, region, EVERYWHERE, number, without, limit),
        )
        found: list[JournalEntry] = []
        for *values, arrives in rows:
            if arrives > now:
                break  # a later one must not overtake it
            found.append(JournalEntry(*values))
        return found

    def last(self, registry: str) -> int:
        """Return the number of the last change of a registry; 0 for none."""
        row = self._database.execute("SELECT max(n) FROM journal WHERE registry = ?", (registry,)).fetchone()
        return row[0] or 0

    def deleted_since(self, registry: str, repository: str, tag: str, digest: str, at: float) -> bool:
        """Return whether a tag, or the manifest of a digest, was deleted at a time or later."""
        row = self._database.execute(
            "SELECT 1 FROM journal WHERE registry = ? AND repository = ? AND kind = 'delete' AND at >= ?"
            " AND ((tag <> '' AND tag = ?) OR (digest <> '' AND digest = ?)) LIMIT 1",
            (registry, repository, at, tag, digest),
        ).fetchone()
        return row is not None

    def prune(self, before: float) -> None:
        """Remove entries that were written before a time."""
        self._database.execute("DELETE FROM journal WHERE at < ?", (before,))
