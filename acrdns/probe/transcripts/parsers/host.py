"""host: a sentence for each alias and address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from acrdns.probe.answer import SourceLine
from acrdns.probe.observation import Outcome
from acrdns.probe.transcripts.block import (
    NAME,
    Block,
    CommandQuestion,
    address,
    answer,
    followed,
    is_name,
    lowered,
    server_text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.probe.answer import AddressType
    from acrdns.probe.transcripts.lines import Line

PROGRAMS = ("host",)
SILENCE = Outcome.NODATA
"""host asks for A, AAAA and MX, and says nothing where there are none."""

_ALIAS = re.compile(rf"(?P<owner>{NAME}) is an alias for (?P<target>{NAME})")
_ADDRESS = re.compile(rf"(?P<owner>{NAME}) has (?:IPv6 )?address (?P<address>\S+)")
_OTHER = re.compile(rf"{NAME} (?:mail is handled|has (?:MX|HTTPS|no (?:MX|HTTPS)))")
_NONE = re.compile(rf"(?P<owner>{NAME}) has no (?P<type>A|AAAA) record")
_FAILED = re.compile(rf"Host (?P<owner>{NAME}) not found: \d+\((?P<rcode>\w+)\)")
_SILENT = re.compile(r";; (?:communications error to (?P<host>[^#\s]+)#(?P<port>\d+)|connection timed out|no servers)")
_SERVER = re.compile(r"Address: (?P<host>\S+?)#(?P<port>\d+)$")
_HEAD = re.compile(r'Using domain server:$|Name: \S+$|Aliases: ?\S*$|Trying "\S+"$')
_RECEIVED = re.compile(r"Received \d+ bytes from (?P<host>[^#\s]+)#(?P<port>\d+)")
_WITH_VALUE = frozenset(("-t", "-p", "-W", "-R", "-N", "-c", "-m"))
_STATUSES = {outcome.value: outcome for outcome in Outcome}


def asked(program: str, words: Sequence[str]) -> CommandQuestion:
    """Return what a command line asks for: the name, then the server."""
    plain, type_, port = [], "", ""
    rest = iter(words)
    for word in rest:
        if word in _WITH_VALUE:
            value = next(rest, "")
            type_, port = (value.upper(), port) if word == "-t" else (type_, value if word == "-p" else port)
        elif not word.startswith("-"):
            plain.append(word)
    names = tuple(plain[:1]) if plain and is_name(plain[0]) else ()
    known: AddressType | None = "A" if type_ == "A" else "AAAA" if type_ == "AAAA" else None
    return CommandQuestion(
        program, names, known, server_text(plain[1], port) if len(plain) > 1 else None, "" if known else type_
    )


class _Reader:
    """One block: all about one name asked."""

    def __init__(self, at: int, asked_for: CommandQuestion | None) -> None:
        self.end = at
        self.asked = asked_for
        self.name = lowered(asked_for.names[0]) if asked_for and asked_for.names else ""
        self.type = asked_for.type if asked_for else None
        self.server: str | None = None
        self.outcome, self.detail = Outcome.NODATA, ""
        self.aliases: dict[str, str] = {}
        self.addresses: list[str] = []
        self.answered = False

    @property
    def chain(self) -> tuple[str, ...]:
        return followed(self.name, self.aliases)

    def line(self, index: int, text: str) -> bool:
        """Read one line; return whether it belongs to the block."""
        if self._head(text):
            self.end = index + 1
            return True
        if not (self._fact(text) or (_OTHER.match(text) and self.answered)):
            return False
        self.end, self.answered = index + 1, True
        return True

    def _head(self, text: str) -> bool:
        """Read the lines about the server, which come first."""
        if server := _SERVER.match(text):
            self.server = server_text(server["host"], server["port"])
            return not self.answered
        if received := _RECEIVED.match(text):
            self.server = server_text(received["host"], received["port"])
            return self.answered
        return _HEAD.match(text) is not None and not self.answered

    def _fact(self, text: str) -> bool:
        if match := _ALIAS.match(text):
            owner = lowered(match["owner"])
            self.name = self.name or owner
            if owner in self.chain:
                self.aliases[owner] = lowered(match["target"])
                return True
            return False
        if (match := _ADDRESS.match(text)) and (shown := address(match["address"])):
            self.name = self.name or lowered(match["owner"])
            if lowered(match["owner"]) == self.chain[-1]:
                self.addresses.append(shown)
                return True
            return False
        return self._negative(text)

    def _negative(self, text: str) -> bool:
        if match := _FAILED.match(text):
            if self.answered and self.name != lowered(match["owner"]):
                return False
            self.name = self.name or lowered(match["owner"])
            self.outcome = _STATUSES.get(match["rcode"], Outcome.OTHER)
            self.detail = f"rcode {match['rcode']}" if self.outcome is Outcome.OTHER else ""
        elif (match := _NONE.match(text)) and self.outcome is Outcome.NODATA:
            self.name = self.name or lowered(match["owner"])
            self.type = "A" if match["type"] == "A" else "AAAA"
        elif (match := _SILENT.match(text)) and self.asked:
            self.outcome, self.detail = Outcome.TIMEOUT, self.detail or text.lstrip("; ")
            self.server = server_text(match["host"], match["port"]) if match["host"] else self.server
        else:
            return False
        return True


def read(lines: Sequence[Line], at: int, file: str, asked_for: CommandQuestion | None) -> Block | None:
    """Return the block that begins at a line, or None."""
    if asked_for and asked_for.tool != "host":
        asked_for = None
    reader = _Reader(at, asked_for)
    for index in range(at, len(lines)):
        if lines[index].text.strip() and not reader.line(index, lines[index].text):
            break
    if not reader.answered and not (asked_for and reader.server):
        return None
    block = Block(reader.end)
    if not reader.name:
        block.ignored.append((at, "it names no question"))
        return block
    block.answers.append(
        answer(
            asked_for,
            reader.name,
            SourceLine(file, lines[at].number),
            tool="host",
            type_=reader.type,
            addresses=reader.addresses,
            chain=reader.chain,
            outcome=reader.outcome,
            server=reader.server,
            detail="" if reader.addresses else reader.detail,
        )
    )
    return block
