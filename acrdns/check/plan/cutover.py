"""The order of the changes from one topology to another: without an outage if there is such an order.

A step breaks an endpoint for a vantage point that it served before where the new answer does not serve it, or where the
old answer, which caches may hold, no longer does. Before a step in which answers of earlier ones no longer serve, one
waits until no cache holds them (`waits`, `estate.heal`); so each step is judged against the one before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from acrdns.check.plan.availability import Spot, availability, fails_at
from acrdns.check.plan.changes import changed, changes
from acrdns.check.plan.document import pair, topology_of
from acrdns.check.plan.waits import Stage, layer_hosts_note, lease_note, seconds_held, waits
from acrdns.errors import TopologyError
from acrdns.gc_pause import paused
from acrdns.resolve.world import World

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.check.plan.availability import ServedEndpoint
    from acrdns.check.plan.document import Document
    from acrdns.topology.model import Topology

LASTING = 100
"""A break that lasts until a later step is as bad as this many that end with a cache's memory."""
MOST_ANSWERS = 60_000
"""Answers that the search simulates at most: some seconds."""
FEWEST_STATES, MOST_STATES = 40, 400
"""States that the search looks at, whatever the number of answers in one."""
MOST_CHANGES = 200
"""With more changes than this, each step is the one that breaks least, and no order is tried again."""
MOST_COMPARED = 40
"""With more changes than this, a step is the best of those that there is time to look at."""


@dataclass(frozen=True, slots=True)
class Break:
    """An endpoint that does not serve a vantage point at a step."""

    spot: Spot
    why: str
    seconds: int | None
    """How long at most, where caches alone break it; None: until a later step mends it."""


@dataclass(frozen=True, slots=True)
class CutoverStep:
    """One step: changes that are made, what they break, how long caches hold old answers, how long to wait."""

    changes: tuple[str, ...]
    """More than one where Azure takes none of them alone."""
    breaks: tuple[Break, ...]
    hold_seconds: int
    """Worst-case seconds for which caches hold old answers."""
    wait_seconds: int
    """Seconds until the next step may be made: in it, old answers that caches hold no longer serve."""
    notes: tuple[str, ...]
    """Things that no DNS shows, such as hosts that firewalls have to let pass from here on."""


@dataclass(frozen=True, slots=True)
class Cutover:
    """The steps in the best order that was found."""

    steps: tuple[CutoverStep, ...]
    all_tried: bool
    """Whether every order was tried that could be without an outage, or one was found."""

    @property
    def outage(self) -> bool:
        """Whether something breaks on the way."""
        return any(step.breaks for step in self.steps)


@dataclass(frozen=True, slots=True)
class _State(Stage):
    document: Document


def cutover(before: Topology, after: Topology) -> Cutover:
    """Return the steps from one topology to another. Raises TopologyError where one cannot be written as a file."""
    with paused():
        return _Search(before, after).plan()


