r"""Names, times and strings as master files write them (RFC 1035 section 5.1).

Characters that are no part of host names have to be escaped in names: that is how Knot reads them, and an `@` in the
SOA's mailbox is a mistake that should not pass. Every function raises ValueError with what is wrong.
"""

from __future__ import annotations

import re

from acrdns.names import MAX_LABEL, MAX_NAME, Name, show
from acrdns.record import MAX_TTL

_LABEL = rb"[A-Za-z0-9_*/-]{1,63}+"
_PLAIN_NAME = re.compile(_LABEL + rb"(?:\." + _LABEL + rb")*+\.?")
_NAME_PIECE = re.compile(rb"\\([0-9]{3})|\\([^0-9])|([A-Za-z0-9_*/-])|(\.)", re.DOTALL)
_TEXT_PIECE = re.compile(rb"\\([0-9]{3})|\\([^0-9])|([^\\])", re.DOTALL)
_FIELD = re.compile(rb'(?:"(?:[^"\\]|\\.)*"|[^ \t"\\]|\\.)+', re.DOTALL)
_TTL = re.compile(rb"[0-9]+|(?:[0-9]+[smhdwSMHDW])+")
_TTL_PART = re.compile(rb"([0-9]+)([smhdw])")
_UNIT = {b"s": 1, b"m": 60, b"h": 3600, b"d": 86400, b"w": 604800}
PREFIX = {length: bytes((length,)) for length in range(1, MAX_LABEL + 1)}
"""The length octets that labels may have."""
_LONG = 2**32
_IN = (b"IN", b"CLASS1")
_CLASS = re.compile(rb"CH|CHAOS|HS|HESIOD|CS|CLASS[0-9]{1,5}", re.IGNORECASE)


def absolute(text: bytes, origin: Name) -> bytes:
    """Read a name in wire form with its letter case; a relative one is below the origin."""
    if text == b"@":
        return origin
    wire = plain(text, origin) if _PLAIN_NAME.fullmatch(text) else _escaped(text, origin)
    if len(wire) > MAX_NAME:
        raise ValueError(f"{text.decode()} is longer than {MAX_NAME} octets below {show(origin)}")
    return wire


def plain(text: bytes, origin: Name) -> bytes:
    """Read a name that has no escapes. Raises KeyError where a label is empty or too long."""
    if text[-1] == ord("."):
        text, origin = text[:-1], Name(b"\x00")
    if b"." not in text:
        return PREFIX[len(text)] + text + origin
    return b"".join([PREFIX[len(label)] + label for label in text.split(b".")]) + origin


def _escaped(text: bytes, origin: Name) -> bytes:
    if text == b".":
        return b"\x00"
    labels: list[bytearray] = [bytearray()]
    for decimal, other, letter, dot in _pieces(text, _NAME_PIECE):
        if dot:
            labels.append(bytearray())
        else:
            labels[-1] += _octet(text, decimal) if decimal else other or letter
    end = b"\x00" if not labels[-1] else bytes(origin)
    if not labels[-1]:
        labels.pop()
    for label in labels:
        if not label:
            raise ValueError(f"{text.decode()} has an empty label")
        if len(label) > MAX_LABEL:
            raise ValueError(f"{text.decode()} has a label of more than {MAX_LABEL} octets")
    return b"".join(PREFIX[len(label)] + bytes(label) for label in labels) + end


def _pieces(text: bytes, pattern: re.Pattern[bytes]) -> list[tuple[bytes, ...]]:
    found = []
    position = 0
    while position < len(text):
        match = pattern.match(text, position)
        if match is None:
            if text[position] == ord("\\"):
                raise ValueError(f"{text.decode()} has a bad escape; write \\DDD (000 to 255) or \\ and one character")
            odd = chr(text[position])
            raise ValueError(f"{text.decode()} is no domain name; escape the {odd} as \\{odd} if it is meant")
        found.append(tuple(group or b"" for group in match.groups()))
        position = match.end()
    return found


def _octet(text: bytes, decimal: bytes) -> bytes:
    try:
        return bytes((int(decimal),))
    except ValueError:
        raise ValueError(f"{text.decode()} has a bad escape: \\{decimal.decode()} is more than \\255") from None


def seconds(text: bytes) -> int:
    """Read a time: seconds, or parts as `1w2d3h4m5s`; less than 2**32."""
    if not _TTL.fullmatch(text):
        raise ValueError(f"{text.decode()} is no time; write seconds, or parts with units such as 1h30m")
    parts = _TTL_PART.findall(text.lower())
    total = sum(int(number) * _UNIT[unit] for number, unit in parts) if parts else int(text)
    if total >= _LONG:
        raise ValueError(f"{text.decode()} is more than {_LONG - 1} seconds")
    return total


def ttl(text: bytes) -> int:
    """Read a TTL; one of more than 31 bits counts as 0 (RFC 2181 section 8)."""
    value = seconds(text)
    return value if value <= MAX_TTL else 0


def terms(tokens: list[bytes]) -> tuple[int | None, int]:
    """Read TTL and class at the start of tokens, in any order; returns the TTL and the number of tokens read."""
    found: int | None = None
    used = 0
    classed = False
    for token in tokens:
        if token[:1].isdigit() and found is None:
            found = ttl(token)
        elif token.upper() in _IN and not classed:
            classed = True
        else:
            break
        used += 1
    if tokens[used:] and _CLASS.fullmatch(tokens[used]):
        raise ValueError(f"class {tokens[used].decode()}; acrdns serves class IN")
    return found, used


def split(text: bytes) -> list[bytes]:
    """Split data at its blanks, but for those that are quoted or escaped."""
    return _FIELD.findall(text)


def unquoted(token: bytes) -> bytes:
    """Return a token without its quotes, its escapes as they are."""
    return token[1:-1] if token[:1] == b'"' else token


def string(token: bytes) -> bytes:
    """Read a character string, quoted or not, without its length octet."""
    quoted = token[:1] == b'"'
    raw = token[1:-1] if quoted else token
    if b"\\" in raw:
        pieces = _pieces(raw, _TEXT_PIECE)
        raw = b"".join(_octet(raw, decimal) if decimal else other or letter for decimal, other, letter in pieces)
    return raw
