"""`fix` prints the commands that `lint` prints for the same edit, and each command once.

`test_search` holds it for every broken sample, whose repairs it has, and `test_public_reports` for every report.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given

from acrdns.check.lint import lint
from acrdns.check.repair.search import repairs
from acrdns.topology.dump import dumps
from acrdns.topology.load import loads
from tests.examples import examples
from tests.resolve import tangled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from acrdns.check.fixes.fix import Fix
    from acrdns.check.repair.search import Repair
    from acrdns.topology.model import Topology

SPOKES = """version: 1
registries: {contoso: {location: eastus}}
networks:
  hub: {address_space: [10.0.0.0/16]}
  data: {address_space: [10.9.0.0/16], peerings: [hub]}
  one: {address_space: [10.1.0.0/16], peerings: [hub]}
  two: {address_space: [10.2.0.0/16], peerings: [hub]}
  site: {kind: on_premises, address_space: [192.168.0.0/16], peerings: [hub], dns_servers: [10.0.0.4]}
private_endpoints:
  pe: {registry: contoso, network: data, addresses: {registry: 10.9.0.7, registry_data_eastus: 10.9.0.8}, dns_zone_group: [privatelink.azurecr.io]}
private_dns_zones: {privatelink.azurecr.io: {virtual_network_links: {data: {}, one: {}, two: {}, hub: {}}}}
private_resolvers: {r: {network: hub, inbound_endpoints: [10.0.0.4]}}
"""


def commands(topology: Topology, fixes: Iterable[Fix]) -> Mapping[str, list[str]]:
    """Return the commands of fixes made one after the other, by the edit of the file that they stand for."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for fix in fixes:
        for edit in fix.edits(topology):
            found[repr(edit)].append(fix.text)
        topology = fix.apply(topology)
    return found


def says_the_same(topology: Topology, found: Iterable[Repair]) -> None:
    """Assert that each repair has the commands of a finding for each edit that a finding has, too."""
    by_finding = [commands(topology, finding.fixes) for finding in lint(topology)]
    for repair in found:
        for edit, said in commands(topology, repair.fixes).items():
            assert said in [each.get(edit, said) for each in by_finding], (edit, said)
        often = Counter(command for fix in repair.fixes for command in fix.az)
        assert max(often.values(), default=1) == 1, often


def test_a_hub_is_told_once_to_join_several_networks() -> None:
    """No command stands there twice, and each route has a name of its own in its table."""
    topology = loads(SPOKES, "estate.yaml")
    says_the_same(topology, repairs(topology, SPOKES))
    (finding,) = lint(topology)
    (fix,) = finding.fixes
    assert len(set(fix.az)) == len(fix.az)
    routes = [command.split() for command in fix.az if " route create " in command]
    named = [(words[words.index("--route-table-name") + 1], words[words.index("-n") + 1]) for words in routes]
    assert sorted(named) == [
        ("ROUTE_TABLE_OF_DATA", "one-by-way-of-hub"),
        ("ROUTE_TABLE_OF_DATA", "two-by-way-of-hub"),
        ("ROUTE_TABLE_OF_ONE", "data-by-way-of-hub"),
        ("ROUTE_TABLE_OF_TWO", "data-by-way-of-hub"),
    ]
    blocks = [line for line in fix.terraform.splitlines() if line.startswith("resource")]
    assert len(set(blocks)) == len(blocks)
    kinds = [line.split('"')[1] for line in blocks]
    assert (kinds.count("azurerm_virtual_network_peering"), kinds.count("azurerm_route")) == (4, len(routes))


TWO = """version: 1
registries: {contoso: {location: eastus}}
networks: {hub: {address_space: [10.0.0.0/16]}, spoke: {address_space: [10.1.0.0/16], peerings: [hub]}}
private_endpoints: {pe: {registry: contoso, network: hub, addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}}}
"""


def test_a_zone_that_is_not_there_is_created_and_linked_once() -> None:
    """The link makes the zone in the file, and not in Azure; two orders of the same links are one repair."""
    topology = loads(TWO, "estate.yaml")
    (repair,) = found = repairs(topology, TWO)
    says_the_same(topology, found)
    created = "az network private-dns zone create -g RESOURCE_GROUP -n privatelink.azurecr.io"
    assert [fix.text for fix in repair.fixes].count(created) == 1


@pytest.mark.slow
@examples(1 / 40, phases=(Phase.explicit, Phase.generate), suppress_health_check=[HealthCheck.too_slow])
@given(topology=tangled.topologies())
def test_random_topologies_have_the_same_commands_in_both(topology: Topology) -> None:
    """Whatever the topology."""
    text = dumps(topology)
    again = loads(text, "tangled.yaml")
    says_the_same(again, repairs(again, text))
