"""The fast reader of master files: lines that are one record of a common type each.

A million of them have to load in seconds. One expression splits a run of lines, and the run is then read column by
column: owner names, terms (TTL, class, type), data. In a column most values repeat from line to line: names end
equally, addresses are neighbours, targets recur. Ends of names and of addresses are read once and kept for one origin.

The law: fast refuses, never guesses. A line that is not common, and one with a mistake, raises KeyError or ValueError
here; its run goes to the tokenizer, and a property test holds both to the same result.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import TYPE_CHECKING

from acrdns.names import MAX_NAME, ROOT, Name, is_under
from acrdns.record import Type
from acrdns.zone import packed
from acrdns.zone.master.presentation import PREFIX, absolute, terms
from acrdns.zone.master.rdata import GROUPS, OCTETS, aaaa, parser_of, txt
from acrdns.zone.master.zone_builder import Run

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping

    from acrdns.zone.master.zone_builder import ZoneBuilder

    ColumnReader = Callable[[Sequence[bytes]], list[bytes]]

Columns = tuple[Sequence[bytes], Sequence[bytes], Sequence[bytes], Sequence[bytes]]
"""The groups of `LINE`, but for the last: each of them over a run of lines."""

_CACHE = 1 << 16
_IN_NAMES = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_*/-."
_STRINGS = {length: bytes((length,)) for length in range(256)}
_ONE = 3
"""Pieces that a text with one quoted string is split into at the quotes."""
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
"""The owner's first label and the rest of it; TTL, class and type; data. Or nothing; or a line that is not common.

Each line of a text gives one match.
"""


# --- owner names and data ---------------------------------------------------------------------------------------------


class Ends(dict[bytes, bytes]):
    """The ends of names below one origin, by their text from the first dot on; in wire form, with their letter case."""

    def __init__(self, origin: Name) -> None:
        super().__init__()
        self.origin = origin

    def __missing__(self, text: bytes) -> bytes:
        if len(text) > MAX_NAME:
            raise ValueError
        if not text:
            end: bytes = self.origin
        elif text == b".":
            end = ROOT
        else:
            label, dot, rest = text[1:].partition(b".")
            end = PREFIX[len(label)] + label + self[dot + rest]
        if len(self) >= _CACHE:
            self.clear()
        self[text] = end
        return end


class _Networks(dict[bytes, bytes]):
    """IPv4 addresses without their last octet: neighbours stand together in zones."""

    def __missing__(self, text: bytes) -> bytes:
        first, second, third = text.split(b".")
        packed = OCTETS[first] + OCTETS[second] + OCTETS[third]
        if len(self) < _CACHE:
            self[text] = packed
        return packed


class _LongNetworks(dict[bytes, bytes]):
    """IPv6 addresses without the last of their eight groups, which does not change the others."""

    def __missing__(self, text: bytes) -> bytes:
        packed = aaaa(text + b":0")[:14]
        if len(self) < _CACHE:
            self[text] = packed
        return packed


class DataColumns:
    """Reads the data of common records below one origin."""

    def __init__(self, ends: Ends) -> None:
        self._ends = ends
        self._networks = _Networks()
        self._long_networks = _LongNetworks()
        self._readers: dict[int, ColumnReader] = {
            Type.A: self._addresses,
            Type.AAAA: self._long_addresses,
            Type.TXT: _texts,
            Type.CNAME: self._names,
            Type.NS: self._names,
            Type.PTR: self._names,
        }

    def read(self, number: int, texts: Sequence[bytes]) -> list[bytes]:
        """Read a column of data of one type. Raises KeyError or ValueError where it has to be read carefully."""
        reader = self._readers.get(number)
        if reader is not None:
            return reader(texts)
        parser = parser_of(number, self._name)
        if parser is None:
            raise ValueError
        return list(map(parser, texts))

    def _addresses(self, texts: Iterable[bytes]) -> list[bytes]:
        networks, octets = self._networks, OCTETS
        return [networks[network] + octets[host] for text in texts for network, _, host in (text.rpartition(b"."),)]

    def _long_addresses(self, texts: Iterable[bytes]) -> list[bytes]:
        networks, groups = self._long_networks, GROUPS
        found = []
        for text in texts:
            network, _, host = text.rpartition(b":")
            try:
                found.append(networks[network] + groups[host])
            except ValueError:  # it ends with the gap, or in an IPv4 address
                found.append(aaaa(text))
        return found

    def _names(self, texts: Sequence[bytes]) -> list[bytes]:
        distinct = set(texts)
        if 2 * len(distinct) > len(texts):
            return list(map(self._name, texts))
        known = dict(zip(distinct, map(self._name, distinct), strict=True))
        return list(map(known.__getitem__, texts))

    def _name(self, text: bytes) -> bytes:
        if text.translate(None, _IN_NAMES):
            return absolute(text, self._ends.origin)
        label, dot, rest = text.partition(b".")
        read = PREFIX[len(label)] + label + self._ends[dot + rest]
        if len(read) > MAX_NAME:
            raise ValueError
        return read


def _texts(texts: Iterable[bytes]) -> list[bytes]:
    """Read TXT data. A line that matches `LINE` has no quotes but those around strings."""
    found = []
    for text in texts:
        pieces = text.split(b'"')
        found.append(_STRINGS[len(pieces[1])] + pieces[1] if len(pieces) == _ONE else txt(text))
    return found


# --- lines ------------------------------------------------------------------------------------------------------------


class _Terms(dict[bytes, "tuple[int | None, int]"]):
    """Terms before the data: TTL and class in any order, and the type. The value is TTL and type."""

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
    """The state that a record inherits from the lines before it."""

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


def take(run: Columns, state: ReaderState, builder: ZoneBuilder) -> bool:
    """Take a run of common lines, the first of which has the number `state.line + 1`.

    Returns False, and takes none, where a line of them has to be read carefully.
    """
    apex = builder.apex
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
    builder.add_run(Run(names, records, lines, parents, {number for _, number in terms.values()}), state.file)
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
    """Return a key for each record, equal for equal TTLs and types, and the TTL and type of each key.

    A record without a TTL has that of $TTL, else of the record before it. Raises ValueError if neither has one.
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
