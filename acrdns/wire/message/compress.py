"""Messages written by hand, with compressed names: replies in one go (`join`), transfers record by record (`Records`).

Names are compressed where receivers must understand it: owners, and the data of the types of RFC 1035 (RFC 3597
section 4). `join` packs what fits, some thirty times as fast as a general codec; for a reply that does not fit it
returns None, and `pack` writes that by dnslib. A property test holds the two to the same bytes.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from acrdns.names import Name, end_of_name
from acrdns.record import NAMES_IN_DATA
from acrdns.wire.message.query import CLASS_IN, HEADER, MOST_POINTERS, POINTER_TO_QUESTION, header

if TYPE_CHECKING:
    from acrdns.record import RRset

Sections = tuple[tuple["RRset", ...], tuple["RRset", ...], tuple["RRset", ...]]
"""Answer, authority, additional."""

FARTHEST = 0x3FFF
"""The farthest octet that a compression pointer can name."""
_POINTERS = 0xC000
_RECORD = struct.Struct("!HHIH")
_TERMS = struct.Struct("!HHI")
_COMPRESSED = {number: (names.start, names.names) for number, names in NAMES_IN_DATA.items() if names.compressed}
_ROOT_QUESTION = 5


class _Names:
    """Where the names in a message are."""

    __slots__ = ("_places", "_pointers")

    def __init__(self) -> None:
        self._places: dict[bytes, int] = {}
        self._pointers: dict[int, int] = {}
        """How many pointers a name takes that is read from a place; none are left out."""

    def name(self, name: bytes, offset: int) -> bytes:
        """Compress a name that will stand at an offset, and remember where its parts are."""
        places = self._places
        position = 0
        while length := name[position]:
            rest = name[position:] if position else name
            known = places.get(rest)
            if known is not None:
                if position:
                    self._count(name, position, 1 + self._pointers.get(known, 0))
                return name[:position] + (_POINTERS | known).to_bytes(2, "big")
            if offset + position <= FARTHEST:
                places[rest] = offset + position
            position += 1 + length
        return name

    def data(self, number: int, rdata: bytes, offset: int) -> bytes:
        """Compress the names in a record's data that will stand at an offset."""
        if number not in _COMPRESSED:
            return rdata
        start, count = _COMPRESSED[number]
        if not start and count == 1:
            return self.name(rdata, offset)
        packed = rdata[:start]
        for _ in range(count):
            end = end_of_name(rdata, start)
            packed += self.name(rdata[start:end], offset + len(packed))
            start = end
        return packed + rdata[start:]

    def forget(self, mark: int) -> None:
        """Forget the names that stand at an offset or behind it."""
        self._places = {name: place for name, place in self._places.items() if place < mark}

    def _count(self, name: bytes, end: int, taken: int) -> None:
        """Note how many pointers a new name takes, whose labels end at `end`; forget it if readers follow no more."""
        position = 0
        while position < end:
            rest = name[position:]
            if taken >= MOST_POINTERS:
                self._places.pop(rest, None)
            elif rest in self._places:
                self._pointers[self._places[rest]] = taken
            position += 1 + name[position]


def join(flags: int, question: bytes, sections: Sections, opt: bytes, limit: int) -> bytes | None:
    """Pack a reply as `pack.pack` does, or return None if it does not fit."""
    if len(sections[0]) == 1 and not (sections[1] or sections[2]):
        single = _single(flags, question, sections[0][0], opt, limit)
        if single is not None:
            return single
    names = _Names()
    names.name(question[:-4], HEADER)
    parts = [b"", question]
    size = HEADER + len(question)
    counts = []
    for rrsets in sections:
        count = 0
        for rrset in rrsets:
            number, ttl = rrset.type, rrset.ttl
            for rdata in rrset.rdatas:
                owner = names.name(rrset.name, size)
                start = size + len(owner) + _RECORD.size
                data = names.data(number, rdata, start)
                parts += (owner, _RECORD.pack(number, CLASS_IN, ttl, len(data)), data)
                size = start + len(data)
            count += len(rrset.rdatas)
        counts.append(count)
    if size + len(opt) > limit:
        return None
    answers, authority, additional = counts
    parts[0] = header(0, flags, (1, answers, authority, additional + bool(opt)))
    parts.append(opt)
    return b"".join(parts)


def _single(flags: int, question: bytes, rrset: RRset, opt: bytes, limit: int) -> bytes | None:
    """Pack the commonest reply of all: one set, of the name that was asked for, without names in its data."""
    number = rrset.type
    if number in _COMPRESSED or rrset.name != question[:-4] or len(question) == _ROOT_QUESTION:
        return None
    parts = [header(0, flags, (1, len(rrset.rdatas), 0, 1 if opt else 0)), question]
    for rdata in rrset.rdatas:
        parts += (POINTER_TO_QUESTION, _RECORD.pack(number, CLASS_IN, rrset.ttl, len(rdata)), rdata)
    parts.append(opt)
    packed = b"".join(parts)
    return packed if len(packed) <= limit else None


class Records:
    """A message whose answers come one by one."""

    __slots__ = ("_body", "_names", "_question", "count")

    def __init__(self, question: bytes = b"") -> None:
        """Start a message; `question` is the question section as it was asked, or nothing."""
        self._body = bytearray(HEADER)
        self._names = _Names()
        self._question = bool(question)
        self.count = 0
        """The records so far."""
        if question:
            self._names.name(question[:-4].lower(), HEADER)
            self._body += question  # owners that point at it follow the asker's letter case

    def __len__(self) -> int:
        """Return the octets so far."""
        return len(self._body)

    def add(self, owner: bytes, number: int, ttl: int, rdata: bytes) -> None:
        """Add a record."""
        body = self._body
        body += self._names.name(owner, len(body))
        body += _TERMS.pack(number, CLASS_IN, ttl)
        data = self._names.data(number, rdata, len(body) + 2)
        body += len(data).to_bytes(2, "big")
        body += data
        self.count += 1

    def take_back(self, mark: int) -> None:
        """Remove the record that was added last; `mark` is the length before it."""
        del self._body[mark:]
        self._names.forget(mark)
        self.count -= 1

    def finish(self, ident: int, flags: int, opt: bytes) -> bytes:
        """Return the bytes; `opt` is the OPT record or empty."""
        counts = (1 if self._question else 0, self.count, 0, 1 if opt else 0)
        return header(ident, flags, counts) + bytes(self._body[HEADER:]) + opt


def soa_names(rdata: bytes) -> tuple[Name, Name]:
    """Return the names in the data of an SOA: the primary server and the mailbox."""
    end = end_of_name(rdata)
    return Name(rdata[:end]), Name(rdata[end : end_of_name(rdata, end)])
