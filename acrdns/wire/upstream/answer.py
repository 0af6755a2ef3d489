"""A real resolver's response, read as far as a forwarder must.

It reads the header, owner names, types, TTLs, and the names in data that may be compressed (RFC 3597 section 4). All
other data passes unread: no odd record makes an answer useless. Of the answer section the chain from the queried name
counts, of the authority section what proves it; the rest is dropped, as BIND and Unbound do.
"""

from __future__ import annotations

import struct
from array import array
from typing import TYPE_CHECKING, NamedTuple

from acrdns.names import MAX_LABEL, MAX_NAME, Name, is_under
from acrdns.record import MAX_TTL, Rcode, RRset, Type
from acrdns.wire.message.edns import Edns, OptionCode
from acrdns.wire.message.query import CLASS_IN, HEADER
from acrdns.zone.answer import MAX_CHAIN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from acrdns.wire.message.edns import Option
    from acrdns.wire.upstream.question import UpstreamQuestion

LONGEST = 86400
"""Seconds: the longest TTL that is handed out, and the longest time in the cache."""

_HEADER = struct.Struct("!6H")
_RECORD = struct.Struct("!HHIH")
_TTL = struct.Struct("!I")
_POINTER = 0xC0
_AUTHENTIC = 0x0020
_RCODE = 0xF
_SOA_NUMBERS = 20
_PROOFS = frozenset((Type.RRSIG, Type.NSEC, 50))
"""NSEC3 is 50."""
_SOURCES = frozenset((Type.SOA, Type.NS, Type.DS))
_NAMES: dict[int, tuple[int, int]] = {
    **dict.fromkeys((2, 3, 4, 5, 7, 8, 9, 12, 39), (0, 1)),  # NS MD MF CNAME MB MG MR PTR DNAME
    **dict.fromkeys((6, 14, 17), (0, 2)),  # SOA MINFO RP
    **dict.fromkeys((15, 18, 21, 36), (2, 1)),  # MX AFSDB RT KX
    26: (2, 2),  # PX
    33: (6, 1),  # SRV
    24: (18, 1),  # SIG
    30: (0, 1),  # NXT
}
"""Types whose data may be compressed: octets before the names, and the number of names."""
_NAPTR = 35


class UnreadableError(Exception):
    """The message is no well-formed response."""


class _Record(NamedTuple):
    section: int
    owner: Name
    type: int
    ttl: int
    data: int
    """Offset of the data; the TTL is six octets before it."""
    end: int


