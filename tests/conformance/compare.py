"""Responses section by section, ours beside those of the peers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype

from acrdns.wire.responder import Responder, always
from acrdns.zone.view import view

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from acrdns.zone.zone import Zone

Section = frozenset[tuple[str, str, int, str]]
"""Owner, type, TTL and data of each record."""

_HEADER = bytes.fromhex("0000 0000 0001 0000 0000 0001")
_OPT = bytes.fromhex("00 0029 1000 00000000 0000")
"""EDNS with room for 4,096 octets."""
_WORLD = re.compile(rb"\x05[dvw]([0-9]{4})\0")
"""The last label of a name of a numbered world (`worlds`)."""


@dataclass(frozen=True)
class Seen:
    """What a response says."""

    rcode: str
    authoritative: bool
    answer: Section
    authority: Section
    additional: Section


PARTS = ("rcode", "authoritative", "answer", "authority", "additional")


def query(owner: str, type_: str) -> bytes:
    """Make the packet of a question, without recursion, with EDNS."""
    number = dns.rdatatype.from_text(type_)
    return _HEADER + dns.name.from_text(owner).to_digestable() + number.to_bytes(2, "big") + b"\0\1" + _OPT


def seen(packet: bytes) -> Seen:
    """Take a response apart.

    What is said about one world is often said about the next, so the question's world has the number 0 here: most
    responses are then known already, and no name changes its length.
    """
    rest = packet[2:]
    for number in _WORLD.findall(rest)[:1]:
        for letter in (b"\x05d", b"\x05v", b"\x05w"):
            rest = rest.replace(letter + number, letter + b"0000")
    return _seen(rest)


@lru_cache(1 << 16)
def _seen(packet: bytes) -> Seen:
    message = dns.message.from_wire(b"\0\0" + packet, one_rr_per_rrset=False)
    sections = (message.answer, message.authority, message.additional)
    return Seen(
        dns.rcode.to_text(message.rcode()),
        bool(message.flags & dns.flags.AA),
        *(
            frozenset(
                (rrset.name.to_text().lower(), dns.rdatatype.to_text(rrset.rdtype), rrset.ttl, rdata.to_text().lower())
                for rrset in section
                for rdata in rrset
            )
            for section in sections
        ),
    )


def ours(zones: Iterable[Zone], packets: Sequence[bytes]) -> list[bytes]:
    """Answer from bytes to bytes, without a socket."""
    responder = Responder(view(zones).answer, always(authoritative=True))
    return [_answered(responder, packet) for packet in packets]


def _answered(responder: Responder, packet: bytes) -> bytes:
    response = responder.respond(packet, tcp=False, client=b"\x7f\0\0\1", now=1)
    assert response is not None
    return response


def differences(mine: Seen, peers: Mapping[str, Seen]) -> list[str]:
    """Return the parts in which all peers agree with one another, and not with ours."""
    found = []
    for part in PARTS:
        values = {getattr(peer, part) for peer in peers.values()}
        if len(values) == 1 and getattr(mine, part) not in values:
            found.append(f"{part}: ours {_text(getattr(mine, part))}, the peers' {_text(values.pop())}")
    return found


def _text(value: object) -> str:
    if isinstance(value, frozenset):
        return "{" + ", ".join(" ".join(map(str, record)) for record in sorted(value)) + "}"
    return str(value)
