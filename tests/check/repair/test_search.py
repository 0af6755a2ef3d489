"""Repairs: each proven, none that changes what is meant, and the answers are back that a fault took."""

from __future__ import annotations

import heapq
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from acrdns.azure import Member
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
    from collections.abc import Iterator

    from acrdns.topology.model import Topology

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = sorted((ROOT / "zones").glob("*.yaml"))
# No answer is wrong, or what is missing is a person's to make: a connection, or a record of a server on premises.
LEFT = {"record-ttl-too-long", "acceptance-expired", "parent-out-of-reach", "wrong-local-name"}
TWINS = [twin for twin in sorted((ROOT / "zones/broken").glob("*.yaml")) if twin.stem not in LEFT]
BREAKABLE = [name for name in PRIORS if name != "stale-cache"]
"""Faults that a file can hold."""


def answers(topology: Topology) -> list[tuple[str, str, object]]:
    """Return every answer: vantage point, endpoint, state and addresses."""
    both = [matrix(World(topology)), matrix(World(topology), type_=Type.AAAA)]
    return [
        (vantage, row.fqdn, (cell.state, cell.addresses))
        for table in both
        for row in table.rows
        for vantage, cell in zip(table.vantages, row.cells, strict=True)
    ]


@cache
def right(sample: Path) -> list[tuple[str, str, object]]:
    """Return every answer of a sample."""
    return answers(load(str(sample)))


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


def breaks(sample: Path, name: str) -> Iterator[tuple[str, str, Topology]]:
    """Yield the subject, text and topology of a sample with a fault, at each place where an answer changes."""
    before, text = load(str(sample)), sample.read_text(encoding="utf-8")
    for candidate in named(name).find(Site(before), None):
        broken = edited(text, candidate.edits, str(sample))
        topology = loads(broken, str(sample))
        if answers(topology) != right(sample):
            yield candidate.subject, broken, topology


@pytest.mark.parametrize("name", BREAKABLE)
def test_break_then_fix_gives_back_the_same_answers(name: str) -> None:
    """In the first sample where the fault breaks an answer: by every proposal."""
    sample, (subject, broken, topology) = next((s, found) for s in SAMPLES for found in breaks(s, name))
    found = repairs(topology, broken)
    assert found, subject
    assert all(answers(repair.topology) == right(sample) for repair in found)


@pytest.mark.parametrize(
    ("sample", "name", "subject"),
    [
        pytest.param("connected-registry", "unreachable-dns-server", "192.168.0.53", id="no private endpoint"),
        pytest.param("filtering-dns-servers", "unreachable-dns-server", "192.168.9.53", id="none in reach"),
        pytest.param(
            "filtering-dns-servers", "azure-dns-from-on-premises", "192.168.9.53", id="a resolver out of reach"
        ),
        pytest.param("partner-registry", "wrong-zone-linked", "hub", id="the zone of another, with a fallback"),
        pytest.param("partner-registry", "wrong-zone-linked", "partner", id="the zone of a partner, with a fallback"),
    ],
)
def test_public_dns_and_another_zones_link_are_given_back(sample: str, name: str, subject: str) -> None:
    """A server that forwarded to nobody does again, and a link returns to the zone with the records, with its policy."""
    path = ROOT / f"zones/{sample}.yaml"
    at = [(broken, topology) for where, broken, topology in breaks(path, name) if where == subject]
    assert at
    for broken, topology in at:
        found = repairs(topology, broken)
        assert found
        assert all(answers(repair.topology) == right(path) for repair in found)


@pytest.mark.slow
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_break_then_fix_gives_back_the_same_answers_everywhere(sample: Path) -> None:
    """At every place of every fault in every sample, by every proposal."""
    for name in BREAKABLE:
        for subject, broken, topology in breaks(sample, name):
            found = repairs(topology, broken)
            assert found, (name, subject)
            assert all(answers(repair.topology) == right(sample) for repair in found), (name, subject)


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


