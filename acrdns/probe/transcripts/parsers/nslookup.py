"""nslookup of BIND, BusyBox and Windows; that of Windows in any language.

A block begins with the server's name and address. Windows translates labels, so that only their places count: a line of
`LABEL: NAME` and lines of `LABEL: ADDRESS`. Windows lists the owner of the addresses first, and the name asked first
among the aliases; the others show each alias in a line.
"""

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

    from acrdns.probe.answer import AddressType, ObservedAnswer
    from acrdns.probe.transcripts.lines import Line

PROGRAMS = ("nslookup",)
SILENCE = Outcome.OTHER

_LABELLED = re.compile(
    r"(?P<label>[^\s:\uff1a][^:\uff1a]{0,38}?)\s?(?:\d+)?\s?[:\uff1a]\s*(?P<value>\S+)(?:\s+[\w.-]+)?$"
)
_ALIAS = re.compile(rf"(?P<owner>{NAME})\s+canonical name = (?P<target>{NAME})", re.IGNORECASE)
_ADDRESS = re.compile(
    rf"(?P<owner>{NAME})\s+(?:internet address|(?:AAAA )?IPv6 address|has AAAA address)\s*=?\s*(?P<address>\S+)"
)
_HEADING = re.compile(r"\S[^:\uff1a=]*\s?[:\uff1a]$")
_OF_SOA = re.compile(r"\s+(?:\S.*?)\s+= \S")
_TIMED_OUT = (
    "timed-out|timed out|timeout|no response|no servers|communications error"
    "|zeitüber|délai|タイムアウト|tiempo de espera"
)
_FAILURES = (
    (Outcome.NXDOMAIN, ("non-existent domain", "nxdomain")),
    (Outcome.SERVFAIL, ("server failed", "servfail")),
    (Outcome.REFUSED, ("query refused", "refused")),
    (Outcome.NODATA, ("no answer", "no records", "records available for")),
    (Outcome.TIMEOUT, tuple(_TIMED_OUT.split("|"))),
)
_TRY_NEXT = re.compile(
    r";; Got \S+ reply from|;; Truncated|;; communications error|DNS request timed out\.?$|DNS .*(?:délai|Zeitüber)"
)
_OF_SERVER = re.compile(
    r"\*\*\* .*(?:server name for address|default servers?|\.in-addr\.arpa|\.ip6\.arpa)", re.IGNORECASE
)
_NAME_LABEL = re.compile("name|nom|名", re.IGNORECASE)
_PATIENCE = re.compile(r"\s+timeout (?:was|war|:)|\s+\S.*\b\d+ \S+\.$")
_FAILED = re.compile(r"\*\*\*? |;; (?:connection timed out|no servers)|nslookup: ")
_TYPE = re.compile(r"-(?:type|query|querytype|q|ty)=(?P<type>\w+)$", re.IGNORECASE)
_PORT = re.compile(r"-port=(?P<port>\d+)$")


def asked(program: str, words: Sequence[str]) -> CommandQuestion:
    """Return what a command line asks for: the name, then the server."""
    types = [found["type"].upper() for word in words if (found := _TYPE.match(word))]
    ports = [found["port"] for word in words if (found := _PORT.match(word))]
    plain = [word for word in words if not word.startswith("-")]
    names = tuple(plain[:1]) if plain and is_name(plain[0]) else ()
    type_ = types[-1] if types else ""
    known: AddressType | None = "A" if type_ == "A" else "AAAA" if type_ == "AAAA" else None
    other = "" if known or type_ in ("", "A+AAAA", "ANY") else type_
    server = server_text(plain[1], *ports[-1:]) if len(plain) > 1 else None
    return CommandQuestion(program, names, known, server, other)


