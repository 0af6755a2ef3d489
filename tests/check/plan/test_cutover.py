"""Cutovers: an order without an outage where there is one, proven step by step; else the one that breaks least."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from acrdns.check.plan.availability import availability
from acrdns.check.plan.changes import changed, changes
from acrdns.check.plan.cutover import Cutover, cutover
from acrdns.check.plan.document import document, pair, topology_of
from acrdns.resolve.world import World
from acrdns.topology.load import load, loads
from acrdns.topology.samples import samples
from tests.topologies import topologies

if TYPE_CHECKING:
    from acrdns.topology.model import Topology

GOOD = [sample for sample in samples() if "/" not in sample]
CLOUDS = {sample: load(sample).cloud for sample in GOOD}

PUBLIC = """
registries: {contoso: {location: eastus}}
networks: {hub: {address_space: [10.0.0.0/16]}, spoke: {address_space: [10.1.0.0/16], peerings: [hub]}}
"""
PRIVATE = """
registries: {contoso: {location: eastus, public_network_access_enabled: false}}
networks: {hub: {address_space: [10.0.0.0/16]}, spoke: {address_space: [10.1.0.0/16], peerings: [hub]}}
private_endpoints:
  pe:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}
    dns_zone_group: [zone]
private_dns_zones: {zone: {name: privatelink.azurecr.io, virtual_network_links: {hub: {}, spoke: {}}}}
"""
PLANT = """
registries: {contoso: {location: eastus, public_network_access_enabled: false}}
networks:
  hub: {address_space: [10.0.0.0/16]}
  plant: {kind: on_premises, address_space: [192.168.0.0/16], peerings: [hub], dns_servers: [192.168.0.53]}
dns_servers: {192.168.0.53: {network: plant, conditional_forwarders: {azurecr.io: [10.0.0.4]}}}
private_resolvers: {resolver: {network: hub, inbound_endpoints: [10.0.0.4]}}
private_endpoints:
  pe:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}
    dns_zone_group: [zone]
