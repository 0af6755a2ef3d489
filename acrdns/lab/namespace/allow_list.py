"""The hosts that a firewall lets through: lines `HOST` or `HOST:PORT`, or the JSON of `acrdns firewall`.

A leading `*.` stands for one or more labels; `#` begins a comment. An entry without a port is for any port.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from acrdns.errors import InputError, Place, Problem

_ENTRY = re.compile(r"(\*\.)?([a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?)\.?(?::(\d{1,5}))?", re.IGNORECASE)
_WRITE = "write HOST, HOST:PORT or *.DOMAIN"
_MAX_PORT = 65535


@dataclass(frozen=True, slots=True)
class AllowedHost:
    """One host, or all below a domain."""

    host: str
    """In lower case, without the wildcard."""
    wildcard: bool
    port: int | None
    """None: any."""

    def allows(self, host: str, port: int) -> bool:
        """Return whether connections to a host's port pass."""
        matches = host.endswith(f".{self.host}") if self.wildcard else host == self.host
        return matches and self.port in (None, port)


@dataclass(frozen=True, slots=True)
class AllowList:
    """The hosts that pass; everything else is dropped."""

    entries: tuple[AllowedHost, ...]

    def allows(self, host: str, port: int) -> bool:
        """Return whether connections to a host's port pass."""
        return any(entry.allows(host.lower(), port) for entry in self.entries)


def read(text: str, file: str) -> AllowList:
    """Read an allow-list. Raises InputError with all problems."""
    if text.lstrip().startswith("{"):
        return _from_json(text, file)
    entries, problems = [], []
    for number, line in enumerate(text.splitlines(), 1):
        written = line.partition("#")[0].strip()
        entry = _entry(written) if written else None
        if entry is not None:
            entries.append(entry)
        elif written:
            problems.append(Problem(Place(file, number), "", f"{written!r} is no host", _WRITE))
    if problems:
        raise InputError(problems)
    return AllowList(tuple(entries))


def _entry(written: str) -> AllowedHost | None:
    found = _ENTRY.fullmatch(written)
    if not found or ".." in written or int(found[3] or 0) > _MAX_PORT:
        return None
    return AllowedHost(found[2].lower(), found[1] is not None, int(found[3]) if found[3] else None)


def _from_json(text: str, file: str) -> AllowList:
    try:
        read = json.loads(text)
        return AllowList(tuple(_rule(rule) for rule in read["rules"]))
    except json.JSONDecodeError as error:
        place = Place(file, error.lineno, error.colno)
        raise InputError([Problem(place, "", f"this is no JSON: {error.msg}")]) from None
    except (KeyError, TypeError, ValueError, AttributeError):
        remedy = "write it with acrdns firewall --format json"
        raise InputError([Problem(Place(file, 1), "", "this is no firewall document of acrdns", remedy)]) from None


def _rule(rule: dict[str, Any]) -> AllowedHost:
    host = rule["host"].lower()
    return AllowedHost(host.removeprefix("*."), bool(rule.get("wildcard")) or host.startswith("*."), int(rule["port"]))
