"""A configuration of Squid as entries: its lines `http_access` in their order, each with the lists that it names.

A line counts where all of its lists are met. Methods and lists that cannot be known here are taken for met where the
line allows, and for not met where it denies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, NamedTuple

from acrdns.check.firewall.azure_firewall import ports_of
from acrdns.check.firewall.entries import ListEntry, ranges, spans, without

if TYPE_CHECKING:
    from collections.abc import Iterator

_ACL = re.compile(r"\s*acl\s+(\S+)\s+(\S+)\s+(.*)")
_ACCESS = re.compile(r"\s*http_access\s+(allow|deny)\s+(.*)")
_INCLUDE = re.compile(r"\s*include\s+(\S.*?)\s*$")
_PORT = re.compile(r"\d{1,5}(-\d{1,5})?")
_HOSTS = ("dstdomain", "dst", "ssl::server_name")
_PATTERNS = ("dstdom_regex", "url_regex", "ssl::server_name_regex")
_OF_SQUID_ITSELF = ("manager", "to_localhost", "to_linklocal", "PURGE")
_HTTPS = 443


class SquidEntries(NamedTuple):
    """The entries of a configuration, and what in it says nothing about hosts."""

    entries: tuple[ListEntry, ...]
    ignored: tuple[str, ...]
    unknown: tuple[tuple[int, str], ...]
    """The lines of lists whose hosts are not known, and why: they are in another file, or patterns."""


@dataclass
class _Condition:
    """The lists of one line, put together."""

    hosts: list[ListEntry] | None = None
    unless: list[ListEntry] = field(default_factory=list)
    sources: tuple[IPv4Network, ...] = ()
    ports: tuple[int | None, ...] = (None,)
    met: bool = True
    unknown: list[str] = field(default_factory=list)


def is_configuration(text: str) -> bool:
    """Return whether a text is a configuration of Squid, or a part of one."""
    return any(_ACL.match(line) or _ACCESS.match(line) for line in text.splitlines())


def entries(text: str) -> SquidEntries:
    """Return the entries. Without a last line for all, Squid does the opposite of its last line with the rest."""
    return _Configuration(text).read()


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Return the lines without comments, each with its number; a backslash at the end joins the next line."""
    joined, start = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        start = start if joined else number
        joined += line.partition("#")[0]
        if line.endswith("\\"):
            joined = joined.removesuffix("\\") + " "
        else:
            yield start, joined
            joined = ""
    if joined:
        yield start, joined


class _Configuration:
    def __init__(self, text: str) -> None:
        self._lines = list(_lines(text))
        self._acls: dict[str, tuple[str, list[tuple[int, str]]]] = {"all": ("src", [(0, "all")])}
        self._acls["localhost"] = ("src", [(0, "127.0.0.1/32")])
        self._unknown: dict[tuple[int, str], None] = {}
        for number, line in self._lines:
            if found := _ACL.match(line):
                _, values = self._acls.setdefault(found[1], (found[2], []))
                values += ((number, value) for value in found[3].split() if not value.startswith("-"))

    def read(self) -> SquidEntries:
        found, ignored = list[ListEntry](), dict[str, None]()
        limits: list[ListEntry] = []
        last = (0, "allow", True)
        for number, line in self._lines:
            if include := _INCLUDE.match(line):
                ignored[f"include {include[1]}"] = None
            access = _ACCESS.match(line)
            if not access:
                continue
            denies, names = access[1] == "deny", access[2].split()
            last = number, access[1], names == ["all"]
            condition = self._condition(names)
            ignored |= dict.fromkeys(condition.unknown)
            if not condition.met or (denies and condition.unknown):
                continue
            if denies and condition.hosts is None and condition.unless:
                limits = [replace(each, denies=False) for each in condition.unless]
            hosts = condition.hosts
            if hosts is None:
                hosts = limits if limits and not denies else [ListEntry("", wildcard=True, port=None, line=number)]
            found += (
                replace(each, port=port, denies=denies, sources=condition.sources, unless=tuple(condition.unless))
                for port in condition.ports
                for each in hosts
            )
            if denies and last[2]:
                break
        number, action, for_all = last
        if action == "deny" and not for_all:
            found.append(ListEntry("", wildcard=True, port=None, line=number))
        return SquidEntries(tuple(found), tuple(ignored), tuple(self._unknown))

    def _condition(self, names: list[str]) -> _Condition:
        condition = _Condition()
        for name in names:
            negated, name = name.startswith("!"), name.removeprefix("!")  # noqa: PLW2901 -- the same name
            if name in _OF_SQUID_ITSELF:
                condition.met = condition.met and negated
            elif name in ("CONNECT", "connect") and name not in self._acls:
                condition.met = condition.met and not negated
            elif name not in self._acls:
                condition.unknown.append(f"acl {name}")
            else:
                self._add(condition, name, negated=negated)
        return condition

    def _add(self, condition: _Condition, name: str, *, negated: bool) -> None:
        kind, values = self._acls[name]
        if kind in _PATTERNS:
            self._unknown |= {(number, f"{value!r} is a pattern, and no host"): None for number, value in values}
            return
        texts = [value for _, value in values]
        if kind in _HOSTS:
            hosts = [entry for number, value in values for entry in self._hosts(number, value)]
            if negated:
                condition.unless += hosts
            else:
                condition.hosts = hosts if condition.hosts is None else condition.hosts
        elif kind == "src" and (sources := ranges(texts)) is not None:
            if negated:
                sources = tuple(without([IPv4Network("0.0.0.0/0")], sources)) if sources else ()
                condition.met = condition.met and bool(sources)
            condition.sources = condition.sources or sources
        elif kind == "port" and all(_PORT.fullmatch(text) for text in texts):
            ports = tuple(ports_of(texts))
            if negated:
                condition.met = condition.met and _HTTPS not in ports
            else:
                condition.ports = ports
        elif kind == "method":
            condition.met = condition.met and ("CONNECT" in texts) != negated
        else:
            condition.unknown.append(f"acl {name}")

    def _hosts(self, number: int, value: str) -> Iterator[ListEntry]:
        """Return a value as entries. A leading dot is for a domain and all below it."""
        if found := re.match(r"(?:parameters\()?[\"']([^\"']*)", value):
            self._unknown[number, f"the hosts of this list are in {found[1]}"] = None
            return
        for each in spans(value.lower()):
            yield ListEntry(each.removeprefix("."), wildcard=False, port=None, line=number)
            if each.startswith("."):
                yield ListEntry(each[1:], wildcard=True, port=None, line=number)
