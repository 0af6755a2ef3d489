"""Zone transfers: AXFR (RFC 5936) and IXFR (RFC 1995) as streams of messages, made while they are sent.

A stream belongs to one version of a zone: a reload meanwhile does not change it.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING

from acrdns.record import SOA_NUMBERS, RRset, Type
from acrdns.wire.message.compress import Records
from acrdns.wire.message.edns import opt_record
from acrdns.wire.message.query import AA, HEADER, OPCODE, QR, RD, name_end, owner_end
from acrdns.zone.packed import records
from acrdns.zone.serial import newer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from acrdns.wire.message.query import Query
    from acrdns.wire.transfer.tsig import Signer
    from acrdns.zone.versions.history import History

_LARGEST = 0xFFFF
"""Octets that the length field of TCP can count."""
FULL = 0x4000
"""Octets after which a message is sent. Pointers reach no farther, and so one message is little work at a time."""

Clock = Callable[[], int]
"""Gives the time in seconds since 1970."""

_RECORD = struct.Struct("!HHIH")
_Record = tuple[bytes, int, int, bytes]


def stream(query: Query, history: History, since: int | None, signer: Signer | None, clock: Clock) -> Iterator[bytes]:
    """Return the messages that transfer a zone over TCP.

    `since` is the serial that the client has, for IXFR; None sends the whole zone. A transfer may take longer than a
    signature is good for, so the time is asked for each message.
    """
    waiting = None
    for message in _messages(query, _records(history, since), signer.room if signer else 0):
        if waiting is not None:
            yield signer.sign(waiting, clock(), several=True) if signer else waiting
        waiting = message
    assert waiting is not None
    yield signer.sign(waiting, clock()) if signer else waiting


def present(query: Query, history: History, signer: Signer | None, now: int) -> bytes:
    """Return the answer to IXFR over UDP: the present SOA, and no more.

    A client that has another serial comes again over TCP (RFC 1995 section 2 and 4).
    """
    message = Records(query.question)
    _add(message, history.soa)
    packet = message.finish(query.id, _flags(query), _opt(query))
    return signer.sign(packet, now) if signer else packet


def client_serial(packet: bytes) -> int | None:
    """Read the serial of the version that an IXFR client has: the SOA in the authority section (RFC 1995 section 3).

    Or None if there is none. The packet has been read without a fault before.
    """
    end = name_end(packet, HEADER)
    answers, authorities = struct.unpack_from("!HH", packet, 6)
    if end is None or answers or not authorities:
        return None
    position = owner_end(packet, end + 4)
    number, _, _, length = _RECORD.unpack_from(packet, position)
    if number != Type.SOA or length < SOA_NUMBERS:
        return None
    start = position + _RECORD.size + length - SOA_NUMBERS
    return int.from_bytes(packet[start : start + 4], "big")


def _records(history: History, since: int | None) -> Iterator[_Record]:
    if since is None:
        return _whole(history)
    if not newer(history.serial, since):
        return _each((history.soa,))
    changes = history.since(since)
    return _whole(history) if changes is None else _changes(history, since)


def _whole(history: History) -> Iterator[_Record]:
    yield from _each((history.soa,))
    yield from (record for record in records(history.zone.nodes) if record[1] != Type.SOA)
    yield from _each((history.soa,))


def _changes(history: History, since: int) -> Iterator[_Record]:
    yield from _each((history.soa,))
    for change in history.since(since) or ():
        yield from _each((change.before, *change.removed))
        yield from _each((change.after, *change.added))
    yield from _each((history.soa,))


def _each(rrsets: Iterable[RRset]) -> Iterator[_Record]:
    for rrset in rrsets:
        for rdata in rrset.rdatas:
            yield rrset.name, rrset.type, rrset.ttl, rdata


def _messages(query: Query, records: Iterable[_Record], signature: int) -> Iterator[bytes]:
    opt, flags = _opt(query), _flags(query)
    room = _LARGEST - len(opt) - signature
    message = Records(query.question)
    for record in records:
        mark = len(message)
        message.add(*record)
        if len(message) > FULL and message.count > 1:
            # What is too much goes into the next message, which may be as large as it has to be for one record.
            message.take_back(mark)
            yield message.finish(query.id, flags, opt)
            message = Records()
            message.add(*record)
        if len(message) > room:
            raise ValueError("a record is too large for any message")
    yield message.finish(query.id, flags, opt)


def _add(message: Records, rrset: RRset) -> None:
    for record in _each((rrset,)):
        message.add(*record)


def _flags(query: Query) -> int:
    return QR | AA | query.flags & (OPCODE | RD)


def _opt(query: Query) -> bytes:
    return b"" if query.edns is None else opt_record(0, dnssec_ok=query.edns.dnssec_ok, options=())
