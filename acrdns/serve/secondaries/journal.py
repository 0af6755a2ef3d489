"""The journal: serials and differences of transferred zones on disk, one file for each view and zone.

A new version is written to a file of its own, synced, and renamed over the old one before any answer has its serial.
So a server that is killed never goes back behind a serial that a secondary has. One server uses a directory at a
time.
"""

from __future__ import annotations

import fcntl
import json
import os
from base64 import b64decode, b64encode
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from acrdns.errors import InputError, Place, Problem
from acrdns.names import Name, name, show
from acrdns.record import RRset
from acrdns.zone.versions.difference import Difference
from acrdns.zone.versions.history import Past

if TYPE_CHECKING:
    from collections.abc import Iterable

_VERSION = 1
_LOCK = "lock"
_LONGEST = 200
"""Octets of a file name, with room for what is added to it."""


class Journal:
    """A directory that histories are kept in. It is made where it is missing. Raises InputError."""

    def __init__(self, directory: str) -> None:
        self._directory = Path(directory)
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(self._directory / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _wrong(self._directory, f"cannot be used: {(error.strerror or str(error)).lower()}") from None
        try:
            fcntl.lockf(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            message = "another server uses this directory"
            raise _wrong(self._directory, message, "give each one a directory of its own") from None

    def close(self) -> None:
        """Let another server have the directory."""
        if self._lock >= 0:
            os.close(self._lock)
        self._lock = -1

    def load(self, vantage: str, apex: Name) -> Past | None:
        """Return what is remembered of a zone. Raises InputError for a file of others: a serial is not guessed."""
        path = self._path(vantage, apex)
        try:
            text = path.read_text(encoding="ascii")
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise _wrong(path, f"cannot be read: {error}") from None
        try:
            return _past(json.loads(text), apex)
        except (ValueError, KeyError, TypeError, IndexError):
            allowed = "put back what was there, or delete it: the zone then starts with the time as its serial"
            raise _wrong(path, "this is no journal of a zone", allowed) from None

    def save(self, vantage: str, apex: Name, past: Past) -> None:
        """Remember a zone. On return it is on the disk. Raises InputError where it cannot be."""
        path = self._path(vantage, apex)
        try:
            path.parent.mkdir(exist_ok=True)
            _write(path, json.dumps(_document(past, apex), separators=(",", ":")))
        except OSError as error:
            raise _wrong(path, f"cannot be written: {(error.strerror or str(error)).lower()}") from None

    def _path(self, vantage: str, apex: Name) -> Path:
        # Neither a vantage point nor a zone can name a file outside: what is no letter or digit is escaped.
        return self._directory / _file_name(vantage) / f"{_file_name(show(apex))}.json"


def _file_name(text: str) -> str:
    quoted = quote(text, safe="")
    if len(quoted) > _LONGEST:
        return f"{quoted[:_LONGEST]}-{sha256(text.encode()).hexdigest()[:16]}"
    return quoted.replace(".", "%2E", 1) if quoted.startswith(".") else quoted


def _write(path: Path, text: str) -> None:
    new = path.with_name(f".{path.name}.new")
    try:
        with new.open("w", encoding="ascii") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        new.replace(path)
    except OSError:
        with suppress(OSError):
            new.unlink()
        raise
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _document(past: Past, apex: Name) -> dict[str, Any]:
    return {
        "version": _VERSION,
        "zone": show(apex),
        "serial": past.serial,
        "digest": past.digest,
        "differences": [
            {
                "before": _line(change.before),
                "after": _line(change.after),
                "removed": _lines(change.removed),
                "added": _lines(change.added),
            }
            for change in past.differences
        ],
    }


def _past(document: dict[str, Any], apex: Name) -> Past:
    if document["version"] != _VERSION or name(document["zone"]) != apex:
        raise ValueError("another version, or another zone")
    changes = tuple(
        Difference(
            _rrset(change["before"]), _rrset(change["after"]), _rrsets(change["removed"]), _rrsets(change["added"])
        )
        for change in document["differences"]
    )
    serial, digest = document["serial"], document["digest"]
    ends = [*(change.start for change in changes[1:]), serial]
    if (
        not isinstance(serial, int)
        or not isinstance(digest, str)
        or [change.end for change in changes] != ends[-len(changes) or 1 :]
    ):
        raise ValueError("the differences do not lead to the serial")
    return Past(serial, digest, changes)


def _line(rrset: RRset) -> list[Any]:
    return [show(rrset.name), rrset.type, rrset.ttl, *(b64encode(rdata).decode() for rdata in rrset.rdatas)]


def _lines(rrsets: Iterable[RRset]) -> list[list[Any]]:
    return [_line(rrset) for rrset in rrsets]


def _rrset(line: list[Any]) -> RRset:
    owner, number, ttl, *rdatas = line
    return RRset(name(owner), int(number), int(ttl), tuple(b64decode(rdata) for rdata in rdatas))


def _rrsets(lines: list[list[Any]]) -> tuple[RRset, ...]:
    return tuple(_rrset(line) for line in lines)


def _wrong(path: Path, message: str, allowed: str = "") -> InputError:
    return InputError([Problem(Place(str(path), 1), "", message, allowed)])
