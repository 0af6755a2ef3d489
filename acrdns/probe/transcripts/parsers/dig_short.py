"""`dig +short`, `kdig +short`: the data of records alone. The question is in the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.probe.answer import SourceLine
from acrdns.probe.observation import Outcome
from acrdns.probe.transcripts.block import Block, CommandQuestion, address, answer, is_name, lowered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.probe.transcripts.lines import Line

PROGRAMS = ()  # `dig` reads their command lines
SILENCE = Outcome.OTHER


def asked(program: str, words: Sequence[str]) -> CommandQuestion:  # noqa: ARG001 -- as all have
    """Return no question."""
    return CommandQuestion(program, (), None)


def read(lines: Sequence[Line], at: int, file: str, asked_for: CommandQuestion | None) -> Block | None:
    """Return the block that begins at a line, or None: the aliases, then the addresses."""
    if not (asked_for and asked_for.short):
        return None
    names, addresses, end = [], [], at
    while end < len(lines) and (text := lines[end].text.strip()):
        if found := address(text):
            addresses.append(found)
        elif text.endswith(".") and is_name(text):
            names.append(lowered(text))
        else:
            break
        end += 1
    if end == at:
        return None
    if len(asked_for.names) != 1 or asked_for.type is None:
        reason = "the command asks several questions, and +short does not say which is answered"
        return Block(end, ignored=[(index, reason) for index in range(at, end)])
    (name,) = asked_for.names
    place = SourceLine(file, lines[at].number)
    chain = (lowered(name), *names)
    detail = "" if addresses else "dig +short does not say why there is no address"
    made = answer(
        asked_for,
        name,
        place,
        tool=asked_for.tool,
        type_=asked_for.type,
        addresses=addresses,
        chain=chain,
        outcome=Outcome.OTHER,
        detail=detail,
    )
    return Block(end, [made])
