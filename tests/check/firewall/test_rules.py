"""The rules of all samples: with them every operation works, and without one exactly the operations fail that it names."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, get_args

import pytest
from hypothesis import given

from acrdns.azure import INTERNET
from acrdns.check.firewall.allow_list import read
from acrdns.check.firewall.compare import compare
from acrdns.check.firewall.flows import flows
from acrdns.check.firewall.rules import FirewallRule, firewall
from acrdns.check.simulate import addresses
from acrdns.lab.namespace.surroundings import surroundings
from acrdns.lab.sites import lab_world
from acrdns.names import name
from acrdns.record import Type
from acrdns.report.firewall import json as as_json
from acrdns.report.firewall import text as as_text
from acrdns.report.formats import FirewallFormat, renderer
from acrdns.resolve.chain import Question
from acrdns.resolve.world import World
from acrdns.topology.load import load, loads
from acrdns.topology.samples import samples
from acrdns.traffic import OPERATIONS, PULL, TABLE, Operation
from tests.topologies import topologies

if TYPE_CHECKING:
    from acrdns.check.firewall.entries import AllowList
    from acrdns.topology.model import Topology

GOOD = [sample for sample in samples() if "/" not in sample]
BROKEN = [sample for sample in samples() if "/" in sample]


@cache
def lab_of(sample: str) -> World:
    """Return a sample as the lab has it."""
    return lab_world(load(sample))


def list_of(rules: tuple[FirewallRule, ...]) -> AllowList:
    """Return rules as somebody writes them into a file."""
    return read("".join(f"{rule.host.name}:{rule.port}\n" for rule in rules), "list")


@pytest.mark.parametrize("sample", GOOD)
def test_the_own_list_is_right_and_one_line_less_is_missed(sample: str) -> None:
    """In each form that is a list; what is missing is the line, what breaks are its operations."""
    world = lab_of(sample)
    for vantage in (None, *world.topology.vantages):
        found = firewall(world.topology, vantage)
        for form in (as_text, as_json):
            assert compare(world, found.rules, read(form.render(found), "list")).clean
        for left in found.rules:
            kept = tuple(rule for rule in found.rules if rule != left)
            judged = compare(world, found.rules, list_of(kept))
            missed = (left,) if left.scope == "registry" else ()
            assert (judged.missing, judged.excess) == (missed, ())
            assert judged.breaks == (left.operations if missed else ())


def addresses_of(world: World, vantage: str, rule: FirewallRule) -> set[str]:
    """Return the addresses that a rule's host leads to."""
    if rule.host.wildcard:
        return set()
    return set(addresses(world.answer(vantage, Question(name(rule.host.name), Type.A)), Type.A))


def works(world: World, vantage: str, allowed: AllowList | None) -> dict[tuple[Operation, str], bool]:
    """Return whether an operation's connection to a host is made, below the lab: its address is there, and answers."""
    there = surroundings(world, vantage, firewall=allowed)
    by_address = {endpoint.address: endpoint.hosts for endpoint in there.endpoints}
    found = {}
    for flow in flows(world.topology, vantage):
        if flow.registry is None and flow.operation != "management":
            continue  # the lab has no other service of Azure
        if flow.host.wildcard:
            reached = any(host.endswith(flow.host.name[1:]) for hosts in by_address.values() for host in hosts)
        else:
            answer = world.answer(vantage, Question(name(flow.host.name), Type.A))
            reached = any(address in by_address for address in addresses(answer, Type.A))
        found[flow.operation, flow.host.name] = reached
    return found


def law(sample: str) -> None:
    """Hold the list of each vantage point against what is there with it, and with one line less."""
    world = lab_of(sample)
    for vantage in world.topology.vantages:
        rules = firewall(world.topology, vantage).rules
        free = works(world, vantage, None)
        assert works(world, vantage, list_of(rules)) == free
        # Where DNS leads two names to one address, the address passes as long as one of them does.
        led_to = {rule: addresses_of(world, vantage, rule) for rule in rules}
        for left in rules:
            kept = tuple(rule for rule in rules if rule != left)
            less = works(world, vantage, list_of(kept))
            lost = {key for key, reached in free.items() if reached and not less[key]}
            shared = any(led_to[left] & led_to[rule] for rule in kept)
            named = {(o, left.host.name) for o in left.operations if free.get((o, left.host.name))}
            assert lost == (set() if shared else named), vantage


