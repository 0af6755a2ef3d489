"""Answers from files, whoever wrote them: `acrdns --save`, or another tool; and whether they agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.errors import Place, Problem
from acrdns.probe.observation import Outcome
from acrdns.probe.saved import read as saved

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from acrdns.probe.answer import AddressType, ObservedAnswer, ReadFile


def read(octets: bytes, file: str) -> ReadFile:
    """Return the answers of a file, and the lines that were not understood."""
    if saved.is_saved(octets):
        return saved.read(octets, file)
    from acrdns.probe.transcripts import read as transcripts

    return transcripts.read(octets, file)


def contradictions(answers: Iterable[ObservedAnswer]) -> Iterator[Problem]:
    """Return the answers of one vantage point that say something else than an earlier one to the same question.

    Only one of them could be judged. Answers with a time are those of `--save`: the later one counts.
    """
    first: dict[tuple[str, AddressType], tuple[str, ObservedAnswer]] = {}
    for answer in answers:
        types: tuple[AddressType, ...] = ("A", "AAAA")
        for type_ in types if answer.time is None else ():
            said = _said(answer, type_)
            before, other = first.setdefault((answer.fqdn, type_), (said, answer)) if said else ("", answer)
            if said == before or not (answer.source and other.source) or _may_agree(answer, other):
                continue
            where = f"{other.source.file}:" if other.source.file != answer.source.file else "line "
            message = (
                f"{answer.fqdn} is {said} here, and {before} at {where}{other.source.line}; "
                "diagnose the answers of each DNS server by themselves"
            )
            yield Problem(Place(answer.source.file, answer.source.line), "", message)
            break


def _said(answer: ObservedAnswer, type_: AddressType) -> str:
    """Return what an answer says about a type, or empty where it says nothing."""
    if answer.type not in (None, type_):
        return ""
    own = sorted(address for address in answer.addresses if (":" in address) is (type_ == "AAAA"))
    return ", ".join(own) or ("" if answer.outcome is Outcome.ANSWER else answer.outcome.value)


def _may_agree(one: ObservedAnswer, other: ObservedAnswer) -> bool:
    """Return whether two answers may be the same, since one tool does not say why there is no address."""
    return Outcome.OTHER in (one.outcome, other.outcome) and not (one.addresses or other.addresses)