class _Search:
    def __init__(self, before: Topology, after: Topology) -> None:
        old, new = pair(before, after)
        self._like = after
        self._changes = changes(old, new)
        self._all = frozenset(range(len(self._changes)))
        self._states: dict[frozenset[int], _State | None] = {}
        self._dead: set[frozenset[int]] = set()
        self._first = self._states[frozenset()] = self._state(old)
        self._last = availability(World(topology_of(new, after)))
        answers = max(1, len(self._first.services), len(self._last))
        self._most = min(MOST_STATES, max(FEWEST_STATES, MOST_ANSWERS // answers))

    def plan(self) -> Cutover:
        """Return the steps."""
        if any(service.fails and self._counts(spot, service) for spot, service in self._last.items()):
            return self._told(self._greedy(), all_tried=True)  # the last step breaks something in every order
        order = self._order(frozenset()) if len(self._all) <= MOST_CHANGES else None
        if order is not None:
            return self._told([(number,) for number in order], all_tried=True)
        all_tried = self._may_look and len(self._all) <= MOST_CHANGES
        self._most += len(self._states)
        return self._told(self._least(), all_tried=all_tried)

    def _state(self, document: Document) -> _State:
        world = World(topology_of(document, self._like))
        return _State(world, availability(world), document)

    def _after(self, made: frozenset[int], number: int) -> _State | None:
        """Return the state after one more change; None where Azure would not take it."""
        key = made | {number}
        if key not in self._states:
            state = self._states[made]
            document = changed(state.document, self._changes[number]) if state else None
            try:
                self._states[key] = self._state(document) if document is not None else None
            except TopologyError:
                self._states[key] = None
        return self._states[key]

    @property
    def _may_look(self) -> bool:
        return len(self._states) < self._most

    def _order(self, made: frozenset[int]) -> list[int] | None:
        """Return an order of the changes that are left in which nothing breaks, or None."""
        if made == self._all:
            return []
        state = self._states[made]
        for number in sorted(self._all - made):
            key = made | {number}
            if state is None or key in self._dead or not self._may_look:
                continue
            following = self._after(made, number)
            if following is None or self._breaks(state, following):
                continue
            rest = self._order(key)
            if rest is not None:
                return [number, *rest]
        self._dead.add(made)
        return None

    def _least(self) -> list[tuple[int, ...]]:
        """Return an order in which least breaks in all; with too many states to look at, as little as each step can."""
        waiting: list[tuple[int, tuple[int, ...]]] = [(0, ())]
        seen: set[frozenset[int]] = set()
        while waiting and self._may_look and len(self._all) <= MOST_CHANGES:
            broken, order = heappop(waiting)
            made = frozenset(order)
            if made == self._all:
                return [(number,) for number in order]
            if made in seen:
                continue
            seen.add(made)
            state = self._states[made]
            for number in sorted(self._all - made):
                following = self._after(made, number)
                if state is not None and following is not None:
                    heappush(waiting, (broken + _cost(self._breaks(state, following)), (*order, number)))
        return self._greedy()

    def _greedy(self) -> list[tuple[int, ...]]:
        """Return an order in which each step breaks as little as it can; it never goes back."""
        made, steps = frozenset[int](), list[tuple[int, ...]]()
        while made != self._all:
            best = self._best(made)
            if best is None:
                steps.append(tuple(sorted(self._all - made)))
                break
            steps.append((best,))
            made |= {best}
        return steps

    def _best(self, made: frozenset[int]) -> int | None:
        """Return the change that breaks least, the first of several; with many changes, of those that are looked at."""
        state = self._states[made]
        assert state is not None
        best: tuple[int, int] | None = None
        for number in sorted(self._all - made):
            if best is not None and not self._may_look and len(self._all) > MOST_COMPARED:
                break
            following = self._after(made, number)
            if following is not None:
                broken = _cost(self._breaks(state, following)), number
                best = broken if best is None else min(best, broken)
                if not best[0]:
                    break
        return None if best is None else best[1]

    def _told(self, steps: list[tuple[int, ...]], *, all_tried: bool) -> Cutover:
        made, state = frozenset[int](), self._first
        stages, breaks, texts = [state], list[tuple[Break, ...]](), list[tuple[str, ...]]()
        for numbers in steps:
            following = state
            for number in numbers:
                document = changed(following.document, self._changes[number])
                following = _State(following.world, following.services, document or following.document)
            if len(numbers) > 1:
                following = self._state(following.document)
            else:
                following = self._after(made, numbers[0]) or following
            made |= set(numbers)
            texts.append(tuple(self._changes[number].text for number in numbers))
            breaks.append(self._breaks(state, following))
            stages.append(following)
            state = following
        counts = {spot for each in stages for spot, service in each.services.items() if self._counts(spot, service)}
        waited = waits(stages, [any(one.seconds is None for one in each) for each in breaks], counts)
        made_steps = (
            CutoverStep(said, broken, _held(first, then), seconds, self._notes(first, then))
            for said, broken, seconds, first, then in zip(texts, breaks, waited, stages, stages[1:], strict=False)
        )
        return Cutover(tuple(made_steps), all_tried)

    def _notes(self, state: _State, following: _State) -> tuple[str, ...]:
        return (*layer_hosts_note(state, following), *lease_note(self._first, state, following))

    def _breaks(self, state: _State, following: _State) -> tuple[Break, ...]:
        """Return what a step breaks of what served before, or should have come to serve beside it."""
        found = []
        for spot, service in following.services.items():
            if not self._counts(spot, service):
                continue
            if service.fails:
                found.append(Break(spot, service.fails, None))
                continue
            old = state.services.get(spot)
            if old is None or old.fails or set(old.addresses) <= set(service.addresses):
                continue
            registry = following.world.topology.registries[service.registry]
            why = fails_at(following.world, spot.vantage, registry, service.member, old.addresses)
            if why and (seconds := seconds_held(state, following, spot)):
                found.append(Break(spot, f"caches still lead to {', '.join(old.addresses)}: {why}", seconds))
        return tuple(found)

    def _counts(self, spot: Spot, service: ServedEndpoint) -> bool:
        """Return whether an endpoint is to serve: it did, or its login server did, and it is meant to in the end."""
        last = self._last.get(spot)
        if last is None or (last.fails and last.meant):
            return False
        was = self._first.services.get(spot)
        if was is None:
            others = (s for p, s in self._first.services.items() if p.vantage == spot.vantage)
            was = next((s for s in others if s.registry == service.registry and s.member.kind == "login"), None)
        return was is not None and not was.fails


def _cost(breaks: Iterable[Break]) -> int:
    return sum(LASTING if each.seconds is None else 1 for each in breaks)


def _held(state: _State, following: _State) -> int:
    return max((seconds_held(state, following, spot) for spot in following.services), default=0)
