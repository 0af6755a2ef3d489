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

VERSION = 1

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


def connect(file: Path) -> sqlite3.Connection:
    """Open the database, and make its tables where it is new. Raises LabError."""
    try:
        database = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        version = database.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            with transaction(database):
                for statement in filter(str.strip, _TABLES.split(";")):
                    database.execute(statement)
                database.execute(f"PRAGMA user_version = {VERSION}")
        elif version != VERSION:
            raise LabError(f"{file} has version {version}, and this acrdns knows {VERSION}; take another --store")
    except sqlite3.Error as error:
        raise LabError(f"{file} is no store that can be used: {error}") from error
    return database


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """Make all changes inside, or none where an exception ends it."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")