class UpstreamAnswer:
    """One response: its octets up to the records that are passed on, and where their TTLs are."""

    __slots__ = ("_ends", "_name", "authentic", "chain", "counts", "edns", "errors", "lifetime", "octets", "plain",
                 "rcode", "start")  # fmt: skip

    def __init__(self, octets: bytes, asked: UpstreamQuestion) -> None:
        """Read a response that matches the question. Raises UnreadableError."""
        try:
            self._read(octets, asked)
        except (IndexError, ValueError, struct.error):
            raise UnreadableError from None

    def _read(self, octets: bytes, asked: UpstreamQuestion) -> None:
        _, flags, questions, *_ = _HEADER.unpack_from(octets)
        self.start = HEADER + (len(asked.name) + 4 if questions else 0)
        """Offset of the first record."""
        if questions:  # names that point there must not get the letter case of the query
            octets = octets[:HEADER] + asked.name + octets[self.start - 4 :]
        self.authentic = bool(flags & _AUTHENTIC)
        self.rcode = flags & _RCODE
        self.edns = False
        self.errors: tuple[Option, ...] = ()
        """Extended DNS Errors, their text in UTF-8."""
        records = []
        for record in _records(octets, self.start):
            if record.type == Type.OPT:
                self._read_opt(octets, record)
            elif questions and record.section < 2:  # noqa: PLR2004 -- answer and authority
                records.append(record)
        self.chain = _chain(octets, asked, records)
        """The target of each alias from the queried name on, in order."""
        self._name, names = asked.name, {asked.name, *self.chain}
        answer = [record for record in records if record.section == 0]
        authority = records[len(answer) :]
        proofs = [record for record in authority if _proves(record, names)]
        kept = [record for record in answer if _belongs(record, names)]
        self.plain = len(kept) == len(answer) and len(proofs) in (0, len(authority))
        """Whether the octets can be passed on as they are."""
        passed = kept + proofs
        self.counts = len(kept), len(proofs)
        self._ends = array("H", [offset for record in passed for offset in (record.data, record.end)])
        """Offset of the data and end of each record to pass on."""
        self.octets = octets[: passed[-1].end if passed else self.start]
        self.lifetime = self._lifetime(asked, passed, octets)
        """Seconds that the answer may be remembered: the smallest TTL or negative TTL (RFC 2308)."""

    def _read_opt(self, octets: bytes, record: _Record) -> None:
        self.edns = True
        self.rcode |= record.ttl >> 24 << 4
        for code, data in Edns.read_options(octets[record.data : record.end]) or ():
            if code == OptionCode.ERROR and len(data) >= 2:  # noqa: PLR2004 -- the info code
                self.errors += ((code, data[:2] + data[2:].decode(errors="replace").encode()),)

    def _lifetime(self, asked: UpstreamQuestion, passed: list[_Record], octets: bytes) -> int:
        answers = passed[: self.counts[0]]
        ttls = [_capped(record.ttl) for record in answers]
        found = any(asked.type in (record.type, Type.ANY) for record in answers)
        if self.rcode == Rcode.NXDOMAIN or not found:
            soas = [record for record in passed[self.counts[0] :] if record.type == Type.SOA]
            if not soas:
                return 0
            ttls += [min(_capped(soa.ttl), _capped(_TTL.unpack_from(octets, soa.end - 4)[0])) for soa in soas]
        return min(ttls, default=0)

    @property
    def size(self) -> int:
        """The octets of memory that the answer takes, roughly."""
        return len(self.octets) + 2 * len(self._ends) + 100 * (4 + len(self.chain))

    def body(self, room: int, age: int) -> tuple[bytes, tuple[int, int], bool]:
        """Return the records that fit into `room` octets, their numbers by section, and whether some are missing.

        Their TTLs are `age` seconds less. Only for a plain answer: compression points into the question alone.
        """
        octets, ends = bytearray(self.octets), self._ends
        for at in ends[::2]:
            (ttl,) = _TTL.unpack_from(octets, at - 6)
            if age or ttl > LONGEST:
                _TTL.pack_into(octets, at - 6, max(0, _capped(ttl) - age))
        if len(octets) - self.start <= room:
            return bytes(octets[self.start :]), self.counts, False
        fitting = sum(end - self.start <= room for end in ends[1::2])
        answers = min(fitting, self.counts[0])
        end = ends[2 * answers - 1] if answers else self.start
        return bytes(octets[self.start : end]), (answers, 0), True

    def sets(self, age: int, links: int | None = None) -> tuple[tuple[RRset, ...], tuple[RRset, ...]]:
        """Return the record sets to pass on, by section, names uncompressed and TTLs `age` seconds less.

        With `links`, only the records of the queried name and so many alias targets count. Raises UnreadableError.
        """
        names = {self._name, *self.chain[:links]}
        keeps = (_belongs, _proves)
        try:
            found = [each for each in _records(self.octets, self.start) if keeps[each.section](each, names)]
            answer, authority = ([each for each in found if each.section == number] for number in (0, 1))
            return _sets(self.octets, answer, age), _sets(self.octets, authority, age)
        except (IndexError, ValueError):
            raise UnreadableError from None


def read_sets(octets: bytes, start: int) -> tuple[tuple[RRset, ...], tuple[RRset, ...]]:
    """Return the record sets of the answer and authority sections of one of our own replies."""
    records = list(_records(octets, start))
    answer, authority = ([record for record in records if record.section == number] for number in (0, 1))
    return _sets(octets, answer, 0), _sets(octets, authority, 0)


