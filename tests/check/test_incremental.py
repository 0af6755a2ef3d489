"""Incremental equals from nothing: facts of an edited topology are those of the topology by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from acrdns.check.estate.changed import ChangedCells
from acrdns.check.estate.rows import rows_of
from acrdns.check.facts import Facts
from acrdns.check.faults import every
from acrdns.check.faults.site import Site
from acrdns.check.lint import findings
from acrdns.errors import TopologyError
from acrdns.resolve.world import World
from tests.crowds import crowds
from tests.resolve import tangled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from acrdns.check.estate.rows import Cell, Row
    from acrdns.check.fixes.fix import Fix
    from acrdns.topology.model import Topology

FAULTS = tuple(every())
REFUSED = (KeyError, ValueError, StopIteration, TopologyError)
"""Raised by fixes that concern something else than the topology has."""


@st.composite
def edits(draw: st.DrawFn, topology: Topology) -> Topology:
    """Edit a topology: a fault somewhere, one that is undone, or the fixes of a finding."""
    facts = Facts(topology)
    fixes = [found.fixes for found in findings(facts, "ACR") if found.fixes]
    if draw(st.booleans()) and fixes:
        return made(topology, draw(st.sampled_from(fixes)))
    fault = draw(st.sampled_from(FAULTS))
    candidates = tuple(fault.find(Site(topology), None))
    if not candidates:
        return topology
    candidate = draw(st.sampled_from(candidates))
    broken = candidate.apply(topology)
    return made(broken, candidate.fixes) if draw(st.integers(0, 3)) == 0 else broken


def made(topology: Topology, fixes: tuple[Fix, ...]) -> Topology:
    """Make fixes, as far as they can be made."""
    for fix in fixes:
        try:
            topology = fix.apply(topology)
        except REFUSED:
            continue
    return topology


def cells(facts: Facts) -> dict[tuple[str, str], Cell]:
    """Return every cell of the matrix, asked for by itself."""
    topology = facts.topology
    every = rows_of(World(topology), topology.vantages, tuple(topology.registries), None)
    return by_name(topology.vantages, [row for rows in every.values() for row in rows])


def by_name(vantages: Iterable[str], rows: Iterable[Row]) -> dict[tuple[str, str], Cell]:
    """Return cells by endpoint and vantage point."""
    vantages = tuple(vantages)
    pairs = ((row, zip(vantages, row.cells, strict=True)) for row in rows)
    return {(row.fqdn, vantage): cell for row, cells in pairs for vantage, cell in cells}


@given(st.data(), tangled.topologies() | crowds())
def test_incremental_equals_from_nothing(data: st.DataObject, topology: Topology) -> None:
    """Findings, cells and changed cells after each of several edits."""
    facts = Facts(topology)
    findings(facts, "ACR")
    for _ in range(data.draw(st.integers(1, 3))):
        before, before_cells = facts.estate, cells(facts)
        facts = facts.after(data.draw(edits(facts.topology)))
        assert findings(facts, "ACR") == findings(Facts(facts.topology), "ACR")
        after_cells = cells(facts)
        assert by_name(facts.topology.vantages, facts.estate.matrix().rows) == after_cells
        found = ChangedCells(before, facts.estate)
        changed = {(cell.fqdn, cell.vantage): (cell.before, cell.after) for cell in found}
        assert changed == dict(differing(before_cells, after_cells))
        assert len(found) == len(changed)


Cells = dict[tuple[str, str], "Cell"]


def differing(before: Cells, after: Cells) -> Iterator[tuple[tuple[str, str], tuple[Cell | None, Cell | None]]]:
    """Return the cells that differ, whatever the order of addresses."""
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        if old is None or new is None or ordered(old) != ordered(new):
            yield key, (old, new)


def ordered(cell: Cell) -> Cell:
    """Return a cell with its addresses in order."""
    return cell._replace(addresses=tuple(sorted(cell.addresses)))
