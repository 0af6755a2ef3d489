"""Domain names.

A `Name` is a domain name in lower-case, uncompressed wire form (RFC 1035 section 3.1), so that equal names are equal
bytes, a parent is a slice, and a name is a cheap dictionary key. Only ASCII letters are lowered (RFC 4343).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NewType

from acrdns.errors import NameSyntaxError

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

Name = NewType("Name", bytes)

ROOT = Name(b"\x00")
MAX_NAME = 255
MAX_LABEL = 63

_ESCAPE = re.compile(rb"\\(\d{3}|[^\d])|\\")
_LENGTHS = tuple(bytes((length,)) for length in range(MAX_LABEL + 1))
_SPECIAL = frozenset(b'."\\;()@$')


def name(text: str) -> Name:
    r"""Read a name in presentation form (RFC 1035 section 5.1), with `\.` and `\DDD` escapes.

    Every name is absolute: the trailing dot is optional. Raises NameSyntaxError.
    """
    return Name(wire(text).lower())


@lru_cache(maxsize=65536)
def wire(text: str) -> bytes:
    """Return the uncompressed wire form of a name, its letter case kept. Raises NameSyntaxError."""
    if text in ("", "."):
        return bytes(ROOT)
    labels = _split(text)
    encoded = b"".join([_LENGTHS[len(label)] + label for label in labels]) + b"\x00"
    if len(encoded) > MAX_NAME:
        raise NameSyntaxError(f"{text!r} is longer than {MAX_NAME} octets")
    return encoded


def _split(text: str) -> list[bytes]:
    try:
        raw = text.encode("ascii")
    except UnicodeEncodeError:
        raise NameSyntaxError(f"{text!r} has letters outside ASCII; write the IDNA form (xn--...)") from None
    labels = _split_escaped(raw, text) if b"\\" in raw else raw.removesuffix(b".").split(b".")
    if not all(labels):
        raise NameSyntaxError(f"{text!r} has an empty label")
    if max(map(len, labels)) > MAX_LABEL:
        raise NameSyntaxError(f"{text!r} has a label of more than {MAX_LABEL} octets")
    return labels


def _split_escaped(raw: bytes, text: str) -> list[bytes]:
    labels: list[bytes] = []
    label = bytearray()
    position = 0
    while position < len(raw):
        if raw[position] == ord("."):
            labels.append(bytes(label))
            label.clear()
            position += 1
        elif raw[position] == ord("\\"):
            match = _ESCAPE.match(raw, position)
            escaped = match[1] if match else None
            if escaped is None or (len(escaped) == 3 and int(escaped) > 255):  # noqa: PLR2004
                raise NameSyntaxError(f"{text!r} has a bad escape; write \\DDD (000 to 255) or \\ and one character")
            label.append(int(escaped) if len(escaped) == 3 else escaped[0])  # noqa: PLR2004
            position += 1 + len(escaped)
        else:
            label.append(raw[position])
            position += 1
    if label or not labels:
        labels.append(bytes(label))
    return labels


def show(name: bytes) -> str:
    """Write a name in presentation form, without the trailing dot (the root is `.`)."""
    return ".".join(map(_escape, labels(name))) or "."


@lru_cache(maxsize=65536)
def _escape(label: bytes) -> str:
    return "".join(
        f"\\{chr(octet)}" if octet in _SPECIAL else chr(octet) if 0x20 < octet < 0x7F else f"\\{octet:03d}"  # noqa: PLR2004
        for octet in label
    )


def end_of_name(octets: bytes, position: int = 0) -> int:
    """Return where the uncompressed name at a position ends. Raises IndexError for a name that is cut off."""
    while length := octets[position]:
        position += 1 + length
    return position + 1


def labels(name: bytes) -> Iterator[bytes]:
    """Return the labels from left to right, without the root."""
    position = 0
    while length := name[position]:
        yield name[position + 1 : position + 1 + length]
        position += 1 + length


def ancestors(name: Name) -> Iterator[Name]:
    """Return the name itself, then its parent, and so on, the root last."""
    while True:
        yield name
        if name == ROOT:
            return
        name = parent(name)


def deepest(name: Name, known: Container[Name]) -> Name | None:
    """Return the longest of the known names that is the name itself or above it, or None."""
    while name not in known:
        if name == ROOT:
            return None
        name = Name(name[1 + name[0] :])
    return name


def parent(name: Name) -> Name:
    """Return the name without its first label. The root has no parent; asked for it, this is an IndexError."""
    if name == ROOT:
        raise IndexError("the root has no parent")
    return Name(name[1 + name[0] :])


def is_under(name: bytes, apex: bytes) -> bool:
    """Return whether `name` is `apex` or a name below it."""
    if not name.endswith(apex):
        return False
    position, start = 0, len(name) - len(apex)
    while position < start:
        position += 1 + name[position]
    return position == start


def join(relative: str, apex: Name) -> Name:
    """Return the absolute name of a record set's relative name; `@` is the apex. Raises NameSyntaxError."""
    if relative == "@":
        return apex
    joined = Name(wire(relative).lower()[:-1] + apex)
    if len(joined) > MAX_NAME:
        raise NameSyntaxError(f"{relative!r} under {show(apex)} is longer than {MAX_NAME} octets")
    return joined


def relative(name: Name, apex: Name) -> str:
    """Return the name relative to an apex that it is under; the apex itself is `@`."""
    return "@" if name == apex else show(Name(name[: len(name) - len(apex)] + ROOT))
