"""Cells of the matrix that differ between two topologies, found kind by kind.

Two registries that were of one kind and still are have changed in the same way, as long as their own entries have not:
one of them is compared, and the others have the same cells changed.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from acrdns.check.estate.rows import translated
from acrdns.resolve.equivalence.registries import is_same

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence

    from acrdns.check.estate.matrix import Estate
    from acrdns.check.estate.rows import Addresses, Cell, Row


class ChangedCell(NamedTuple):
    """One endpoint from one vantage point; a cell is None where a topology lacks the endpoint or the vantage point."""

    registry: str
    """The registry's key."""
    fqdn: str
    vantage: str
    before: Cell | None
    after: Cell | None
    like: Hashable
    """Equal for cells of registries that changed in the same way."""


class _Changes(NamedTuple):
    """The cells that differ in every registry of some kind."""

    pairs: Sequence[tuple[Cell | None, Cell | None]]
    """The distinct cells before and after, of the representatives."""
    places: Sequence[tuple[int, str, int, Hashable]]
    """A row's number among those of its registry, a vantage point, the number of a pair, and `ChangedCell.like`."""


class ChangedCells:
    """The cells that differ, in the order of the first topology, then those that only the second has.

    They are made when they are looked at; to count them, one registry of each kind is enough.
    """

    def __init__(self, before: Estate, after: Estate, type_: Addresses = None) -> None:
        self._before = before
        self._after = after
        self._type = type_
        self._columns = before.columns, after.columns
        self._vantages = tuple(dict.fromkeys((*before.topology.vantages, *after.topology.vantages)))
        self._known: dict[tuple[str, str], _Changes] = {}

    def __iter__(self) -> Iterator[ChangedCell]:
        for part in self._parts(self._before.topology.registries):
            if isinstance(part, str):
                yield from self._alike(part)
            else:
                yield from (self._cell(*part, column) for column in self._differing(*part))

    def __len__(self) -> int:
        before, after = self._before.kinds.of, self._after.kinds.of
        kept = {key: (before[key], after[key]) for key in before if key not in self._edited}
        firsts = {kinds: key for key, kinds in kept.items()}
        number = Counter(kept.values())
        alike = sum(number[kinds] * len(self._changes(key).places) for kinds, key in firsts.items())
        rows = (part for part in self._parts(self._edited) if not isinstance(part, str))
        return alike + sum(len(self._differing(*part)) for part in rows)

    def _parts(self, keys: Iterable[str]) -> Iterator[str | tuple[Row | None, Row | None]]:
        """Return those of some registries that are the same in both topologies, and the rows of the others."""
        old, new = self._before.topology.registries, self._after.topology.registries
        other = self._edited
        added = (key for key in new if key in other or key not in old)
        rows = {row.fqdn: row for key in added for row in self._after.rows_of(key, self._type)}
        for key in keys:
            if key not in other:
                yield key
            else:
                yield from ((row, rows.pop(row.fqdn, None)) for row in self._before.rows_of(key, self._type))
        yield from ((None, row) for row in rows.values())

    @cached_property
    def _edited(self) -> Collection[str]:
        """The registries of the first topology that the second lacks, or that have other settings or endpoints."""
        one, other = self._before.topology, self._after.topology
        if self._before.kinds.prefixes != self._after.kinds.prefixes:
            return one.registries.keys()
        found = _changed_in(one.registries, other.registries)
        if one.private_endpoints is not other.private_endpoints:
            found |= {key for key in one.registries if not is_same(one.endpoints_of(key), other.endpoints_of(key))}
        return found

    def _alike(self, key: str) -> Iterator[ChangedCell]:
        """Return the cells of a registry that differ, which are those of the first registry of the same kinds."""
        known = self._changes(key)
        if not known.places:
            return
        own = self._after.kinds.addresses(key)
        was, is_now = (estate.kinds.translation(key, own) for estate in (self._before, self._after))
        names = [self._after.fqdn(row, key) for row in self._after.first_rows(key, self._type)]
        pairs = [(old and translated(old, was), new and translated(new, is_now)) for old, new in known.pairs]
        for at, vantage, pair, like in known.places:
            before, after = pairs[pair]
            yield ChangedCell(key, names[at], vantage, before, after, like)

    def _changes(self, key: str) -> _Changes:
        """Return what differs in registries that were of this one's kind and are of this one's kind now."""
        kinds = self._before.kinds.of[key], self._after.kinds.of[key]
        if kinds not in self._known:
            self._known[kinds] = self._compare(key, kinds)
        return self._known[kinds]

    def _compare(self, key: str, kinds: tuple[str, str]) -> _Changes:
        pairs = zip(self._before.rows_of(key, self._type), self._after.rows_of(key, self._type), strict=True)
        differing = [(at, column) for at, pair in enumerate(pairs) for column in self._differing(*pair)]
        firsts = zip(self._before.first_rows(key, self._type), self._after.first_rows(key, self._type), strict=True)
        index: dict[tuple[Cell | None, Cell | None], int] = {}
        rows, places = list(firsts), []
        for at, column in differing:
            vantage = self._vantages[column]
            before, after = (_at(each, row, vantage) for each, row in zip(self._columns, rows[at], strict=True))
            places.append((at, vantage, index.setdefault((before, after), len(index)), (kinds, at, column)))
        return _Changes(tuple(index), places)

    def _differing(self, old: Row | None, new: Row | None) -> list[int]:
        """Return the numbers of the vantage points at which two rows differ."""
        cells = (self._cell(old, new, column) for column in range(len(self._vantages)))
        return [column for column, cell in enumerate(cells) if not _same(cell.before, cell.after)]

    def _cell(self, old: Row | None, new: Row | None, column: int) -> ChangedCell:
        vantage, row = self._vantages[column], new or old
        assert row is not None
        was, is_now = self._columns
        return ChangedCell(
            row.registry, row.fqdn, vantage, _at(was, old, vantage), _at(is_now, new, vantage), (row.fqdn, vantage)
        )


def _changed_in(one: Mapping[str, object], other: Mapping[str, object]) -> set[str]:
    """Return the keys of entries that another mapping lacks, or has otherwise."""
    if one is other:
        return set()
    return {key for key, entry in one.items() if (now := other.get(key)) is not entry and now != entry}


def _at(columns: Mapping[str, int], row: Row | None, vantage: str) -> Cell | None:
    column = columns.get(vantage)
    return None if row is None or column is None else row.different[row.columns[column]]


def _same(before: Cell | None, after: Cell | None) -> bool:
    """Return whether two answers are the same, whatever the order of their addresses."""
    if before is None or after is None:
        return before is after
    return before._replace(addresses=()) == after._replace(addresses=()) and (
        sorted(before.addresses) == sorted(after.addresses)
    )
