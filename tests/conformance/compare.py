"""Responses section by section, ours beside those of the peers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype

from acrdns.wire.responder import Responder, always
from acrdns.zone.view import view

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from acrdns.zone.zone import Zone

Section = frozenset[tuple[str, str, int, str]]
"""Owner, type, TTL and data of each record."""


@dataclass(frozen=True)
class Seen:
    """What a response says."""

    rcode: str
    authoritative: bool
    answer: Section
    authority: Section
    additional: Section


PARTS = ("rcode", "authoritative", "answer", "authority", "additional")


def queries(questions: Sequence[tuple[str, str]]) -> list[dns.message.Message]:
    """Make the messages for questions."""
    return [dns.message.make_query(owner, type_, use_edns=0, payload=4096, flags=0) for owner, type_ in questions]


def seen(message: dns.message.Message) -> Seen:
    """Take a message apart."""
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


def ours(zones: Iterable[Zone], messages: Sequence[dns.message.Message]) -> list[Seen]:
    """Answer from bytes to bytes, without a socket."""
    responder = Responder(view(zones).answer, always(authoritative=True))
    return [seen(_exchange(responder, query)) for query in messages]


def _exchange(responder: Responder, query: dns.message.Message) -> dns.message.Message:
    packet = responder.respond(query.to_wire(), tcp=False, client=b"\x7f\0\0\1", now=1)
    assert packet is not None
    return dns.message.from_wire(packet, one_rr_per_rrset=False)


def differences(mine: Seen, peers: Mapping[str, Seen]) -> list[str]:
    """Give the parts in which all peers agree with one another, and not with ours.

    Two that end a chain at different names may still give the same rcode, by chance: what a response says on the whole
    counts only where they agree whether there is a SOA.
    """
    judged = PARTS if len({_negative(peer) for peer in peers.values()}) == 1 else ("additional",)
    found = []
    for part in judged:
        values = {getattr(peer, part) for peer in peers.values()}
        if len(values) == 1 and getattr(mine, part) not in values:
            found.append(f"{part}: ours {_text(getattr(mine, part))}, the peers' {_text(values.pop())}")
    return found


def _negative(response: Seen) -> bool:
    return any(record[1] == "SOA" for record in response.authority)


def _text(value: object) -> str:
    if isinstance(value, frozenset):
        return "{" + ", ".join(" ".join(map(str, record)) for record in sorted(value)) + "}"
    return str(value)