class _Reader:
    """One block."""

    def __init__(self, lines: Sequence[Line], at: int) -> None:
        self._lines = lines
        self.end = at
        self.server: str | None = None
        self.server_name = ""
        self.owner = ""
        self.aliases: dict[str, str] = {}
        self.listed: list[str] = []
        """The aliases that Windows lists, the name asked first."""
        self.addresses: list[str] = []
        self.failure = ""
        self.failed_name = ""
        self.failed = False
        """Whether a line says that there is no answer."""
        self.soa_of = ""
        self._timed_out = False
        """Whether the last line says that nothing came back; the line that ends the block says it in any language."""
        self._in = ""
        """The list that goes on in indented lines: `addresses` or `aliases`."""

    def pair(self, index: int) -> tuple[str, str] | None:
        """Return name and address of a server where two lines are those that a block begins with."""
        if index + 1 >= len(self._lines):
            return None
        first, second = (_LABELLED.match(self._lines[number].text) for number in (index, index + 1))
        if not (first and second) or (_own_address(first["value"]) and first["label"].lower().startswith("address")):
            return None
        host = _own_address(second["value"])
        return (first["value"], host) if host and not is_alias_line(self._lines[index].text) else None

    def read(self) -> None:
        index = self.end
        while index < len(self._lines):
            text = self._lines[index].text
            if not text.strip():
                index += 1
                continue
            if self.server is None and _NAME_LABEL.match(text) and self.pair(index):
                self.server = ""  # BusyBox shows no server where that has no name
            if pair := self.pair(index):
                if self._named(pair[0]):
                    pass
                elif self.server is not None:
                    return
                else:
                    self.server_name, self.server = pair
                    index += 2
                    self.end = index
                    continue
            if not self._line(text):
                return
            index += 1
            self.end = index

    def _named(self, value: str) -> bool:
        """Return whether two lines are an answer's name and address: a server's come first, and but once."""
        if self.server is None or not is_name(value):
            return False
        return not (self.addresses or self.failed) or lowered(value) == self.owner

    def _line(self, text: str) -> bool:
        """Read one line; return whether it belongs to the block."""
        if _TRY_NEXT.match(text):
            self.failure = self.failure or text.strip("; ")
            self._timed_out = self.server is not None and _outcome(text) is Outcome.TIMEOUT
            return True
        if _OF_SERVER.match(text) or _PATIENCE.match(text):
            return True
        if _FAILED.match(text):
            return self._fails(text)
        return self.server is not None and self._of_answer(text)

    def _of_answer(self, text: str) -> bool:
        if alias := _ALIAS.match(text):
            self.aliases[lowered(alias["owner"])] = lowered(alias["target"])
        elif (found := _ADDRESS.match(text)) and (shown := address(found["address"])):
            self.owner = lowered(found["owner"])
            self.addresses.append(shown)
        elif text[0].isspace():
            return self._goes_on(text)
        elif is_name(text.strip()):
            self.soa_of = lowered(text)
        elif not _HEADING.match(text):
            return self._labelled(text)
        return True

    def _fails(self, text: str) -> bool:
        if text.startswith("nslookup: can't resolve") and (self.addresses or self.failed):
            return False  # BusyBox: another question, whose server is not shown
        names = [
            lowered(name)
            for name in re.findall(NAME, text.removeprefix("nslookup: ").rpartition(": ")[0] or text, re.ASCII)
        ]
        names = [name for name in names if name != lowered(self.server_name) and address(name) is None]
        names = [name for name in names if not name.endswith(".arpa")]
        said, self.failed = text.lstrip("*; "), True
        if not (self._timed_out and _outcome(said) is Outcome.OTHER):
            self.failure = said
        self.failed_name = self.failed_name or (names[-1] if names else "")
        return True

    def _labelled(self, text: str) -> bool:
        found = _LABELLED.match(text)
        if found is None:
            return False
        value = found["value"]
        if shown := address(value):
            self.addresses.append(shown)
            self._in = "addresses"
        elif is_name(value) and not self.owner:
            self.owner = lowered(value)
        elif is_name(value) and (self._in == "addresses" or not self.addresses) and lowered(value) != self.owner:
            self._alias_or_owner(found["label"], value)
        elif not is_name(value):
            return False
        return True

    def _alias_or_owner(self, label: str, value: str) -> None:
        if _NAME_LABEL.match(label):  # BIND repeats it for each address
            self.owner = lowered(value)
        else:
            self.listed.append(lowered(value))
            self._in = "aliases"

    def _goes_on(self, text: str) -> bool:
        word = text.strip()
        if shown := address(word):
            self.addresses.append(shown)
        elif is_name(word):
            self.listed.append(lowered(word))
        else:
            return bool(self.soa_of and _OF_SOA.match(text))
        return True


