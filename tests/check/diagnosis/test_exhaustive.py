"""The pruned search finds what trying every set of faults finds."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.check.faults import PRIORS, named
from acrdns.check.faults.site import Site
from acrdns.errors import TopologyError
from acrdns.topology.load import load
from tests.check.diagnosis.exhaustive import smallest
from tests.check.diagnosis.observing import observed, search
from tests.examples import examples
from tests.topologies import topologies

if TYPE_CHECKING:
    from acrdns.topology.model import Topology

SAMPLES = ("private-link", "on-premises-forwarding", "hub-and-spoke-dns-server", "clients-in-a-network")
ZONES = Path(__file__).parents[3] / "zones"


def _with_faults(topology: Topology, number: int, data: st.DataObject) -> Topology:
    """Return a topology with at most so many faults, drawn from all that it can have."""
    for _ in range(number):
        candidates = [candidate for name in PRIORS for candidate in named(name).find(Site(topology), None)]
        if candidates:
            with suppress(KeyError, ValueError, StopIteration, TopologyError):
                topology = data.draw(st.sampled_from(candidates)).apply(topology)
    return topology


def _assert_nothing_is_lost(topology: Topology, number: int, data: st.DataObject) -> None:
    broken = _with_faults(topology, number, data)
    vantages = sorted(data.draw(st.sets(st.sampled_from(topology.vantages), min_size=1)))
    made = search(topology, observed(broken, [vantage for vantage in vantages if vantage in broken.vantages]))
    found = made.smallest()
    if not made.base.explains_all() and (not found or len(found[0].suspects) <= number):
        assert {each.key for each in found} >= smallest(topology, made.evidence, number)
    for each in found:
        assert each.remembered is not None or not each.simulated.mismatches, each.key


@examples(1)
@given(topology=topologies(), data=st.data())
def test_one_fault(topology: Topology, data: st.DataObject) -> None:
    """In any topology, from any of its vantage points."""
    _assert_nothing_is_lost(topology, 1, data)


@pytest.mark.slow
@pytest.mark.parametrize("sample", SAMPLES)
@given(data=st.data())
def test_two_faults(sample: str, data: st.DataObject) -> None:
    """In samples, since topologies made up have little that works."""
    _assert_nothing_is_lost(load(str(ZONES / f"{sample}.yaml")), 2, data)
