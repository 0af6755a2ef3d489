"""Record data as master files write it (RFC 1035 section 5.1, RFC 3597), to wire form.

Common types are read here, because a million of them must load in seconds; all others are read by dnspython.
Every function raises ValueError with what is wrong.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from acrdns.names import ROOT
from acrdns.record import ONE_NAME, Type, type_number, type_text
from acrdns.zone.master import other_types
from acrdns.zone.master.presentation import absolute, seconds, split, string
from acrdns.zone.packed import check_size

if TYPE_CHECKING:
    from collections.abc import Callable

    from acrdns.names import Name

    NameReader = Callable[[bytes], bytes]

OCTETS = {str(octet).encode(): bytes((octet,)) for octet in range(256)}
"""Octets in wire form, by their text."""
_DS = re.compile(rb"(0|[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}) ([1-9]?[0-9]|1[0-9]{2}) ([124]) ([0-9A-Fa-f]+)")
_DIGITS = {b"1": 40, b"2": 64, b"4": 96}
"""Hexadecimal digits of a digest, by its type."""
_GROUP = re.compile(rb"[0-9A-Fa-f]{1,4}")
_WORD = 2**16
_LONG = 2**32
_MAX_STRING = 255
_ADDRESS = 16
_NO_DATA = (0, Type.OPT)
_META = range(128, 256)
_OBSOLETE = (3, 4)
_MAY_BE_EMPTY = (42,)
"""APL, a list (RFC 3123 section 4)."""


class _Groups(dict[bytes, bytes]):
    """The groups of IPv6 addresses in wire form; one is worked out when it is first met."""

    def __missing__(self, group: bytes) -> bytes:
        if not _GROUP.fullmatch(group):
            raise ValueError
        self[group] = packed = int(group, 16).to_bytes(2, "big")
        return packed


GROUPS = _Groups()
"""ValueError is raised for what is no group."""


# --- common types -----------------------------------------------------------------------------------------------------


def address(text: bytes) -> bytes:
    """Read an IPv4 address."""
    try:
        first, second, third, fourth = map(OCTETS.__getitem__, text.split(b"."))
    except (KeyError, ValueError):
        raise ValueError(f"{text.decode()} is no IPv4 address") from None
    return first + second + third + fourth


def aaaa(text: bytes) -> bytes:
    """Read an IPv6 address."""
    head, gap, tail = text.partition(b"::")
    try:
        before = b"".join([GROUPS[group] for group in head.split(b":")]) if head else b""
        after = b"".join([GROUPS[group] for group in tail.split(b":")]) if tail else b""
    except ValueError:
        return _aaaa_slowly(text)
    missing = _ADDRESS - len(before) - len(after)
    if missing == 0 if not gap else missing > 0:
        return before + bytes(missing) + after
    return _aaaa_slowly(text)


def _aaaa_slowly(text: bytes) -> bytes:
    """Read what is left: addresses with an IPv4 part, and errors."""
    import ipaddress

    try:
        return ipaddress.IPv6Address(text.replace(b"%", b"").decode()).packed
    except ValueError:
        raise ValueError(f"{text.decode()} is no IPv6 address") from None


def _mx(name: NameReader, text: bytes) -> bytes:
    """Read a number and a name: MX, and the types that are made like it."""
    preference, exchange = _fields(text, 2)
    return _number(preference, _WORD).to_bytes(2, "big") + name(exchange)


def _rp(name: NameReader, text: bytes) -> bytes:
    mailbox, description = _fields(text, 2)
    return name(mailbox) + name(description)


def _srv(name: NameReader, text: bytes) -> bytes:
    *numbers, target = _fields(text, 4)
    return b"".join(_number(number, _WORD).to_bytes(2, "big") for number in numbers) + name(target)


def _ds(text: bytes) -> bytes:
    """Read a digest of a known type and size, as half of a top-level domain may be; `other_types` reads the rest."""
    match = _DS.fullmatch(text)
    if match is None:
        return other_types.read(Type.DS, text, ROOT)
    tag, algorithm, kind, digest = match.groups()
    if len(digest) != _DIGITS[kind]:
        return other_types.read(Type.DS, text, ROOT)
    numbers = _number(tag, _WORD).to_bytes(2, "big") + OCTETS[algorithm] + OCTETS[kind]
    return numbers + bytes.fromhex(digest.decode())


def _soa(name: NameReader, text: bytes) -> bytes:
    mname, rname, serial, *times = _fields(text, 7)
    numbers = (_number(serial, _LONG), *map(seconds, times))
    packed = b"".join(number.to_bytes(4, "big") for number in numbers)
    return name(mname) + name(rname) + packed


def txt(text: bytes) -> bytes:
    """Read the strings of TXT data."""
    pieces = text.split(b'"')
    if text[:1] == b'"' and b"\\" not in text and not b"".join(pieces[::2]).strip():
        strings = pieces[1::2]
    else:
        strings = [string(token) for token in split(text)]
    if not strings:
        raise ValueError("no string; write at least one")
    longest = max(map(len, strings))
    if longest > _MAX_STRING:
        raise ValueError(f"a string of {longest} octets; one has at most {_MAX_STRING}, write several")
    return _sized(b"".join([bytes((len(each),)) + each for each in strings]))


def _fields(text: bytes, count: int) -> list[bytes]:
    fields = split(text) if b"\\" in text else text.split()
    if len(fields) != count:
        raise ValueError(f"data of {len(fields)} fields; there have to be {count}")
    return fields


def _sized(packed: bytes) -> bytes:
    check_size(len(packed))
    return packed


def _number(text: bytes, limit: int) -> int:
    if not text.isdigit() or int(text) >= limit:
        raise ValueError(f"{text.decode()} is no number from 0 to {limit - 1}")
    return int(text)


_WITHOUT_NAMES: dict[int, Callable[[bytes], bytes]] = {
    Type.A: address,
    Type.AAAA: aaaa,
    Type.TXT: txt,
    Type.DS: _ds,
    99: txt,  # SPF
}
_ONE_NAME = ONE_NAME | {7, 8, 9}
"""The last three are MB, MG and MR; dnspython does not know them, nor MINFO."""
_WITH_NAMES: dict[int, Callable[[NameReader, bytes], bytes]] = {
    Type.MX: _mx,
    Type.SRV: _srv,
    Type.SOA: _soa,
    14: _rp,  # MINFO
    17: _rp,  # RP
    18: _mx,  # AFSDB
    21: _mx,  # RT
    36: _mx,  # KX
    107: _mx,  # LP
}


def parser_of(number: int, name: NameReader) -> Callable[[bytes], bytes] | None:
    """Return the reader of a common type's data, given the reader of names in it; None for any other type."""
    if number in _ONE_NAME:
        return name
    parser = _WITH_NAMES.get(number)
    return partial(parser, name) if parser is not None else _WITHOUT_NAMES.get(number)


