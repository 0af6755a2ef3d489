"""Record data as master files write it (RFC 1035 section 5.1, RFC 3597), to wire form.

The ordinary types are read here, because a million of them must load in seconds; all others are read by dnspython.
Every function raises ValueError with what is wrong.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from acrdns.record import Type, type_number, type_text
from acrdns.zone.presentation import absolute, seconds, string

if TYPE_CHECKING:
    from collections.abc import Callable

    from acrdns.names import Name

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[^ \t"]+')
_OCTET = {str(octet).encode(): bytes((octet,)) for octet in range(256)}
_GROUP = re.compile(rb"[0-9A-Fa-f]{1,4}")
_CACHE = 2**16
_WORD = 2**16
_LONG = 2**32
_MAX_STRING = 255
_ADDRESS = 16
_NO_DATA = (0, Type.OPT)
_META = range(128, 256)
_OBSOLETE = (3, 4)


class _Groups(dict[bytes, bytes]):
    """The groups of IPv6 addresses in wire form; one is worked out when it is first met."""

    def __missing__(self, group: bytes) -> bytes:
        if not _GROUP.fullmatch(group):
            raise ValueError
        self[group] = packed = int(group, 16).to_bytes(2, "big")
        return packed


class _Networks(dict[bytes, bytes]):
    """The first three octets of IPv4 addresses: neighbours stand together in zones."""

    def __missing__(self, network: bytes) -> bytes:
        first, second, third = network.split(b".")
        packed = _OCTET[first] + _OCTET[second] + _OCTET[third]
        if len(self) < _CACHE:
            self[network] = packed
        return packed


_GROUPS = _Groups()
_NETWORKS = _Networks()


# --- the ordinary types -----------------------------------------------------------------------------------------------


def _a(text: bytes) -> bytes:
    network, _, host = text.rpartition(b".")
    try:
        return _NETWORKS[network] + _OCTET[host]
    except (KeyError, ValueError):
        raise ValueError(f"{text.decode()} is no IPv4 address") from None


def _aaaa(text: bytes) -> bytes:
    head, gap, tail = text.partition(b"::")
    try:
        before = b"".join([_GROUPS[group] for group in head.split(b":")]) if head else b""
        after = b"".join([_GROUPS[group] for group in tail.split(b":")]) if tail else b""
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


def _mx(text: bytes, origin: Name) -> bytes:
    preference, exchange = _fields(text, 2)
    return _number(preference, _WORD).to_bytes(2, "big") + absolute(exchange, origin)


def _srv(text: bytes, origin: Name) -> bytes:
    *numbers, target = _fields(text, 4)
    return b"".join(_number(number, _WORD).to_bytes(2, "big") for number in numbers) + absolute(target, origin)


def _soa(text: bytes, origin: Name) -> bytes:
    mname, rname, serial, *times = _fields(text, 7)
    numbers = (_number(serial, _LONG), *map(seconds, times))
    packed = b"".join(number.to_bytes(4, "big") for number in numbers)
    return absolute(mname, origin) + absolute(rname, origin) + packed


def _txt(text: bytes) -> bytes:
    pieces = text.split(b'"')
    if text[:1] == b'"' and b"\\" not in text and not b"".join(pieces[::2]).strip():
        strings = pieces[1::2]
    else:
        strings = [string(token) for token in _TOKEN.findall(text)]
    if not strings:
        raise ValueError("no string; write at least one")
    longest = max(map(len, strings))
    if longest > _MAX_STRING:
        raise ValueError(f"a string of {longest} octets; one has at most {_MAX_STRING}, write several")
    return b"".join([bytes((len(each),)) + each for each in strings])


def _fields(text: bytes, count: int) -> list[bytes]:
    fields = text.split()
    if len(fields) != count:
        raise ValueError(f"{len(fields)} fields of data where there have to be {count}")
    return fields


def _number(text: bytes, limit: int) -> int:
    if not text.isdigit() or int(text) >= limit:
        raise ValueError(f"{text.decode()} is no number from 0 to {limit - 1}")
    return int(text)


_WITHOUT_NAMES: dict[int, Callable[[bytes], bytes]] = {
    Type.A: _a,
    Type.AAAA: _aaaa,
    Type.TXT: _txt,
    99: _txt,  # SPF
}
_WITH_NAMES: dict[int, Callable[[bytes, Name], bytes]] = {
    Type.CNAME: absolute,
    Type.DNAME: absolute,
    Type.NS: absolute,
    Type.PTR: absolute,
    Type.MX: _mx,
    Type.SRV: _srv,
    Type.SOA: _soa,
}


# --- all types --------------------------------------------------------------------------------------------------------


def parser_of(number: int, origin: Name) -> Callable[[bytes], bytes]:
    """Give what reads the data of a type, names in it being below an origin."""
    without = _WITHOUT_NAMES.get(number)
    if without is not None:
        return without
    parser = _WITH_NAMES.get(number)
    if parser is not None:
        return lambda text: parser(text, origin)
    return partial(_by_dnspython, number, origin)


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
    if not text:
        raise ValueError(f"{type_text(number)} without data")
    if text.startswith(b"\\#"):
        return _generic(number, text)
    return parser_of(number, origin)(text)


def _generic(number: int, text: bytes) -> bytes:
    length, *digits = text[2:].split() or [b""]
    try:
        packed = bytes.fromhex(b"".join(digits).decode())
    except ValueError:
        raise ValueError(f"{b' '.join(digits).decode()} is no hexadecimal data") from None
    if not length.isdigit() or int(length) != len(packed):
        raise ValueError(f"the data has {len(packed)} octets, not the {length.decode() or 'missing'} stated")
    return _valid(number, packed)


def _valid(number: int, packed: bytes) -> bytes:
    """Hold generic data of a known type against that type's form."""
    import dns.exception
    import dns.rdata
    import dns.rdatatype

    try:
        dns.rdata.from_wire("IN", dns.rdatatype.RdataType.make(number), packed, 0, len(packed))
    except (dns.exception.DNSException, ValueError) as error:
        raise ValueError(f"the data is no {type_text(number)} data: {_reason(error)}") from None
    return packed


def _by_dnspython(number: int, origin: Name, text: bytes) -> bytes:
    import dns.exception
    import dns.name
    import dns.rdata
    import dns.rdatatype

    type_, below = dns.rdatatype.RdataType.make(number), dns.name.from_wire(origin, 0)[0]
    try:
        return dns.rdata.from_text("IN", type_, text.decode(), below, relativize=False).to_wire() or b""
    except (dns.exception.DNSException, ValueError) as error:
        raise ValueError(f"{text.decode()} is no {type_text(number)} data: {_reason(error)}") from None


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__
