"""The short way through a master file, for lines that are one record of an ordinary type each.

A million of them have to load in seconds. So one expression splits a run of lines at once, and the run is then worked
on column by column. Whatever is not ordinary in a line, a mistake too, leaves the run to the tokenizer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import compress
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
_IN_NAMES = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_*/-."
_WORD = rb"[A-Za-z0-9_*/.:@-]++"
_STRING = rb'"[^"\\\n\r\x00-\x08\x0b-\x1f\x7f-\xff]*+"'
_UPPER = {
    type_.name.encode(): int(type_)
    for type_ in (Type.AAAA, Type.A, Type.CNAME, Type.NS, Type.TXT, Type.MX, Type.PTR, Type.SRV)
}
_TYPES = _UPPER | {text.lower(): number for text, number in _UPPER.items()}
LINE = re.compile(
    rb"^(?:([A-Za-z0-9_*/.-]*+)[ \t]++"
    rb"((?:[0-9][0-9smhdwSMHDW]*+[ \t]++|[Ii][Nn][ \t]++){0,2}+)"
    rb"(" + b"|".join(_TYPES) + rb")[ \t]++"
    rb"(" + _WORD + rb"(?:[ \t]++" + _WORD + rb")*+|" + _STRING + rb"(?:[ \t]++" + _STRING + rb")*+)"
    rb"[ \t]*+(?:;.*+)?+\r?+|[ \t]*+(?:;.*+)?+\r?+|(.*+))\n",
    re.MULTILINE,
)  # fmt: skip
"""Owner, TTL and class, type, data; or nothing; or a line that is not ordinary. Each line of a text gives one match."""


class _Ends(dict[bytes, bytes]):
    """Names without their first label, below one origin: most names of a zone end like others."""

    def __init__(self, origin: Name, apex: Name | None) -> None:
        super().__init__()
        self.origin = origin
        self.apex = apex
        self.outside = apex is None or not is_under(origin, apex)
        """There are ends that are not below the apex, so names have to be looked at one by one."""

    def __missing__(self, text: bytes) -> bytes:
        end = plain(text, self.origin) if text else bytes(ROOT)
        self.outside = self.outside or not is_under(end.lower(), self.apex or ROOT)
        if len(self) < _CACHE:
            self[text] = end
        return end


class _Targets(dict[bytes, bytes]):
    """Names in the data, below one origin: the same few name servers stand in many records."""

    def __init__(self, ends: _Ends) -> None:
        super().__init__()
        self._ends = ends

    def __missing__(self, text: bytes) -> bytes:
        head, dot, tail = text.partition(b".")
        if not dot or text.translate(None, _IN_NAMES):
            return absolute(text, self._ends.origin)
        target = PREFIX[len(head)] + head + self._ends[tail]
        if len(target) > MAX_NAME:
            raise ValueError
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
    apex: Name | None = None
    """The apex that names have to be below, once it is known."""
    ends: _Ends = field(init=False)
    parsers: dict[bytes, Callable[[bytes], bytes]] = field(init=False)
    terms: _Terms = field(default_factory=_Terms)

    def __post_init__(self) -> None:
        self.set_origin(self.origin)

    def set_origin(self, origin: Name) -> None:
        """Take another origin for relative names."""
        self.origin = origin
        self.ends = _Ends(origin, self.apex)
        name = _Targets(_Ends(origin, self.apex)).__getitem__
        self.parsers = {
            text: parser for text, number in _TYPES.items() if (parser := parser_of(number, name)) is not None
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
    if state.apex is None:
        state.apex = apex
        state.set_origin(state.origin)
    lines: Sequence[int] = range(state.line + 1, state.line + 1 + len(run))
    columns = list(zip(*run, strict=True))
    if b"" in columns[2]:
        lines = list(compress(lines, columns[2]))
        columns = list(zip(*filter(_has_type, run), strict=True))
        if not lines:
            return True
    owners, middles, kinds, texts, _ = columns
    try:
        names = _names(owners, state, apex)
        rdatas = _rdatas(kinds, texts, state)
        ttls = _ttls(middles, state)
    except (KeyError, ValueError):
        return False
    collector.add_run(Run(names, [_TYPES[kind] for kind in kinds], ttls, rdatas, lines), state.file)
    state.owner, state.last = names[-1], ttls[-1]
    return True


def _has_type(line: Line) -> bytes:
    return line[2]


def _names(owners: Sequence[bytes], state: State, apex: Name) -> list[Name]:
    """Give the owner names; a blank one is the one before it. Raises KeyError or ValueError."""
    origin, ends = state.origin, state.ends
    if b"" in owners:
        owners = _filled(owners, state.owner)
    names = []
    for owner in owners:
        if b"." in owner:
            head, _, tail = owner.partition(b".")
            names.append(Name((PREFIX[len(head)] + head + ends[tail]).lower()))
        else:
            names.append(Name((PREFIX[len(owner)] + owner + origin).lower()))
    if len(max(names, key=len)) > MAX_NAME or (ends.outside and not all(is_under(name, apex) for name in names)):
        raise ValueError
    return names


def _rdatas(kinds: Sequence[bytes], texts: Sequence[bytes], state: State) -> list[bytes]:
    """Give the data. Raises KeyError or ValueError where some cannot be read."""
    parsers = state.parsers
    if len(set(kinds)) == 1:
        return list(map(parsers[kinds[0]], texts))
    return [parsers[kind](text) for kind, text in zip(kinds, texts, strict=True)]


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
    floating, ttl = state.default is None, state.ttl
    if len(set(middles)) == 1:
        ttl = ttl if terms[middles[0]] is None else terms[middles[0]]
        if ttl is None:
            raise ValueError
        return [ttl] * len(middles)
    ttls: list[int] = []
    for middle in middles:
        each = terms[middle]
        if each is None:
            each = ttl
        elif floating:
            ttl = each
        if each is None:
            raise ValueError
        ttls.append(each)
    return ttls