private_dns_zones: {zone: {name: privatelink.azurecr.io, virtual_network_links: {hub: {}}}}
"""
OFF = ", public_network_access_enabled: false"


def plan(before: str, after: str) -> Cutover:
    """Return the plan from one text to another."""
    return cutover(loads(before, "before.yaml"), loads(after, "after.yaml"))


def texts(found: Cutover) -> list[str]:
    """Return the changes in order."""
    return ["; ".join(step.changes) for step in found.steps]


def timed(found: Cutover) -> list[tuple[str, int, int]]:
    """Return the changes in order, each with how long caches hold old answers, and how long to wait."""
    return [(text, s.hold_seconds, s.wait_seconds) for text, s in zip(texts(found), found.steps, strict=True)]


def test_the_way_to_a_private_endpoint() -> None:
    """The zone has its records before a network sees it, and public access ends when nobody needs it any more."""
    found = plan(PUBLIC, PRIVATE)
    assert not found.outage
    assert timed(found) == [
        ("create private endpoint pe in hub", 3600, 0),
        ("create private zone zone", 0, 0),
        ("add zone to the zone group of pe", 0, 0),
        ("link zone to hub", 3600, 0),
        ("link zone to spoke", 3600, 3600),
        ("set public_network_access_enabled of registry contoso to false", 0, 0),
    ]
    first, *others = (step.notes for step in found.steps)
    hosts = "contoso.eastus.data.azurecr.io now, and no longer from *.blob.core.windows.net"
    assert first == (f"layers of contoso come from {hosts}: let firewalls pass that before",)
    assert not any(others)


def test_the_way_back() -> None:
    """Public access comes first, and a network leaves the zone before the zone loses its records."""
    found = plan(PRIVATE, PUBLIC)
    assert not found.outage
    assert timed(found) == [
        ("set public_network_access_enabled of registry contoso to true", 0, 0),
        ("unlink zone from hub", 10, 0),
        ("unlink zone from spoke", 10, 0),
        ("remove zone from the zone group of pe", 0, 10),
        ("delete private endpoint pe", 3600, 0),
        ("delete private zone zone", 0, 0),
    ]
    assert [any("*.blob.core.windows.net now" in note for note in step.notes) for step in found.steps] == [
        *(False, False, False, False, True, False)
    ]


def test_a_network_leaves_one_zone_before_it_has_another_of_the_same_name() -> None:
    """Azure takes no two: without public access there is no order, and each network breaks in turn, not both at once."""
    other = PRIVATE.replace("[zone]", "[other]").replace("{zone:", "{other:")
    found = plan(PRIVATE, other)
    assert (found.outage, found.all_tried) == (True, True)
    broken = [{each.spot.vantage for each in step.breaks} for step in found.steps]
    assert [each for each in broken if each] == [{"hub"}, {"spoke"}]
    assert {each.spot.fqdn for step in found.steps for each in step.breaks} == {
        "contoso.azurecr.io",
        "contoso.eastus.data.azurecr.io",
    }
    assert not plan(PRIVATE.replace(OFF, ""), other.replace(OFF, "")).outage, "meanwhile the public answer serves"


def test_caches_that_lead_to_an_address_that_is_gone_are_an_outage() -> None:
    """An endpoint with other addresses is another network interface: for a TTL, clients try the old one."""
    found = plan(PLANT, PLANT.replace("10.0.0.7", "10.0.0.17").replace("10.0.0.8", "10.0.0.18"))
    (step,) = found.steps
    assert step.changes == (
        "make pe again with 10.0.0.17 for registry; make pe again with 10.0.0.18 for registry_data_eastus",
    )
    assert (step.hold_seconds, step.wait_seconds, found.outage) == (10, 0, True)
    assert {each.seconds for each in step.breaks} == {10}
    assert {(each.spot.vantage, each.spot.fqdn) for each in step.breaks} == {
        (vantage, fqdn)
        for vantage in ("hub", "plant")
        for fqdn in ("contoso.azurecr.io", "contoso.eastus.data.azurecr.io")
    }
    assert all(each.why.startswith("caches still lead to 10.0.0.") for each in step.breaks)


def test_an_inbound_endpoint_is_replaced_without_an_outage() -> None:
    """The new one is there before the forwarder asks it, and the old one as long as it is asked."""
    found = plan(PLANT, PLANT.replace("10.0.0.4]", "10.0.0.44]"))
    assert not found.outage
    assert texts(found) == [
        "add inbound endpoint 10.0.0.44 to resolver",
        "let DNS server 192.168.0.53 forward azurecr.io to 10.0.0.44",
        "remove inbound endpoint 10.0.0.4 from resolver",
    ]


def test_a_region_comes_with_its_addresses() -> None:
    """Azure adds them to each private endpoint in the same operation."""
    more = PRIVATE.replace("location: eastus", "location: eastus, replications: [westus]").replace(
        "registry_data_eastus: 10.0.0.8", "registry_data_eastus: 10.0.0.8, registry_data_westus: 10.0.0.9"
    )
    found = plan(PRIVATE, more)
    assert texts(found) == ["add replica westus to contoso; give pe 10.0.0.9 for registry_data_westus"]
    assert not found.outage


def test_a_file_that_is_broken_in_the_end_is_an_outage() -> None:
    """There is no order that ends well; where clients from the internet are meant to be refused, nothing breaks."""
    found = plan(PRIVATE, PRIVATE.replace(", spoke: {}}", "}"))
    assert [sorted({each.spot.vantage for each in step.breaks}) for step in found.steps] == [["spoke"]]
    assert not plan(PRIVATE.replace(OFF, ""), PRIVATE).outage


def test_what_was_broken_before_does_not_count() -> None:
    """A plan that mends is one without an outage."""
    assert not cutover(load("broken/network-without-zone-link"), load("private-link-geo")).outage


def test_equal_files_have_no_steps() -> None:
    """Nor have those that differ in what nobody changes."""
    assert plan(PRIVATE, PRIVATE).steps == ()
    assert (
        plan(
            PRIVATE,
            PRIVATE.replace("location: eastus", "location: eastus, public: {addresses: {registry: [20.0.0.1]}}"),
        ).steps
        == ()
    )


SHARED = """
registries:
  contoso: {{location: eastus, public: {{frontend: a.azcr.io, addresses: {{registry: [{0}]}}}}}}
  fabrikam: {{location: eastus, public: {{frontend: a.azcr.io, addresses: {{registry: [{0}]}}}}}}
