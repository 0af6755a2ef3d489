"""Random wrong answers: what is named explains them, whatever they are.

Each set that is named, simulated, gives exactly what was observed, and no part of it does. What is not explained is said.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acrdns.check.diagnosis.answer import Answered, Asked
from acrdns.check.endpoints import of_topology
from acrdns.probe.observation import Outcome
from acrdns.record import Type
from acrdns.topology.load import load
from tests.check.diagnosis.observing import search

if TYPE_CHECKING:
    from acrdns.check.diagnosis.search.explanation import Explanation
    from acrdns.check.diagnosis.worlds import Simulated
    from acrdns.topology.model import Topology

ZONES = Path(__file__).parents[3] / "zones"
SAMPLES = ("hub-and-spoke", "hand-made-records", "on-premises-forwarding", "two-regions", "partner-registry")
ADDRESSES = ("10.0.0.7", "10.0.0.8", "10.0.0.9", "10.1.0.7", "10.9.9.9", "20.45.122.144", "20.9.9.9", "0.0.0.0")
NEGATIVE = (Outcome.NXDOMAIN, Outcome.NODATA, Outcome.SERVFAIL, Outcome.TIMEOUT, Outcome.REFUSED)


def _answers(topology: Topology) -> st.SearchStrategy[list[Answered]]:
    """Return answers to some questions, right by chance."""
    questions = [Asked(v, e.fqdn, Type.A) for v in topology.vantages for e in of_topology(topology, v)]
    said = st.one_of(
        st.sampled_from(NEGATIVE).map(lambda outcome: (outcome, ())),
        st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=2, unique=True).map(
            lambda addresses: (Outcome.ANSWER, tuple(addresses))
        ),
    )
    every = st.dictionaries(st.sampled_from(questions), said, min_size=1, max_size=3)
    return every.map(
        lambda found: [Answered(asked, outcome, seen, (asked.fqdn,)) for asked, (outcome, seen) in found.items()]
    )


def _assert_explains(explanation: Explanation, answers: list[Answered], base: Simulated) -> None:
    """Each answer is that of the topology with the faults, or, behind a cache, that from before."""
    for answer in answers:
        after = explanation.simulated.explains(answer)
        before = explanation.remembered is not None and explanation.remembered.explains(answer)
        assert after or before, (explanation.key, answer)
    assert not base.explains_all()


@pytest.mark.slow
@pytest.mark.parametrize("sample", SAMPLES)
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_what_is_named_gives_exactly_what_was_observed(sample: str, data: st.DataObject) -> None:
    """And no set has another one in it."""
    topology = load(str(ZONES / f"{sample}.yaml"))
    answers = data.draw(_answers(topology))
    made = search(topology, answers)
    found = made.smallest()
    for explanation in found:
        _assert_explains(explanation, answers, made.base)
        if explanation.remembered is None:
            # Simulated from nothing, not as the search did.
            alone = search(explanation.simulated.topology, answers)
            assert alone.base.explains_all(), explanation.key
    keys = [explanation.key for explanation in found]
    assert not [(one, other) for one in keys for other in keys if one < other]
    assert not made.base.explains_all() or not found
