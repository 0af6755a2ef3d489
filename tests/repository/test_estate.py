"""The estates that benchmarks are run on are what they say: right everywhere, or wrong in as many places as asked for."""

from __future__ import annotations

import pytest

from acrdns.check.estate.matrix import matrix
from acrdns.check.lint import lint
from acrdns.resolve.world import World
from acrdns.topology.load import loads
from scripts.benchmarks._estate import Estate


@pytest.mark.parametrize(
    "estate",
    [Estate(3, 1, 0), Estate(3, 2), Estate(12, 25, 2), Estate(2, 50)],
    ids=lambda estate: f"{estate.registries}x{estate.networks}",
)
def test_an_estate_is_right_everywhere(estate: Estate) -> None:
    """Every endpoint that it names is in the matrix, as expected from every network, and lint finds nothing."""
    topology = loads(estate.text(), "estate.yaml")
    found = matrix(World(topology))
    assert len(topology.networks) == estate.networks
    assert [row.fqdn for row in found.rows] == list(estate.names())
    assert found.clean
    assert lint(topology) == ()


def test_links_can_be_taken_away() -> None:
    """As many networks are broken as the estate is asked for."""
    topology = loads(Estate(8, 30, unlinked=2).text(), "estate.yaml")
    assert [finding.code for finding in lint(topology)] == ["ACR101", "ACR101"]
    assert {vantage for _, vantage, _ in matrix(World(topology)).surprises()} == {"spoke-0-7", "spoke-1-7"}


@pytest.mark.parametrize(("networks", "replicas"), [(0, 5), (601, 5), (50, 8), (50, -1)])
def test_an_estate_that_addresses_do_not_suffice_for_is_refused(networks: int, replicas: int) -> None:
    """No file is written that would not load."""
    with pytest.raises(ValueError, match="are possible"):
        Estate(1, networks, replicas)