"""


def test_a_front_end_that_registries_share_may_move() -> None:
    """Also where one of them goes away, whose addresses the later file contradicts: then the address is a change."""
    one = SHARED.format("20.0.0.1")
    assert plan(one, SHARED.format("20.0.0.2")).steps == ()
    gone = "".join(line for line in SHARED.format("20.0.0.2").splitlines(keepends=True) if "fabrikam" not in line)
    assert [text.partition(" to ")[0] for text in texts(plan(one, gone))] == [
        "delete registry fabrikam",
        "set public of registry contoso",
    ]


@pytest.mark.parametrize(("first", "second"), list(pairwise(GOOD)))
def test_changes_lead_from_each_sample_to_the_next(first: str, second: str) -> None:
    """All of them made, every name is answered as by the second file; each file, taken apart, is put together again."""
    before, after = load(first), load(second)
    assert availability(World(topology_of(document(after), after))) == availability(World(after))
    if before.cloud != after.cloud:
        return
    state, end = pair(before, after)
    for change in changes(state, end):
        for path, value in change.edits:  # in any order: only the end counts
            here = state
            for step in path[:-1]:
                here = here.setdefault(step, {})
            if value is None:
                here.pop(path[-1], None)
            else:
                here[path[-1]] = value
    made, wanted = (availability(World(topology_of(each, after))) for each in (state, end))
    assert made == wanted


@pytest.mark.slow
@given(topologies())
def test_any_topology_is_put_together_again(topology: Topology) -> None:
    """Taken apart, it answers as it did."""
    whole = topology_of(document(topology), topology)
    assert availability(World(whole)) == availability(World(topology))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("first", "second"), [(a, b) for a in GOOD for b in GOOD if a != b and CLOUDS[a] == CLOUDS[b]][::15]
)
def test_each_step_of_a_plan_is_what_it_says(first: str, second: str) -> None:
    """Made one by one by hand, nothing that served at the start and serves in the end fails at a step that breaks nothing."""
    before, after = load(first), load(second)
    found = cutover(before, after)
    state, end = pair(before, after)
    by_text = {change.text: change for change in changes(state, end)}
    started = availability(World(topology_of(state, after)))
    ended = availability(World(topology_of(end, after)))
    for step in found.steps:
        for text in step.changes:
            following = changed(state, by_text.pop(text))
            assert following is not None
            state = following
        services = availability(World(topology_of(state, after)))
        failing = {
            spot
            for spot, service in services.items()
            if service.fails and spot in started and not started[spot].fails and spot in ended and not ended[spot].fails
        }
        assert failing <= {each.spot for each in step.breaks}
    assert by_text == {}


def test_the_first_ip_rule_shuts_others_out() -> None:
    """So it is said, and it comes late; the last one that goes lets all in."""
    ruled = PUBLIC.replace("location: eastus}", "location: eastus, ip_rules: [203.0.113.0/24]}").replace(
        ", spoke:", ", new: {address_space: [10.2.0.0/16]}, spoke:"
    )
    assert texts(plan(PUBLIC, ruled)) == [
        "create network new",
        "let only 203.0.113.0/24 into contoso from the internet",
    ]
    assert texts(plan(ruled, PUBLIC))[0] == (
        "take the IP rule 203.0.113.0/24 from contoso: with the last one gone, all are let in"
    )
    more = ruled.replace("[203.0.113.0/24]", "[203.0.113.0/24, 198.51.100.0/24]")
    assert texts(plan(ruled, more)) == ["let 198.51.100.0/24 into contoso"]


def test_a_dns_server_goes_when_no_client_asks_it_any_more() -> None:
    """Clients learn of another one with their next lease, which no file knows: a note says so."""
    before = PLANT.replace("plant: {kind", "plant: {location: eastus, kind")
    found = plan(before, before.replace("192.168.0.53", "192.168.0.54"))
    assert [step.notes for step in found.steps if step.changes == ("delete DNS server 192.168.0.53",)] == [
        ("clients of plant ask 192.168.0.53 until they renew their lease or restart: wait for that before",)
    ]
    assert sum(bool(step.notes) for step in found.steps) == 1


def test_an_endpoint_that_moves_breaks_for_as_long_as_caches_hold_it() -> None:
    """The peering to its new network comes before: without it, the outage would last until somebody makes it."""
    moved = PLANT.replace(
        "hub: {address_space: [10.0.0.0/16]}",
        "hub: {address_space: [10.0.0.0/16]}\n  new: {address_space: [10.5.0.0/16], peerings: [plant]}",
    )
    moved = moved.replace(
        "network: hub\n    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}",
        "network: new\n    addresses: {registry: 10.5.0.7, registry_data_eastus: 10.5.0.8}",
    )
    found = plan(PLANT, moved)
    steps = [step for step in found.steps if step.breaks]
    assert [each.spot.vantage for step in steps for each in step.breaks] == ["plant", "plant"]
    assert {each.seconds for step in steps for each in step.breaks} == {10}
    order = texts(found)
    assert order.index("peer new with plant") < order.index(next("; ".join(step.changes) for step in steps))
