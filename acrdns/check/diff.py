"""What a change of the topology does: which answers change, who gains and whom it breaks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from acrdns.check.heal import seconds_until_settled
from acrdns.check.matrix import matrix
from acrdns.names import name
from acrdns.record import Type
from acrdns.resolve.chain import Question

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from acrdns.check.matrix import Cell, Matrix, Row
    from acrdns.resolve.world import World


class Effect(StrEnum):
    """What a change means for the clients of one endpoint at one vantage point."""

    BREAKS = "breaks"
    """It was as expected, or was not there, and now it is not as expected."""
    GAINS = "gains"
    """It was not as expected, or was not there, and now it is."""
    CHANGES = "changes"
    """Another answer, no better and no worse."""
    REMOVED = "removed"
    """The endpoint or the vantage point is no longer in the file."""


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that changes; None is an endpoint or a vantage point that one of the files does not have."""

    fqdn: str
    vantage: str
    before: Cell | None
    after: Cell | None
    seconds: int | None = None
    """Worst-case seconds until caches on the way have forgotten the old answer; None where there was none."""
    cause: str = ""
    """Why the new answer is not as expected, as an Extended DNS Error says it; else empty."""

    @property
    def effect(self) -> Effect:
        """Judge the change by what each file makes one expect."""
        if self.after is None:
            return Effect.REMOVED
        was_right = self.before is not None and self.before.expected
        if self.after.expected:
            return Effect.CHANGES if was_right else Effect.GAINS
        was_wrong = self.before is not None and not self.before.expected
        return Effect.CHANGES if was_wrong else Effect.BREAKS


@dataclass(frozen=True, slots=True)
class Affected:
    """What a change of the topology does to one vantage point."""

    vantage: str
    effects: Mapping[Effect, int]
    """How many endpoints each effect has there; each effect is there."""
    seconds: int
    """Worst-case seconds until every answer there is the new one."""


@dataclass(frozen=True, slots=True)
class Diff:
    """Every answer that changes, what breaks first."""

    before: str
    after: str
    changes: tuple[Change, ...]
    vantages: tuple[str, ...] = ()
    """Those of both files, in file order."""

    @property
    def breaks(self) -> bool:
        """Whether anything that was right is wrong afterwards."""
        return any(change.effect == Effect.BREAKS for change in self.changes)

    def affected(self) -> Iterator[Affected]:
        """Give the vantage points where anything changes, in file order."""
        for vantage in self.vantages:
            changes = [change for change in self.changes if change.vantage == vantage]
            if changes:
                yield Affected(vantage, effects_of(changes), max(change.seconds or 0 for change in changes))


def effects_of(changes: Iterable[Change]) -> dict[Effect, int]:
    """Count changes by effect; each effect is there."""
    counted = Counter(change.effect for change in changes)
    return {effect: counted[effect] for effect in Effect}


_ORDER = tuple(Effect)


def diff(before: World, after: World, names: tuple[str, str] = ("before", "after")) -> Diff:
    """Compare two worlds. Equal answers are left out, whatever else differs in the files."""
    old, new = matrix(before), matrix(after)
    old_rows, new_rows = _by_name(old), _by_name(new)
    vantages = tuple(dict.fromkeys((*old.vantages, *new.vantages)))
    changes = (
        Change(fqdn, vantage, was, will_be)
        for fqdn in dict.fromkeys((*old_rows, *new_rows))
        for vantage, was, will_be in zip(
            vantages,
            _cells(old, old_rows.get(fqdn), vantages),
            _cells(new, new_rows.get(fqdn), vantages),
            strict=True,
        )
        if not _same(was, will_be)
    )
    told = [_told(change, before, after) for change in changes]
    return Diff(*names, tuple(sorted(told, key=lambda change: _ORDER.index(change.effect))), vantages)


def _by_name(matrix: Matrix) -> dict[str, Row]:
    return {row.fqdn: row for row in matrix.rows}


def _cells(matrix: Matrix, row: Row | None, vantages: tuple[str, ...]) -> Sequence[Cell | None]:
    """Give an endpoint's cells for a list of vantage points; None where the file lacks either."""
    if row is None:
        return (None,) * len(vantages)
    if vantages == matrix.vantages:
        return row.cells
    known = dict(zip(matrix.vantages, row.cells, strict=True))
    return [known.get(vantage) for vantage in vantages]


def _told(change: Change, before: World, after: World) -> Change:
    """Add how long it takes, and why the new answer is wrong."""
    if change.after is None:
        return change
    question = Question(name(change.fqdn), Type.A)
    cause = "" if change.after.expected else after.answer(change.vantage, question).cause
    if change.before is None:
        return replace(change, cause=cause)
    seconds = seconds_until_settled(before, after, change.vantage, question)
    return replace(change, seconds=seconds, cause=cause)


def _same(before: Cell | None, after: Cell | None) -> bool:
    if before is None or after is None:
        return before is after
    return (before.outcome, sorted(before.addresses), before.expected) == (
        after.outcome,
        sorted(after.addresses),
        after.expected,
    )
