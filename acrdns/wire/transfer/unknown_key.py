"""TSIG (RFC 8945), as far as a server without keys needs it: every key is unknown here, and that has to be said."""

from __future__ import annotations

import struct

from acrdns.wire.message.query import name_end

_FIXED = struct.Struct("!HHIH")
_TIMES = 8
"""Octets of the time signed and the fudge."""
_BADKEY = 17


def unknown_key(record: bytes) -> bytes | None:
    """Return the TSIG record that answers one with an unknown key: unsigned, error BADKEY (section 5.2.1).

    None where the record cannot be read.
    """
    owner = name_end(record, 0)
    if owner is None:
        return None
    body = owner + _FIXED.size
    algorithm = name_end(record, body)
    if algorithm is None or algorithm + _TIMES + 2 > len(record):
        return None
    times = algorithm + _TIMES
    mac_end = times + 2 + int.from_bytes(record[times : times + 2], "big")
    if mac_end + 6 > len(record):
        return None
    rdata = record[body:times] + struct.pack("!H", 0) + record[mac_end : mac_end + 2] + struct.pack("!HH", _BADKEY, 0)
    return record[: body - 2] + struct.pack("!H", len(rdata)) + rdata
