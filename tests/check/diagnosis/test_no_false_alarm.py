"""No fault is named where nothing is wrong, and none but those of the file where the answers are the file's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from acrdns.check.diagnosis.diagnose import diagnose
from acrdns.check.facts import Facts
from acrdns.check.judge import judge
from acrdns.check.rules import rules
from acrdns.resolve.world import World
from tests.check.diagnosis.observing import observed
from tests.topologies import topologies

if TYPE_CHECKING:
    from acrdns.topology.model import Topology


@pytest.mark.slow
@settings(max_examples=200)
@given(topology=topologies(additions=True))
def test_answers_of_the_file_need_no_other_fault(topology: Topology) -> None:
    """In any topology, from all vantage points together: right ones give no diagnosis, wrong ones are the file's."""
    world = World(topology)
    wrong = {
        (vantage, fqdn)
        for vantage in world.vantages
        for fqdn in judge(Facts.simulated(world, vantage), rules("ACR3")).wrong
    }
    found = diagnose(topology, observed(topology), wrong)
    assert all(diagnosis.in_file for diagnosis in found.diagnoses)
    if not wrong:
        assert (found.diagnoses, found.unexplained) == ((), ())
