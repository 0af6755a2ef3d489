"""Replies: from record sets to bytes, by dnslib.

A message is packed set by set, so that one that does not fit can be taken back whole (RFC 2181 section 9). Names are
compressed where receivers must understand it: owners, and the data of the types of RFC 1035 (RFC 3597 section 4).
"""

from __future__ import annotations

import struct
from itertools import islice
from typing import TYPE_CHECKING

from dnslib import CNAME, MX, NS, PTR, RD, RR, SOA, DNSHeader
from dnslib.label import DNSBuffer, DNSLabel

from acrdns.names import end_of_name, is_under, labels
from acrdns.record import SOA_NUMBERS, Type
from acrdns.wire.message.compress import FARTHEST
from acrdns.wire.message.query import CLASS_IN, HEADER, MOST_POINTERS, TC

if TYPE_CHECKING:
    from acrdns.record import RRset
    from acrdns.wire.message.compress import Sections


def pack(flags: int, question: bytes, sections: Sections, opt: bytes, limit: int) -> bytes:
    """Pack a reply of at most `limit` octets, its ID zero; TC is set where a set that has to be there is not.

    The question is sent back as it is; its name stands in lower case here, so that equal names compress. `opt` is the
    OPT record or empty: its room is kept. Of additional records those that do not fit are left out and nothing is
    said, except for glue below the cut of a referral, without which it leads nowhere (RFC 9471 section 3.1).
    """
    message = _Message(flags, question)
    room = limit - len(opt)
    cut = next((rrset.name for rrset in sections[1] if rrset.type == Type.NS), None) if not sections[0] else None
    for section, rrsets in enumerate(sections):
        for rrset in rrsets:
            if message.add(section, rrset, room):
                continue
            if section < 2 or (cut is not None and is_under(rrset.name, cut)):  # noqa: PLR2004 -- answer and authority
                return message.finish(flags | TC, opt)
            break
    return message.finish(flags, opt)


class _Message:
    """A reply that grows, and shrinks again by whole record sets."""

    def __init__(self, flags: int, question: bytes) -> None:
        self._buffer = _Buffer()
        self._counts = [0, 0, 0]
        DNSHeader(0, flags).pack(self._buffer)
        self._questions = 1 if question else 0
        if question:
            self._buffer.encode_name(_label(question))
            self._buffer.append(question[-4:])

    def add(self, section: int, rrset: RRset, room: int) -> bool:
        """Add a record set to a section; False, and nothing added, where the message would outgrow the room."""
        mark = self._buffer.offset
        owner = _label(rrset.name)
        for rdata in rrset.rdatas:
            RR(owner, rrset.type, CLASS_IN, rrset.ttl, _rdata(rrset.type, rdata)).pack(self._buffer)
            if self._buffer.offset > room:
                self._buffer.take_back(mark)
                return False
        self._counts[section] += len(rrset.rdatas)
        return True

    def finish(self, flags: int, opt: bytes) -> bytes:
        """Return the bytes."""
        answers, authority, additional = self._counts
        self._buffer.append(opt)
        whole = bytes(self._buffer.data)
        head = _Buffer()
        DNSHeader(0, flags, self._questions, answers, authority, additional + bool(opt)).pack(head)
        return bytes(head.data) + whole[HEADER:]


class _Buffer(DNSBuffer):  # type: ignore[misc]  # dnslib has no types
    """dnslib's buffer, without pointers that point too far (dnslib would cut them), and with a way back.

    Nor are there more pointers in a row than readers follow: names that grow label by label, as below a DNAME that
    leads below itself, would else make a chain of any length.
    """

    def __init__(self) -> None:
        super().__init__()
        self._pointers: dict[int, int] = {}
        """How many pointers a name takes that is read from a remembered place."""

    def encode_name(self, name: DNSLabel) -> None:
        whole, before = name.label, len(self.names)
        ends = (whole[at:] for at in range(len(whole)))
        known = next((place for end in ends if (place := self.names.get(end)) is not None), None)
        taken = 0 if known is None else 1 + self._pointers[known]
        super().encode_name(name)
        for place in islice(self.names.values(), before, None):
            self._pointers[place] = taken
        while taken >= MOST_POINTERS and len(self.names) > before:
            self.names.popitem()
        while self.names and self._last() > FARTHEST:
            self.names.popitem()

    def take_back(self, mark: int) -> None:
        """Forget everything from an octet on."""
        del self.data[mark:]
        self.offset = mark
        while self.names and self._last() >= mark:
            self.names.popitem()

    def _last(self) -> int:
        # Names are remembered in the order of their places.
        return int(next(reversed(self.names.values())))


def _label(name: bytes) -> DNSLabel:
    """Return a wire name as dnslib's, without going through text."""
    return DNSLabel(tuple(labels(name)))


def _rdata(number: int, rdata: bytes) -> RD:
    one_name = _ONE_NAME.get(number)
    if one_name:
        return one_name(_label(rdata))
    if number == Type.MX:
        return MX(_label(rdata[2:]), int.from_bytes(rdata[:2], "big"))
    if number == Type.SOA:
        numbers = struct.unpack("!5I", rdata[-SOA_NUMBERS:])
        return SOA(_label(rdata), _label(rdata[end_of_name(rdata) :]), list(numbers))
    return RD(rdata)


_ONE_NAME: dict[int, type[RD]] = {Type.NS: NS, Type.CNAME: CNAME, Type.PTR: PTR}
"""dnslib's classes of the types whose data is one name that is compressed."""
