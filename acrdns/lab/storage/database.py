"""The tables of the store, in one SQLite file with a write-ahead log.

A process that is killed loses the transaction that it was in and nothing else. `synchronous = NORMAL` leaves out the
fsync at each commit, so that a machine that loses its power may lose the last ones.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from acrdns.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VERSION = 3

_JOURNAL = """
CREATE TABLE journal (n INTEGER PRIMARY KEY AUTOINCREMENT, registry TEXT, region TEXT, repository TEXT,
    kind TEXT NOT NULL, tag TEXT NOT NULL, digest TEXT NOT NULL, size INTEGER NOT NULL, arrives REAL NOT NULL,
    at REAL NOT NULL, origin TEXT NOT NULL, source INTEGER);
CREATE INDEX journal_registry ON journal (registry, n);
CREATE UNIQUE INDEX journal_source ON journal (registry, region, origin, source) WHERE source IS NOT NULL;
INSERT INTO journal (registry, region, repository, kind, tag, digest, size, arrives, at, origin)
    SELECT manifest.registry, manifest.region, manifest.repository, 'put', coalesce(tag, ''), manifest.digest, size,
        manifest.arrives, manifest.arrives, '' FROM manifest LEFT JOIN tag USING (registry, region, repository, digest)
    ORDER BY manifest.arrives;
"""

_TABLES = """
CREATE TABLE blob (digest TEXT PRIMARY KEY, size INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE upload (id TEXT PRIMARY KEY, registry TEXT NOT NULL, region TEXT NOT NULL, repository TEXT NOT NULL,
    began REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE layer (registry TEXT, region TEXT, repository TEXT, digest TEXT, arrives REAL NOT NULL,
    PRIMARY KEY (registry, region, repository, digest)) WITHOUT ROWID;
CREATE INDEX layer_digest ON layer (digest);
CREATE TABLE body (digest TEXT PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE manifest (registry TEXT, region TEXT, repository TEXT, digest TEXT, media_type TEXT NOT NULL,
    subject TEXT, artifact_type TEXT, annotations TEXT, size INTEGER NOT NULL, arrives REAL NOT NULL,
    PRIMARY KEY (registry, region, repository, digest)) WITHOUT ROWID;
CREATE INDEX manifest_subject ON manifest (registry, region, repository, subject) WHERE subject IS NOT NULL;
CREATE INDEX manifest_digest ON manifest (digest);
CREATE TABLE tag (registry TEXT, region TEXT, repository TEXT, tag TEXT, arrives REAL, digest TEXT NOT NULL,
    PRIMARY KEY (registry, region, repository, tag, arrives)) WITHOUT ROWID;
CREATE TABLE token (registry TEXT, name TEXT, salt BLOB NOT NULL, password BLOB NOT NULL, actions TEXT NOT NULL,
    enabled INTEGER NOT NULL, PRIMARY KEY (registry, name)) WITHOUT ROWID;
CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
_ATTRIBUTES = """
CREATE TABLE attribute (registry TEXT, repository TEXT, reference TEXT, "delete" INTEGER NOT NULL,
    "write" INTEGER NOT NULL, "read" INTEGER NOT NULL, "list" INTEGER NOT NULL,
    PRIMARY KEY (registry, repository, reference)) WITHOUT ROWID;
"""
_STEPS = (_TABLES, _JOURNAL, _ATTRIBUTES)
"""The statements that lead from each version to the next one."""


def connect(file: Path) -> sqlite3.Connection:
    """Open the database, and make the tables that it lacks. Raises LabError."""
    try:
        database = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise LabError(f"{file} is no store that can be used: {error}") from error
    try:
        _furnish(database, file)
    except sqlite3.Error as error:
        database.close()
        raise LabError(f"{file} is no store that can be used: {error}") from error
    except LabError:
        database.close()
        raise
    return database


def _furnish(database: sqlite3.Connection, file: Path) -> None:
    """Make the tables that a database lacks. Raises LabError for one of a later version."""
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")
    version = database.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise LabError(f"{file} has version {version}, and this acrdns knows {VERSION}; take another --store")
    if version < VERSION:
        with transaction(database):
            for statement in filter(str.strip, "".join(_STEPS[version:]).split(";")):
                database.execute(statement)
            database.execute(f"PRAGMA user_version = {VERSION}")


@contextmanager
def named_errors(directory: Path) -> Iterator[None]:
    """Turn an error of SQLite, as of a full disk, into one that names the store. Raises LabError."""
    try:
        yield
    except sqlite3.Error as error:
        raise LabError(f"the store in {directory} fails: {error}") from error


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """Make all changes inside, or none where an exception ends it; one inside another is a part of it."""
    if database.in_transaction:
        yield
        return
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        _roll_back(database)
        raise


def _roll_back(database: sqlite3.Connection) -> None:
    if database.in_transaction:  # SQLite ends it itself where the disk is full
        database.execute("ROLLBACK")
