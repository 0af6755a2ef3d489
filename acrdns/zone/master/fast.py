"""The short way through a master file, for lines that are one record of an ordinary type each.

A million of them have to load in seconds. So one expression splits a run of lines at once, and the run is then worked
on column by column. Whatever is not ordinary in a line, a mistake too, leaves the run to the tokenizer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import TYPE_CHECKING

from acrdns.names import MAX_NAME, Name, is_under
from acrdns.record import Type
from acrdns.zone import packed
from acrdns.zone.master.columns import DataColumns, Ends
from acrdns.zone.master.presentation import PREFIX, terms
from acrdns.zone.master.zone_builder import Run

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from acrdns.zone.master.zone_builder import ZoneBuilder

Columns = tuple[Sequence[bytes], Sequence[bytes], Sequence[bytes], Sequence[bytes]]
"""The groups of `LINE`, but for the last: each of them over a run of lines."""

_CACHE = 1 << 16
_WORD = rb"[A-Za-z0-9_*/.:@-]++"
_STRING = rb'"[^"\\\n\r\x00-\x08\x0b-\x1f\x7f-\xff]*+"'
_UPPER = {
    type_.name.encode(): int(type_)
    for type_ in (Type.AAAA, Type.A, Type.CNAME, Type.NS, Type.TXT, Type.MX, Type.PTR, Type.SRV, Type.DS)
}
_TYPES = _UPPER | {text.lower(): number for text, number in _UPPER.items()}
LINE = re.compile(
    rb"^(?:([A-Za-z0-9_*/-]*+)((?:\.[A-Za-z0-9_*/.-]*+)?+)[ \t]++"
    rb"((?:[0-9][0-9smhdwSMHDW]*+[ \t]++|[Ii][Nn][ \t]++){0,2}+(?:" + b"|".join(_TYPES) + rb"))[ \t]++"
    rb"(" + _WORD + rb"(?:[ \t]++" + _WORD + rb")*+|" + _STRING + rb"(?:[ \t]++" + _STRING + rb")*+)"
    rb"[ \t]*+(?:;.*+)?+\r?+|[ \t]*+(?:;.*+)?+\r?+|(.*+))\n",
    re.MULTILINE,
)  # fmt: skip
"""The owner's first label and the rest of it; TTL, class and type; data. Or nothing; or a line that is not ordinary.

