"""Writing a zone as a master file that NSD, Knot, BIND and acrdns itself read back as the same zone.

One record a line, each with its owner, TTL and class; the SOA and the rest of the apex first, then name by name. Types
that not all of them know by name, and data whose text they could read differently, are written in the generic form of
RFC 3597.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from acrdns.names import labels
from acrdns.record import Type, rdata_text, type_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from acrdns.names import Name
    from acrdns.record import RRset
    from acrdns.zone.zone import Zone

_PLAIN_LABEL = re.compile(rb"[A-Za-z0-9_*/-]+")
_LETTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_*/-")
_PRINTABLE = range(0x21, 0x7F)
_ESCAPABLE = frozenset(_PRINTABLE) - frozenset(b"[#")
"""Characters after a backslash. For BIND, `\\[` begins a bit-string label (RFC 2673); for NSD and Knot, `\\#` always
begins generic data (RFC 3597)."""
_IN_QUOTES = frozenset(_PRINTABLE) - frozenset(b'"\\') | frozenset(b" ")
_SAME_TEXT = frozenset({13, 29, 43, 44, 48, 52, 257})
"""Further types whose text is the same for all of them: HINFO, LOC, DS, SSHFP, DNSKEY, TLSA, CAA."""
_FIXED = 20
"""Octets of a SOA after its names."""


def write_zone(zone: Zone) -> str:
    """Write a zone as a master file."""
    return "".join(f"{line}\n" for line in _lines(zone))


def _lines(zone: Zone) -> Iterator[str]:
    yield f"$ORIGIN {_absolute(zone.apex)}"
    for name in sorted(zone.nodes, key=_canonical_order):
        owner = _owner(name, zone.apex)
        for rrset in sorted(zone.nodes[name], key=_soa_first):
            for rdata in rrset.rdatas:
                yield f"{owner}\t{rrset.ttl}\tIN\t{_data(rrset.type, rdata)}"


def _canonical_order(name: Name) -> list[bytes]:
    """Sort names as RFC 4034 section 6.1 does, so that the apex is first and what is below a name follows it."""
    return [*labels(name)][::-1]


def _soa_first(rrset: RRset) -> tuple[bool, int]:
    return rrset.type != Type.SOA, rrset.type


def _owner(name: Name, apex: Name) -> str:
    if name == apex:
        return "@"
    return _labels(name[: len(name) - len(apex)] + b"\x00")


def _absolute(name: bytes) -> str:
    return _labels(name) + "."


def _labels(name: bytes) -> str:
    return ".".join(label.decode() if _PLAIN_LABEL.fullmatch(label) else _escaped(label) for label in labels(name))


def _escaped(octets: bytes, plain: frozenset[int] = _LETTERS) -> str:
    return "".join(
        chr(octet) if octet in plain else f"\\{chr(octet)}" if octet in _ESCAPABLE else f"\\{octet:03d}"
        for octet in octets
    )


# --- data -------------------------------------------------------------------------------------------------------------


def _data(number: int, rdata: bytes) -> str:
    """Write type and data of a record."""
    writer = _WRITERS.get(number)
    if writer is not None:
        return f"{type_text(number)}\t{writer(rdata)}"
    if number in _SAME_TEXT:
        return f"{type_text(number)}\t{rdata_text(number, rdata)}"
    return f"TYPE{number}\t\\# {len(rdata)} {rdata.hex()}".rstrip()


def _mx(rdata: bytes) -> str:
    return f"{int.from_bytes(rdata[:2], 'big')} {_absolute(rdata[2:])}"


def _srv(rdata: bytes) -> str:
    priority, weight, port = (int.from_bytes(rdata[start : start + 2], "big") for start in (0, 2, 4))
    return f"{priority} {weight} {port} {_absolute(rdata[6:])}"


def _soa(rdata: bytes) -> str:
    names, numbers = rdata[:-_FIXED], rdata[-_FIXED:]
    end = 1 + sum(1 + len(label) for label in labels(names))
    fields = (int.from_bytes(numbers[start : start + 4], "big") for start in range(0, _FIXED, 4))
    return f"{_absolute(names[:end])} {_absolute(names[end:])} {' '.join(map(str, fields))}"


def _txt(rdata: bytes) -> str:
    strings = []
    while rdata:
        end = 1 + rdata[0]
        strings.append(f'"{_escaped(rdata[1:end], _IN_QUOTES)}"')
        rdata = rdata[end:]
    return " ".join(strings)


_WRITERS: dict[int, Callable[[bytes], str]] = {
    Type.A: lambda rdata: rdata_text(Type.A, rdata),
    Type.AAAA: lambda rdata: rdata_text(Type.AAAA, rdata),
    Type.CNAME: _absolute,
    Type.DNAME: _absolute,
    Type.NS: _absolute,
    Type.PTR: _absolute,
    Type.MX: _mx,
    Type.SRV: _srv,
    Type.SOA: _soa,
    Type.TXT: _txt,
}
