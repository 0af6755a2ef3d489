"""Responses section by section, ours beside those of the peers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdatatype
import dns.rrset

from acrdns.names import name
from acrdns.record import RRset, type_number
from acrdns.zone.answer import Question
from acrdns.zone.view import view

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from acrdns.zone.answer import Response
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
    """Answer by the view, without a server."""
    served = view(zones)
    return [seen(_message(query, served.answer(_question(query)))) for query in messages]


def _question(query: dns.message.Message) -> Question:
    asked = query.question[0]
    return Question(name(asked.name.to_text()), type_number(dns.rdatatype.to_text(asked.rdtype)))


def _message(query: dns.message.Message, response: Response) -> dns.message.Message:
    """Make a message of a response."""
    message = dns.message.make_response(query)
    message.set_rcode(dns.rcode.Rcode(response.rcode))
    if response.authoritative:
        message.flags |= dns.flags.AA
    for section, rrsets in zip(
        (message.answer, message.authority, message.additional),
        (response.answer, response.authority, response.additional),
        strict=True,
    ):
        section += [_rrset(rrset) for rrset in rrsets]
    return message


def _rrset(rrset: RRset) -> dns.rrset.RRset:
    owner = dns.name.from_wire(rrset.name, 0)[0]
    rdatas = [
        dns.rdata.from_wire("IN", dns.rdatatype.RdataType.make(rrset.type), rdata, 0, len(rdata))
        for rdata in rrset.rdatas
    ]
    return dns.rrset.from_rdata_list(owner, rrset.ttl, rdatas)


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
