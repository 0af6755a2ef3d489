"""No fault is named where nothing is wrong, and no fault has to be added where the answers are those of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from acrdns.check.diagnosis.answer import Comparable, Comparison, Signature
from acrdns.check.diagnosis.diagnose import diagnose
from acrdns.check.diagnosis.diagnosed import NOTHING
from acrdns.probe.observation import Outcome
from acrdns.topology.load import loads
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


def test_a_name_that_azure_refuses_needs_no_fault() -> None:
    """Azure-provided DNS refuses names that are not simulated, as that of a connected registry at a plant."""
    topology = loads(
        """
version: 1
registries:
  contoso:
    location: eastus
    data_endpoint_enabled: true
    connected_registries:
      factory: {network: plant, mode: ReadWrite, login_server: factory.plant.example, address: 10.0.0.4}
networks:
  plant: {address_space: [10.0.0.0/16], dns_servers: [172.31.255.1, 168.63.129.16]}
""",
        "plant.yaml",
    )
    answers = observed(topology)
    assert Outcome.REFUSED in {answer.outcome for answer in answers}
    assert search(topology, answers).base.explains_all()
    assert diagnose(topology, answers, ()) == NOTHING


@pytest.mark.parametrize("outcome", [Outcome.SERVFAIL, Outcome.REFUSED])
def test_a_failure_shows_no_aliases(outcome: Outcome) -> None:
    """A resolver leaves out the chain that led to the name that it could not resolve, or was refused."""
    comparison = Comparison([], loads("version: 1", "empty.yaml"))
    observed_answer = Comparable(outcome, (), alias=False, privatelink=False)
    assert comparison.equal(observed_answer, Signature(outcome, frozenset(), privatelink=True))
