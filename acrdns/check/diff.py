"""What a change of the topology does: which answers change, who gains and whom it breaks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from acrdns.check.heal import seconds_until_settled
from acrdns.check.matrix import matrix
from acrdns.names import name
from acrdns.record import Type
from acrdns.resolve.chain import Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.matrix import Cell, Matrix
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
class Diff:
    """Every answer that changes, what breaks first."""

    before: str
    after: str
    changes: tuple[Change, ...]

    @property
    def breaks(self) -> bool:
        """Whether anything that was right is wrong afterwards."""
        return any(change.effect == Effect.BREAKS for change in self.changes)


_ORDER = tuple(Effect)


def diff(before: World, after: World, names: tuple[str, str] = ("before", "after")) -> Diff:
    """Compare two worlds. Equal answers are left out, whatever else differs in the files."""
    old, new = dict(_cells(matrix(before))), dict(_cells(matrix(after)))
    changes = [
        Change(fqdn, vantage, old.get((fqdn, vantage)), new.get((fqdn, vantage)))
        for fqdn, vantage in dict.fromkeys((*old, *new))
    ]
    changed = [_timed(change, before, after) for change in changes if not _same(change.before, change.after)]
    return Diff(*names, tuple(sorted(changed, key=lambda change: _ORDER.index(change.effect))))


def _timed(change: Change, before: World, after: World) -> Change:
    if change.before is None or change.after is None:
        return change
    question = Question(name(change.fqdn), Type.A)
    resolutions = (world.resolve(change.vantage, question) for world in (before, after))
    return replace(change, seconds=seconds_until_settled(*resolutions))


def _cells(matrix: Matrix) -> Iterator[tuple[tuple[str, str], Cell]]:
    for row in matrix.rows:
        for cell in row.cells:
            yield (row.fqdn, cell.vantage), cell


def _same(before: Cell | None, after: Cell | None) -> bool:
    if before is None or after is None:
        return before is after
    return (before.outcome, sorted(before.addresses), before.expected) == (
        after.outcome,
        sorted(after.addresses),
        after.expected,
    )