Each line of a text gives one match.
"""


class _Terms(dict[bytes, "tuple[int | None, int]"]):
    """What may stand before the data: TTL and class in any order, and the type. The value is TTL and type."""

    def __missing__(self, text: bytes) -> tuple[int | None, int]:
        *words, kind = text.split()
        ttl, used = terms(words)
        if used != len(words):
            raise ValueError
        read = (ttl, _TYPES[kind])
        if len(self) < _CACHE:
            self[text] = read
        return read


@dataclass(slots=True)
class ReaderState:
    """What a record inherits from what stands before it in its file."""

    file: str
    origin: Name
    line: int = 0
    owner: Name | None = None
    default: int | None = None
    """The TTL of $TTL."""
    last: int | None = None
    """The TTL of the last record that had one; it counts where there is no $TTL."""
    ends: Ends = field(init=False)
    data: DataColumns = field(init=False)
    terms: _Terms = field(default_factory=_Terms)

    def __post_init__(self) -> None:
        self.set_origin(self.origin)

    def set_origin(self, origin: Name) -> None:
        """Take another origin for relative names."""
        self.origin = origin
        self.ends = Ends(origin)
        self.data = DataColumns(self.ends)

    @property
    def ttl(self) -> int | None:
        """The TTL of a record that states none."""
        return self.last if self.default is None else self.default


def take(run: Columns, state: ReaderState, collector: ZoneBuilder) -> bool:
    """Take a run of ordinary lines, the first of which has the number `state.line + 1`.

    Gives False, and takes none, where a line of them has to be read slowly.
    """
    apex = collector.apex
    if apex is None:
        return False
    heads, tails, middles, texts = run
    lines: Sequence[int] = range(state.line + 1, state.line + 1 + len(heads))
    if b"" in middles:
        lines = list(compress(lines, middles))
        heads, tails, middles, texts = (list(compress(column, middles)) for column in run)
        if not lines:
            return True
    try:
        names, parents = _names(heads, tails, state, apex)
        keys, terms = _terms(middles, state)
        records = _records(keys, terms, texts, state.data)
    except (KeyError, ValueError):
        return False
    collector.add_run(Run(names, records, lines, parents, {number for _, number in terms.values()}), state.file)
    state.owner, state.last = names[-1], terms[keys[-1]][0]
    return True


def _names(
    heads: Sequence[bytes], tails: Sequence[bytes], state: ReaderState, apex: Name
) -> tuple[list[Name], set[Name]]:
    """Return the owner names, and the names right above them as far as they are in the zone.

    Raises KeyError, or ValueError, also where a name is outside the zone.
    """
    ends = state.ends
    if b"" in heads:
        names = _filled(heads, tails, state)
        parents = {name[1 + name[0] :] for name in set(names)}
    else:
        names = [(PREFIX[len(head)] + head + ends[tail]).lower() for head, tail in zip(heads, tails, strict=True)]
        parents = {ends[tail].lower() for tail in set(tails)}
    if max(map(len, names)) > MAX_NAME:
        raise ValueError
    if not all(is_under(parent, apex) for parent in parents):
        if not all(is_under(name, apex) for name in names):
            raise ValueError
        parents = {parent for parent in parents if is_under(parent, apex)}  # all but that of the apex
    return names, parents  # type: ignore[return-value]  # names are bytes


def _filled(heads: Sequence[bytes], tails: Sequence[bytes], state: ReaderState) -> list[bytes]:
    """Return the owner names where lines leave theirs out: it is that of the line before."""
    ends = state.ends
    before: bytes | None = state.owner
    names = []
    for head, tail in zip(heads, tails, strict=True):
        if head or tail:
            before = (PREFIX[len(head)] + head + ends[tail]).lower()
        elif before is None:
            raise ValueError
        names.append(before)
    return names


def _terms(middles: Sequence[bytes], state: ReaderState) -> tuple[Sequence[Hashable], dict[Hashable, tuple[int, int]]]:
    """Return a key for each record that tells different TTLs and types apart, and what the keys stand for.

    A record without a TTL has that of $TTL, else of the record before it. Raises ValueError where there is none.
    """
    known = {middle: state.terms[middle] for middle in set(middles)}
    ttl = state.ttl
    if state.default is not None or len(known) == 1 or all(own is not None for own, _ in known.values()):
        return middles, {middle: (_stated(own, ttl), number) for middle, (own, number) in known.items()}
    keys = []
    for middle in middles:
        own, number = known[middle]
        ttl = _stated(own, ttl)
        keys.append((ttl, number))
    return keys, {key: key for key in set(keys)}


def _stated(own: int | None, inherited: int | None) -> int:
    ttl = inherited if own is None else own
    if ttl is None:
        raise ValueError
    return ttl


def _records(
    keys: Sequence[Hashable], terms: Mapping[Hashable, tuple[int, int]], texts: Sequence[bytes], data: DataColumns
) -> list[bytes]:
    """Return packed records. Raises KeyError or ValueError where some cannot be read."""
    if len(terms) == 1:
        ((ttl, number),) = terms.values()
        return _packed(ttl, number, texts, data)
    groups: dict[Hashable, list[bytes]] = {key: [] for key in terms}
    for key, text in zip(keys, texts, strict=True):
        groups[key].append(text)
    columns = {key: iter(_packed(*terms[key], group, data)) for key, group in groups.items()}
    return [next(columns[key]) for key in keys]


def _packed(ttl: int, number: int, texts: Sequence[bytes], data: DataColumns) -> list[bytes]:
    """Pack records that have TTL and type in common."""
    rdatas = data.read(number, texts)
    heads = {size: packed.head(number, ttl, size) for size in set(map(len, rdatas))}
    if len(heads) == 1:
        return list(map(heads.popitem()[1].__add__, rdatas))
    return [heads[len(rdata)] + rdata for rdata in rdatas]