@pytest.mark.parametrize("sample", GOOD)
def test_the_lab_works_by_the_list_and_lacks_what_a_line_less_says(sample: str) -> None:
    """Every address that an operation needs is there with the list; a line less takes away those of its host."""
    law(sample)


@pytest.mark.slow
@pytest.mark.parametrize("sample", BROKEN)
def test_a_list_makes_nothing_worse_that_is_broken(sample: str) -> None:
    """The same where DNS is wrong: a firewall follows the names."""
    law(sample)


REGIONAL = """
version: 1
registries:
  contoso:
    location: eastus
    replications: [westus, {region: westeurope, global_endpoint_routing: false}]
    regional_endpoints_enabled: true
    data_endpoint_enabled: true
"""


@pytest.mark.parametrize(
    ("more", "operation", "hosts"),
    [
        ("", "layer-push", ["contoso.azurecr.io"]),
        ("", "layer-pull", ["contoso.azurecr.io", "*.blob.core.windows.net"]),
        ("data_endpoint_enabled: true", "layer-pull", ["contoso.azurecr.io", "contoso.eastus.data.azurecr.io"]),
        ("data_endpoint_enabled: true", "layer-push", ["contoso.azurecr.io"]),
        ("replications: [westus]", "layer-pull", ["contoso.azurecr.io", "*.blob.core.windows.net"]),
        (
            "replications: [westus], data_endpoint_enabled: true",
            "layer-pull",
            ["contoso.azurecr.io", "contoso.eastus.data.azurecr.io", "contoso.westus.data.azurecr.io"],
        ),
        (
            "regional_endpoints_enabled: true, data_endpoint_enabled: true",
            "layer-push",
            ["contoso.azurecr.io", "contoso.eastus.geo.azurecr.io"],
        ),
        ("dns_label: contoso-h4sh", "manifest", ["contoso-h4sh.azurecr.io"]),
        ("", "management", ["management.azure.com", "login.microsoftonline.com"]),
        ("", "sync-auth", []),
        ("", "sync-messages", []),
    ],
)
def test_an_operation_talks_to_hosts(more: str, operation: Operation, hosts: list[str]) -> None:
    """With and without dedicated data endpoints; a push goes to the login server alone."""
    topology = loads(f"registries: {{contoso: {{location: eastus, {more}}}}}", "t.yaml")
    assert [flow.host.name for flow in flows(topology, INTERNET, [operation])] == hosts


@pytest.mark.parametrize(
    ("cloud", "region", "hosts"),
    [
        ("AzureCloud", "eastus", ["contoso.azurecr.io", "*.blob.core.windows.net", "azurecr.io", "login.microsoftonline.com", "management.azure.com"]),
        ("AzureChinaCloud", "chinaeast2", ["contoso.azurecr.cn", "*.blob.core.chinacloudapi.cn", "azurecr.cn", "login.chinacloudapi.cn", "management.chinacloudapi.cn"]),
        ("AzureUSGovernment", "usgovvirginia", ["contoso.azurecr.us", "*.blob.core.usgovcloudapi.net", "azurecr.us", "login.microsoftonline.us", "management.usgovcloudapi.net"]),
    ],
)  # fmt: skip
def test_each_cloud_has_hosts_of_its_own(cloud: str, region: str, hosts: list[str]) -> None:
    """Microsoft's own registry is the same for all."""
    topology = loads(f"cloud: {cloud}\nregistries: {{contoso: {{location: {region}}}}}", "t.yaml")
    found = [rule.host.name for rule in firewall(topology, INTERNET).rules]
    assert found == [*hosts, "mcr.microsoft.com", "*.data.mcr.microsoft.com"]


