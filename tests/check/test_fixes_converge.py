"""The law of repeated fixing: one fix after another ends, nothing gets worse, and none takes back what one has made.

A fix that another undoes leads in a circle, even where the file differs each time: a zone that one fix creates and the
next empties, or an endpoint that gets records and is deleted. The steps are those of the model, which `lint` shows one
at a time.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from acrdns.check.lint import each_alone, lint
from acrdns.check.proof.lasting import MOST_AHEAD, steps
from acrdns.topology.dump import dumps
from acrdns.topology.load import loads
from acrdns.topology.text.edit import Append, Drop
from tests.check.test_law_of_fixes import FOUND, UNSHRUNK, fixed, turned_wrong
from tests.examples import examples
from tests.resolve import tangled

if TYPE_CHECKING:
    from acrdns.check.proof.lasting import FixStep
    from acrdns.errors import Path
    from acrdns.topology.model import Topology
    from acrdns.topology.text.edit import Edit
    from tests.scenarios.scenario import Scenario

SPACES = {"east": "10.1", "west": "10.2", "hub": "10.0"}


def named(topology: Topology, edit: Edit) -> Path:
    """Return the path of an edit, in which items of zone groups have their names in the place of numbers."""
    if isinstance(edit, Append):
        return (*edit.path, edit.value)
    if edit.path[0] == "private_endpoints" and isinstance(edit.path[-1], int):
        return (*edit.path[:-1], topology.private_endpoints[str(edit.path[1])].dns_zone_group[edit.path[-1]])
    return edit.path


def converges(topology: Topology) -> list[FixStep]:
    """Assert the law for one topology, and return the steps."""
    made: set[Path] = set()
    found = steps(topology)
    assert len(found) < MOST_AHEAD, [step.finding.fix for step in found]
    for step in found:
        now = topology
        for fix in step.finding.fixes:
            for edit in fix.edits(now):
                path = named(now, edit)
                if isinstance(edit, Drop):
                    assert all(each[: len(path)] != path for each in made), (step.finding.code, step.finding.fix)
                else:
                    made.add(path)
            now = fix.apply(now)
        after = loads(dumps(now), topology.file)
        assert not turned_wrong(topology, after), (step.finding.code, step.finding.fix)
        assert dumps(after) != dumps(topology), (step.finding.code, step.finding.fix)
        topology = after
    assert all(fixed(topology, each.finding) is None for each in each_alone(topology))
    return found


def is_what_lint_shows(topology: Topology) -> None:
    """Assert that who makes the first fix of `lint` each time makes these steps."""
    for step in converges(topology):
        first, after = next((each, now) for each in lint(topology) if (now := fixed(topology, each)))
        assert first.fix == step.finding.fix
        topology = after


@st.composite
def doubled(draw: st.DrawFn) -> Topology:
    """Return a small estate in which a registry has several private endpoints, some in one network."""
    regions = draw(st.sampled_from([["eastus"], ["eastus", "westus"]]))
    networks = {
        name: {
            "address_space": [f"{SPACES[name]}.0.0/16"],
            "peerings": draw(tangled.some(st.sampled_from([each for each in SPACES if each != name]), 2)),
        }
        for name in SPACES
    }
    keys = draw(tangled.some(st.sampled_from(["privatelink.azurecr.io", "east-zone", "west-zone"]), 2))
    linked = {network: draw(st.sampled_from([None, *keys])) for network in SPACES}
    zones: dict[str, Any] = {
        key: {
            "name": "privatelink.azurecr.io",
            "virtual_network_links": {network: {} for network, zone in linked.items() if zone == key},
        }
        for key in keys
    }
    endpoints = {}
    for index in range(draw(st.integers(2, 4))):
        network = draw(st.sampled_from(["east", "east", "west"]))
        members = ["registry", *(f"registry_data_{region}" for region in regions)]
        endpoints[f"pe-{index}"] = {
            "registry": "contoso",
            "network": network,
            "addresses": {member: f"{SPACES[network]}.{index + 1}.{at + 4}" for at, member in enumerate(members)},
            "dns_zone_group": draw(tangled.some(st.sampled_from(keys), 1)) if keys else [],
        }
    public = draw(st.booleans())
    registry = {"location": regions[0], "replications": regions[1:], "public_network_access_enabled": public}
    file = {
        "version": 1,
        "registries": {"contoso": registry},
        "networks": networks,
        "private_endpoints": endpoints,
        "private_dns_zones": zones,
    }
    return loads(json.dumps(file, indent=1), "doubled.json")


TWO_IN_ONE_NETWORK = """\
version: 1
registries: {contoso: {location: eastus}}
networks: {hub: {address_space: [10.0.0.0/16]}}
private_endpoints:
  pe-a: {registry: contoso, network: hub, addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}FIRST}
  pe-b: {registry: contoso, network: hub, addresses: {registry: 10.0.0.17, registry_data_eastus: 10.0.0.18}SECOND}
