"""Every endpoint from every vantage point, without a server: private, public or broken."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from acrdns.check.evidence import Outcome
from acrdns.check.simulate import Simulation
from acrdns.record import is_private

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.check.evidence import Case, Expectation, Observation
    from acrdns.resolve.world import World


class State(StrEnum):
    """What an endpoint is from a vantage point."""

    PRIVATE = "private"
    PUBLIC = "public"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Cell:
    """One endpoint from one vantage point."""

    vantage: str
    state: State
    outcome: Outcome
    addresses: tuple[str, ...]
    expected: bool
    """Whether this is what the topology's private endpoints make one expect there."""
    cause: str


@dataclass(frozen=True, slots=True)
class Row:
    """One endpoint; a cell for each vantage point, in their order."""

    registry: str
    member: str
    fqdn: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Endpoints by vantage points."""

    vantages: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def clean(self) -> bool:
        """Every cell is what is expected there."""
        return all(cell.expected for row in self.rows for cell in row.cells)


def matrix(world: World, vantages: Iterable[str] | None = None, registries: Iterable[str] | None = None) -> Matrix:
    """Simulate every endpoint from every vantage point; None means all of them."""
    columns = tuple(world.vantages if vantages is None else vantages)
    chosen = None if registries is None else tuple(registries)
    simulation = Simulation(world)
    by_column = [simulation.evidence(vantage, chosen).cases for vantage in columns]
    rows = []
    for cases in zip(*by_column, strict=True):
        cells = tuple(_cell(vantage, case) for vantage, case in zip(columns, cases, strict=True))
        rows.append(Row(cases[0].registry, str(cases[0].member), cases[0].fqdn, cells))
    return Matrix(columns, tuple(rows))


def _cell(vantage: str, case: Case) -> Cell:
    seen = case.observation
    expected = as_expected(case.expectation, seen)
    return Cell(vantage, state(seen), seen.outcome, seen.addresses, expected, "" if expected else seen.detail)


def state(seen: Observation) -> State:
    """Name what was observed. A mixed answer is public: some of its clients go round the private endpoint."""
    if seen.outcome != Outcome.ANSWER or not seen.addresses:
        return State.BROKEN
    return State.PRIVATE if all(is_private(address) for address in seen.addresses) else State.PUBLIC


def as_expected(expectation: Expectation, seen: Observation) -> bool:
    """Tell whether an observation is what was expected: one acceptable private address, or the public ones."""
    if state(seen) != expectation.kind:
        return expectation.kind == "unknown"
    if expectation.kind == "private":
        return len(seen.addresses) == 1 and seen.addresses[0] in expectation.addresses
    named = {address for address in expectation.addresses if ":" not in address}
    return not named or set(seen.addresses) <= named