# --- all types --------------------------------------------------------------------------------------------------------


def number_of(text: bytes) -> int:
    """Read the type of a record. Query types and types of the protocol itself are none (RFC 6895 section 3.1)."""
    number = type_number(text.decode())
    if number in _OBSOLETE:
        raise ValueError(f"{type_text(number)} is obsolete (RFC 973); write MX")
    if number in _NO_DATA or number in _META:
        raise ValueError(f"type {text.decode()} cannot be in a zone")
    return number


def data_of(number: int, text: bytes, origin: Name) -> bytes:
    """Read one record's data, in the type's own form or in the generic one of RFC 3597."""
    if not text and number not in _MAY_BE_EMPTY:
        raise ValueError(f"{type_text(number)} without data")
    if text[:3].rstrip() == b"\\#":  # \#abc is a name or a string
        return _sized(_generic(number, text))
    parser = parser_of(number, lambda name: absolute(name, origin))
    return parser(text) if parser is not None else _sized(other_types.read(number, text, origin))


def _generic(number: int, text: bytes) -> bytes:
    length, *digits = text[2:].split() or [b""]
    try:
        packed = bytes.fromhex(b"".join(digits).decode())
    except ValueError:
        raise ValueError(f"{b' '.join(digits).decode()} is no hexadecimal data") from None
    if not length.isdigit() or int(length) != len(packed):
        raise ValueError(f"the data has {len(packed)} octets, not the {length.decode() or 'missing'} stated")
    return other_types.checked(number, packed)
