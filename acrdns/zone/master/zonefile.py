"""Zone files: master files in (RFC 1035 section 5), zones out.

The apex is the owner of the SOA. Relative names before the first $ORIGIN are below the origin that is asked for, else
below the file's own name without `.zone`: `example.org.zone`, or `example.org`, holds `example.org`. So a file that
starts with $ORIGIN, or writes its names whole, may be called anything.
"""

from __future__ import annotations

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
    from acrdns.zone.master.reader import OpenInclude
    from acrdns.zone.zone import Zone

_LARGE = 1 << 20
"""Octets of a file from which on garbage collection is felt."""


def load_zone(path: str | Path, origin: Name | None = None) -> Zone:
    """Load a zone of kind `file`; its key is the path.

    With an origin the zone's apex has to be that name. Raises ZoneFileError with all problems.
    """
    file = str(path)
    try:
        text = Path(path).read_bytes()
    except OSError as error:
        raise ZoneFileError([Problem(Place(file, 1), "", f"cannot be read: {error.strerror}")]) from None
    with paused_for_good() if len(text) > _LARGE else nullcontext():
        return read_zone(text, file, origin, open_beside)


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


def open_beside(file: str, wanted: str) -> tuple[str, bytes]:
    """Open a file that another one includes: a relative path is relative to that file's folder. Raises OSError.

    The path is the shortest one, so that a file has one name wherever it is included.
    """
    path = Path(file).parent / wanted
    short = Path(normpath(path))
    if path.resolve() == short.resolve():  # a link to a folder makes the difference
        path = short
    return str(path), path.read_bytes()


def _origin_of(file: str) -> Name:
    """Return the origin that a file's name is, or the root if it is no domain name."""
    try:
        return name(Path(file).name.removesuffix(".zone") or ".")
    except NameSyntaxError:
        return ROOT
