"""The short way through a master file, for lines that are one record of an ordinary type each.

A million of them have to load in seconds. So one expression splits a run of lines at once, and the run is then worked
on column by column. Whatever is not ordinary in a line, a mistake too, leaves the run to the tokenizer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from acrdns.names import MAX_NAME, ROOT, Name, is_under, show
from acrdns.record import Type
from acrdns.zone.collect import Run
from acrdns.zone.presentation import PREFIX, absolute, plain, terms
from acrdns.zone.rdata import parser_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from acrdns.zone.collect import Collector

Line = tuple[bytes, bytes, bytes, bytes, bytes]
"""The groups of `LINE`."""

_CACHE = 1 << 16
_WORD = rb"[A-Za-z0-9_*/.:@-]++"
_STRING = rb'"[^"\\\n\r\x00-\x08\x0b-\x1f\x7f-\xff]*+"'
_NUMBERS = (Type.A, Type.AAAA, Type.CNAME, Type.MX, Type.NS, Type.PTR, Type.SRV, Type.TXT)
_TYPES = {text: int(type_) for type_ in _NUMBERS for text in (type_.name.encode(), type_.name.lower().encode())}
_TARGETS = (Type.CNAME, Type.NS, Type.PTR)
LINE = re.compile(
    rb"^(?:([A-Za-z0-9_*/.-]*+)[ \t]++"
    rb"((?:[0-9][0-9smhdwSMHDW]*+[ \t]++|[Ii][Nn][ \t]++){0,2}+)"
    rb"(" + b"|".join(sorted(_TYPES, reverse=True)) + rb")[ \t]++"
    rb"(" + _WORD + rb"(?:[ \t]++" + _WORD + rb")*+|" + _STRING + rb"(?:[ \t]++" + _STRING + rb")*+)"
    rb"[ \t]*+(?:;.*+)?+\r?+|[ \t]*+(?:;.*+)?+\r?+|(.*+))\n",
    re.MULTILINE,
)  # fmt: skip
"""Owner, TTL and class, type, data; or nothing; or a line that is not ordinary. Each line of a text gives one match."""


class _Targets(dict[bytes, bytes]):
    """Names in the data below one origin: the same few name servers stand in many records."""

    def __init__(self, origin: Name) -> None:
        super().__init__()
        self._origin = origin

    def __missing__(self, text: bytes) -> bytes:
        target = absolute(text, self._origin)
        if len(self) < _CACHE:
            self[text] = target
        return target


class _Terms(dict[bytes, "int | None"]):
    """What may stand between owner and type, TTL and class in any order. The value is the TTL."""

    def __missing__(self, text: bytes) -> int | None:
        words = text.split()
        ttl, used = terms(words)
        if used != len(words):
            raise ValueError
        if len(self) < _CACHE:
            self[text] = ttl
        return ttl


@dataclass(slots=True)
class State:
    """What a record inherits from what stands before it in its file."""

    file: str
    origin: Name
    line: int = 0
    owner: Name | None = None
    default: int | None = None
    """The TTL of $TTL."""
    last: int | None = None
    """The TTL of the last record that had one; it counts where there is no $TTL."""
    parsers: dict[bytes, Callable[[bytes], bytes]] = field(init=False)
    terms: _Terms = field(default_factory=_Terms)

    def __post_init__(self) -> None:
        self.set_origin(self.origin)

    def set_origin(self, origin: Name) -> None:
        """Take another origin for relative names."""
        self.origin = origin
        target = _Targets(origin).__getitem__
        self.parsers = {
            text: target if number in _TARGETS else parser_of(number, origin) for text, number in _TYPES.items()
        }

    @property
    def ttl(self) -> int | None:
        """The TTL of a record that states none."""
        return self.last if self.default is None else self.default


def take(run: Sequence[Line], state: State, collector: Collector) -> bool:
    """Take a run of ordinary lines, the first of which has the number `state.line + 1`.

    Gives False, and takes none, where a line of them has to be read slowly.
    """
    apex = collector.apex
    if apex is None:
        return False
    lines = [number for number, line in enumerate(run, state.line + 1) if line[2]]
    if not lines:
        return True
    owners, middles, kinds, texts, _ = zip(*(run if len(lines) == len(run) else filter(_has_type, run)), strict=True)
    parsers = state.parsers
    try:
        names = _names(owners, state, apex)
        rdatas = [parsers[kind](text) for kind, text in zip(kinds, texts, strict=True)]
        ttls = _ttls(middles, state)
    except (KeyError, ValueError):
        return False
    collector.add_run(Run(names, [_TYPES[kind] for kind in kinds], ttls, rdatas, lines), state.file)
    state.owner = names[-1]
    state.last = ttls[-1]
    return True


def _has_type(line: Line) -> bytes:
    return line[2]


def _names(owners: Sequence[bytes], state: State, apex: Name) -> list[Name]:
    """Give the owner names; a blank one is the one before it. Raises KeyError or ValueError."""
    origin = state.origin
    inside = is_under(origin, apex)
    suffix = b"." if apex == ROOT else f".{show(apex)}.".encode()

    def dotted(owner: bytes) -> bytes:
        if owner.endswith(suffix):
            return plain(owner[: -len(suffix)], apex)
        name = plain(owner, origin)
        if owner.endswith(b".") and not is_under(name, apex):
            raise ValueError
        return name

    if b"" in owners:
        owners = _filled(owners, state.owner)
    if not (inside or all(owner.endswith(b".") for owner in owners)):
        raise ValueError
    names = [
        Name((dotted(owner) if b"." in owner else PREFIX[len(owner)] + owner + origin).lower()) for owner in owners
    ]
    if len(max(names, key=len)) > MAX_NAME:
        raise ValueError
    return names


def _filled(owners: Sequence[bytes], before: Name | None) -> Sequence[bytes]:
    """Repeat an owner on the lines that leave it out. Raises ValueError where there is none yet."""
    if not owners[0]:
        if before is None:
            raise ValueError
        owners = (show(before).encode() + b".", *owners[1:])
        if b"\\" in owners[0]:
            raise ValueError
    filled: list[bytes] = []
    for owner in owners:
        filled.append(owner or filled[-1])
    return filled


def _ttls(middles: Sequence[bytes], state: State) -> list[int]:
    """Give the TTLs; a record without one has that of $TTL, else of the record before it. Raises ValueError."""
    terms = state.terms
    stated = [terms[middle] for middle in middles]
    floating, ttl = state.default is None, state.ttl
    ttls: list[int] = []
    for each in stated:
        if each is None:
            each = ttl  # noqa: PLW2901 - in a loop over a million lines
        elif floating:
            ttl = each
        if each is None:
            raise ValueError
        ttls.append(each)
    return ttls
