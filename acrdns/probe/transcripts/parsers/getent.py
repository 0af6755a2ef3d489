"""getent hosts and getent ahosts: lines of an address and names, as in a hosts file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.probe.answer import SourceLine
from acrdns.probe.observation import Outcome
from acrdns.probe.transcripts.block import Block, CommandQuestion, address, answer, is_name, lowered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.probe.answer import AddressType
    from acrdns.probe.transcripts.lines import Line

PROGRAMS = ("getent",)
SILENCE = Outcome.OTHER

_SOCKETS = ("STREAM", "DGRAM", "RAW")
_DATABASES = {"hosts": None, "ahosts": None, "ahostsv4": "A", "ahostsv6": "AAAA"}


def asked(program: str, words: Sequence[str]) -> CommandQuestion:
    """Return what a command line asks for: `hosts NAME`, `ahostsv4 NAME`."""
    plain = [word for word in words if not word.startswith("-")]
    database = plain[0] if plain else ""
    names = tuple(word for word in plain[1:] if is_name(word)) if database in _DATABASES else ()
    type_: AddressType | None = "A" if database == "ahostsv4" else "AAAA" if database == "ahostsv6" else None
    return CommandQuestion(program, names, type_)


def _parts(text: str) -> tuple[str, list[str]] | None:
    """Return the address and the names of a line, the owner of the address first."""
    first, *words = text.split() or [""]
    found = address(first)
    if not found or text[0].isspace():
        return None
    names = [word for word in words if word not in _SOCKETS]
    if not all(map(is_name, names)) or not (names or words):
        return None
    return found, [lowered(name) for name in names]


def read(lines: Sequence[Line], at: int, file: str, asked_for: CommandQuestion | None) -> Block | None:
    """Return the block that begins at a line, or None: neighbouring lines with the same names."""
    if asked_for and asked_for.tool != "getent":
        asked_for = None
    parts = _parts(lines[at].text)
    if parts is None:
        return None
    names, addresses, end = parts[1], [parts[0]], at + 1
    while end < len(lines) and (parts := _parts(lines[end].text)) and parts[1] in ([], names):
        addresses.append(parts[0])
        end += 1
    told = [lowered(name) for name in asked_for.names] if asked_for else []
    candidates = [name for name in told if name in names] or (told if len(told) == 1 else [])
    if not names and not candidates:
        return None
    owner, *aliases = names or [candidates[0]]
    name = candidates[0] if candidates else (aliases or [owner])[0]
    chain = tuple(dict.fromkeys((name, *aliases, owner)))
    made = answer(
        asked_for,
        name,
        SourceLine(file, lines[at].number),
        tool="getent",
        type_=asked_for.type if asked_for else None,
        addresses=addresses,
        chain=chain,
    )
    return Block(end, [made])
