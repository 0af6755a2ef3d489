"""Zone files: master files in (RFC 1035 section 5), zones out.

The apex is the owner of the SOA. Relative names before the first $ORIGIN are below the origin that is asked for, else
below the file's own name without `.zone`: `example.org.zone`, or `example.org`, holds `example.org`. So a file that
starts with $ORIGIN, or writes its names whole, may be called anything.
"""

from __future__ import annotations

import os
import stat
from contextlib import nullcontext
from dataclasses import replace
from os.path import normpath
from pathlib import Path
from typing import TYPE_CHECKING

from acrdns.errors import NameSyntaxError, Place, Problem, ZoneFileError
from acrdns.gc_pause import paused_for_good
from acrdns.names import ROOT, Name, name
from acrdns.zone.master.reader import Reader
from acrdns.zone.master.zone_builder import ZoneBuilder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.zone.master.reader import OpenInclude
    from acrdns.zone.zone import Zone

_LARGE = 1 << 20
"""Octets of a file from which on garbage collection is felt."""
MAX_OCTETS = 1 << 30
"""Octets of a zone's files together."""


def load_zone(path: str | Path, origin: Name | None = None, folders: Sequence[str] = ()) -> Zone:
    """Load a zone of kind `file`; its key is the path.

    With an origin the zone's apex has to be that name. The file may include files below its own folder, and below
    `folders`. Raises ZoneFileError with all problems.
    """
    file = str(path)
    allowed = [Path(file).parent.resolve(), Path(file).resolve().parent, *(Path(each).resolve() for each in folders)]
    try:
        text = _octets(Path(path), MAX_OCTETS)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ZoneFileError([Problem(Place(file, 1), "", f"cannot be read: {reason.lower()}")]) from None
    room = MAX_OCTETS - len(text)

    def open_include(including: str, wanted: str) -> tuple[str, bytes]:
        nonlocal room
        found = beside(including, wanted)
        if not any(found.resolve().is_relative_to(each) for each in allowed):
            raise OSError(f"it is not below {allowed[0]}; to allow that, name its folder with --include-from")
        octets = _octets(found, room)
        room -= len(octets)
        return str(found), octets

    with paused_for_good() if len(text) > _LARGE else nullcontext():
        return read_zone(text, file, origin, open_include)


def _octets(path: Path, most: int) -> bytes:
    """Return the contents of a regular file: a pipe could keep the reader waiting. Raises OSError."""
    with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise OSError("it is no regular file")
        octets = file.read(most + 1)
    if len(octets) > most:
        raise OSError(f"a zone with more than {MAX_OCTETS} octets of files")
    return octets


def read_zone(text: bytes, file: str, origin: Name | None, open_include: OpenInclude) -> Zone:
    """Read a zone from the text of a master file. Raises ZoneFileError with all problems."""
    included: list[str] = []

    def opened(beside: str, wanted: str) -> tuple[str, bytes]:
        path, found = open_include(beside, wanted)
        included.append(path)
        return path, found

    builder = ZoneBuilder(origin)
    Reader(builder, opened).read(file, text, _origin_of(file) if origin is None else origin)
    zone = builder.zone(file)
    return replace(zone, included=tuple(dict.fromkeys(included))) if included else zone


def beside(file: str, wanted: str) -> Path:
    """Return the path of a file that another one includes: a relative path is relative to that file's folder.

    The path is the shortest one, so that a file has one name wherever it is included.
    """
    path = Path(file).parent / wanted
    short = Path(normpath(path))
    if path.resolve() == short.resolve():  # a link to a folder makes the difference
        path = short
    return path


def _origin_of(file: str) -> Name:
    """Return the origin that a file's name is, or the root if it is no domain name."""
    try:
        return name(Path(file).name.removesuffix(".zone") or ".")
    except NameSyntaxError:
        return ROOT
