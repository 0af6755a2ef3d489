"""The law of what to change: each error has fixes that the model proved, or words that name an entry of the file.

Such an entry is a network, client, zone, server, ruleset, registry or private endpoint. The commands that only show what
is wrong do not count: they name vantage points anyway.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st

from acrdns.check.facts import Facts
from acrdns.check.lint import causes
from acrdns.check.profile import Profile
from acrdns.topology.dump import SECTIONS
from tests.check.test_law_of_fixes import FOUND
from tests.examples import examples
from tests.resolve import tangled
from tests.topologies import topologies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.topology.model import Topology
    from tests.scenarios.scenario import Scenario

LOOK = re.compile(r"; (?:look at|each step:) acrdns .*")


def entries(topology: Topology) -> Iterator[str]:
    """Return what messages may call the entries of a file."""
    for section in SECTIONS:
        yield from getattr(topology, section)
    for registry in topology.registries.values():
        yield from (registry.dns_label, *registry.connected_registries)
    for resolver in topology.private_resolvers.values():
        yield from resolver.inbound_endpoints


def holds(topology: Topology) -> None:
    """Assert the law for every error of a topology."""
    named = [re.compile(rf"(?<![\w-]){re.escape(entry)}(?!\w)", re.IGNORECASE) for entry in entries(topology)]
    for proved in causes(Facts(topology)):
        finding = proved.finding
        if Profile().severity(finding.code) == "error" and proved.effect is None:
            says = LOOK.sub("", finding.fix)
            assert any(each.search(says) for each in named), (finding.code, finding.message, finding.fix)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", FOUND, ids=lambda scenario: scenario.file.stem)
def test_what_to_change_in_a_scenario(scenario: Scenario) -> None:
    """Each scenario with a finding."""
    holds(scenario.topology())


@examples(1 / 4, phases=(Phase.explicit, Phase.generate))
@given(topology=topologies())
def test_what_to_change_in_estates_of_any_shape(topology: Topology) -> None:
    """Small ones."""
    holds(topology)


@pytest.mark.slow
@examples(2, phases=(Phase.explicit, Phase.generate), suppress_health_check=[HealthCheck.too_slow])
@given(topology=st.one_of(tangled.topologies(later=True), topologies()))
def test_what_to_change_in_random_topologies(topology: Topology) -> None:
    """Whatever the topology."""
    holds(topology)
