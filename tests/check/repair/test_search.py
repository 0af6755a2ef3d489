"""Repairs: each proven, none that changes what is meant, and the answers are back that a fault took."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from acrdns.check.estate.matrix import matrix
from acrdns.check.faults import PRIORS, named
from acrdns.check.faults.site import Site
from acrdns.check.repair import search
from acrdns.check.repair.search import is_wrong, repairs
from acrdns.record import Type
from acrdns.resolve.world import World
from acrdns.topology.load import load, loads
from acrdns.topology.text.rewrite import edited
from tests.check.repair.test_same_commands import says_the_same

if TYPE_CHECKING:
    from acrdns.topology.model import Topology

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = sorted((ROOT / "zones").glob("*.yaml"))
# No answer is wrong, or what is missing is a person's to make: a connection, or a record of a server on premises.
LEFT = {"record-ttl-too-long", "parent-out-of-reach", "wrong-local-name"}
TWINS = [twin for twin in sorted((ROOT / "zones/broken").glob("*.yaml")) if twin.stem not in LEFT]
# What is meant is not in the file, or no edit that a finding proposes gives it back.
UNMENDED = {
    "hosts-file-pin": "no rule finds it yet",
    "replica-without-address": "only the network's owner knows a free address",
    "stale-cache": "no change of a file",
    "unreachable-dns-server": "the server that is meant is not in the file",
    "zone-of-public-name": "another registry gets its private address by it",
}


def answers(topology: Topology) -> list[tuple[str, str, object]]:
    """Return every answer: vantage point, endpoint, state and addresses."""
    both = [matrix(World(topology)), matrix(World(topology), type_=Type.AAAA)]
    return [
        (vantage, row.fqdn, (cell.state, cell.addresses))
        for table in both
        for row in table.rows
        for vantage, cell in zip(table.vantages, row.cells, strict=True)
    ]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_nothing_is_wrong_in_a_sample(sample: Path) -> None:
    """So nothing is proposed."""
    assert repairs(load(str(sample)), sample.read_text(encoding="utf-8")) == ()


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.stem)
def test_a_twin_is_mended(twin: Path) -> None:
    """Every proposal loads, is as small as the others, leaves nothing wrong, and says what lint says; what is meant stays."""
    before, text = load(str(twin)), twin.read_text(encoding="utf-8")
    found = repairs(before, text)
    assert found
    says_the_same(before, found)
    assert len({repair.edits for repair in found}) == 1
    for repair in found:
        after = loads(repair.text, str(twin))
        assert after == repair.topology
        assert not is_wrong(after)
        assert all(matrix(World(after), type_=type_).clean for type_ in (Type.A, Type.AAAA))
        assert before.registries.keys() == after.registries.keys()
        assert before.networks.keys() == after.networks.keys()
        assert before.private_endpoints.keys() == after.private_endpoints.keys()
        assert all(before.networks[key].peerings <= after.networks[key].peerings for key in before.networks)


@pytest.mark.parametrize("name", [name for name in PRIORS if name not in UNMENDED])
def test_break_then_fix_gives_back_the_same_answers(name: str) -> None:
    """In the first sample where the fault breaks an answer: by every proposal."""
    for sample in SAMPLES:
        before, text = load(str(sample)), sample.read_text(encoding="utf-8")
        for candidate in named(name).find(Site(before), None):
            broken = edited(text, candidate.edits, str(sample))
            topology = loads(broken, str(sample))
            if answers(topology) != answers(before):
                found = repairs(topology, broken)
                assert found
                assert all(answers(repair.topology) == answers(before) for repair in found)
                return
    pytest.fail("it breaks no sample")


def test_past_its_limit_the_search_settles_for_a_repair_without_a_needless_edit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As many faults as there are records: all are mended, and nothing else is changed."""
    monkeypatch.setattr(search, "MAX_TRIED", 3)
    sample = ROOT / "zones/hand-made-records.yaml"
    text, topology = sample.read_text(encoding="utf-8"), load(str(sample))
    stale = list(named("stale-private-ip").find(Site(topology), None))
    broken = edited(text, [edit for candidate in stale for edit in candidate.edits], str(sample))
    (repair,) = repairs(loads(broken, str(sample)), broken)
    assert (repair.text, repair.edits) == (text, len(stale))


def test_many_causes_are_mended_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a look for fewer edits: each cause has a fix of its own."""
    monkeypatch.setattr(search, "MANY", 3)
    spokes = "".join(f"  n{at}: {{address_space: [10.{at}.0.0/16], peerings: [hub]}}\n" for at in range(1, 6))
    text = (
        f"registries: {{contoso: {{location: eastus}}}}\nnetworks:\n  hub: {{address_space: [10.0.0.0/16]}}\n{spokes}"
        "private_endpoints: {pe: {registry: contoso, network: hub, dns_zone_group: [privatelink.azurecr.io], "
        "addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}}}\n"
        "private_dns_zones:\n  privatelink.azurecr.io:\n    virtual_network_links: {hub: {}}\n"
    )
    (repair,) = repairs(loads(text, "estate.yaml"), text)
    assert (repair.edits, len(repair.fixes), repair.left) == (5, 5, ())
    assert not is_wrong(repair.topology)


REPLICAS = """version: 1
registries: {contoso: {location: eastus, replications: [westus]}}
networks: {hub: {address_space: [10.0.0.0/16]}}
private_endpoints:
  pe: {registry: contoso, network: hub, addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8, registry_data_westus: 10.0.0.9}}
private_dns_zones: {privatelink.azurecr.io: {virtual_network_links: {hub: {}}, records: {contoso: {ttl: 10, A: [10.0.0.7]}}}}
"""
RULE_TO_A_SITE = """version: 1
registries: {contoso: {location: eastus}}
networks:
  hub: {address_space: [10.0.0.0/16], peerings: [site]}
  spoke: {address_space: [10.1.0.0/16], peerings: [hub]}
  site: {kind: on_premises, address_space: [192.168.0.0/16], dns_servers: [192.168.0.53]}
private_endpoints:
  pe: {registry: contoso, network: hub, addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}, dns_zone_group: [privatelink.azurecr.io]}
private_dns_zones: {privatelink.azurecr.io: {virtual_network_links: {hub: {}}}}
private_resolvers: {r: {network: hub, inbound_endpoints: [10.0.3.4], outbound_endpoints: [out]}}
dns_forwarding_rulesets: {rules: {outbound_endpoint: out, virtual_network_links: [spoke], rules: {azurecr.io: [192.168.0.53]}}}
dns_servers: {192.168.0.53: {network: site, forwarders: [9.9.9.9], zones: {corp.example: {}}}}
"""


@pytest.mark.parametrize(
    ("text", "edits"),
    [
        pytest.param(REPLICAS, 2, id="the same records in another order"),
        pytest.param(RULE_TO_A_SITE, 1, id="the site's forwarder mends those whose rule leads there"),
    ],
)
def test_there_is_one_smallest_repair(text: str, edits: int) -> None:
    """Fixes of a finding that are not needed are left out, and their order makes no other repair."""
    (repair,) = repairs(loads(text, "estate.yaml"), text)
    assert repair.edits == edits
    assert not is_wrong(repair.topology)
