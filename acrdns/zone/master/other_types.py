"""Record data of all types that `rdata` does not read itself: dnspython reads them, and `strict` checks more.

Every function raises ValueError with what is wrong.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from acrdns.record import type_text
from acrdns.zone.master.presentation import absolute, split
from acrdns.zone.master.strict import weakness

if TYPE_CHECKING:
    from acrdns.names import Name

_SVCB = (64, 65)
"""SVCB and HTTPS."""
_ALIAS = b"\x00\x00"
_SERVICE = b"\x00\x01"
_NAME_FIELD = {47: 0, 64: 1, 65: 1}
"""The field that has to be a name as we read names: NSEC, SVCB, HTTPS. A parameter in its place is a common slip."""
_BASE64_FROM = {24: 8, 25: 3, 37: 3, 46: 8, 48: 3, 49: 0, 60: 3, 61: 0}
"""The field from which on the data is base64: SIG, KEY, CERT, RRSIG, DNSKEY, DHCID, CDNSKEY, OPENPGPKEY."""
_QUOTING = {
    257: (1, False, "the tag stands without quotes (RFC 8659 section 4.1.1)"),
    256: (2, True, "the target has to stand in quotes (RFC 7553 section 4.5)"),
}
"""Fields of CAA and URI that have to be quoted, or must not be."""
_TTL_FIELD = {24: 3, 46: 3}
"""The original TTL of SIG and RRSIG: a number, without units."""
_WKS = 11


def read(number: int, text: bytes, origin: Name) -> bytes:
    """Read data in the type's own form; relative names are below the origin."""
    import dns.exception
    import dns.name
    import dns.rdata
    import dns.rdatatype

    fields = [*split(text), b"", b"", b"", b""]
    if number in _BASE64_FROM:
        _check_base64(b"".join(fields[_BASE64_FROM[number] :]))
    if number in _NAME_FIELD:
        absolute(fields[_NAME_FIELD[number]], origin)
    alias = number in _SVCB and fields[0].strip(b"0") == b""
    # An alias may have parameters (RFC 9460 section 2.4.2); dnspython does not know that.
    read_as = (text.replace(fields[0], b"1", 1) if alias else text).decode()
    type_, below = dns.rdatatype.RdataType.make(number), dns.name.from_wire(origin, 0)[0]
    packed = b""
    try:
        if number == _WKS:
            from acrdns.zone.master.well_known import in_numbers

            read_as = " ".join(in_numbers(read_as.split()))
        packed = dns.rdata.from_text("IN", type_, read_as, below, relativize=False).to_wire() or b""
    except struct.error:
        reason = "a number is out of range"
    except (dns.exception.DNSException, ValueError) as error:
        reason = str(error) or type(error).__name__
    else:
        packed = _ALIAS + packed[2:] if alias else packed
        reason = _misquoted(number, fields) or weakness(number, packed)
    if reason:
        raise ValueError(f"{text.decode()} is no {type_text(number)} data: {reason}")
    return packed


def checked(number: int, packed: bytes) -> bytes:
    """Hold generic data of a known type against that type's form."""
    import dns.exception
    import dns.rdata
    import dns.rdatatype

    as_service = number in _SVCB and packed[:2] == _ALIAS
    judged = _SERVICE + packed[2:] if as_service else packed
    try:
        dns.rdata.from_wire("IN", dns.rdatatype.RdataType.make(number), judged, 0, len(judged))
    except (dns.exception.DNSException, ValueError):
        raise ValueError(f"the {len(packed)} octets are no {type_text(number)} data") from None
    reason = weakness(number, packed)
    if reason:
        raise ValueError(f"the {len(packed)} octets are no {type_text(number)} data: {reason}")
    return packed


def _misquoted(number: int, fields: list[bytes]) -> str:
    """Say which field has quotes that it must not have, or has none."""
    if number in _TTL_FIELD:
        seconds = fields[_TTL_FIELD[number]]
        return "" if seconds.isdigit() else f"{seconds.decode()} is no number of seconds"
    if number not in _QUOTING:
        return ""
    at, quoted, reason = _QUOTING[number]
    return reason if fields[at].startswith(b'"') != quoted else ""


def _check_base64(digits: bytes) -> None:
    """Refuse what is no base64 (RFC 4648 section 4); dnspython passes over characters that are not."""
    from base64 import b64decode, b64encode

    try:
        whole = b64encode(b64decode(digits, validate=True)) == digits
    except ValueError:
        whole = False
    if not whole:
        raise ValueError(f"{digits.decode()} is no base64")