def is_alias_line(text: str) -> bool:
    """Return whether a line shows an alias."""
    return _ALIAS.match(text) is not None


def _own_address(text: str) -> str | None:
    if plain := address(text):
        return plain
    found = re.fullmatch(r"\[?(.+?)\]?[#:](\d+)", text)
    return server_text(found[1], found[2]) if found else None


def read(lines: Sequence[Line], at: int, file: str, asked_for: CommandQuestion | None) -> Block | None:
    """Return the block that begins at a line, or None."""
    if asked_for and asked_for.tool != "nslookup":
        asked_for = None
    text = lines[at].text
    reader = _Reader(lines, at)
    begins = reader.pair(at) or _FAILED.match(text) or _TRY_NEXT.match(text)
    if not begins or (text.startswith(";;") and not asked_for):
        return None
    reader.read()
    if reader.end == at:
        return None
    block = Block(reader.end)
    told = lowered(asked_for.names[0]) if asked_for and asked_for.names else ""
    failed = not reader.addresses and not reader.aliases and not reader.soa_of and not reader.owner
    if failed and not reader.failure:
        follows = next((line.text for line in lines[reader.end :] if line.text.strip()), "")
        if not (asked_for or follows.startswith(">")):  # nslookup shows the server alone before its own prompt
            because = "it looks like a server's name and address, and no answer follows"
            block.ignored = [(index, because) for index in range(at, reader.end) if lines[index].text.strip()]
        return block
    name = told or (reader.failed_name if failed else _name(reader))
    if not name:
        block.ignored.append((at, "it names no question"))
        return block
    if asked_for and asked_for.other_type:
        block.ignored.append((at, f"its question is for {asked_for.other_type}, not for addresses"))
        return block
    block.answers.append(_made(reader, name, asked_for, SourceLine(file, lines[at].number), failed=failed))
    return block


def _name(reader: _Reader) -> str:
    """Return the name asked: the first alias, or the owner where there is none."""
    if reader.listed:
        return reader.listed[0]
    targets = set(reader.aliases.values())
    firsts = [owner for owner in reader.aliases if owner not in targets]
    return next(iter(firsts or reader.aliases), "") or reader.owner or reader.failed_name or reader.soa_of


def _made(
    reader: _Reader, name: str, asked_for: CommandQuestion | None, place: SourceLine, *, failed: bool
) -> ObservedAnswer:
    outcome, detail = Outcome.NODATA, ""
    if failed or reader.failed_name:
        outcome, detail = _outcome(reader.failure), reader.failure
    chain = followed(name, reader.aliases)
    if reader.listed or not reader.aliases:
        chain = tuple(dict.fromkeys(filter(None, (name, *reader.listed, reader.owner))))
    return answer(
        asked_for,
        name,
        place,
        tool="nslookup",
        type_=asked_for.type if asked_for else "AAAA" if "(AAAA)" in detail else "A" if "(A)" in detail else None,
        addresses=reader.addresses,
        chain=chain,
        outcome=outcome,
        server=reader.server,
        detail="" if reader.addresses else detail,
    )


def _outcome(failure: str) -> Outcome:
    text = failure.lower()
    return next((outcome for outcome, words in _FAILURES if any(word in text for word in words)), Outcome.OTHER)
