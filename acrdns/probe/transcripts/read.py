"""Lines to answers: each parser in `parsers` is tried where a block may begin."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from acrdns.probe.answer import IgnoredLine, ObservedAnswer, ReadFile, SourceLine
from acrdns.probe.transcripts import parsers
from acrdns.probe.transcripts.block import CommandQuestion, answer, is_name
from acrdns.probe.transcripts.command import CommandLine, command_line
from acrdns.probe.transcripts.lines import streams

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.probe.observation import Outcome
    from acrdns.probe.transcripts.block import Block
    from acrdns.probe.transcripts.lines import Line

_SHOWN = 200
"""Characters of an ignored line that are shown."""
_LONGEST = 4096
"""Characters of a line that is looked at."""
_UNKNOWN = "it is not the output of a DNS tool that is known here"


class Parser(Protocol):
    """A module in `parsers`."""

    PROGRAMS: tuple[str, ...]
    """The programs whose output it reads, in lower case."""
    SILENCE: Outcome
    """The outcome where a command printed nothing."""

    def asked(self, program: str, words: Sequence[str]) -> CommandQuestion:
        """Return what a command line asks for."""

    def read(self, lines: Sequence[Line], at: int, file: str, asked: CommandQuestion | None) -> Block | None:
        """Return the block that begins at a line, or None."""


@cache
def all_parsers() -> tuple[Parser, ...]:
    """Return the parsers, by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(parsers.__path__))
    return tuple(import_module(f"{parsers.__name__}.{name}") for name in names)


def read(octets: bytes, file: str) -> ReadFile:
    """Return the answers of a file of a tool's output, and the lines that were not understood."""
    answers: list[ObservedAnswer] = []
    ignored: list[IgnoredLine] = []
    for lines in streams(octets):
        _Walk(lines, file, answers, ignored).run()
    answers.sort(key=lambda each: each.source.line if each.source else 0)
    ignored.sort(key=lambda each: each.line)
    return ReadFile(tuple(answers), tuple(ignored))


class _Walk:
    """One stream, from its first line to its last."""

    def __init__(
        self, lines: Sequence[Line], file: str, answers: list[ObservedAnswer], ignored: list[IgnoredLine]
    ) -> None:
        self._lines = lines
        self._file = file
        self._answers = answers
        self._ignored = ignored
        self._asked: CommandQuestion | None = None
        self._silence: Outcome | None = None
        """The outcome of the last command, as long as it has printed nothing."""
        self._command = 0

    def run(self) -> None:
        at = 0
        while at < len(self._lines):
            text = self._lines[at].text
            if len(text) > _LONGEST and text.lstrip()[:1] not in ("[", "{"):  # JSON may be one line
                self._ignore(at, "it is longer than the lines of any tool")
                at += 1
                continue
            at = at + 1 if not text.strip() or self._is_command(at) else self._block(at)
        self._end_command()

    def _is_command(self, at: int) -> bool:
        line = command_line(self._lines[at].text)
        if line is None:
            return False
        if self._lines[at].text.startswith(">") and len(line.words) == 1 and is_name(line.words[0]):
            line = CommandLine(prompted=True, words=("nslookup", line.words[0]))  # it has a prompt of its own
        found = _parser_of(line) if line.words else None
        if found is None and not line.prompted:
            return False
        self._end_command()
        self._asked = self._silence = None
        if found is None and not line.words:
            return True
        if found is None:
            self._ignore(at, "the command is none of a DNS tool that is known here")
            return True
        parser, asked = found
        self._asked, self._silence, self._command = asked, parser.SILENCE, at
        return True

    def _block(self, at: int) -> int:
        for parser in all_parsers():
            block = parser.read(self._lines, at, self._file, self._asked)
            if block:
                self._silence = None
                self._answers += block.answers
                for index, because in block.ignored:
                    self._ignore(index, because)
                return block.end
        self._ignore(at, _UNKNOWN)
        return at + 1

    def _end_command(self) -> None:
        """Add what a command that printed nothing says."""
        asked = self._asked
        if asked and self._silence is not None and not asked.other_type:
            place = SourceLine(self._file, self._lines[self._command].number)
            for name in asked.names:
                detail = f"{asked.tool} printed nothing"
                self._answers.append(
                    answer(asked, name, place, tool=asked.tool, type_=asked.type, outcome=self._silence, detail=detail)
                )

    def _ignore(self, index: int, because: str) -> None:
        line = self._lines[index]
        self._ignored.append(IgnoredLine(self._file, line.number, line.text[:_SHOWN], because))


def _parser_of(line: CommandLine) -> tuple[Parser, CommandQuestion] | None:
    if not line.prompted and line.words[0] == "Host":
        return None  # the first word of what host prints
    for parser in all_parsers():
        if line.program in parser.PROGRAMS and (asked := parser.asked(line.program, line.words[1:])).names:
            return parser, asked
    return None
