"""Queries: from bytes to what was asked.

Read by hand, every shape of them. dnslib would take messages with octets left over, drop the last of the EDNS options,
and refuse names that are no UTF-8; and this is the one place where bytes come from strangers.

Where the RFCs leave room, this is what NSD, Knot and BIND agree on, or two of the three: names in the question are not
compressed; records that nobody asked for are stepped over, if they are whole; octets after
the last record are an error.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from acrdns.names import MAX_LABEL, MAX_NAME
from acrdns.record import Rcode, Type
from acrdns.wire.message.edns import PLAIN_SIZE, UDP_SIZE, Edns, OptionCode

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_POINTERS = 16
"""Compression pointers in a row that readers follow (dnspython); a name that takes so many is not pointed at."""
HEADER = 12
"""Octets of the header."""
POINTER_TO_QUESTION = (0xC000 | HEADER).to_bytes(2, "big")
"""The owner of a record in an answer: the name of the question."""

QR = 0x8000
OPCODE = 0x7800
AA = 0x0400
TC = 0x0200
RD = 0x0100
RA = 0x0080
CD = 0x0010

CLASS_IN = 1
CLASS_ANY = 255

_HEADER = struct.Struct("!6H")
_RECORD = struct.Struct("!HHIH")
_POINTER = 0xC0
_TCP_SIZE = 0xFFFF
"""Octets that the length field of TCP can count (RFC 1035 section 4.2.2)."""
_DECIDING = (OptionCode.COOKIE, OptionCode.CLIENT_SUBNET)
"""Options that an answer may depend on."""


class Query(NamedTuple):
    """A message that wants an answer."""

    id: int
    flags: int
    """The second word of the header, as it came."""
    question: bytes = b""
    """The question section, spelled as it was asked; empty where it could not be read."""
    edns: Edns | None = None
    tsig: bytes = b""
    """The TSIG record (RFC 8945), whole, or empty."""
    fault: Rcode = Rcode.NOERROR
    """The response code that turns the message away before its name is looked at."""

    @property
    def name(self) -> bytes:
        """The name asked for, in wire form and the asker's letter case."""
        return self.question[:-4]

    @property
    def type(self) -> int:
        """The type asked for."""
        return int.from_bytes(self.question[-4:-2], "big")

    @property
    def qclass(self) -> int:
        """The class asked for."""
        return int.from_bytes(self.question[-2:], "big")

    def size_limit(self, *, tcp: bool) -> int:
        """Return how many octets a reply may have (RFC 6891 section 6.2.3 to 6.2.5)."""
        if tcp:
            return _TCP_SIZE
        if self.edns is None:
            return PLAIN_SIZE
        return max(PLAIN_SIZE, min(self.edns.size, UDP_SIZE))

    @property
    def is_ordinary(self) -> bool:
        """Whether nothing of it decides its answer but the name and the type."""
        if self.fault or self.tsig or self.qclass != CLASS_IN:
            return False
        edns = self.edns
        return edns is None or not (edns.version or any(edns.option(code) is not None for code in _DECIDING))


@dataclass(frozen=True, slots=True)
class _Record:
    section: int
    owner: bytes
    """As it stands in the message, which may be a pointer."""
    type: int
    rclass: int
    ttl: int
    rdata: bytes
    whole: bytes


class _MalformedError(Exception):
    pass


def read(packet: bytes) -> Query | None:
    """Read a message, or return None if it must not be answered: no whole header, or QR is set (RFC 1035)."""
    if len(packet) < HEADER:
        return None
    ident, flags, *counts = _HEADER.unpack_from(packet)
    if flags & QR:
        return None
    other = Rcode.NOTIMP if flags & OPCODE else Rcode.NOERROR
    if counts[0] != 1:
        return Query(ident, flags, edns=_edns_alone(packet, counts), fault=other or Rcode.FORMERR)
    end = name_end(packet, HEADER)
    if end is None or end + 4 > len(packet):
        return Query(ident, flags, fault=other or Rcode.FORMERR)
    question = packet[HEADER : end + 4]
    try:
        edns, tsig = _read_additional(packet, end + 4, counts)
    except _MalformedError:
        return Query(ident, flags, question, fault=other or Rcode.FORMERR)
    return Query(ident, flags, question, edns, tsig, other)


def name_end(packet: bytes, position: int) -> int | None:
    """Return where an uncompressed name ends, or None. A question has no compressed name."""
    start, size = position, len(packet)
    while position < size:
        length = packet[position]
        position += 1 + length
        if not length:
            return position if position - start <= MAX_NAME else None
        if length > MAX_LABEL:
            return None
    return None


def _edns_alone(packet: bytes, counts: list[int]) -> Edns | None:
    # A message without a question may still have its OPT: then the error is sent with one, as Knot does.
    if counts[0]:
        return None
    try:
        return _read_additional(packet, HEADER, counts)[0]
    except _MalformedError:
        return None


def _read_additional(packet: bytes, position: int, counts: list[int]) -> tuple[Edns | None, bytes]:
    if position == len(packet) and not any(counts[1:]):
        return None, b""
    edns: Edns | None = None
    tsig = b""
    for record in _records(packet, position, counts):
        if tsig:
            raise _MalformedError  # RFC 8945 section 5.1: TSIG is the last record
        if record.type == Type.OPT:
            edns = _opt(record, edns)
        elif record.type == Type.TSIG:
            tsig = _tsig(record)
    return edns, tsig


def _records(packet: bytes, position: int, counts: list[int]) -> Iterator[_Record]:
    for section, count in enumerate(counts[1:], 1):
        for _ in range(count):
            start = position
            position = owner_end(packet, position)
            if position + _RECORD.size > len(packet):
                raise _MalformedError
            number, rclass, ttl, length = _RECORD.unpack_from(packet, position)
            body = position + _RECORD.size
            if body + length > len(packet):
                raise _MalformedError
            owner, position = packet[start:position], body + length
            yield _Record(section, owner, number, rclass, ttl, packet[body:position], packet[start:position])
    if position != len(packet):
        raise _MalformedError


def owner_end(packet: bytes, position: int) -> int:
    """Return where the owner of a record ends, which may be compressed. Raises an error where it is malformed."""
    size = len(packet)
    while position < size:
        length = packet[position]
        if length >= _POINTER:
            return position + 2
        position += 1 + length
        if not length:
            return position
        if length > MAX_LABEL:
            break
    raise _MalformedError


_ADDITIONAL = 3


def _opt(record: _Record, before: Edns | None) -> Edns:
    # RFC 6891 section 6.1.1: at most one, with the root as owner, in the additional section.
    options = Edns.read_options(record.rdata)
    if before is not None or record.section != _ADDITIONAL or record.owner != b"\x00" or options is None:
        raise _MalformedError
    flags = record.ttl & 0xFFFF
    return Edns(record.rclass, record.ttl >> 16 & 0xFF, bool(flags & 0x8000), options)


def _tsig(record: _Record) -> bytes:
    if record.section != _ADDITIONAL or record.rclass != CLASS_ANY or record.ttl:
        raise _MalformedError
    return record.whole


def has_letters(octets: bytes) -> bool:
    """Return whether any octet looks like a letter, as type 65 does: lower case would then change the packet."""
    return octets.lower() != octets.upper()


def header(ident: int, flags: int, counts: tuple[int, int, int, int]) -> bytes:
    """Write a header."""
    return _HEADER.pack(ident, flags, *counts)
