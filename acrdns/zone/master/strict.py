"""Checks of record data that `named-checkzone` or `kzonecheck` makes and dnspython does not.

Each check takes the data in wire form, so that it covers the generic form as well, and returns what is wrong.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from acrdns.record import Type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_DIGESTS = (1, 2, 4)
_SHA1 = 1
_SHA1_SIZE = 20
_MIDDLE = 2**31
_DEGREE = 3_600_000
"""Latitude and longitude count thousandths of a second from there (RFC 1876 section 2)."""
_DOHPATH = 7
_BRACKETS = re.compile(rb"\[\^?\]?(?:\[[.:=].*?[.:=]\]|[^\]])*\]")
_VARIABLE = re.compile(rb"\{[+#./;?&]?(?:[^{}]*,)?dns(?:\*|:[0-9]+)?(?:,[^{}]*)?\}")
"""A template of RFC 6570 that has the variable `dns`."""
_NAPTR_SHAPE = 'the regular expression has to be "!pattern!replacement!" with flag i if wanted (RFC 3402)'


def weakness(number: int, packed: bytes) -> str:
    """Say what is wrong with data of a type; empty where nothing is. The data have the form of the type."""
    check = _CHECKS.get(number)
    return check(packed) if check is not None else ""


def _x25(packed: bytes) -> str:
    if re.fullmatch(rb"[0-9]{4,}", packed[1:]):
        return ""
    return "an address is four or more digits (RFC 1183 section 3.1)"


def _loc(packed: bytes) -> str:
    latitude, longitude = (abs(int.from_bytes(packed[at : at + 4], "big") - _MIDDLE) for at in (4, 8))
    if latitude <= 90 * _DEGREE and longitude <= 180 * _DEGREE:
        return ""
    return "a latitude beyond 90 or a longitude beyond 180 degrees"


def _ds(packed: bytes) -> str:
    if packed[3] in _DIGESTS:
        return ""
    return "it has a digest of an unknown type; known are 1 (SHA-1), 2 (SHA-256) and 4 (SHA-384)"


def _nsec(packed: bytes) -> str:
    if len(packed) > _after_name(packed, 0):
        return ""
    return "it lists no types; it lists NSEC itself at least (RFC 4034 section 4.1.2)"


def _nsec3(packed: bytes) -> str:
    size = packed[5 + packed[4]]
    return "" if packed[0] != _SHA1 or size == _SHA1_SIZE else f"a hash of {size} octets; SHA-1 has {_SHA1_SIZE}"


def _svcb(packed: bytes) -> str:
    for key, value in _parameters(packed):
        if key == _DOHPATH and not _VARIABLE.search(value):
            return "dohpath has no variable dns (RFC 9461 section 5)"
    return ""


def _parameters(packed: bytes) -> Iterator[tuple[int, bytes]]:
    at = _after_name(packed, 2)
    while at < len(packed):
        key, size = (int.from_bytes(packed[start : start + 2], "big") for start in (at, at + 2))
        yield key, packed[at + 4 : at + 4 + size]
        at += 4 + size


def _naptr(packed: bytes) -> str:
    at = 4
    for _ in range(2):  # flags and services
        at += 1 + packed[at]
    return "" if _rewrites(packed[at + 1 : at + 1 + packed[at]]) else _NAPTR_SHAPE


def _rewrites(expression: bytes) -> bool:
    """Return whether a text is empty, or an expression of RFC 3402 section 3.2: delimiter, pattern, replacement."""
    if not expression:
        return True
    sign = expression[:1]
    if sign in b"\\i\x00" or sign.isdigit():
        return False
    parts = re.split(rb"(?<!\\)" + re.escape(sign), expression[1:])
    if len(parts) != 3 or not parts[0] or parts[2].strip(b"i"):  # noqa: PLR2004 - pattern, replacement, flags
        return False
    groups = _groups(parts[0])
    return groups >= 0 and all(0 < int(number) <= groups for number in re.findall(rb"\\([0-9])", parts[1]))


def _groups(pattern: bytes) -> int:
    """Count the groups of an extended regular expression of POSIX; -1 where the pattern is malformed."""
    plain = _BRACKETS.sub(b"x", re.sub(rb"\\.", b"x", pattern))
    if re.search(rb"\(\?|(?:^|[(|])(?:\||\)|$)|\|$", plain):
        return -1
    try:
        return re.compile(plain).groups
    except re.error:
        return -1


def _after_name(packed: bytes, at: int) -> int:
    """Return where a name ends that starts there."""
    while packed[at]:
        at += 1 + packed[at]
    return at + 1


_CHECKS: dict[int, Callable[[bytes], str]] = {
    19: _x25,  # X25
    29: _loc,  # LOC
    35: _naptr,  # NAPTR
    Type.DS: _ds,
    Type.NSEC: _nsec,
    50: _nsec3,  # NSEC3
    64: _svcb,  # SVCB
    65: _svcb,  # HTTPS
}
