"""What a change of the topology does, told by vantage point and endpoint."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, given
from hypothesis import strategies as st

from acrdns.check.estate.diff import Diff, Effect, diff
from acrdns.names import name
from acrdns.record import Type
from acrdns.resolve.chain import Question
from acrdns.resolve.world import Timeline, World
from acrdns.topology.dump import dumps
from acrdns.topology.load import loads
from tests.examples import examples
from tests.resolve import tangled
from tests.topologies import topologies

if TYPE_CHECKING:
    from acrdns.resolve.chain import Resolution
    from acrdns.topology.model import PrivateEndpoint, Topology

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
    """Return the changes as people read them."""
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


def test_a_name_that_there_is_none_of_becomes_one_without_an_address_as_late() -> None:
    """NXDOMAIN and no record of the type are two answers, and the first is held for the negative TTL too."""
    without_group = LINKED.replace("    dns_zone_group: [privatelink.azurecr.io]\n", "")
    found = compare(without_group, without_group + "    records: {contoso: {TXT: [x]}}\n").changes
    assert {(c.vantage, c.fqdn, c.seconds) for c in found} == {
        (vantage, "contoso.azurecr.io", 10) for vantage in ("hub", "spoke")
    }


SHUT = LINKED.replace("location: eastus}}", "location: eastus, public_network_access_enabled: false}}")
BY_HAND = (
    LINKED.replace("    dns_zone_group: [privatelink.azurecr.io]\n", "") + "    records: {contoso: {A: [10.0.0.7]}}\n"
)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(
            LINKED,
            LINKED.replace("network: hub", "network: hub\n    status: Rejected"),
            "changes",
            id="an endpoint is gone, and the public one takes over",
        ),
        pytest.param(
            SHUT,
            SHUT.replace("network: hub", "network: hub\n    status: Rejected"),
            "breaks",
            id="an endpoint is gone, and the public one takes nobody",
        ),
    ],
)
def test_who_loses_a_private_endpoint(before: str, after: str, expected: str) -> None:
    """The topology expects no private address any more; whether the clients are served still is another question."""
    login = [change for change in compare(before, after).changes if change.fqdn == "contoso.azurecr.io"]
    assert [(change.vantage, change.effect.value) for change in login] == [("hub", expected), ("spoke", expected)]
    told = "pe is Rejected, so it has no part in this"
    assert {change.cause for change in login} == {told if expected == "breaks" else ""}


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        pytest.param("A: [10.0.0.7]", [], id="nothing"),
        pytest.param("A: [10.0.0.7], ttl: 60", ["changes hub A 60", "changes spoke A 60"], id="another TTL"),
        pytest.param(
            "A: [10.0.0.7], AAAA: ['2001:db8::7']", ["breaks hub AAAA 3600", "breaks spoke AAAA 3600"], id="IPv6 comes"
        ),
        pytest.param("AAAA: ['2001:db8::7']", ["breaks hub A None", "breaks spoke A None", "breaks hub AAAA 3600", "breaks spoke AAAA 3600"], id="IPv6 instead"),
    ],
)  # fmt: skip
def test_the_rest_of_an_answer_counts_too(record: str, expected: list[str]) -> None:
    """TTLs and IPv6 addresses; an AAAA question that fails as the A question does is not told twice."""
    found = compare(BY_HAND, BY_HAND.replace("A: [10.0.0.7]", record)).changes
    assert [f"{c.effect.value} {c.vantage} {c.type.name} {c.after.ttl if c.after else '-'}" for c in found] == expected


def test_the_order_of_addresses_is_no_difference() -> None:
    """A record set has no order (RFC 2181 section 5)."""
    one, other = (BY_HAND.replace("[10.0.0.7]", text) for text in ("[10.0.0.7, 10.0.0.9]", "[10.0.0.9, 10.0.0.7]"))
    assert compare(one, other).changes == ()


@given(topologies())
def test_a_topology_does_not_differ_from_itself(topology: Topology) -> None:
    """`diff x x` is empty."""
    assert diff(World(topology), World(topology)).changes == ()


@st.composite
def changes(draw: st.DrawFn) -> tuple[Topology, Topology]:
    """Return a tangled topology, and the same with one thing of a kind taken from it: a link, a server's rule, a zone group."""
    topology = draw(tangled.topologies())
    return topology, draw(st.sampled_from(WAYS))(topology)


