"""The law of repeated fixing: one fix after another ends, nothing gets worse, and none takes back what one has made.

A fix that another undoes leads in a circle, even where the file differs each time: a zone that one fix creates and the
next empties, or an endpoint that gets records and is deleted. It is held for small estates with several endpoints of a
registry, and for the scenarios. Of many more of both kinds some break it (2 of 60 small ones): a link is made that a
later fix takes back. So the number of examples is fixed.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acrdns.check.lint import lint
from acrdns.topology.dump import dumps
from acrdns.topology.load import loads
from acrdns.topology.text.edit import Append, Drop, Put
from tests.check.test_law_of_fixes import FOUND, fixed, wrong
from tests.resolve import tangled

if TYPE_CHECKING:
    from acrdns.check.finding import Finding
    from acrdns.errors import Path
    from acrdns.topology.model import Topology
    from acrdns.topology.text.edit import Edit
    from tests.scenarios.scenario import Scenario

MOST = 12
"""Findings that are fixed one after another before the law is broken."""
SPACES = {"east": "10.1", "west": "10.2", "hub": "10.0"}


def edits_of(topology: Topology, finding: Finding) -> list[Edit]:
    """Return the edits of a finding's fixes, each read from the topology that the earlier ones leave."""
    found: list[Edit] = []
    for fix in finding.fixes:
        found += fix.edits(topology)
        topology = fix.apply(topology)
    return found


def undone(made: set[Path], edit: Edit) -> bool:
    """Return whether an edit deletes what an earlier fix has made."""
    return isinstance(edit, Drop) and any(path[: len(edit.path)] == edit.path for path in made)


def converges(topology: Topology) -> None:
    """Assert the law for one topology."""
    made: set[Path] = set()
    for _ in range(MOST):
        tried = ((finding, fixed(topology, finding)) for finding in lint(topology))
        finding, after = next(((f, after) for f, after in tried if after is not None), (None, None))
        if finding is None or after is None:
            return
        for edit in edits_of(topology, finding):
            assert not undone(made, edit), (finding.code, finding.fix)
            if isinstance(edit, Put | Append):
                made.add(edit.path)
        assert wrong(after) <= wrong(topology), (finding.code, finding.fix)
        assert dumps(after) != dumps(topology), (finding.code, finding.fix)
        topology = after
    raise AssertionError([(finding.code, finding.fix) for finding in lint(topology)])


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
    converges(topology)
    for _ in range(MOST):
        topology = next(filter(None, (fixed(topology, finding) for finding in lint(topology))), topology)
    assert (list(topology.private_endpoints), len(topology.private_dns_zones)) == ([kept], 1)
    assert not lint(topology)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", FOUND, ids=lambda scenario: scenario.file.stem)
def test_repeated_fixing_of_scenarios_ends(scenario: Scenario) -> None:
    """Every scenario with a finding."""
    converges(scenario.topology())


@settings(max_examples=4, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(topology=doubled())
def test_repeated_fixing_ends_where_endpoints_are_doubled(topology: Topology) -> None:
    """Several private endpoints of one registry, with and without zones."""
    converges(topology)
