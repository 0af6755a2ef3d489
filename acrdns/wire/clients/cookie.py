"""DNS cookies: RFC 7873, with the server cookies of RFC 9018, so that any server with the same secret accepts them.

A cookie is never asked for: a client without one, or with a stale or foreign one, is answered, with a fresh cookie
where it sent its own half.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns.wire.message.edns import OptionCode

if TYPE_CHECKING:
    from acrdns.wire.message.query import Query

CLIENT = 8
"""Octets of a client cookie."""
_SHORTEST, _LONGEST = 16, 40
"""Octets of a client cookie together with a server's (RFC 7873 section 4)."""
_SERVER = 16
_VERSION = b"\x01\x00\x00\x00"
SECRET = 16
"""Octets of a server secret."""

_RENEW = 30 * 60
_OLDEST = 60 * 60
_NEWEST = 5 * 60
"""Seconds: RFC 9018 section 4.3."""

_MASK = 0xFFFFFFFFFFFFFFFF


@dataclass(frozen=True, slots=True)
class CookieJar:
    """Makes and judges server cookies with one secret of 16 octets."""

    secret: bytes

    def proves(self, query: Query, client: bytes, now: int) -> bool:
        """Return whether a cookie proves the client's address (RFC 7873 section 5.2.5): such a client has no limit.

        `now` is in seconds since 1970.
        """
        sent = query.edns.option(OptionCode.COOKIE) if query.edns else None
        return sent is not None and self.age(sent, client, now) is not None

    @staticmethod
    def is_well_formed(cookie: bytes) -> bool:
        """Return whether an option has the length of a cookie (RFC 7873 section 5.2.2: anything else is FORMERR)."""
        return len(cookie) == CLIENT or _SHORTEST <= len(cookie) <= _LONGEST

    def reply(self, cookie: bytes, client: bytes, now: int) -> bytes:
        """Return the whole cookie for a reply: the client's half, and a server's half that is good for an hour.

        `client` is the packed IP address, `now` in seconds since 1970. A valid cookie younger than half an hour is
        given back as it is (RFC 9018 section 4.3).
        """
        mine = cookie[:CLIENT]
        age = self.age(cookie, client, now)
        if age is not None and age < _RENEW:
            return cookie
        return mine + self._server(mine, client, struct.pack("!I", now & 0xFFFFFFFF))

    def age(self, cookie: bytes, client: bytes, now: int) -> int | None:
        """Return a cookie's age in seconds, or None if it is not ours, too old, or from too far in the future."""
        if len(cookie) != CLIENT + _SERVER or not cookie.startswith(_VERSION[:1], CLIENT):
            return None
        stamp = cookie[12:16]
        if self._hash(cookie[:CLIENT] + cookie[CLIENT:12] + stamp + client) != cookie[16:]:
            return None
        # RFC 1982 arithmetic: the clock of the cookie is 32 bits and wraps.
        age = (now - int.from_bytes(stamp, "big") + 0x80000000 & 0xFFFFFFFF) - 0x80000000
        return age if -_NEWEST <= age <= _OLDEST else None

    def _server(self, mine: bytes, client: bytes, stamp: bytes) -> bytes:
        return _VERSION + stamp + self._hash(mine + _VERSION + stamp + client)

    def _hash(self, data: bytes) -> bytes:
        return _siphash24(self.secret, data)


def _siphash24(key: bytes, data: bytes) -> bytes:
    """Return SipHash-2-4 of the data (Aumasson and Bernstein 2012), as RFC 9018 asks; Python's own is not reachable."""
    k0, k1 = struct.unpack("<QQ", key)
    state = (k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D, k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573)
    padded = data + bytes(-(len(data) + 1) % 8) + bytes((len(data) & 0xFF,))
    for (word,) in struct.iter_unpack("<Q", padded):
        v0, v1, v2, v3 = state
        v0, v1, v2, v3 = _round(*_round(v0, v1, v2, v3 ^ word))
        state = (v0 ^ word, v1, v2, v3)
    v0, v1, v2, v3 = state
    v2 ^= 0xFF
    for _ in range(4):
        v0, v1, v2, v3 = _round(v0, v1, v2, v3)
    return struct.pack("<Q", v0 ^ v1 ^ v2 ^ v3)


def _round(v0: int, v1: int, v2: int, v3: int) -> tuple[int, int, int, int]:
    v0 = v0 + v1 & _MASK
    v2 = v2 + v3 & _MASK
    v1 = _rotate(v1, 13) ^ v0
    v3 = _rotate(v3, 16) ^ v2
    v0 = _rotate(v0, 32)
    v2 = v2 + v1 & _MASK
    v0 = v0 + v3 & _MASK
    v1 = _rotate(v1, 17) ^ v2
    v3 = _rotate(v3, 21) ^ v0
    return v0, v1, _rotate(v2, 32), v3


def _rotate(word: int, bits: int) -> int:
    return (word << bits | word >> 64 - bits) & _MASK
