"""A question for a real resolver, and the query that carries it. Nothing else of the client's query leaves."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from acrdns.record import Rcode
from acrdns.wire.message.edns import UDP_SIZE
from acrdns.wire.message.query import CD, CLASS_IN, HEADER, RD, header, name_end

if TYPE_CHECKING:
    from acrdns.names import Name

_AD = 0x0020
_QR = 0x80
_OPCODE = 0x78
_OPT = b"\0\0\x29" + UDP_SIZE.to_bytes(2, "big")
_RCODE = 0xF
_BARE = (Rcode.FORMERR, Rcode.SERVFAIL, Rcode.NOTIMP, Rcode.REFUSED)
_BIT = 0x20
"""The bit in which a letter's upper and lower case differ."""


class UpstreamQuestion(NamedTuple):
    """The parts of a query that an answer depends on: the key of the cache."""

    name: Name
    type: int
    dnssec_ok: bool
    checking_disabled: bool

    def query(self, identifier: bytes, chance: bytes, *, edns: bool = True) -> bytes:
        """Return a query message with an ID of two octets.

        Each letter of the name is a capital where its octet of `chance` is odd, so that a forger has to guess these as
        well (draft-vixie-dnsext-dns0x20). DO and CD are the client's (RFC 3225 section 3, RFC 6840 section 5.9). AD is
        set, since the cache keeps it for clients that ask for it (RFC 6840 section 5.7).
        """
        flags = RD | _AD | (CD if self.checking_disabled else 0)
        opt = _OPT + (b"\0\0\x80\0\0\0" if self.dnssec_ok else bytes(6)) if edns else b""
        head = header(int.from_bytes(identifier, "big"), flags, (1, 0, 0, 1 if edns else 0))
        return head + _spelled(self.name, chance) + self.type.to_bytes(2, "big") + CLASS_IN.to_bytes(2, "big") + opt


def _spelled(name: Name, chance: bytes) -> bytes:
    return bytes(
        octet ^ _BIT if coin & 1 and ord("a") <= octet <= ord("z") else octet
        for octet, coin in zip(name, chance, strict=False)
    )


def question_end(message: bytes) -> int:
    """Return the offset behind the question section of one of our own messages."""
    end = name_end(message, HEADER)
    assert end is not None
    return end + 4


class Match(Enum):
    """Whether a message is the response to a query."""

    NO = "no"
    OTHER_CASE = "other case"
    """But for the letter case of the name: forged, or from a server that does not keep it."""
    YES = "yes"


def match(query: bytes, message: bytes) -> Match:
    """Return whether a message has the ID and the question of a query, and is a response (RFC 5452 section 9.1).

    A server that did not understand the query may leave the question out.
    """
    end = question_end(query)
    if len(message) < HEADER or message[:2] != query[:2] or message[2] & (_QR | _OPCODE) != _QR:
        return Match.NO
    if message[4:6] == b"\0\0":
        return Match.YES if message[3] & _RCODE in _BARE else Match.NO
    asked, repeated = query[HEADER:end], message[HEADER:end]
    if message[4:6] != b"\0\1" or repeated[-4:] != asked[-4:] or repeated.lower() != asked.lower():
        return Match.NO
    return Match.YES if repeated == asked else Match.OTHER_CASE