def test_a_connected_registry_needs_two_hosts_of_its_parent() -> None:
    """It logs in at the login server, and syncs over the home region's data endpoint; a nested one asks its parent."""
    topology = load("connected-registry")
    found = {rule.host.name: rule.operations for rule in firewall(topology, "plant").rules if rule.scope == "registry"}
    assert {host: [o for o in operations if o.startswith("sync")] for host, operations in found.items()} == {
        "contoso.azurecr.io": ["sync-auth"],
        "contoso.eastus.data.azurecr.io": ["sync-messages"],
    }
    local = {(flow.host.name, flow.operation) for flow in flows(topology, "plant") if flow.host.kind == "connected"}
    assert ("factory.plant.example", "sync-messages") in local, "line-1 asks it"
    assert ("factory.plant.example", "layer-push") in local
    assert ("line-1.plant.example", "layer-pull") in local
    assert ("line-1.plant.example", "layer-push") not in local, "it is ReadOnly"
    assert not any(o.startswith("sync") for rule in firewall(topology, INTERNET).rules for o in rule.operations)


BESIDE = """
version: 1
registries:
  contoso:
    location: eastus
    data_endpoint_enabled: true
    connected_registries:
      factory: {network: plant, login_server: factory.plant.example, address: 192.168.0.20}
networks:
  plant: {kind: on_premises, address_space: [192.168.0.0/16], peerings: [depot]}
  depot: {kind: on_premises, address_space: [192.169.0.0/16]}
"""


def test_a_connected_registry_has_a_line_where_a_firewall_is_between() -> None:
    """Clients of its own network reach it without one, those of another do not; either may have it in a list."""
    world = lab_world(loads(BESIDE, "t.yaml"))
    hosts = {v: [r.host.name for r in firewall(world.topology, v).rules] for v in ("plant", "depot", INTERNET)}
    assert [vantage for vantage, found in hosts.items() if "factory.plant.example" in found] == ["depot"]
    for vantage in ("plant", "depot"):
        rules = firewall(world.topology, vantage).rules
        text = as_text.render(firewall(world.topology, vantage)) + "factory.plant.example\n"
        assert compare(world, rules, read(text, "list")).clean


def test_every_replica_has_a_line_that_says_when_it_serves() -> None:
    """The one in the home region, one that may serve, and one that serves its regional endpoint alone."""
    found = {rule.host.name: rule.why for rule in firewall(loads(REGIONAL, "t.yaml"), INTERNET, ["layer-pull"]).rules}
    assert found == {
        "contoso.azurecr.io": "login server of contoso",
        "contoso.eastus.geo.azurecr.io": "regional endpoint of contoso in eastus",
        "contoso.westus.geo.azurecr.io": "regional endpoint of contoso in westus",
        "contoso.westeurope.geo.azurecr.io": "regional endpoint of contoso in westeurope",
        "contoso.eastus.data.azurecr.io": "data endpoint of contoso in its home region eastus",
        "contoso.westus.data.azurecr.io": "data endpoint of contoso in westus, when that replica serves",
        "contoso.westeurope.data.azurecr.io": "data endpoint of contoso in westeurope, when that replica serves",
    }
    law_of_regions = loads(REGIONAL.replace("regional_endpoints_enabled: true", ""), "t.yaml")
    (drained,) = (r.why for r in firewall(law_of_regions, INTERNET).rules if "westeurope" in r.host.name)
    assert drained == "data endpoint of contoso in westeurope, for when the login server routes there again"


def test_operations_are_those_of_the_table() -> None:
    """Each is there, from a plant with a connected registry."""
    found = {flow.operation for flow in flows(load("connected-registry"), "plant")}
    assert found == set(OPERATIONS)


@pytest.mark.slow
@given(topologies())
def test_the_list_of_any_topology_is_right(topology: Topology) -> None:
    """From everywhere together; and every format takes it."""
    found = firewall(topology, None)
    assert compare(World(topology), found.rules, read(as_text.render(found), "list")).clean
    assert all(renderer("firewall", format_)(found) for format_ in get_args(FirewallFormat))


def test_the_requests_of_a_pull_are_in_the_table() -> None:
    """What `trace --pull` tells in order, a firewall has to let through."""
    assert {(request.operation, request.peer) for request in PULL} <= {(each.operation, each.peer) for each in TABLE}
