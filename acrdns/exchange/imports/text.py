"""Octets to text: byte order marks, UTF-16 as PowerShell writes it, colour codes."""

from __future__ import annotations

import re

from acrdns.errors import Place, Problem

MAX_OCTETS = 256 << 20
"""Octets of a file that is read."""
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_COLOUR = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))")
_LOOKED_AT = 64
"""Octets by which UTF-16 is recognised where there is no byte order mark."""


def decode(octets: bytes, file: str) -> str | Problem:
    """Return a file's text, or the problem that it is no text."""
    encoding, octets = _encoding(octets)
    try:
        text = octets.decode(encoding)
    except UnicodeDecodeError as error:
        before = octets[: error.start]
        place = Place(file, before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1)
        message = f"this is no {encoding.upper()}: octet 0x{octets[error.start]:02x} at offset {error.start}"
        return Problem(place, "", message, "save the output as UTF-8")
    if "\x1b" in text:
        text = _COLOUR.sub("", text)
    return text.replace("\r\n", "\n") if "\r" in text else text


def _encoding(octets: bytes) -> tuple[str, bytes]:
    """Return the encoding, and the octets without the mark that says so."""
    for mark, name in _MARKS:
        if octets.startswith(mark):
            return name, octets[len(mark) :]
    start = octets[:_LOOKED_AT]
    if len(start) > 1 and not any(start[1::2]) and all(start[::2]):
        return "utf-16-le", octets
    if len(start) > 1 and not any(start[::2]) and all(start[1::2]):
        return "utf-16-be", octets
    return "utf-8", octets
