"""Parse common responses straight from their octets; `careful` parses all others.

The law of this module: what it reads, dnspython reads the same, and it refuses everything else. It reads a response
that repeats the question, is not truncated, has one of the four common rcodes, answers with CNAME and address records,
has only NS, SOA, address and OPT records in the other sections, is well-formed to its last octet, and has names of
letters, digits, `-` and `_`. Compression pointers lead to names before them, as RFC 1035 section 4.1.4 says.
"""

from __future__ import annotations

import re
from functools import lru_cache
from struct import Struct
from struct import error as StructError  # noqa: N812 -- `error` alone would say nothing
from typing import TYPE_CHECKING

from acrdns.names import MAX_LABEL
from acrdns.probe.question import FIRST, HEADER, MAX_TEXT, POINTER
from acrdns.probe.response.reading import OUTCOMES, conclude
from acrdns.record import MAX_TTL, Type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.probe.question import ProbeQuestion
    from acrdns.probe.response.reading import Reading

    Names = dict[int, str]
    """Name by the compression pointer to it."""
    Addresses = dict[str, tuple[tuple[str, ...], int]]
    """By owner: addresses, and the smallest TTL of their records."""
    Rest = tuple[Sequence[str], tuple[str, str] | None]
    """Extended DNS Errors; apex and primary server of the first SOA record."""

_HEADER = Struct("!HHHHH")
POINTED = Struct("!HHHIH")
"""A compression pointer as owner, then type, class, TTL and length of the data."""
_RECORD = Struct("!HHIH")
_NUMBERS = tuple(map(str, range(256)))
_OPTION = Struct("!HH")

_PLAIN_FLAGS = 0xFA00
"""Mask of QR, opcode and TC: only QR may be set."""
_RESPONSE = 0x8000
_RECURSION_AVAILABLE = 0x0080
_RCODE = 0x000F
_IN = 1
_EDE = 15
_A, _NS, _CNAME, _SOA, _AAAA, _OPT = map(int, (Type.A, Type.NS, Type.CNAME, Type.SOA, Type.AAAA, Type.OPT))
_LENGTHS = {_A: 4, _AAAA: 16}
_SOA_NUMBERS = 20
_POINTED_TO = 0xC0
_MAX_DOTS = 14
"""Names of more labels could need more pointers than dnspython follows."""


class _Refusal(Exception):  # noqa: N818 -- no error: `careful` reads the response
    """This module does not read the response."""


class _Names(dict[int, str]):
    """The names read so far, by the compression pointer to them.

    A pointer into the middle of a name finds the parent at the same offset in the text as in the octets, since each
    dot of the text stands for one length octet.
    """

    __slots__ = ("written",)

    written: list[tuple[int, int, str]]
    """Each name with labels of its own: the pointer to its start, the pointer behind its labels, and its text."""

    def __missing__(self, pointer: int) -> str:
        for first, end, text in self.written:
            if first < pointer < end and text[pointer - first - 1] == ".":
                self[pointer] = parent = text[pointer - first :]
                return parent
        raise _Refusal


class _Behind(_Names):
    """The names behind the answer section; it records which earlier names they point to."""

    __slots__ = ("before", "leant_on")

    def __init__(self, before: _Names) -> None:
        super().__init__()
        self.written = []
        self.before = before
        self.leant_on: Names = {}

    def __missing__(self, pointer: int) -> str:
        if self.written and pointer >= self.written[0][0]:
            return super().__missing__(pointer)
        self.leant_on[pointer] = self[pointer] = text = self.before[pointer]
        return text


class _Texts(dict[bytes, str]):
    """A cache: the text of a name in lower case by its octets, up to the end or to a pointer."""

    _PLAIN = re.compile(rb"[A-Za-z0-9_-]+")
    _ROOM = 8192

    def __missing__(self, octets: bytes) -> str:
        labels, at = [], 0
        while at < len(octets):
            end = at + 1 + octets[at]
            labels.append(octets[at + 1 : end])
            at = end
        if not all(map(self._PLAIN.fullmatch, labels)):
            raise _Refusal
        if len(self) >= self._ROOM:
            self.clear()
        self[octets] = text = b".".join(labels).decode().lower()
        return text


_TEXTS = _Texts()

_RESTS: dict[tuple[bytes, int, int, int], tuple[Names, Rest]] = {}
"""A cache of what follows the answer section: servers send much the same after each answer.

By octets, offset and numbers of records: the earlier names that the octets point to, and what was read.
"""
_ROOM = 1024


def read(octets: bytes, question: ProbeQuestion) -> Reading | None:
    """Return the reading of a response, or None if this module does not read it, or it does not answer the question."""
    try:
        return _read(octets, question)
    except (_Refusal, KeyError, IndexError, ValueError, StructError):
        return None


def _read(octets: bytes, question: ProbeQuestion) -> Reading:
    flags, questions, answers, authorities, additionals = _HEADER.unpack_from(octets, 2)
    name, at = question.text, HEADER + len(question.octets)
    if not name or flags & _PLAIN_FLAGS != _RESPONSE or questions != 1 or octets[HEADER:at].lower() != question.octets:
        raise _Refusal
    names = _Names(((FIRST, name),))
    names.written = [(FIRST, FIRST + len(name), name)]
    aliases, addresses, at = _answer(octets, at, answers, names, question.type)
    errors, soa = _rest(octets, at, authorities, additionals, names)
    if flags & _RCODE not in OUTCOMES:
        raise _Refusal
    chain = _follow(name, aliases)
    found, ttl = addresses.get(chain[-1], ((), None))
    return conclude(flags & _RCODE, chain, found, ttl, errors, soa, recursive=flags & _RECURSION_AVAILABLE != 0)