def without_links(topology: Topology) -> Topology:
    """Take every link away."""
    zones = {key: replace(zone, links={}) for key, zone in topology.private_dns_zones.items()}
    return replace(topology, private_dns_zones=zones)


def without_forwarding(topology: Topology) -> Topology:
    """Let the servers that people run ask public DNS."""
    servers = {
        address: replace(server, forwarders=(), conditional_forwarders={})
        for address, server in topology.dns_servers.items()
    }
    return replace(topology, dns_servers=servers)


def without_zone_groups(topology: Topology) -> Topology:
    """Let no private endpoint write records."""
    endpoints = {key: replace(endpoint, dns_zone_group=()) for key, endpoint in topology.private_endpoints.items()}
    return replace(topology, private_endpoints=endpoints)


def without_approval(topology: Topology) -> Topology:
    """Let no private endpoint be approved."""
    endpoints: dict[str, PrivateEndpoint] = {
        key: replace(endpoint, status="Pending") for key, endpoint in topology.private_endpoints.items()
    }
    return replace(topology, private_endpoints=endpoints)


def without_own_servers(topology: Topology) -> Topology:
    """Let every network ask what is there without servers of its own."""
    networks = {name: replace(network, dns_servers=()) for name, network in topology.networks.items()}
    return replace(topology, networks=networks)


WAYS = (without_links, without_forwarding, without_zone_groups, without_approval, without_own_servers)


@examples(1 / 4, phases=(Phase.explicit, Phase.generate))
@given(changes(), st.booleans())
def test_a_fix_applied_and_undone_is_no_difference(changed: tuple[Topology, Topology], backwards: bool) -> None:
    """There and back again, through files, every answer is what it was; and what gains one way breaks the other."""
    before, after = (World(topology) for topology in (reversed(changed) if backwards else changed))
    undone = World(loads(dumps(before.topology), "undone.yaml"))
    assert diff(before, undone).changes == ()
    there, back = diff(before, after).changes, diff(after, undone).changes
    mirrored = {Effect.BREAKS: Effect.GAINS, Effect.GAINS: Effect.BREAKS, Effect.CHANGES: Effect.CHANGES}
    assert {(c.fqdn, c.vantage, c.before, c.after, c.effect) for c in there} == {
        (c.fqdn, c.vantage, c.after, c.before, mirrored[c.effect]) for c in back
    }


@examples(1 / 4, phases=(Phase.explicit, Phase.generate))
@given(changes(), st.booleans())
def test_no_cache_holds_an_old_answer_for_longer(changed: tuple[Topology, Topology], backwards: bool) -> None:
    """Servers that remember everything from before give the new answer as soon as diff says.

    Where servers that remember do not even settle on the new answer among themselves (an alias is remembered, and what
    is behind it is asked for by another way), there is nothing to hold it against.
    """
    before, after = (World(topology) for topology in (reversed(changed) if backwards else changed))
    for change in diff(before, after).changes:
        if change.seconds is None:
            continue
        question = Question(name(change.fqdn), Type.A)
        timeline = Timeline(before)
        for vantage in before.vantages:
            timeline.resolve(vantage, question, 0)
        timeline.world = after
        fresh = answered(after.resolve(change.vantage, question))
        if settles(after, change.vantage, question, change.seconds):
            assert answered(timeline.resolve(change.vantage, question, change.seconds)) == fresh, change


def settles(world: World, vantage: str, question: Question, seconds: int) -> bool:
    """Return whether servers that remember give the same answer in the end as they do at first."""
    fresh, expiries = world.resolve(vantage, question), {0, seconds, 11, 61, 301, 601, 3601}
    return all(
        answered(timeline.resolve(vantage, question, at)) == answered(fresh)
        for at in sorted(expiries)
        for timeline in [warmed(world, question)]
    )


def warmed(world: World, question: Question) -> Timeline:
    """Let everybody ask at the beginning."""
    timeline = Timeline(world)
    for vantage in world.vantages:
        timeline.resolve(vantage, question, 0)
    return timeline


def answered(resolution: Resolution) -> tuple[object, ...]:
    """Return rcode and addresses: TTLs count down."""
    return (resolution.response.rcode, *((r.name, r.type, r.rdatas) for r in resolution.response.answer))
