"""`kdig +json`: a message as RFC 8427 writes it, an object in lines of its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import dns.rcode

from acrdns.probe.answer import SourceLine
from acrdns.probe.observation import Outcome
from acrdns.probe.transcripts.block import Block, CommandQuestion, address, answer, followed, lowered

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from acrdns.probe.answer import AddressType, ObservedAnswer
    from acrdns.probe.transcripts.lines import Line

PROGRAMS = ()
SILENCE = Outcome.OTHER

_TOOL = "kdig"
_OUTCOMES = {outcome.value: outcome for outcome in Outcome}


def asked(program: str, words: Sequence[str]) -> CommandQuestion:  # noqa: ARG001 -- every parser has the same arguments
    """Return no question: the parser of dig reads the command line of kdig."""
    return CommandQuestion(program, (), None)


def read(lines: Sequence[Line], at: int, file: str, asked_for: CommandQuestion | None) -> Block | None:
    """Return the block of one message, or None."""
    if not lines[at].text.startswith("{"):
        return None
    last = at if lines[at].text.endswith("}") else next((i for i in range(at, len(lines)) if lines[i].text == "}"), at)
    try:
        message = json.loads("\n".join(line.text for line in lines[at : last + 1]))
    except (ValueError, RecursionError):
        return None
    if not {"QNAME", "QTYPEname", "RCODE"} <= message.keys() or not isinstance(message["RCODE"], int):
        return None
    type_ = str(message["QTYPEname"])
    if type_ == "A":
        return Block(last + 1, [_answer(message, "A", SourceLine(file, lines[at].number), asked_for)])
    if type_ == "AAAA":
        return Block(last + 1, [_answer(message, "AAAA", SourceLine(file, lines[at].number), asked_for)])
    return Block(last + 1, ignored=[(at, f"its question is for {type_}, not for addresses")])


def _answer(
    message: dict[str, Any], type_: AddressType, place: SourceLine, asked_for: CommandQuestion | None
) -> ObservedAnswer:
    name, status = str(message["QNAME"]), dns.rcode.to_text(dns.rcode.Rcode.make(message["RCODE"] & 0xFFF))
    records = list(_records(message, "answerRRs"))
    chain = followed(name, {owner: lowered(data) for owner, kind, data, _ in records if kind == "CNAME"})
    found = [(address(data), ttl) for owner, kind, data, ttl in records if (owner, kind) == (chain[-1], type_)]
    denials = (
        (owner, lowered(data.split()[0]))
        for owner, kind, data, _ in _records(message, "authorityRRs")
        if kind == "SOA" and data.split()
    )
    outcome = Outcome.NODATA if status == "NOERROR" else _OUTCOMES.get(status, Outcome.OTHER)
    return answer(
        asked_for if asked_for and asked_for.tool == _TOOL else None,
        name,
        place,
        tool=_TOOL,
        type_=type_,
        addresses=[shown for shown, _ in found if shown],
        chain=chain,
        outcome=outcome,
        detail=f"rcode {status}" if outcome is Outcome.OTHER else "",
        ttl=min((ttl for _, ttl in found if isinstance(ttl, int)), default=None),
        soa=next(denials, None),
    )


def _records(message: dict[str, Any], section: str) -> Iterator[tuple[str, str, str, Any]]:
    """Yield owner, type, data and TTL of each record that has them."""
    records = message.get(section)
    for record in records if isinstance(records, list) else ():
        kind = record.get("TYPEname") if isinstance(record, dict) else None
        if isinstance(data := record.get(f"rdata{kind}") if kind else None, str):
            yield lowered(str(record.get("NAME", ""))), str(kind), data, record.get("TTL")