def _answer(octets: bytes, at: int, count: int, names: _Names, wanted: int) -> tuple[dict[str, str], Addresses, int]:
    """Return the aliases by owner, the addresses of the wanted type, and the offset behind the section."""
    aliases: dict[str, str] = {}
    addresses: Addresses = {}
    for _ in range(count):
        owner, kind, ttl, at, end = _record(octets, at, names)
        if kind == _CNAME:
            if owner in aliases:
                raise _Refusal
            aliases[owner], at = _name(octets, at, names)
            if at != end or not owner or not aliases[owner]:
                raise _Refusal
        elif end - at != _LENGTHS[kind]:
            raise _Refusal
        elif kind == wanted:
            address = ADDRESS_TEXT[kind](octets[at:end])
            if owner in addresses:
                others, least = addresses[owner]
                addresses[owner] = (*others, address) if address not in others else others, min(least, ttl)
            else:
                addresses[owner] = (address,), ttl
        at = end
    return aliases, addresses, at


def _rest(octets: bytes, at: int, authorities: int, additionals: int, names: _Names) -> Rest:
    """Return the authority and additional sections, read through the cache."""
    key = octets[at:], at, authorities, additionals
    if known := _RESTS.get(key):
        leant_on, rest = known
        for pointer, text in leant_on.items():
            if names[pointer] != text:
                break
        else:
            return rest
    behind = _Behind(names)
    rest = _records(octets, at, authorities, additionals, behind)
    if len(_RESTS) >= _ROOM:
        _RESTS.clear()
    _RESTS[key] = behind.leant_on, rest
    return rest


def _records(octets: bytes, at: int, authorities: int, additionals: int, names: _Names) -> Rest:
    """Read the authority and additional sections, and check every record."""
    soa = None
    for _ in range(authorities):
        owner, kind, _, at, end = _record(octets, at, names)
        if kind == _SOA:
            primary, at = _name(octets, at, names)
            at = _name(octets, at, names)[1] + _SOA_NUMBERS
            soa = soa or (owner or ".", primary or ".")
        elif kind == _NS:
            at = _name(octets, at, names)[1]
        else:
            at += _LENGTHS[kind]
        if at != end:
            raise _Refusal
    errors: Sequence[str] | None = None
    for _ in range(additionals):
        owner, kind, ttl, at, end = _record(octets, at, names)
        if kind == _OPT:
            # Extended rcode and version are in the upper half of the TTL (RFC 6891 section 6.1.3).
            if owner or ttl >> 16 or errors is not None:
                raise _Refusal
            errors = _options(octets, at, end)
        elif end - at != _LENGTHS[kind]:
            raise _Refusal
        at = end
    if at != len(octets):
        raise _Refusal
    return errors or (), soa


def _options(octets: bytes, at: int, end: int) -> list[str]:
    errors = []
    while at < end:
        code, length = _OPTION.unpack_from(octets, at)
        at += _OPTION.size + length
        if code != _EDE or at > end:
            raise _Refusal
        errors.append(_error(octets[at - length : at]))
    return errors


def _record(octets: bytes, at: int, names: _Names) -> tuple[str, int, int, int, int]:
    """Read a record up to its data: owner, type, TTL, and the offsets of start and end of the data."""
    if octets[at] >= _POINTED_TO:
        pointer, kind, class_, ttl, length = POINTED.unpack_from(octets, at)
        owner = names[pointer]
        at += POINTED.size
    else:
        owner, at = _name(octets, at, names)
        kind, class_, ttl, length = _RECORD.unpack_from(octets, at)
        at += _RECORD.size
    if (class_ != _IN or ttl > MAX_TTL) and kind != _OPT:
        raise _Refusal
    return owner, kind, ttl, at, at + length


def _name(octets: bytes, at: int, names: _Names) -> tuple[str, int]:
    """Return the text of a name (empty for the root) and the offset behind it."""
    first, length = at, octets[at]
    while 0 < length <= MAX_LABEL:
        at += 1 + length
        length = octets[at]
    if at == first:
        return (names[length << 8 | octets[at + 1]], at + 2) if length else ("", at + 1)
    text = _TEXTS[octets[first:at]]
    if length:
        text = f"{text}.{names[length << 8 | octets[at + 1]]}"
    if len(text) > MAX_TEXT or text.count(".") > _MAX_DOTS:
        raise _Refusal
    names[POINTER + first] = text
    names.written.append((POINTER + first, POINTER + at, text))
    return text, at + 2 if length else at + 1


def _follow(name: str, aliases: dict[str, str]) -> tuple[str, ...]:
    chain = [name]
    while (name := aliases.get(name, "")) and name not in chain:
        chain.append(name)
    return tuple([*chain, name] if name else chain)


def _ipv4(octets: bytes) -> str:
    return ".".join([_NUMBERS[octet] for octet in octets])


def _ipv6(octets: bytes) -> str:
    from dns.ipv6 import inet_ntoa

    return inet_ntoa(octets)


ADDRESS_TEXT = {_A: _ipv4, _AAAA: _ipv6}  # by type: from rdata to text


@lru_cache(maxsize=4096)
def _error(octets: bytes) -> str:
    """Return an Extended DNS Error (RFC 8914) in the text form of dnspython."""
    from dns.edns import OptionType, option_from_wire
    from dns.exception import DNSException

    try:
        return option_from_wire(OptionType.EDE, octets, 0, len(octets)).to_text()
    except DNSException:
        raise _Refusal from None
