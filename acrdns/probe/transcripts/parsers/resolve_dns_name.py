"""Resolve-DnsName of PowerShell: piped to ConvertTo-Json, its own tables and lists, and its errors in any language."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

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
    from collections.abc import Iterable, Iterator, Sequence

    from acrdns.probe.answer import AddressType, ObservedAnswer
    from acrdns.probe.transcripts.lines import Line

PROGRAMS = ("resolve-dnsname",)
SILENCE = Outcome.OTHER
_TOOL = "Resolve-DnsName"

_NUMBERS = {1: "A", 5: "CNAME", 6: "SOA", 28: "AAAA", 2: "NS", 41: "OPT"}
_ANSWER = ("1", "answer", "")
_CODES = {
    "DNS_ERROR_RCODE_NAME_ERROR": Outcome.NXDOMAIN,
    "DNS_ERROR_RCODE_SERVER_FAILURE": Outcome.SERVFAIL,
    "DNS_ERROR_RCODE_REFUSED": Outcome.REFUSED,
    "DNS_INFO_NO_RECORDS": Outcome.NODATA,
    "DNS_ERROR_RECORD_DOES_NOT_EXIST": Outcome.NODATA,
    "ERROR_TIMEOUT": Outcome.TIMEOUT,
}
_WORDS = {
    "name does not exist": Outcome.NXDOMAIN,
    "server failure": Outcome.SERVFAIL,
    "operation refused": Outcome.REFUSED,
    "no records found": Outcome.NODATA,
    "timeout period expired": Outcome.TIMEOUT,
}
_ERROR = re.compile(rf"Resolve-DnsName\s?:(?:\s+(?P<name>{NAME})\s?:)?\s*(?P<why>.*)", re.IGNORECASE)
_ERROR_GOES_ON = re.compile(
    r"\s*(?:\+|\||\d+ \||Line \||At |Au |In |En |発生場所)|.*\b(?:char|Zeichen|caractère|Car|文字):?\s?\d|\s+\S"
)
_TARGET = re.compile(rf"\((?P<name>{NAME}):String\)|^\s*\|\s*(?P<seven>{NAME})\s*:\s*(?P<why>.*)")
_ERROR_ID = re.compile(r"FullyQualifiedErrorId\s*:\s*(?P<code>\w+)")
_HEAD = re.compile(r"Name\s+(?P<type>Type)\s+TTL\s+Section\s+(?P<last>\w+)")
_ROW = re.compile(r"(?P<Name>\S+)\s+(?P<Type>[A-Z]+)\s+(?P<TTL>\d+)\s+(?P<Section>\w+)\s+(?P<last>\S+)")
_FIELD = re.compile(r"(?P<key>[A-Z]\w*)\s*:(?:\s+(?P<value>.*))?$")
_DECODER = json.JSONDecoder()
_NOT_SPACE = re.compile(r"\S")
_FIRST = 40
"""Lines of a JSON value in which there is a name, if it is one of records."""


def asked(program: str, words: Sequence[str]) -> CommandQuestion:  # noqa: ARG001 -- every parser has the same arguments
    """Return what a command line asks for; without `-Type`, Windows asks for both types."""
    follows = {one.lower(): other for one, other in itertools.pairwise(words) if one.startswith("-")}
    values = set(follows.values())
    plain = [word for word in words if not word.startswith("-") and word not in values]
    name = follows.get("-name") or (plain[0] if plain else "")
    type_ = (follows.get("-type") or (plain[1] if len(plain) > 1 else "")).upper()
    known: AddressType | None = "A" if type_ == "A" else "AAAA" if type_ == "AAAA" else None
    other = "" if known or type_ in ("", "A_AAAA", "ANY", "ALL") else type_
    return CommandQuestion(
        _TOOL, (name,) if is_name(name) else (), known, server_text(follows.get("-server", "")), other
    )


@dataclass
class _Group:
    """The records of one question."""

    start: int
    name: str = ""
    aliases: dict[str, str] = field(default_factory=dict)
    addresses: list[tuple[str, str]] = field(default_factory=list)
    ttls: list[int] = field(default_factory=list)
    negative: bool = False

    def fits(self, owner: str) -> bool:
        return not self.name or owner in followed(self.name, self.aliases)


def read(lines: Sequence[Line], at: int, file: str, asked_for: CommandQuestion | None) -> Block | None:
    """Return the block that begins at a line, or None."""
    if asked_for and asked_for.tool != _TOOL:
        asked_for = None
    if _ERROR.match(lines[at].text):
        return _error(lines, at, file, asked_for)
    records, end = _json(lines, at) if lines[at].text.lstrip()[:1] in ("[", "{") else _printed(lines, at)
    if not records:
        return None
    block = Block(end)
    for group in _groups(records):
        place = SourceLine(file, lines[group.start].number)
        name = group.name or (lowered(asked_for.names[0]) if asked_for and asked_for.names else "")
        if name:
            block.answers.append(_answered(group, name, place, asked_for))
        else:
            block.ignored.append((group.start, "it names no question"))
    return block


def _answered(group: _Group, name: str, place: SourceLine, asked_for: CommandQuestion | None) -> ObservedAnswer:
    kinds = {type_ for type_, _ in group.addresses}
    type_: AddressType | None = asked_for.type if asked_for else None
    if asked_for is None and len(kinds) == 1:
        type_ = "A" if "A" in kinds else "AAAA"
    return answer(
        asked_for,
        name,
        place,
        tool=_TOOL,
        type_=type_,
        addresses=[shown for _, shown in group.addresses],
        chain=followed(name, group.aliases),
        ttl=min(group.ttls, default=None),
    )


def _groups(records: Iterable[tuple[int, dict[str, Any]]]) -> Iterator[_Group]:
    """Divide records by question: a name that no alias led to begins another."""
    group: _Group | None = None
    for index, record in records:
        owner = lowered(str(record.get("Name") or ""))
        type_ = _type(record)
        if str(record.get("Section", "")).lower() not in _ANSWER or type_ in ("SOA", "OPT"):
            group = group or _Group(index)
            group.negative = group.negative or type_ == "SOA"
            continue
        again = group and type_ == "CNAME" and owner in group.aliases
        if group and (again or not group.fits(owner) or (group.negative and not group.name)):
            yield group
            group = None
        group = group or _Group(index)
        group.name = group.name or owner
        shown = next((found for key in _ADDRESSES if (found := address(str(record.get(key) or "")))), None)
        if type_ == "CNAME" and record.get("NameHost"):
            group.aliases[owner] = lowered(str(record["NameHost"]))
        elif shown and type_ in ("A", "AAAA"):
            group.addresses.append((type_, shown))
            group.ttls += [record["TTL"]] if isinstance(record.get("TTL"), int) else []
    if group:
        yield group


_ADDRESSES = ("IPAddress", "IP4Address", "IP6Address", "Address")


def _type(record: dict[str, Any]) -> str:
    value = record.get("Type", record.get("QueryType"))
    return _NUMBERS.get(value, "") if isinstance(value, int) else str(value or "").upper()


def _json(lines: Sequence[Line], at: int) -> tuple[list[tuple[int, dict[str, Any]]], int]:
    """Return the records of JSON values and the index behind them; objects in lines of their own go together."""
    records: list[tuple[int, dict[str, Any]]] = []
    if not any('"Name"' in line.text for line in lines[at : at + _FIRST]):
        return records, at
    text = "\n".join(line.text for line in lines[at:])
    number, end, here = at, at, 0
    while True:
        begins = _NOT_SPACE.search(text, here)
        assert begins is not None  # the caller has seen a bracket
        start = begins.start()
        number += text.count("\n", here, start)
        try:
            value, here = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            break
        known = [each for each in _flat(value) if "Name" in each and ("Type" in each or "QueryType" in each)]
        if not known:
            break
        records += [(number, each) for each in known]
        number += text.count("\n", start, here)
        end = number + 1
        follows = _NOT_SPACE.search(text, here)
        if not (isinstance(value, dict) and follows and follows[0] == "{"):
            break
    return records, end


def _flat(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        # Windows PowerShell 5 wraps a list so where it came through a variable.
        value = value.get("value", ())
    if isinstance(value, list):
        for each in value:
            yield from _flat(each)


def _printed(lines: Sequence[Line], at: int) -> tuple[list[tuple[int, dict[str, Any]]], int]:
    """Return the records of tables and lists and the index behind them."""
    records: list[tuple[int, dict[str, Any]]] = []
    last, end, index = "", at, at
    columns = (0, 0)
    current: dict[str, Any] | None = None
    while index < len(lines):
        text = lines[index].text
        if head := _HEAD.match(text):
            last, current, columns = head["last"], None, (head.start("type"), head.start("last"))
        elif last and (row := _ROW.match(text)):
            record = {**row.groupdict(), last: row["last"], "TTL": int(row["TTL"])}
            records.append((index, record))
        elif not current and (found := _FIELD.match(text)) and found["key"] == "Name" and found["value"]:
            current, last = {"Name": found["value"]}, ""
            records.append((index, current))
        elif current is not None and (found := _FIELD.match(text)):
            value = (found["value"] or "").strip()
            current[found["key"]] = int(value) if value.isdigit() else value
        elif text.strip() and last and records and _goes_on(text, columns, records[-1][1], last):
            pass
        elif text.strip() and not (last and set(text) <= {"-", " "}):
            break
        elif not text.strip():
            current = None
            index += 1
            continue
        index += 1
        end = index
    known = [(number, record) for number, record in records if "Type" in record or "QueryType" in record]
    return known, end


def _goes_on(text: str, columns: tuple[int, int], record: dict[str, Any], last: str) -> bool:
    """Add the rest of cells that were too long for their columns, where a line has no more than that."""
    type_, end = columns
    name, between, rest = text[:type_].strip(), text[type_:end].strip(), text[end:].strip()
    full = len(record["Name"]) >= type_ - 1
    if between or not (name or rest) or " " in name + rest or (name and not full):
        return False
    record["Name"] += name
    record[last] += rest
    return True


def _error(lines: Sequence[Line], at: int, file: str, asked_for: CommandQuestion | None) -> Block:
    """Return the block of an error. Its identifier is the same in every language."""
    first = _ERROR.match(lines[at].text)
    assert first is not None
    name, why, outcome, end = first["name"] or "", first["why"], Outcome.OTHER, at + 1
    while end < len(lines) and _ERROR_GOES_ON.match(lines[end].text):
        text = lines[end].text
        if target := _TARGET.search(text):
            name = name or target["name"] or target["seven"]
            why = why or target["why"] or ""
        end += 1
        if code := _ERROR_ID.search(text):
            outcome = _CODES.get(code["code"], Outcome.OTHER)
            break
    if outcome is Outcome.OTHER:
        outcome = next((found for words, found in _WORDS.items() if words in why.lower()), Outcome.OTHER)
    name = name or (asked_for.names[0] if asked_for and asked_for.names else "")
    if not name:
        return Block(end, ignored=[(at, "it names no question")])
    type_ = asked_for.type if asked_for else None
    place = SourceLine(file, lines[at].number)
    return Block(end, [answer(asked_for, name, place, tool=_TOOL, type_=type_, outcome=outcome, detail=why)])
