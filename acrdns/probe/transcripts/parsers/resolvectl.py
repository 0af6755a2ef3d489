"""`resolvectl query`, and `systemd-resolve` of older systems: systemd-resolved, which asks for both types in one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from acrdns.probe.answer import SourceLine
from acrdns.probe.observation import Outcome
from acrdns.probe.transcripts.block import NAME, Block, CommandQuestion, address, answer, is_name, lowered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.probe.answer import AddressType
    from acrdns.probe.transcripts.lines import Line

PROGRAMS = ("resolvectl", "systemd-resolve")
SILENCE = Outcome.OTHER

_TOOL = "resolvectl"
_FIRST = re.compile(rf"(?P<name>{NAME}): (?P<address>[\da-fA-F:.%\w]+)(?:\s+-- link: .*)?$")
_MORE = re.compile(r"\s+(?P<address>[\da-fA-F:.%\w]+)(?:\s+-- link: .*)?$")
_OWNER = re.compile(rf"\s+\((?P<owner>{NAME})\)$")
_FAILED = re.compile(rf"(?P<name>{NAME}): resolve call failed: (?P<why>.*)")
_REST = "-- "
_FAILURES = (
    ("not found", Outcome.NXDOMAIN),
    ("does not have any RR", Outcome.NODATA),
    ("SERVFAIL", Outcome.SERVFAIL),
    ("REFUSED", Outcome.REFUSED),
    ("timed out", Outcome.TIMEOUT),
    ("All attempts to contact", Outcome.TIMEOUT),
)


def asked(program: str, words: Sequence[str]) -> CommandQuestion:  # noqa: ARG001 -- every parser has the same arguments
    """Return what a command line asks for: `query -4 NAME`."""
    names = tuple(word for word in words if is_name(word))
    known: AddressType | None = "A" if "-4" in words else "AAAA" if "-6" in words else None
    return CommandQuestion(_TOOL, names[:1], known)


def read(lines: Sequence[Line], at: int, file: str, asked_for: CommandQuestion | None) -> Block | None:
    """Return the block that begins at a line, or None."""
    place = SourceLine(file, lines[at].number)
    type_ = asked_for.type if asked_for and asked_for.tool == _TOOL else None
    if failed := _FAILED.match(lines[at].text):
        why = failed["why"]
        outcome = next((outcome for words, outcome in _FAILURES if words in why), Outcome.OTHER)
        return Block(
            at + 1, [answer(None, failed["name"], place, tool=_TOOL, type_=type_, outcome=outcome, detail=why)]
        )
    first = _FIRST.match(lines[at].text)
    if first is None or address(first["address"]) is None:
        return None
    addresses, chain, end = [address(first["address"])], [lowered(first["name"])], at + 1
    while end < len(lines):
        text = lines[end].text
        if (more := _MORE.match(text)) and address(more["address"]):
            addresses.append(address(more["address"]))
        elif owner := _OWNER.match(text):
            chain.append(lowered(owner["owner"]))
        elif text.strip() and not text.startswith(_REST):
            break
        end += 1
    known = list(filter(None, addresses))
    block = Block(end)
    block.answers.append(answer(None, chain[0], place, tool=_TOOL, type_=type_, addresses=known, chain=chain))
    return block
