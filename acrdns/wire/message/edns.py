"""EDNS(0): the OPT record of RFC 6891, and Extended DNS Errors (RFC 8914).

The OPT record is written by hand: it is eleven octets and the options, and the length of a reply has to be known before
its records are packed.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum

UDP_SIZE = 1232
"""Octets of UDP payload that we take and send: an IPv6 path carries them without fragments (DNS flag day 2020)."""
PLAIN_SIZE = 512
"""Octets of UDP payload without EDNS (RFC 1035 section 2.3.4); less is taken for it (RFC 6891 section 6.2.5)."""

_OPT = struct.Struct("!BHHBBHH")
_OPTION = struct.Struct("!HH")
_DNSSEC_OK = 0x8000

Option = tuple[int, bytes]
"""Code and data."""


class OptionCode(IntEnum):
    """The EDNS options that acrdns has something to say about; all others are ignored (RFC 6891 section 6.1.2)."""

    CLIENT_SUBNET = 8
    COOKIE = 10
    ERROR = 15


class ErrorCode(IntEnum):
    """The info codes of RFC 8914 section 4 that acrdns uses."""

    OTHER = 0
    BLOCKED = 15
    PROHIBITED = 18
    NOT_AUTHORITATIVE = 20
    NOT_SUPPORTED = 21
    NO_REACHABLE_AUTHORITY = 22


@dataclass(frozen=True, slots=True)
class Edns:
    """The OPT record of a query."""

    size: int
    """The UDP payload size that the client takes, in octets, as it said."""
    version: int
    dnssec_ok: bool
    options: tuple[Option, ...]

    @staticmethod
    def read_options(rdata: bytes) -> tuple[Option, ...] | None:
        """Read the options of an OPT record, or return None if they do not fill its data exactly."""
        options = []
        position, end = 0, len(rdata)
        while position + _OPTION.size <= end:
            code, length = _OPTION.unpack_from(rdata, position)
            position += _OPTION.size + length
            options.append((code, rdata[position - length : position]))
        return tuple(options) if position == end else None

    def option(self, code: int) -> bytes | None:
        """Return the data of the first option with that code (RFC 7873 section 5.2: further ones are ignored)."""
        for found, data in self.options:
            if found == code:
                return data
        return None


def opt_record(rcode: int, *, dnssec_ok: bool, options: tuple[Option, ...]) -> bytes:
    """Write the OPT record of a reply: our UDP size, version 0, the upper bits of the rcode, and DO as it was asked.

    RFC 3225 section 3 has DO copied; every other flag is zero (RFC 6891 section 6.1.4).
    """
    rdata = b"".join(_OPTION.pack(code, len(data)) + data for code, data in options)
    return _OPT.pack(0, 41, UDP_SIZE, rcode >> 4, 0, _DNSSEC_OK if dnssec_ok else 0, len(rdata)) + rdata


def extended_error(code: ErrorCode, text: str = "") -> Option:
    """Make an Extended DNS Error; the text is UTF-8 without an end mark (RFC 8914 section 2)."""
    return OptionCode.ERROR, code.to_bytes(2, "big") + text.encode()
