"""Reads a topology file: YAML, then schema, then meaning, and all problems in one go."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from acrdns.errors import Place, Problem, TopologyError
from acrdns.gc_pause import paused
from acrdns.topology.samples import located, samples

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acrdns.topology.assumptions import Assumptions
    from acrdns.topology.model import Topology
    from acrdns.topology.text.document import TopologyDocument

SECTIONS = "allowed: a mapping with sections such as registries and networks; `acrdns init` writes one to start from"

_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def load(path: str, assumptions: Assumptions | None = None) -> Topology:
    """Read a topology file, or the sample of that name. Raises TopologyError with every problem of it.

    `assumptions` decide what Azure does not say; None leaves it to their defaults.
    """
    path = located(path)
    return load_octets(octets_of(path), path, assumptions)


def octets_of(path: str) -> bytes:
    """Return a topology file as it is. Raises TopologyError where it cannot be read."""
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"cannot be read: {reason.lower()}"
        raise TopologyError([Problem(Place(path, 1, 1), "", message, _remedy(path))]) from None


def load_octets(octets: bytes, file: str, assumptions: Assumptions | None = None) -> Topology:
    """Read a topology from octets; `file` is the name that problems give. Raises TopologyError with every problem."""
    topology = loads(decode(octets, file), file)
    return topology if assumptions is None else replace(topology, assumptions=assumptions)


def _remedy(path: str) -> str:
    from acrdns.suggest import close

    near = close(path.removesuffix(".yaml"), samples())
    sample = f"did you mean the sample {near[0]}? " if near else ""
    return f"{sample}`acrdns init` writes a topology file to start from"


def loads(text: str, file: str) -> Topology:
    """Read a topology from a text; `file` is the name that problems give. Raises TopologyError with every problem."""
    with paused():
        return _loads(text, file)


def load_data(data: Mapping[str, Any], file: str) -> Topology:
    """Read a topology from the data that a file would have, which has no places. Raises TopologyError."""
    from acrdns.topology.text.document import TopologyDocument
    from acrdns.topology.text.places import NoPlaces

    with paused():
        return _verified(TopologyDocument(data, NoPlaces("", file)), file, "")


def _loads(text: str, file: str) -> Topology:
    from acrdns.topology.text.document import parse

    document = parse(text, file)
    if not isinstance(document.data, dict):
        raise TopologyError(document.problems or [_no_topology(document.data, file)])
    return _verified(document, file, text)


def _verified(document: TopologyDocument, file: str, text: str) -> Topology:
    from acrdns.topology.normalize import normalize
    from acrdns.topology.schema.draft import draft
    from acrdns.topology.text.places import Places
    from acrdns.topology.verify import verify

    found = draft(document)
    verify(found)
    if found.problems:
        raise TopologyError(sorted(found.problems, key=lambda problem: (problem.place, problem.path)))
    return normalize(found.file, file, Places(text, file), found.excused() if "accept" in text else {})


def _no_topology(data: object, file: str) -> Problem:
    kind = "empty" if data is None else "a list" if isinstance(data, list) else "a single value"
    return Problem(Place(file, 1, 1), "", f"the file is {kind}", SECTIONS)


def encoding_of(octets: bytes) -> str:
    """Return the encoding of a file, which writes its byte order mark too."""
    return next((name for mark, name in _BYTE_ORDER_MARKS if octets.startswith(mark)), "utf-8")


def decode(octets: bytes, path: str) -> str:
    """Return the text of a file in UTF-8, or in UTF-16 that says so by its byte order mark. Raises TopologyError."""
    encoding = encoding_of(octets)
    try:
        return octets.decode(encoding)
    except UnicodeDecodeError as error:
        before = octets[: error.start]
        place = Place(path, before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1)
        message = f"this is not {encoding.upper()}: the octet 0x{octets[error.start]:02x} has no meaning here"
        raise TopologyError([Problem(place, "", message, "save the file as UTF-8")]) from None
