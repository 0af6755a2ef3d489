"""Fixes in large estates: what a sample of the registries proves is what all of them would prove."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import cycle
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from acrdns.check.facts import Facts
from acrdns.check.fixes.add_zone_group import AddZoneGroup
from acrdns.check.fixes.first_step import FirstStep
from acrdns.check.fixes.fix import ZoneName
from acrdns.check.lint import each_alone, lint
from acrdns.check.proof import explained, sample
from acrdns.topology.load import loads
from tests.check.test_law_of_fixes import UNSHRUNK, fixed, wrong
from tests.examples import examples
from tests.resolve import tangled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.check.fixes.fix import Fix
    from acrdns.check.proof.proved import Proved
    from acrdns.topology.model import Topology

SPACES = {"hub": "10.1", "far": "10.33"}


def estate(forms: list[dict[str, Any]], each: int) -> dict[str, Any]:
    """Return a topology file in which `each` registries have each form."""
    file: dict[str, Any] = {"version": 1, "registries": {}, "networks": {}, "private_endpoints": {}}
    number = 0
    for _ in range(each):
        for form in forms:
            key = f"r{number:05}"
            public = form.get("public", True)
            file["registries"][key] = {"location": "eastus", "public_network_access_enabled": public}
            if "network" in form:
                high, low = divmod(number * 2 + 512, 256)
                space = SPACES[form["network"]]
                file["private_endpoints"][f"{key}-pe"] = {
                    "registry": key,
                    "network": form["network"],
                    "status": form.get("status", "Approved"),
                    "addresses": {
                        "registry": f"{space}.{high}.{low}",
                        "registry_data_eastus": f"{space}.{high}.{low + 1}",
                    },
                    "dns_zone_group": form.get("zones", []),
                }
            number += 1
    return file


def networks(**plant: Any) -> dict[str, Any]:
    """Return a hub, a spoke, a network out of reach, and a site."""
    return {
        "hub": {"address_space": ["10.0.0.0/12"], "peerings": ["spoke"]},
        "spoke": {"address_space": ["10.16.0.0/16"]},
        "far": {"address_space": ["10.32.0.0/12"]},
        "plant": {"kind": "on_premises", "address_space": ["192.168.0.0/16"], "dns_servers": ["192.168.0.53"], **plant},
    }


@st.composite
def estates(draw: st.DrawFn) -> Topology:
    """Return an estate of a few kinds of registries, four of each, with defects of each sort."""
    zones = ["east", "west"]
    form = st.fixed_dictionaries(
        {
            "network": st.sampled_from(["hub", "hub", "far"]),
            "status": st.sampled_from(["Approved"] * 3 + ["Pending", "Rejected"]),
            "zones": tangled.some(st.sampled_from(zones), 1),
            "public": st.booleans(),
            "by_hand": st.sampled_from([None, None, "right", "wrong"]),
        }
    )
    forms = draw(st.lists(form, min_size=1, max_size=3))
    file = estate(forms, 4)
    by_hand = {}
    for (key, private), made in zip(file["private_endpoints"].items(), cycle(forms)):
        if made["by_hand"]:
            right = private["addresses"]["registry"]
            by_hand[key.removesuffix("-pe")] = {"A": [right if made["by_hand"] == "right" else "10.1.9.9"]}
    linked = {network: draw(st.sampled_from([None, *zones])) for network in ("hub", "spoke", "far")}
    policies = {network: draw(st.sampled_from(["Default", "NxDomainRedirect"])) for network in linked}
    file["private_dns_zones"] = {
        zone: {
            "name": "privatelink.azurecr.io",
            "records": by_hand if zone == "east" else {},
            "virtual_network_links": {
                network: {"resolution_policy": policies[network]} for network, key in linked.items() if key == zone
            },
        }
        for zone in zones
    }
    file["networks"] = networks(peerings=draw(st.sampled_from([[], ["hub"]])))
    file["networks"]["hub"]["peerings"] = draw(tangled.some(st.sampled_from(["spoke", "far"]), 2))
    file["private_resolvers"] = {"resolver": {"network": "hub", "inbound_endpoints": ["10.1.0.4"]}}
    domain = draw(st.sampled_from(["azurecr.io", "privatelink.azurecr.io", "corp.example"]))
    file["dns_servers"] = {"192.168.0.53": {"network": "plant", "conditional_forwarders": {domain: ["10.1.0.4"]}}}
    return loads(json.dumps(file, indent=1), "estate.json")


def parts(fixes: Iterable[Fix]) -> list[str]:
    """Return fixes in an order of their own, and the same of those that the first of several steps is made of."""
    steps = ((replace(fix, fixes=(), further=()), parts(fix.fixes), parts(fix.further)) for fix in first_steps(fixes))
    return sorted(map(repr, (*steps, *(fix for fix in fixes if not isinstance(fix, FirstStep)))))


def first_steps(fixes: Iterable[Fix]) -> list[FirstStep]:
    """Return the fixes that are the first of several steps."""
    return [fix for fix in fixes if isinstance(fix, FirstStep)]


def is_the_same_in_a_sample(topology: Topology) -> None:
    """Assert that the sample gives the findings and fixes that trying all registries gives.

    So it is where the sample tells only which errors these lead to.
    """
    whole = each_alone(topology)
    found = explained.cells(topology) * max(1, len(explained.find(Facts(topology))))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(explained, "MOST_LED", found - 1)
        is_the_same(topology, each_alone(topology), whole)
        patch.setattr(explained, "MOST_TRIED", found - 1)
        is_the_same(topology, each_alone(topology), whole)


def is_the_same(topology: Topology, sampled: list[Proved], whole: list[Proved]) -> None:
    """Assert that findings and fixes are the same, though fixes for several registries may be made in another order."""
    assert [replace(each.finding, fixes=()) for each in sampled] == [replace(each.finding, fixes=()) for each in whole]
    for ours, theirs in zip(sampled, whole, strict=True):
        assert parts(ours.finding.fixes) == parts(theirs.finding.fixes)
        if ours.finding.fixes != theirs.finding.fixes:
            one, other = (fixed(topology, each.finding) for each in (ours, theirs))
            assert one is not None
            assert other is not None
            assert wrong(one) == wrong(other)


def large(each: int) -> Topology:
    """Return an estate with an unlinked spoke, a site that asks public DNS, endpoints to approve, and ones out of reach.

    `hub` and `spoke` share a zone with registries that only they reach; `far` has a zone of its own, without a redirect.
    """
    usual: list[dict[str, Any]] = [
        {"network": "hub", "zones": ["east"]},
        {"network": "hub", "zones": ["east"], "public": False},
    ]
    file = estate([*usual, {"network": "far", "zones": ["west"]}, {}], each)
    waiting = estate([{"network": "hub", "zones": ["east"], "status": "Pending"}], 4 + 4 * each)
    for key in list(waiting["registries"])[4 * each :]:
        file["registries"][key] = waiting["registries"][key]
        file["private_endpoints"][f"{key}-pe"] = waiting["private_endpoints"][f"{key}-pe"]
    file["networks"] = networks(peerings=["hub"])
    middle = file["private_endpoints"]["r00100-pe"]
    middle["accept"] = [{"rule": "ACR104", "reason": "an entry of a registry that is not in the sample"}]
    name = "privatelink.azurecr.io"
    file["private_dns_zones"] = {
        "east": {"name": name, "virtual_network_links": {"hub": {}}},
        "west": {"name": name, "virtual_network_links": {"far": {}}},
    }
    file["private_resolvers"] = {"resolver": {"network": "hub", "inbound_endpoints": ["10.0.0.4"]}}
    file["dns_servers"] = {"192.168.0.53": {"network": "plant"}}
    return loads(json.dumps(file, indent=1), "large.json")


@examples(1 / 12, phases=UNSHRUNK, suppress_health_check=[HealthCheck.too_slow])
@given(topology=estates())
def test_a_sample_proves_what_the_estate_proves(topology: Topology) -> None:
    """Whatever the defects."""
    is_the_same_in_a_sample(topology)


@pytest.mark.parametrize(
    ("subject", "most", "made"),
    [
        ("hub", 0, ["r00002-pe", "r00003-pe", "r00004-pe"]),
        ("r00004.azurecr.io", 9, ["r00004-pe"]),
        ("r00000.azurecr.io", 9, ["r00002-pe", "r00003-pe", "r00004-pe"]),
        ("r00000.azurecr.io", 2, ["this holds only together with fixes for 3 other registries, such as r00002"]),
    ],
    ids=["of-a-network", "of-the-registry", "of-all-others", "of-too-many-others"],
)
def test_a_fix_is_made_for_all_that_the_registry_stands_for(
    subject: str, most: int, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The third registry of a kind stands for all but the first two; its own finding is about it alone."""
    monkeypatch.setattr(sample, "MOST_TOGETHER", most)
    file = estate([{"network": "hub", "zones": []}], 5)
    file["networks"] = networks()
    topology = loads(json.dumps(file, indent=1), "estate.json")
    fix = AddZoneGroup("r00002-pe", ZoneName("privatelink.azurecr.io"))
    found = sample.Sample(Facts(topology).estate).fixes([fix], subject)
    assert [each.endpoint if isinstance(each, AddZoneGroup) else each.text for each in found] == made


@pytest.mark.slow
@examples(1, phases=UNSHRUNK, suppress_health_check=[HealthCheck.too_slow])
@given(topology=estates())
def test_samples_prove_what_many_estates_prove(topology: Topology) -> None:
    """The same, for longer."""
    is_the_same_in_a_sample(topology)


@pytest.mark.slow
def test_the_fixes_of_a_large_estate_hold() -> None:
    """One of each rule: no right answer turns wrong, and some wrong one turns right."""
    topology = large(500)
    facts = Facts(topology)
    found = explained.find(facts)
    assert explained.cells(topology) * len(found) > explained.MOST_TRIED
    before = wrong(topology)
    tried = {}
    for finding in sorted(lint(topology), key=lambda each: each.code):
        if finding.code not in tried and (after := fixed(topology, finding)):
            now = wrong(after)
            assert not now - before, (finding.message, finding.fix[:300])
            tried[finding.code] = len(before - now)
    assert {"ACR101", "ACR104", "ACR107"} <= tried.keys()
    assert all(tried.values())