def _records(octets: bytes, at: int) -> Iterator[_Record]:
    """Yield the records up to the end of the octets."""
    size = len(octets)
    question = Name(octets[HEADER : at - 4].lower())
    for section, count in enumerate(_HEADER.unpack_from(octets)[3:]):
        for _ in range(count):
            if at == size:
                return
            if octets[at : at + 2] == b"\xc0\x0c":
                owner, at = question, at + 2
            else:
                name, at = _name(octets, at)
                owner = Name(name.lower())
            number, class_, ttl, length = _RECORD.unpack_from(octets, at)
            data = at + _RECORD.size
            at = data + length
            if at > size:
                raise ValueError
            if class_ != CLASS_IN and number != Type.OPT:
                number = 0  # belongs to no chain
            yield _Record(section, owner, number, ttl, data, at)


def _name(octets: bytes, at: int) -> tuple[bytes, int]:
    """Return a name uncompressed, and the offset behind it. Raises ValueError or IndexError."""
    labels, before, end = [], at, 0
    while length := octets[at]:
        if length >= _POINTER:
            end = end or at + 2
            at = (length << 8 | octets[at + 1]) & 0x3FFF
            if at >= before:
                raise ValueError  # RFC 1035 section 4.1.4: a prior occurrence
            before = at
        elif length > MAX_LABEL:
            raise ValueError
        else:
            labels.append(octets[at : at + 1 + length])
            at += 1 + length
    name = b"".join(labels) + b"\0"
    if len(name) > MAX_NAME:
        raise ValueError
    return name, end or at + 1


def _chain(octets: bytes, asked: UpstreamQuestion, records: list[_Record]) -> tuple[Name, ...]:
    if asked.type in (Type.CNAME, Type.ANY):
        return ()
    aliases = {each.owner: each.data for each in reversed(records) if each.section == 0 and each.type == Type.CNAME}
    chain: list[Name] = []
    name = asked.name
    while name in aliases:
        if len(chain) > MAX_CHAIN:
            raise ValueError
        name = Name(_name(octets, aliases[name])[0].lower())
        if name == asked.name or name in chain:
            break
        chain.append(name)
    return tuple(chain)


def _belongs(record: _Record, names: Collection[Name]) -> bool:
    """Return whether a record of the answer section is part of the chain: DNAMEs (RFC 6672) and signatures are."""
    owner, number = record.owner, record.type
    return bool(number) and (
        owner in names or (number in (Type.DNAME, Type.RRSIG) and any(is_under(name, owner) for name in names))
    )


def _proves(record: _Record, names: Collection[Name]) -> bool:
    """Return whether a record of the authority section says where the chain ends, or why."""
    if record.type in _PROOFS:
        return True
    return record.type in _SOURCES and any(is_under(name, record.owner) for name in names)


def _capped(ttl: int) -> int:
    """Return the TTL to use: one with the top bit set is zero (RFC 2181 section 8)."""
    return 0 if ttl > MAX_TTL else min(ttl, LONGEST)


def _sets(octets: bytes, records: list[_Record], age: int) -> tuple[RRset, ...]:
    sets: dict[tuple[Name, int, bytes], tuple[int, list[bytes]]] = {}
    for record in records:
        data = _data(octets, record)
        # Signatures of different sets are different sets (RFC 4035 section 2.2).
        key = record.owner, record.type, data[:2] if record.type == Type.RRSIG else b""
        ttl, datas = sets.get(key, (LONGEST, []))
        sets[key] = min(ttl, max(0, _capped(record.ttl) - age)), [*datas, data]
    return tuple(RRset(name, number, ttl, tuple(datas)) for (name, number, _), (ttl, datas) in sets.items())


def _data(octets: bytes, record: _Record) -> bytes:
    """Return the data of a record, names uncompressed (RFC 3597 section 4)."""
    start, end = record.data, record.end
    if record.type == _NAPTR:
        before, names = start + 4, 1
        for _ in range(3):  # flags, services, regular expression
            before += 1 + octets[before]
    elif record.type in _NAMES:
        before, names = start + _NAMES[record.type][0], _NAMES[record.type][1]
    else:
        return octets[start:end]
    parts, at = [octets[start:before]], before
    for _ in range(names):
        name, at = _name(octets, at)
        parts.append(name)
    if at > end:
        raise ValueError
    return b"".join(parts) + octets[at:end]
