"""No fault is named where nothing is wrong, and no fault has to be added where the answers are those of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from acrdns.check.diagnosis.diagnose import diagnose
from acrdns.check.diagnosis.diagnosed import NOTHING
from tests.check.diagnosis.observing import observed, search
from tests.topologies import topologies

if TYPE_CHECKING:
    from acrdns.topology.model import Topology


@pytest.mark.slow
@settings(max_examples=200)
@given(topology=topologies(additions=True))
def test_answers_of_the_file_need_no_fault(topology: Topology) -> None:
    """In any topology, from all vantage points together: every answer is explained, and right ones are not diagnosed."""
    answers = observed(topology)
    assert search(topology, answers).base.explains_all()
    assert diagnose(topology, answers, ()) == NOTHING
