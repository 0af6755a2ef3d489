"""NOTIFY (RFC 1996): telling a secondary that a zone has changed, and reading what it says to that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from acrdns.record import Type
from acrdns.wire.message.compress import Records
from acrdns.wire.message.query import AA, CLASS_IN, OPCODE, QR, read
from acrdns.wire.transfer.tsig import Signer

if TYPE_CHECKING:
    from acrdns.record import RRset
    from acrdns.wire.transfer.keyfile import Key

NOTIFY = 4 << 11
"""The opcode, in its place in the header."""
_RCODE = 0xF


@dataclass(frozen=True, slots=True)
class Notice:
    """A NOTIFY as it is sent, and what its answer is known by."""

    packet: bytes
    question: bytes
    key: Key | None
    mac: bytes = b""
    """Of the packet's signature."""

    @classmethod
    def of(cls, soa: RRset, ident: int, key: Key | None, now: int) -> Self:
        """Make the NOTIFY for a zone with this SOA; its answer section is a hint to the new serial (section 3.7)."""
        question = bytes(soa.name) + Type.SOA.to_bytes(2, "big") + CLASS_IN.to_bytes(2, "big")
        message = Records(question)
        message.add(soa.name, soa.type, soa.ttl, soa.rdatas[0])
        packet = message.finish(ident, NOTIFY | AA, b"")
        if key is None:
            return cls(packet, question, None)
        signer = Signer(key)
        signed = signer.sign(packet, now)
        return cls(signed, question, key, signer.mac)

    def rcode_of(self, packet: bytes, now: int) -> int | None:
        """Return the rcode of a packet that answers this NOTIFY, or None if it does not.

        If we signed, NOERROR has to be signed too. An error need not be: a server without the key cannot sign.
        """
        # Read as if it were a query: the sections are the same, and only the flags distinguish the two.
        reply = read(packet[:2] + b"\0\0" + packet[4:])
        flags = int.from_bytes(packet[2:4], "big")
        if reply is None or reply.fault or packet[:2] != self.packet[:2] or flags & (QR | OPCODE) != QR | NOTIFY:
            return None
        if reply.question and reply.question.lower() != self.question:
            return None
        if self.key is not None and not self._is_signed(packet, reply.tsig, now) and not flags & _RCODE:
            return None
        return flags & _RCODE

    def _is_signed(self, packet: bytes, tsig: bytes, now: int) -> bool:
        return bool(tsig) and self.key is not None and Signer.verify(packet, tsig, self.key, self.mac, now)
