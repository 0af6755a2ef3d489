"""Changeable attributes: what may be done with a repository, a tag or a manifest (`az acr repository update`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    import sqlite3


class _Repository(Protocol):
    """The repository that attributes belong to, in all replicas and at any time."""

    @property
    def registry(self) -> str: ...
    @property
    def repository(self) -> str: ...


class Changeable(NamedTuple):
    """The attributes of a repository, a tag or a manifest; without one of them it is locked."""

    delete: bool = True
    write: bool = True
    read: bool = True
    list: bool = True


UNLOCKED = Changeable()


class ChangeableAttributes:
    """The attributes that were changed, the same in all replicas. The reference of a repository itself is empty."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def of(self, place: _Repository, reference: str = "") -> Changeable:
        """Return the attributes of a repository, or of a tag or a manifest in it."""
        row = self._database.execute(
            'SELECT "delete", "write", "read", "list" FROM attribute'
            " WHERE registry = ? AND repository = ? AND reference = ?",
            (place.registry, place.repository, reference),
        ).fetchone()
        return Changeable(*map(bool, row)) if row else UNLOCKED

    def change(self, place: _Repository, reference: str, attributes: Changeable) -> None:
        """Set the attributes of a repository, a tag or a manifest."""
        row = (place.registry, place.repository, reference, *attributes)
        self._database.execute("INSERT OR REPLACE INTO attribute VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def unlisted(self, place: _Repository) -> set[str]:
        """Return the tags and digests of a repository that are in no list."""
        sql = 'SELECT reference FROM attribute WHERE registry = ? AND repository = ? AND NOT "list"'
        return {row[0] for row in self._database.execute(sql, (place.registry, place.repository))}

    def unlisted_repositories(self, registry: str) -> set[str]:
        """Return the repositories of a registry that are in no list."""
        sql = "SELECT repository FROM attribute WHERE registry = ? AND reference = '' AND NOT \"list\""
        return {row[0] for row in self._database.execute(sql, (registry,))}

    def forget(self, place: _Repository) -> None:
        """Forget the attributes of what a repository does not have any more, in no replica."""
        of = "registry = attribute.registry AND repository = attribute.repository"
        self._database.execute(
            "DELETE FROM attribute WHERE registry = ? AND repository = ?"  # noqa: S608 -- a constant
            f" AND NOT EXISTS (SELECT 1 FROM manifest WHERE {of} AND reference IN ('', digest))"
            f" AND NOT EXISTS (SELECT 1 FROM tag WHERE {of} AND reference = tag)",
            (place.registry, place.repository),
        )
