"""Errors of programs that look a name up themselves: curl, ping, Docker and everything else that is written in Go."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from acrdns.probe.answer import SourceLine
from acrdns.probe.observation import Outcome
from acrdns.probe.transcripts.block import NAME, Block, CommandQuestion, answer, server_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.probe.transcripts.lines import Line

PROGRAMS = ()
SILENCE = Outcome.OTHER

_GO = re.compile(rf".*\blookup (?P<name>{NAME})(?: on (?P<host>\S+?):(?P<port>\d+))?: (?P<why>.*)")
_OTHERS = re.compile(
    rf".*?(?:Could not resolve host: (?P<curl>{NAME})|bad address '(?P<wget>{NAME})'"
    rf"|(?<![\w.-])(?P<libc>{NAME}): (?:Name or service not known|Name does not resolve"
    rf"|Temporary failure in name resolution|No address associated with hostname)|can't resolve '(?P<busybox>{NAME})'"
    rf"|cannot resolve (?P<macos>{NAME}): Unknown host|could not find host (?P<windows>{NAME})[.] )"
)
_OUTCOMES = (
    ("no such host", Outcome.OTHER),  # Go says the same of NXDOMAIN and NODATA
    ("server misbehaving", Outcome.SERVFAIL),
    ("i/o timeout", Outcome.TIMEOUT),
    ("connection refused", Outcome.TIMEOUT),
)


def asked(program: str, words: Sequence[str]) -> CommandQuestion:  # noqa: ARG001 -- as all have
    """Return no question: the programs ask in the course of something else."""
    return CommandQuestion(program, (), None)


def read(lines: Sequence[Line], at: int, file: str, asked_for: CommandQuestion | None) -> Block | None:  # noqa: ARG001 -- as all have
    """Return the block of a line, or None."""
    text, place = lines[at].text, SourceLine(file, lines[at].number)
    if found := _GO.match(text):
        outcome = next((outcome for words, outcome in _OUTCOMES if words in found["why"]), Outcome.OTHER)
        server = server_text(found["host"], found["port"]) if found["host"] else None
        name, why, tool = found["name"], found["why"], "go"
    elif (found := _OTHERS.match(text)) and not text.startswith("nslookup: "):
        outcome, server, why, tool = Outcome.OTHER, None, text.strip(), "getaddrinfo"
        name = next(filter(None, found.groups()))
    else:
        return None
    return Block(at + 1, [answer(None, name, place, tool=tool, type_=None, outcome=outcome, server=server, detail=why)])
