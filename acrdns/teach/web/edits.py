"""Changes of a topology, as an address has them: each is undone by leaving it out.

A change is a tuple of edits of entries, or a patch of lines, as somebody makes who edits the YAML as a whole.
"""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from acrdns.errors import AcrdnsError
from acrdns.topology.text.edit import Append, Drop, Put, Rename
from acrdns.topology.text.places import dotted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.errors import Path
    from acrdns.topology.reread import Reread
    from acrdns.topology.text.edit import Edit

MOST_CHANGES = 200
MOST_OCTETS = 1 << 20
"""Of the edits of an address, unpacked."""
MOST_LETTERS = 48_000
"""Of the edits of an address, packed: a server takes a request line and headers of 64 KiB."""
_DEEPEST = 12
"""Mappings and lists within each other in a value."""


class AddressError(AcrdnsError):
    """An address or a form that means nothing here; the text is a sentence for the reader."""


@dataclass(frozen=True, slots=True)
class Patch:
    """Lines of a text in the place of others."""

    start: int
    """The number of lines before them."""
    gone: int
    """How many lines go."""
    lines: tuple[str, ...]
    """Those that come, each with its line break."""
    checksum: int
    """CRC-32 of the text that it is a patch of."""

    def applied(self, text: str) -> str:
        """Return the text with the patch made. Raises AddressError where it is one of another text."""
        if checksum(text) != self.checksum:
            raise AddressError("this address has edits of another version of the file; start again from the file")
        before = text.splitlines(keepends=True)
        return "".join((*before[: self.start], *self.lines, *before[self.start + self.gone :]))


Change = tuple["Edit", ...] | Patch


def checksum(text: str) -> int:
    """Return the CRC-32 of a text."""
    return zlib.crc32(text.encode(errors="surrogatepass"))


def patch(before: str, after: str) -> Patch:
    """Return the patch that makes one text of another."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    start = _common(old, new)
    end = min(_common(old[::-1], new[::-1]), len(old) - start, len(new) - start)
    return Patch(start, len(old) - end - start, tuple(new[start : len(new) - end]), checksum(before))


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (left, right) in pairs if left != right), min(len(one), len(other)))


def applied(text: str, change: Change, file: Reread) -> str:
    """Return a text of a file with a change made. Raises AddressError, or InputError where it cannot be edited."""
    if isinstance(change, Patch):
        return change.applied(text)
    try:
        return file.edited(text, change)
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
        raise AddressError(f"{label(change)}: the file has no such place") from error


def label(change: Change) -> str:
    """Return a few words about a change."""
    if isinstance(change, Patch):
        line = change.start + 1
        return f"YAML, from line {line}"
    first = change[0]
    verb = {Put: "set", Drop: "remove", Append: "add to", Rename: "rename"}[type(first)]
    more = f" and {len(change) - 1} more" if len(change) > 1 else ""
    return f"{verb} {dotted(first.path)}{more}"


# --- the text in the address ------------------------------------------------------------------------------------------


def pack(changes: Sequence[Change]) -> str:
    """Return changes as an address has them. Raises AddressError where they are too long for one."""
    if not changes:
        return ""
    text = json.dumps([_written(change) for change in changes], separators=(",", ":"), ensure_ascii=False)
    packed = urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")
    if len(packed) > MOST_LETTERS or len(changes) > MOST_CHANGES or len(text) > MOST_OCTETS:
        raise AddressError("these are more edits than an address can hold; export the YAML, and open that file instead")
    return packed


def unpack(packed: str) -> tuple[Change, ...]:
    """Return the changes of an address. Raises AddressError."""
    if not packed:
        return ()
    try:
        return tuple(map(_read, _unpacked(packed)))
    except (ValueError, TypeError, KeyError, IndexError, RecursionError, zlib.error):
        raise AddressError("the edits in this address cannot be read; it may have been cut off on its way") from None


def _unpacked(packed: str) -> list[Any]:
    unpacker = zlib.decompressobj()
    octets = unpacker.decompress(urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), MOST_OCTETS)
    found = json.loads(octets.decode())
    json.dumps(found, ensure_ascii=False).encode()  # no half of a surrogate pair
    if not unpacker.eof or not isinstance(found, list) or not 0 < len(found) <= MOST_CHANGES:
        raise ValueError(packed)
    return found


def _written(change: Change) -> Any:
    if isinstance(change, Patch):
        return [change.start, change.gone, list(change.lines), change.checksum]
    return [_edit_written(edit) for edit in change]


def _edit_written(edit: Edit) -> list[Any]:
    rest = [] if isinstance(edit, Drop) else [edit.key if isinstance(edit, Rename) else edit.value]
    return [type(edit).__name__[0].lower(), list(edit.path), *rest]


_KINDS: dict[str, Any] = {"p": Put, "d": Drop, "a": Append, "r": Rename}


def _read(written: Any) -> Change:
    if isinstance(written[0], int):
        start, gone, lines, check = written
        numbers = all(type(each) is int and each >= 0 for each in (start, gone, check))
        if not numbers or not all(isinstance(line, str) for line in lines):
            raise ValueError(written)
        return Patch(start, gone, tuple(lines), check)
    return tuple(map(_edit_read, written))


def _edit_read(written: Any) -> Edit:
    kind, path, *rest = written
    if not path or not all(type(step) in (str, int) for step in path) or len(path) > _DEEPEST:
        raise ValueError(path)
    if rest and _depth(rest[0]) > _DEEPEST:
        raise ValueError(rest)
    if kind == "r" and not isinstance(rest[0], str):
        raise ValueError(rest)
    edit: Edit = _KINDS[kind](_path(path), *rest)
    return edit


def _path(path: Sequence[str | int]) -> Path:
    return tuple(path)


def _depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    return 1 + max(map(_depth, value), default=0) if isinstance(value, list) else 0
