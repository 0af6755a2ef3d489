"""The effect of a change of the topology: which answers change, who gains and who breaks.

A comparison covers IPv4 and IPv6 addresses, the outcome and the TTL. It leaves out the aliases: a private endpoint
changes the aliases of every client, which does not matter to clients that keep their address.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from acrdns.check.estate.changed import ChangedCells
from acrdns.check.estate.matrix import Estate
from acrdns.check.estate.propagation import seconds_until_settled
from acrdns.check.estate.rows import State
from acrdns.gc_pause import paused
from acrdns.names import name
from acrdns.record import Type
from acrdns.resolve.chain import Question
from acrdns.resolve.world import World

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping

    from acrdns.check.estate.changed import ChangedCell
    from acrdns.check.estate.rows import Cell


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
    old = Estate(before.topology)
    return difference(old, Estate(after.topology, old), names)


def difference(before: Estate, after: Estate, names: tuple[str, str] = ("before", "after")) -> Diff:
    """Return the answers that differ between two estates."""
    with paused():
        four = tuple(ChangedCells(before, after, Type.A))
        told = {(cell.fqdn, cell.vantage): cell for cell in four}
        six = ChangedCells(before, after, Type.AAAA)
        news = (cell for cell in six if _is_news(cell, told.get((cell.fqdn, cell.vantage))))
        judge = _Judge(before, after, [*((cell, Type.A) for cell in four), *((cell, Type.AAAA) for cell in news)])
        judged = sorted(judge.changes(), key=lambda change: _ORDER.index(change.effect))
    return Diff(*names, tuple(judged), tuple(dict.fromkeys((*before.topology.vantages, *after.topology.vantages))))


def _is_news(six: ChangedCell, four: ChangedCell | None) -> bool:
    """Return whether the AAAA answer has an address, or fails where the A answer does not."""
    if six.before is None or six.after is None:
        return False
    pairs = ((six.before, four.before if four else None), (six.after, four.after if four else None))
    return any(
        cell.addresses or (cell.state == State.BROKEN and not (other and other.outcome == cell.outcome))
        for cell, other in pairs
    )


class _Judge:
    """Adds how long changes take, why new answers are wrong, and whether a registry takes nobody there.

    Only the registries for which this has to be asked are in its worlds.
    """

    def __init__(
        self, before: Estate, after: Estate, cells: list[tuple[ChangedCell, Literal[Type.A, Type.AAAA]]]
    ) -> None:
        self._after = after
        self._cells = cells
        first = {cell.like: cell.registry for cell, _ in reversed(cells)}
        unexpected = {cell.registry for cell, _ in cells if cell.after and not (cell.after.expected and cell.before)}
        shut = {cell.registry for cell, _ in cells if self._is_shut(cell)}
        self._old = World(before.kinds.including(first.values()))
        self._new = World(after.kinds.including({*first.values(), *unexpected, *shut}))
        self._seconds: dict[Hashable, int] = {}

    def changes(self) -> Iterator[Change]:
        """Return the changes."""
        for cell, type_ in self._cells:
            yield self._judged(cell, type_)

    def _judged(self, cell: ChangedCell, type_: Literal[Type.A, Type.AAAA]) -> Change:
        change = Change(cell.registry, cell.fqdn, cell.vantage, cell.before, cell.after, type_)
        if change.after is None:
            return change
        question = Question(name(change.fqdn), type_)
        shut_out = self._is_shut(cell)
        cause = self._new.answer(change.vantage, question).cause if shut_out or not change.after.expected else ""
        if shut_out and not cause:
            cause = "the registry has its public network access switched off"
        if change.before is None:
            return replace(change, cause=cause)
        like = type_, cell.like
        if like not in self._seconds:
            self._seconds[like] = seconds_until_settled(self._old, self._new, change.vantage, question)
        return replace(change, seconds=self._seconds[like], cause=cause, shut_out=shut_out)

    def _is_shut(self, cell: ChangedCell) -> bool:
        """Return whether a private answer becomes public while the registry takes nobody from the internet."""
        states = [end.state for end in (cell.before, cell.after) if end]
        registry = self._after.topology.registries.get(cell.registry)
        goes_public = states == [State.PRIVATE, State.PUBLIC]
        return goes_public and registry is not None and not registry.public_network_access_enabled