TAKEN = """version: 1
registries: {contoso: {location: eastus, replications: [westus]}}
networks: {hub: {address_space: [10.0.0.0/28]}}
private_endpoints:
  pe: {registry: contoso, network: hub, addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.5}, dns_zone_group: [privatelink.azurecr.io]}
private_dns_zones:
  privatelink.azurecr.io: {virtual_network_links: {hub: {}}}
private_resolvers: {r: {network: hub, inbound_endpoints: [10.0.0.6]}}
dns_servers: {10.0.0.8: {network: hub, forwarders: [168.63.129.16]}}
"""


def test_a_missing_address_gets_the_next_one_that_is_free() -> None:
    """After the first of the endpoint, as far as the file says; the first command asks Azure."""
    (repair,) = repairs(loads(TAKEN, "estate.yaml"), TAKEN)
    assert repair.topology.private_endpoints["pe"].addresses[Member("data", "westus")] == "10.0.0.9"
    (fix,) = repair.fixes
    asks, adds = fix.az
    assert asks == "az network vnet check-ip-address -g RESOURCE_GROUP -n hub --ip-address 10.0.0.9"
    assert adds.endswith(" --member-name registry_data_westus --private-ip-address 10.0.0.9")


def test_a_full_network_has_no_address_left() -> None:
    """Then nothing is proposed, and the error is left with its command."""
    full = TAKEN.replace("10.0.0.0/28", "10.0.0.0/29").replace("10.0.0.7", "10.0.0.4").replace("10.0.0.8", "10.0.1.8")
    text = full.replace("dns_servers: {10.0.1.8: {network: hub, forwarders: [168.63.129.16]}}\n", "")
    assert repairs(loads(text, "estate.yaml"), text) == ()


def plainly(topology: Topology, text: str) -> list[search.Repair]:
    """Return what the search finds that looks at what follows each topology, come to or not."""
    known, order = search.Known(), count()
    waiting: list[tuple[int, int, search.Unit]] = [(0, next(order), ())]
    tried, found = set[str](), list[search.Repair]()
    while waiting and len(tried) < search.MAX_TRIED:
        edits, _, fixes = heapq.heappop(waiting)
        if found and edits > found[0].edits:
            break
        state = search._made(topology, text, fixes, known)
        if state is None or state.text in tried:
            continue
        tried.add(state.text)
        if not is_wrong(state.topology, known):
            found.append(state)
            continue
        for unit in search.units(state.topology, known):
            following = (*state.fixes, *unit)
            if (changes := search._changes(topology, following)) and len(changes) > edits:
                heapq.heappush(waiting, (len(changes), next(order), following))
    return found


QUICK_LIMITS = {("missing-record", 1), ("misspelt-private-zone", 1), ("bypassed-azure-dns", 4)}


@pytest.mark.parametrize(
    ("fault", "limit"),
    [
        pytest.param(fault, limit, marks=[] if (fault, limit) in QUICK_LIMITS else [pytest.mark.slow])
        for fault in ("missing-record", "bypassed-azure-dns", "misspelt-private-zone")
        for limit in (1, 2, 4, 8, 30)
    ],
)
def test_what_the_search_does_not_come_to_changes_nothing(
    fault: str, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two faults at once, and any limit: topologies that are past it, or have more edits than a repair, are not looked at."""
    monkeypatch.setattr(search, "MAX_TRIED", limit)
    sample = ROOT / "zones/hub-and-spoke-resolver.yaml"
    text = sample.read_text(encoding="utf-8")
    for name in ("forwarding-loop", fault):
        candidate = next(named(name).find(Site(loads(text, "estate.yaml")), None))
        text = edited(text, candidate.edits, "estate.yaml")
    topology = loads(text, "estate.yaml")
    assert search._smallest(topology, text, search.Known()) == plainly(topology, text)