"""
IN_A_ZONE = ", dns_zone_group: [privatelink.azurecr.io]"
ZONE = "private_dns_zones: {privatelink.azurecr.io: {virtual_network_links: {hub: {}}}}\n"


@pytest.mark.parametrize(
    ("first", "second", "zone", "kept"),
    [
        ("", "", "", "pe-a"),
        (IN_A_ZONE, IN_A_ZONE, ZONE, "pe-a"),
        ("", IN_A_ZONE, ZONE, "pe-b"),
        ("", "", ZONE, "pe-a"),
    ],
    ids=["without-a-zone", "both-in-one-zone", "the-later-is-in-the-zone", "neither-is-in-the-zone"],
)
def test_of_two_endpoints_in_one_network_one_stays(first: str, second: str, zone: str, kept: str) -> None:
    """One has the records, in one zone, and no fix separates the two first."""
    text = TWO_IN_ONE_NETWORK.replace("FIRST", first).replace("SECOND", second)
    topology = loads(text + zone, "two.yaml")
    is_what_lint_shows(topology)
    for _ in converges(topology):
        topology = next(filter(None, (fixed(topology, finding) for finding in lint(topology))), topology)
    assert (list(topology.private_endpoints), len(topology.private_dns_zones)) == ([kept], 1)
    assert not lint(topology)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", FOUND, ids=lambda scenario: scenario.file.stem)
def test_repeated_fixing_of_scenarios_ends(scenario: Scenario) -> None:
    """Every scenario with a finding."""
    is_what_lint_shows(scenario.topology())


@examples(1 / 25, phases=UNSHRUNK, suppress_health_check=[HealthCheck.too_slow])
@given(topology=doubled())
def test_repeated_fixing_ends_where_endpoints_are_doubled(topology: Topology) -> None:
    """Several private endpoints of one registry, with and without zones."""
    is_what_lint_shows(topology)


@pytest.mark.slow
@examples(1, phases=UNSHRUNK, suppress_health_check=[HealthCheck.too_slow])
@given(topology=doubled())
def test_repeated_fixing_ends_in_many_small_estates(topology: Topology) -> None:
    """The same, for longer."""
    converges(topology)


@pytest.mark.slow
@examples(1 / 10, phases=UNSHRUNK, suppress_health_check=[HealthCheck.too_slow])
@given(topology=tangled.topologies())
def test_repeated_fixing_of_random_topologies_ends(topology: Topology) -> None:
    """Whatever the topology."""
    converges(topology)


@pytest.mark.slow
@examples(1 / 25, phases=UNSHRUNK, suppress_health_check=[HealthCheck.too_slow])
@given(topology=tangled.topologies(later=True))
def test_repeated_fixing_of_random_topologies_with_clients_and_filters_ends(topology: Topology) -> None:
    """Whatever the topology, with clients, filters, virtual hubs and lists of servers."""
    converges(topology)
