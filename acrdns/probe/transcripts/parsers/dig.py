"""dig, kdig, drill, delv and `host -v`: whole messages, and records alone.

All write records as zone files do, and lines about the message after `;`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import dns.ttl

from acrdns.probe.answer import SourceLine
from acrdns.probe.observation import Outcome
from acrdns.probe.transcripts.block import (
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

PROGRAMS = ("dig", "kdig", "drill", "delv")
SILENCE = Outcome.OTHER

_WITHOUT_CLASS = r"(?<=\.)\s+(?:\d[\ddhmsw]*\s+)?(?:A\s+[\d.]+|AAAA\s+[\da-f:.]+|(?:CNAME\s+|SOA\s.*\s)\S+)$"
_RECORD = re.compile(
    rf"(?P<owner>\S+)(?:(?={_WITHOUT_CLASS})|(?=\s+(?:\S+\s+)?IN\s))"
    r"\s+(?:(?P<ttl>\d[\ddhmsw]*)\s+)?(?:IN\s+)?(?P<type>[A-Z][A-Z0-9]*)\s+(?P<data>\S.*)"
)
_VERSION = re.compile(r"; <<>> (?:DiG|delv) \S+ <<>>\s*(?P<words>.*)")
_HEADER = re.compile(r";; ->>HEADER<<- .*?\b(?:status|rcode): (?P<status>[A-Z0-9]+)")
_COUNT = re.compile(r";; flags:.*\bANSWER: (?P<count>\d+)", re.IGNORECASE)
_QUESTION = re.compile(r";;?\s*(?P<name>\S+)\s+(?:\d+\s+)?IN\s+(?P<type>[A-Z0-9]+)\s*$")
_SECTION = re.compile(r";; (?P<name>QUESTION|ANSWER|AUTHORITY|ADDITIONAL) SECTION:")
_SERVER = re.compile(
    r";; (?:SERVER: (?P<dig>[^#\s(]+)(?:#(?P<dig_port>\d+))?|From (?P<kdig>[^@\s]+)@(?P<kdig_port>\d+))"
    r"|Received \d+ bytes from (?P<host>[^#\s]+)#(?P<host_port>\d+)"
)
_TRYING = re.compile(r'Trying "\S+"$')
"""The first line of `host -v`."""
_EDE = re.compile(r";+ (?P<text>EDE: .*)")
_SILENT = re.compile(
    r";; .*(?:timed out|no servers could be reached|failed to query|connection refused|unreachable|network error)",
    re.IGNORECASE,
)
_UNREACHED = re.compile(r";; .* (?:to|for|server) (?P<host>[^@#\s]+)[@#](?P<port>\d+)")
_DELV_FAILED = re.compile(r";; resolution failed: (?P<why>.*)")
_DELV_NEGATIVE = re.compile(r"; (?P<name>\S+)\s+(?:\d+\s+)?IN\s+\\-(?P<type>[A-Z]+)\s+;-\$(?P<what>NXDOMAIN|NXRRSET)")
_LAST = (";; MSG SIZE", ";; From ", ";; no servers could be reached", "Received ")
_FAILURES = {"ncache nxdomain": Outcome.NXDOMAIN, "ncache nxrrset": Outcome.NODATA, "timed out": Outcome.TIMEOUT}
_STATUSES = {outcome.value: outcome for outcome in Outcome if outcome is not Outcome.ANSWER}
_TYPES = frozenset(
    "A AAAA ANY CNAME SOA NS MX TXT SRV PTR CAA DS DNSKEY HTTPS SVCB AXFR IXFR NAPTR TLSA".split()  # noqa: SIM905
)
_TRACE = "+trace"
_WITH_VALUE = frozenset(("-p", "-t", "-q", "-b", "-c", "-k", "-y", "-f", "-a", "-d"))


def asked(program: str, words: Sequence[str]) -> CommandQuestion:
    """Return what a command line asks for; `-f FILE` names nothing."""
    names, type_, host, port, short = [], "A", "", "", False
    rest = iter(words)
    for word in rest:
        if word.startswith("@"):
            host = word[1:]
        elif word.startswith("+"):
            short = short or word == "+short"
        elif word in _WITH_VALUE:
            value = next(rest, "")
            port = value if word == "-p" else port
            type_ = value.upper() if word == "-t" else type_
            names += [value] if word == "-q" else []
        elif word.upper() in _TYPES:
            type_ = word.upper()
        elif is_name(word):
            names.append(word)
    known: AddressType | None = "A" if type_ == "A" else "AAAA" if type_ == "AAAA" else None
    other = _TRACE if _TRACE in words else "" if known else type_
    return CommandQuestion(program, tuple(names), known, server_text(host, port), other, short)


@dataclass
class _Message:
    """One message, as far as it was read."""

    start: int
    status: str = ""
    question: tuple[str, str] = ("", "")
    server: str | None = None
    failed: str = ""
    ede: list[str] = field(default_factory=list)
    aliases: dict[str, str] = field(default_factory=dict)
    addresses: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    owners: list[tuple[str, str]] = field(default_factory=list)
    ttls: list[int] = field(default_factory=list)
    soa: tuple[str, str] | None = None
    """Of the authority section: the apex of the zone, and its primary server."""
    count: int = 0
    """The records of the answer section, as the header says."""
    begun: bool = False
    """Whether anything but a version line was read."""
    complete: bool = False
    """Whether its last line was read."""


class _Reader:
    """Lines of one block, one after the other."""

    def __init__(self, file: str, asked_for: CommandQuestion | None, lines: Sequence[Line], at: int) -> None:
        self._file = file
        self._lines = lines
        self._asked = asked_for
        self._left = list(asked_for.names) if asked_for else []
        self._tool = asked_for.tool if asked_for and asked_for.tool in PROGRAMS else "dig"
        self._section = "ANSWER"
        self._message = _Message(at)
        self.block = Block(at)

    def line(self, index: int, text: str) -> bool:
        """Read one line; return whether it belongs to the block."""
        if self._message.complete:
            self.finish(index)
        text = text.replace("Error: error sending query:", ";;")  # drill
        if _TRYING.match(text):
            self._tool = "host"
        elif text.startswith(";") or _SERVER.match(text):
            if not (self._begins(text, index) or self._of_section(text)):
                self._comment(text)
        elif record := _RECORD.fullmatch(text):
            self._record(record)
        else:
            return False
        self.block.end = index + 1
        return True

    def _begins(self, text: str, index: int) -> bool:
        """Read a line with which a message begins."""
        message = self._message
        if version := _VERSION.match(text):
            if message.begun and not (message.failed and not message.status):
                self.finish()
            self._asked = asked("delv" if "<<>> delv" in text else "dig", version["words"].split())
            self._left = list(self._asked.names)
            self._tool = self._asked.tool
            return True
        if header := _HEADER.match(text):
            if message.status or message.owners or message.failed:
                self.finish(index)
            self._message.status, self._message.begun = header["status"], True
        return header is not None

    def _of_section(self, text: str) -> bool:
        message = self._message
        if section := _SECTION.match(text):
            self._section = section["name"]
            message.begun = True
        elif negative := _DELV_NEGATIVE.match(text):
            message.question = negative["name"], "" if negative["type"] == "ANY" else negative["type"]
            message.status, message.begun = {"NXDOMAIN": "NXDOMAIN"}.get(negative["what"], "NOERROR"), True
        elif (self._section == "QUESTION" or not message.status) and (question := _QUESTION.match(text)):
            if message.question[0]:  # +nocomments shows the questions alone
                self.finish(self.block.end)
                message = self._message
            message.begun = True
            message.question = question["name"], question["type"]
            self._section = "ANSWER"
        else:
            return False
        return True

    def _comment(self, text: str) -> None:
        message = self._message
        message.complete = text.startswith(_LAST)
        if count := _COUNT.match(text):
            message.count = int(count["count"])
        elif server := _SERVER.match(text):
            host, *port = filter(None, server.groups())
            message.server = server_text(host, *port)
        elif ede := _EDE.match(text):
            message.ede.append(ede["text"])
        elif failed := _DELV_FAILED.match(text):
            message.failed, message.begun, self._tool = message.failed or failed["why"], True, "delv"
        elif _SILENT.match(text):
            message.failed = message.failed or text.lstrip("; ")
            message.begun = True
            if unreached := _UNREACHED.match(text):
                message.server = server_text(unreached["host"], unreached["port"])

    def _record(self, record: re.Match[str]) -> None:
        self._message.begun = True
        if self._section == "AUTHORITY" and record["type"] == "SOA":
            self._message.soa = lowered(record["owner"]), lowered(record["data"].split()[0])
        if self._section == "ANSWER" and record["type"] == "SOA" and not self._message.status:
            # Without comments the sections are not named: it denies the question that a line shows, or none.
            self._message.soa = lowered(record["owner"]), lowered(record["data"].split()[0])
            return
        if self._section != "ANSWER":
            return
        owner, type_, data = lowered(record["owner"]), record["type"], record["data"]
        message = self._message
        if message.owners and not message.status and owner not in {message.owners[0][0], *message.aliases.values()}:
            self.finish(self.block.end)  # records alone: another question's answer begins
            message = self._message
            message.begun = True
        message.owners.append((owner, type_))
        if type_ == "CNAME":
            message.aliases[owner] = lowered(data)
        elif type_ in ("A", "AAAA") and (found := address(data)):
            message.addresses.setdefault((owner, type_), []).append(found)
            message.ttls += [dns.ttl.from_text(record["ttl"])] if record["ttl"] else []

    def finish(self, start: int | None = None) -> None:
        """Add the answer of the message that was read."""
        message, self._message = self._message, _Message(self.block.end if start is None else start)
        self._section = "ANSWER"
        if not message.begun:
            return
        name, type_ = message.question
        name = lowered(name or (self._left[0] if self._left else message.owners[0][0] if message.owners else ""))
        self._left = [each for each in self._left if lowered(each) != name]
        if not type_:
            kinds = {kind for _, kind in message.owners} & {"A", "AAAA"}
            told = (self._asked.type or self._asked.other_type) if self._asked else ""
            type_ = told or (kinds.pop() if len(kinds) == 1 else "A")
        if self._asked and self._asked.other_type == _TRACE:
            self.block.ignored.append((message.start, "+trace asks the servers of each zone, and not a resolver"))
        elif not name:
            self.block.ignored.append((message.start, "it names no question"))
        elif message.count and not message.owners and message.status == "NOERROR":
            self.block.ignored.append((message.start, "its answer section is not shown, or not in a known form"))
        elif type_ == "A":
            self._answer(message, name, "A")
        elif type_ == "AAAA":
            self._answer(message, name, "AAAA")
        else:
            self.block.ignored.append((message.start, f"its question is for {type_}, not for addresses"))

    def _answer(self, message: _Message, name: str, type_: AddressType) -> None:
        chain = followed(name, message.aliases)
        outcome, detail = Outcome.NODATA, "; ".join(message.ede)
        if message.status not in ("", "NOERROR"):
            outcome = _STATUSES.get(message.status, Outcome.OTHER)
            detail = detail or ("" if outcome is not Outcome.OTHER else f"rcode {message.status}")
        elif message.soa and not message.status and not message.failed:
            outcome, detail = Outcome.OTHER, "its status is not shown"
        elif message.failed and not message.status:
            outcome, detail = _failure(message.failed), message.failed
        self.block.answers.append(
            answer(
                self._asked,
                name,
                SourceLine(self._file, self._lines[message.start].number),
                tool=self._tool,
                type_=type_,
                addresses=message.addresses.get((chain[-1], type_), ()),
                chain=chain,
                outcome=outcome,
                server=message.server,
                detail=detail,
                ttl=min(message.ttls, default=None),
                ede=tuple(message.ede),
                soa=message.soa,
            )
        )


def _failure(text: str) -> Outcome:
    if text in _FAILURES:
        return _FAILURES[text]
    if _SILENT.match(f";; {text}"):
        return Outcome.TIMEOUT
    return Outcome.SERVFAIL if text in ("SERVFAIL", "failure") else Outcome.OTHER


def read(lines: Sequence[Line], at: int, file: str, asked_for: CommandQuestion | None) -> Block | None:
    """Return the block that begins at a line, or None."""
    if asked_for and asked_for.tool in ("nslookup", "host") and _SILENT.match(lines[at].text):
        return None  # these two print such lines as well
    reader = _Reader(file, asked_for if asked_for and asked_for.tool in PROGRAMS else None, lines, at)
    for index in range(at, len(lines)):
        if lines[index].text.strip() and not reader.line(index, lines[index].text):
            break
    end = reader.block.end
    if end == at:
        return None
    reader.finish()
    known = reader.block.answers or reader.block.ignored
    return reader.block if known else None
