"""What a change of the topology does, told by vantage point and endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from acrdns.check.diff import Diff, Effect, diff
from acrdns.resolve.world import World
from acrdns.topology.load import loads
from tests.topologies import topologies

if TYPE_CHECKING:
    from acrdns.topology.model import Topology

LINKED = """
version: 1
registries: {contoso: {location: eastus}}
networks:
  hub: {address_space: [10.0.0.0/16], peerings: [spoke]}
  spoke: {address_space: [10.1.0.0/16]}
private_endpoints:
  pe:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}
    dns_zone_group: [privatelink.azurecr.io]
private_dns_zones:
  privatelink.azurecr.io:
    virtual_network_links: {hub: {}, spoke: {}}
"""
UNLINKED = LINKED.replace(", spoke: {}}", "}")
MOVED = LINKED.replace("10.0.0.7", "10.0.0.17")


def compare(before: str, after: str) -> Diff:
    """Compare two files given as text."""
    return diff(World(loads(before, "before.yaml")), World(loads(after, "after.yaml")))


def effects(found: Diff) -> list[tuple[str, str, str]]:
    """Give the changes as people read them."""
    return [(change.effect.value, change.vantage, change.fqdn) for change in found.changes]


def test_a_link_taken_away_breaks_the_network_that_had_it() -> None:
    """Whoever got private addresses and now gets public ones is named."""
    found = compare(LINKED, UNLINKED)
    assert effects(found) == [
        ("breaks", "spoke", "contoso.azurecr.io"),
        ("breaks", "spoke", "contoso.eastus.data.azurecr.io"),
    ]
    assert found.breaks


def test_a_link_added_mends_it() -> None:
    """The same change the other way round gains, and breaks nothing."""
    found = compare(UNLINKED, LINKED)
    assert {change.effect for change in found.changes} == {Effect.GAINS}
    assert not found.breaks


def test_an_endpoint_that_moves_changes_without_breaking() -> None:
    """Another private address that is the right one is a change, no more."""
    assert {(change.effect, change.fqdn) for change in compare(LINKED, MOVED).changes} == {
        (Effect.CHANGES, "contoso.azurecr.io")
    }


@pytest.mark.parametrize(
    ("before", "after", "seconds"),
    [
        pytest.param(UNLINKED, LINKED, 3600, id="a public alias is held for its TTL"),
        pytest.param(LINKED, UNLINKED, 10, id="a private address for ten seconds"),
        pytest.param(LINKED, MOVED, 10, id="a moved address for ten seconds"),
    ],
)
def test_the_time_to_heal_is_the_ttl_of_what_is_stale(before: str, after: str, seconds: int) -> None:
    """A cache filled just before the change holds the old record set for its TTL."""
    changed = {change.fqdn: change.seconds for change in compare(before, after).changes}
    assert changed["contoso.azurecr.io"] == seconds


def test_a_missing_record_is_forgotten_after_the_negative_ttl() -> None:
    """NXDOMAIN is held for the smaller of the SOA's TTL and its minimum (RFC 2308)."""
    without_group = LINKED.replace("    dns_zone_group: [privatelink.azurecr.io]\n", "")
    found = {(c.vantage, c.fqdn): c.seconds for c in compare(without_group, LINKED).changes}
    assert found["spoke", "contoso.azurecr.io"] == 10


@given(topologies())
def test_a_topology_does_not_differ_from_itself(topology: Topology) -> None:
    """`diff x x` is empty."""
    assert diff(World(topology), World(topology)).changes == ()
