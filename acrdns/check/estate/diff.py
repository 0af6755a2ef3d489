"""The effect of a change of the topology: which answers change, who gains and who breaks.

A comparison covers IPv4 and IPv6 addresses, the outcome and the TTL. It leaves out the aliases: a private endpoint
changes the aliases of every client, which does not matter to clients that keep their address.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from acrdns.check.estate.heal import seconds_until_settled
from acrdns.check.estate.matrix import State, matrix
from acrdns.names import name
from acrdns.record import Type
from acrdns.resolve.chain import Question

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from acrdns.check.estate.matrix import Cell, Matrix, Row
    from acrdns.resolve.world import World


class Effect(StrEnum):
    """The effect of a change on the clients of one endpoint at one vantage point."""

    BREAKS = "breaks"
    """The answer was as expected, or the endpoint is new, and now it is not; or it was private and is now public while
    the registry has public network access disabled."""
    GAINS = "gains"
    """The answer was not as expected, or the endpoint is new, and now it is."""
    CHANGES = "changes"
    """The answer differs, and is no better or worse."""
    REMOVED = "removed"
    """The endpoint or the vantage point is no longer in the file."""


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that changes; a cell is None where a file lacks the endpoint or the vantage point."""

    registry: str
    """The registry's key."""
    fqdn: str
    vantage: str
    before: Cell | None
    after: Cell | None
    type: Literal[Type.A, Type.AAAA] = Type.A
    shut_out: bool = False
    """Whether it was private and is public now, while the registry has public network access disabled."""
    seconds: int | None = None
    """Worst-case seconds until caches on the route have dropped the old answer; None if there was none."""
    cause: str = ""
    """Why the new answer is not as expected, in the words of its Extended DNS Error, or empty."""

    @property
    def effect(self) -> Effect:
        """Return the effect, judged by what each file leads one to expect."""
        if self.after is None:
            return Effect.REMOVED
        was_right = self.before is not None and self.before.expected
        if was_right and self.shut_out:
            return Effect.BREAKS
        if self.after.expected:
            return Effect.CHANGES if was_right else Effect.GAINS
        was_wrong = self.before is not None and not self.before.expected
        return Effect.CHANGES if was_wrong else Effect.BREAKS


@dataclass(frozen=True, slots=True)
class Affected:
    """The effects of a change at one vantage point."""

    vantage: str
    effects: Mapping[Effect, int]
    """The number of endpoints by effect; every effect is a key."""
    seconds: int
    """Worst-case seconds until every answer at this vantage point is the new one."""


@dataclass(frozen=True, slots=True)
class Diff:
    """Every answer that changes; those that break come first."""

    before: str
    after: str
    changes: tuple[Change, ...]
    vantages: tuple[str, ...] = ()
    """The vantage points of both files, in file order."""

    @property
    def breaks(self) -> bool:
        """Whether anything that was right is wrong afterwards."""
        return any(change.effect == Effect.BREAKS for change in self.changes)

    def affected(self) -> Iterator[Affected]:
        """Return the vantage points where anything changes, in file order."""
        for vantage in self.vantages:
            changes = [change for change in self.changes if change.vantage == vantage]
            if changes:
                yield Affected(vantage, effects_of(changes), max(change.seconds or 0 for change in changes))


def effects_of(changes: Iterable[Change]) -> dict[Effect, int]:
    """Return the number of changes by effect; every effect is a key."""
    counted = Counter(change.effect for change in changes)
    return {effect: counted[effect] for effect in Effect}


_ORDER = tuple(Effect)


def diff(before: World, after: World, names: tuple[str, str] = ("before", "after")) -> Diff:
    """Return the answers that differ between two worlds."""
    four = tuple(_changes(matrix(before, type_=Type.A), matrix(after, type_=Type.A), Type.A))
    told = {(change.fqdn, change.vantage): change for change in four}
    six = _changes(matrix(before, type_=Type.AAAA), matrix(after, type_=Type.AAAA), Type.AAAA)
    changes = (*four, *(change for change in six if _is_news(change, told.get((change.fqdn, change.vantage)))))
    judged = sorted((_judged(change, before, after) for change in changes), key=lambda c: _ORDER.index(c.effect))
    return Diff(*names, tuple(judged), tuple(dict.fromkeys((*before.vantages, *after.vantages))))


def _changes(old: Matrix, new: Matrix, type_: Literal[Type.A, Type.AAAA]) -> Iterator[Change]:
    """Return the answers to questions of one type that differ."""
    old_rows, new_rows = _by_name(old), _by_name(new)
    vantages = tuple(dict.fromkeys((*old.vantages, *new.vantages)))
    for fqdn in dict.fromkeys((*old_rows, *new_rows)):
        registry = (new_rows.get(fqdn) or old_rows[fqdn]).registry
        was, will_be = (_cells(each, rows.get(fqdn), vantages) for each, rows in ((old, old_rows), (new, new_rows)))
        for vantage, before, after in zip(vantages, was, will_be, strict=True):
            if not _same(before, after):
                yield Change(registry, fqdn, vantage, before, after, type_)


def _is_news(six: Change, four: Change | None) -> bool:
    """Return whether the AAAA answer has an address, or fails where the A answer does not."""
    if six.before is None or six.after is None:
        return False
    pairs = ((six.before, four.before if four else None), (six.after, four.after if four else None))
    return any(
        cell.addresses or (cell.state == State.BROKEN and not (other and other.outcome == cell.outcome))
        for cell, other in pairs
    )


def _by_name(matrix: Matrix) -> dict[str, Row]:
    return {row.fqdn: row for row in matrix.rows}


def _cells(matrix: Matrix, row: Row | None, vantages: tuple[str, ...]) -> Sequence[Cell | None]:
    """Return an endpoint's cells for a list of vantage points; None where the file lacks either."""
    if row is None:
        return (None,) * len(vantages)
    if vantages == matrix.vantages:
        return row.cells
    known = dict(zip(matrix.vantages, row.cells, strict=True))
    return [known.get(vantage) for vantage in vantages]


def _judged(change: Change, before: World, after: World) -> Change:
    """Add how long it takes, why the new answer is wrong, and whether the registry takes nobody there."""
    if change.after is None:
        return change
    question = Question(name(change.fqdn), change.type)
    shut_out = _goes_public(change) and _is_shut(change, after)
    cause = after.answer(change.vantage, question).cause if shut_out or not change.after.expected else ""
    if shut_out and not cause:
        cause = "the registry has its public network access switched off"
    if change.before is None:
        return replace(change, cause=cause)
    seconds = seconds_until_settled(before, after, change.vantage, question)
    return replace(change, seconds=seconds, cause=cause, shut_out=shut_out)


def _goes_public(change: Change) -> bool:
    ends = change.before, change.after
    return [end.state for end in ends if end] == [State.PRIVATE, State.PUBLIC]


def _is_shut(change: Change, world: World) -> bool:
    """Return whether the registry of an endpoint takes nobody from the internet."""
    registry = world.topology.registries.get(change.registry)
    return registry is not None and not registry.public_network_access_enabled


def _same(before: Cell | None, after: Cell | None) -> bool:
    """Return whether two answers are the same, whatever the order of their addresses."""
    if before is None or after is None:
        return before is after
    return before._replace(addresses=()) == after._replace(addresses=()) and (
        sorted(before.addresses) == sorted(after.addresses)
    )
