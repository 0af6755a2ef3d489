"""TSIG (RFC 8945): judging the signature of a query, and signing what answers it, one message or many.

dnspython computes; errors of a query, and the replies that report them, are decided here (section 5.2).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import dns.exception
import dns.name
import dns.rdata
import dns.tsig
from dns.rcode import BADKEY, BADSIG, BADTIME, NOERROR
from dns.rdataclass import RdataClass
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.TSIG import TSIG

from acrdns.names import Name
from acrdns.record import Rcode, Type
from acrdns.wire.message import reply
from acrdns.wire.message.query import CLASS_ANY, HEADER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from acrdns.wire.message.query import Query
    from acrdns.wire.transfer.keyfile import Key

_FUDGE = 300
"""Seconds that two clocks may differ (section 10)."""
_FIXED = struct.Struct("!HHIH")
_NUMBERS = 16
"""Octets of a TSIG's data without the algorithm's name, the MAC and other data."""

# dnspython's functions have no types.
_sign: Callable[..., tuple[TSIG, Any]] = dns.tsig.sign
_validate: Callable[..., object] = dns.tsig.validate
_new: Callable[..., TSIG] = TSIG


class Signer:
    """Signs messages with a key: one, or the messages of one answer in their order (section 5.3.1, each one signed)."""

    def __init__(self, key: Key, request_mac: bytes = b"") -> None:
        """Sign with a key; `request_mac` is the MAC of the query that is answered."""
        self._key = _dns_key(key)
        self._request_mac = request_mac
        self._context: Any = None
        self.mac = b""
        """The MAC of the message that was signed last."""
        size = dns.tsig.mac_sizes[self._key.algorithm]
        self.room = len(_wire(self._key.name)) + _FIXED.size + len(_wire(self._key.algorithm)) + _NUMBERS + size
        """Octets that a signature takes."""

    @staticmethod
    def judge(packet: bytes, query: Query, keys: Mapping[Name, Key], now: int) -> Signer | bytes:
        """Judge a query's signature: give what signs its answer, or the reply that says what is wrong with it."""
        owner, tsig = _read(packet, query.tsig)
        if tsig is None:
            return reply.error(query, Rcode.FORMERR)
        key = keys.get(Name(_wire(owner).lower()))
        if key is None or _dns_key(key).algorithm != tsig.algorithm:
            return _turn_away(query, owner, tsig, BADKEY)
        try:
            _validate(packet, _dns_key(key), owner, tsig, now, b"", len(packet) - len(query.tsig))
        except dns.tsig.BadTime:
            return _bad_time(query, key, tsig, now)
        except dns.exception.DNSException:
            return _turn_away(query, owner, tsig, BADSIG)
        return Signer(key, tsig.mac)

    @staticmethod
    def verify(packet: bytes, tsig: bytes, key: Key, request_mac: bytes, now: int) -> bool:
        """Return whether the reply to a message that we signed has the same key; `tsig` is its last record."""
        owner, rdata = _read(packet, tsig)
        if rdata is None:
            return False
        try:
            _validate(packet, _dns_key(key), owner, rdata, now, request_mac, len(packet) - len(tsig))
        except dns.exception.DNSException:
            return False
        return True

    def sign(self, message: bytes, now: int, *, several: bool = False) -> bytes:
        """Sign a message at a time in seconds since 1970; `several` where it is one of several that make one answer."""
        unsigned = _tsig(self._key, now, message)
        several = several or self._context is not None
        signed, self._context = _sign(message, self._key, unsigned, now, self._request_mac, self._context, several)
        self.mac = signed.mac
        return _attach(message, _record(self._key.name, signed))


def _turn_away(query: Query, owner: dns.name.Name, tsig: TSIG, error: int) -> bytes:
    """Say no without a signature, with the query's time and fudge (section 5.2.1 and 5.2.2)."""
    altered = _altered(tsig, error, b"")
    return reply.error(query, Rcode.NOTAUTH, tsig=_record(owner, altered))


def _bad_time(query: Query, key: Key, tsig: TSIG, now: int) -> bytes:
    """Say no with a signature, the client's time, and ours in other data, so that it sees the difference (5.2.3)."""
    altered = _altered(tsig, BADTIME, now.to_bytes(6, "big"))
    message = reply.error(query, Rcode.NOTAUTH)
    signed, _ = _sign(message, _dns_key(key), altered, tsig.time_signed, tsig.mac)
    return _attach(message, _record(_dns_key(key).name, signed))


def _altered(tsig: TSIG, error: int, other: bytes) -> TSIG:
    altered = tsig.replace(mac=b"", error=error, other=other)
    assert isinstance(altered, TSIG)
    return altered


def _tsig(key: dns.tsig.Key, now: int, message: bytes) -> TSIG:
    ident = int.from_bytes(message[:2], "big")
    return _new(RdataClass.ANY, RdataType.TSIG, key.algorithm, now, _FUDGE, b"", ident, NOERROR, b"")


def _read(packet: bytes, tsig: bytes) -> tuple[dns.name.Name, TSIG | None]:
    """Read the TSIG record at a packet's end, whose owner may be compressed; without data where it cannot be read."""
    try:
        owner, length = dns.name.from_wire(packet, len(packet) - len(tsig))
        body = len(packet) - len(tsig) + length + _FIXED.size
        rdata = dns.rdata.from_wire(RdataClass.ANY, RdataType.TSIG, packet, body, len(packet) - body)
    except dns.exception.DNSException:
        return dns.name.root, None
    assert isinstance(rdata, TSIG)
    return owner, rdata


def _attach(message: bytes, tsig: bytes) -> bytes:
    count = int.from_bytes(message[10:HEADER], "big") + 1
    return message[:10] + count.to_bytes(2, "big") + message[HEADER:] + tsig


def _record(owner: dns.name.Name, rdata: TSIG) -> bytes:
    data = rdata.to_wire()
    assert data is not None
    return _wire(owner) + _FIXED.pack(Type.TSIG, CLASS_ANY, 0, len(data)) + data


def _wire(owner: dns.name.Name) -> bytes:
    return owner.to_wire() or b""


def _dns_key(key: Key) -> dns.tsig.Key:
    owner, _ = dns.name.from_wire(bytes(key.name), 0)
    algorithm = "hmac-md5.sig-alg.reg.int" if key.algorithm == "hmac-md5" else key.algorithm
    return dns.tsig.Key(owner, key.secret, algorithm)
