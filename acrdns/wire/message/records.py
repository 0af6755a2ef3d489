"""Messages filled record by record up to a size: what zone transfers are made of.

Written by hand, since a transfer may have millions of records. Names are compressed where receivers must understand it:
owners, and the data of the types of RFC 1035 (RFC 3597 section 4).
"""

from __future__ import annotations

import struct

from acrdns.record import Type
from acrdns.wire.message.query import CLASS_IN, HEADER, MOST_POINTERS, header

_FARTHEST = 0x3FFF
"""The farthest octet that a compression pointer can name."""
_POINTER = 0xC000
_RECORD = struct.Struct("!HHI")
_ONE_NAME = frozenset((Type.NS, Type.CNAME, Type.PTR))


class Records:
    """A message with answers that come one by one."""

    __slots__ = ("_body", "_count", "_names", "_pointers", "_question")

    def __init__(self, question: bytes = b"") -> None:
        """Start a message; `question` is the question section as it was asked, or nothing."""
        self._body = bytearray(HEADER)
        self._names: dict[bytes, int] = {}
        self._pointers: dict[int, int] = {}
        """How many pointers a name takes that is read from a remembered place; none are left out."""
        self._count = 0
        self._question = bool(question)
        if question:
            self._name(question[:-4].lower())
            self._body[HEADER:] = question  # owners that point at it follow the asker's letter case

    def __len__(self) -> int:
        """Return the octets so far."""
        return len(self._body)

    @property
    def count(self) -> int:
        """The records so far."""
        return self._count

    def add(self, owner: bytes, number: int, ttl: int, rdata: bytes) -> None:
        """Add a record."""
        body = self._body
        self._name(owner)
        body += _RECORD.pack(number, CLASS_IN, ttl)
        start = len(body)
        body += b"\0\0"
        self._data(number, rdata)
        body[start : start + 2] = (len(body) - start - 2).to_bytes(2, "big")
        self._count += 1

    def take_back(self, mark: int) -> None:
        """Remove the record that was added last; `mark` is the length before it."""
        del self._body[mark:]
        self._names = {name: place for name, place in self._names.items() if place < mark}
        self._count -= 1

    def finish(self, ident: int, flags: int, opt: bytes) -> bytes:
        """Return the bytes; `opt` is the OPT record or empty."""
        counts = (1 if self._question else 0, self._count, 0, 1 if opt else 0)
        return header(ident, flags, counts) + bytes(self._body[HEADER:]) + opt

    def _data(self, number: int, rdata: bytes) -> None:
        if number in _ONE_NAME:
            self._name(rdata)
        elif number == Type.MX:
            self._body += rdata[:2]
            self._name(rdata[2:])
        elif number == Type.SOA:
            names = rdata[:-20]
            first = _length(names)
            self._name(names[:first])
            self._name(names[first:])
            self._body += rdata[-20:]
        else:
            self._body += rdata

    def _name(self, name: bytes) -> None:
        body, known = self._body, self._names
        position = 0
        fresh: list[bytes] = []
        while length := name[position]:
            rest = name[position:]
            place = known.get(rest)
            if place is not None:
                self._count_pointers(fresh, 1 + self._pointers.get(place, 0))
                body += (_POINTER | place).to_bytes(2, "big")
                return
            if len(body) <= _FARTHEST:
                known[rest] = len(body)
                fresh.append(rest)
            body += name[position : position + 1 + length]
            position += 1 + length
        body.append(0)

    def _count_pointers(self, fresh: list[bytes], taken: int) -> None:
        """Remember how many pointers new names take, or forget them where readers would follow no more."""
        for name in fresh:
            if taken < MOST_POINTERS:
                self._pointers[self._names[name]] = taken
            else:
                del self._names[name]


def _length(name: bytes) -> int:
    position = 0
    while name[position]:
        position += 1 + name[position]
    return position + 1
