"""Registries of one kind are asked for once: the result is that of asking for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.check.estate.matrix import Estate
from acrdns.check.estate.properties import verify
from acrdns.check.estate.rows import rows_of
from acrdns.record import Type
from acrdns.resolve.equivalence.registries import Representatives
from acrdns.resolve.world import World
from tests.crowds import crowds

if TYPE_CHECKING:
    from acrdns.check.estate.rows import Row
    from acrdns.topology.model import Topology


class Alone(Representatives):
    """Every registry stands for itself."""

    def __init__(self, topology: Topology) -> None:
        super().__init__(topology)
        self.of = {key: key for key in topology.registries}


def by_itself(topology: Topology) -> Estate:
    """Return an estate in which every registry is asked for."""
    estate = Estate(topology)
    estate.kinds = Alone(topology)
    return estate


Kind = Literal[Type.A, Type.AAAA] | None


@pytest.mark.slow
@given(crowds(), st.sampled_from((None, Type.A, Type.AAAA)))
def test_kinds_give_what_asking_for_every_registry_gives(topology: Topology, type_: Kind) -> None:
    """Each cell with its addresses, TTL and cause, and each violation with its endpoints and its counterexample."""
    found, whole = Estate(topology), by_itself(topology)
    every = rows_of(World(topology), topology.vantages, tuple(topology.registries), type_)
    expected = [_shown(row) for rows in every.values() for row in rows]
    matrix, causes = found.matrix(type_=type_), whole.matrix(type_=type_)
    assert list(map(_shown, matrix.rows)) == expected
    assert verify(found) == verify(whole)
    for row, vantage, _ in matrix.surprises():
        assert matrix.cause(row, vantage) == causes.cause(row, vantage)


def _shown(row: Row) -> tuple[object, ...]:
    return row.registry, row.member, row.fqdn, row.cells, row.expected
