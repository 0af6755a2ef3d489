"""What the topology file has learned since its first version: each field has a sample, a broken twin, a scenario and a row.

additions.yaml is the table. A field of the schema that is neither in it nor in `FIRST` fails here.
"""

from __future__ import annotations

from functools import cache, reduce
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from acrdns.check.estate.matrix import matrix
from acrdns.check.lint import lint
from acrdns.check.plan.address_plan import address_plan
from acrdns.check.policy.accepting import excuse
from acrdns.check.repair.search import is_wrong, repairs
from acrdns.errors import TopologyError
from acrdns.resolve.world import World
from acrdns.topology.load import load, loads
from tests.repository.broken import ROOT, TODAY, head
from tests.repository.fields import document_of, fields, has, without
from tests.scenarios.scenario import SCENARIOS


class Addition(NamedTuple):
    """One row of the table."""

    field: str
    sample: str
    twin: str
    scenarios: list[str]

    @property
    def good(self) -> Path:
        """The sample's file."""
        return ROOT / f"zones/{self.sample}.yaml"

    @property
    def broken(self) -> Path:
        """The twin's file."""
        return ROOT / f"zones/broken/{self.twin}.yaml"


TABLE = [Addition(**row) for row in yaml.safe_load(Path(__file__).with_name("additions.yaml").read_text("utf-8"))]
each = pytest.mark.parametrize("row", TABLE, ids=[row.field for row in TABLE])

RECORD = "a aaaa caa caa.flags caa.tag caa.value cname mx mx.exchange mx.preference ptr srv srv.port srv.priority srv.target srv.weight ttl txt"
WORDS = """chains: observed; cloud: AzureChinaCloud; cloud: AzureUSGovernment; kind: on_premises; mode: ReadWrite; recursion: iterate; resolution_policy: NxDomainRedirect; sku: Basic; sku: Standard; state: InProgress; status: Disconnected; status: Pending; status: Rejected"""
FIELDS = """
chains cloud dns_forwarding_rulesets dns_forwarding_rulesets.*.outbound_endpoint dns_forwarding_rulesets.*.rules
dns_forwarding_rulesets.*.rules.*.enabled dns_forwarding_rulesets.*.rules.*.target_dns_servers
dns_forwarding_rulesets.*.virtual_network_links dns_servers dns_servers.*.conditional_forwarders
dns_servers.*.forwarders dns_servers.*.network dns_servers.*.recursion dns_servers.*.zones networks
networks.*.address_space networks.*.dns_servers networks.*.kind networks.*.location networks.*.peerings
private_dns_zones private_dns_zones.*.name private_dns_zones.*.records private_dns_zones.*.ttl
private_dns_zones.*.virtual_network_links private_dns_zones.*.virtual_network_links.*.registration_enabled
private_dns_zones.*.virtual_network_links.*.resolution_policy private_dns_zones.*.virtual_network_links.*.state
private_endpoints private_endpoints.*.addresses private_endpoints.*.dns_zone_group private_endpoints.*.network
private_endpoints.*.registry private_endpoints.*.status private_resolvers private_resolvers.*.inbound_endpoints
private_resolvers.*.network private_resolvers.*.outbound_endpoints registries registries.*.connected_registries
registries.*.connected_registries.*.address registries.*.connected_registries.*.login_server
registries.*.connected_registries.*.message_ttl registries.*.connected_registries.*.mode
registries.*.connected_registries.*.network registries.*.connected_registries.*.parent
registries.*.connected_registries.*.repositories registries.*.connected_registries.*.sync_schedule
registries.*.connected_registries.*.sync_window registries.*.data_endpoint_enabled registries.*.dns_label
registries.*.ip_rules registries.*.location registries.*.public registries.*.public.addresses
registries.*.public.frontend registries.*.public.traffic_manager registries.*.public_network_access_enabled
registries.*.regional_endpoints_enabled registries.*.replications registries.*.replications.global_endpoint_routing
registries.*.replications.region registries.*.sku version
"""
FIRST = frozenset(
    (
        *FIELDS.split(),
        *WORDS.split("; "),
        *(
            f"{at}.{field}"
            for at in ("private_dns_zones.*.records.*", "dns_servers.*.zones.*.*")
            for field in RECORD.split()
        ),
    )
)
"""The fields of the first version."""

ELSEWHERE = {
    "registries.*.anonymous_pull_enabled": "of the data plane: no answer of DNS depends on it; tests/lab",
    "registries.*.redirect_status": "of the data plane; tests/lab",
    "private_dns_zones.*.soa_minimum": "how long answers are kept; tests/zone",
    "private_dns_zones.*.records.*.ttls": "how long answers are kept, as imported records differ; tests/topology",
    "dns_servers.*.zones.*.*.ttls": "the same",
}
"""Fields that came later, make no address another one, and are shown by other tests."""


def test_a_field_is_of_the_first_version_or_has_its_row() -> None:
    """A new one fails until it has a sample, a twin and a scenario; several items of a list, and kinds of keys, may have more."""
    rows = {row.field for row in TABLE}
    assert fields() - FIRST - ELSEWHERE.keys() - rows == set()
    assert (FIRST | ELSEWHERE.keys()) - fields() == set()
    assert not rows & (FIRST | ELSEWHERE.keys())
    assert len(rows) == len(TABLE)


@each
def test_its_sample_has_it_and_its_twin_is_a_twin_of_that_or_of_another_with_it(row: Addition) -> None:
    """A twin that is broken by the lack of it has it in its sample."""
    assert has(document_of(row.good.read_text("utf-8")), row.field)
    assert has(document_of((ROOT / head(row.broken)[2]).read_text("utf-8")), row.field)


@cache
def shown(text: str) -> object:
    """Return all that commands show of a file: answers, findings, and the room for addresses; None if it does not load."""
    try:
        topology = loads(text, "estate.yaml")
    except TopologyError:
        return None
    findings = excuse(topology, lint(topology), TODAY, lambda _: True).findings
    said = [(finding.code, finding.fqdn, finding.fix) for finding in findings]
    return matrix(World(topology)), said, address_plan(topology)


@each
def test_it_makes_a_difference_in_its_twin(row: Addition) -> None:
    """Without it the twin is another estate, or none; where the lack of it is the fault, this holds for the sample."""
    text = row.broken.read_text("utf-8")
    if not has(document_of(text), row.field):
        text = row.good.read_text("utf-8")
    document = document_of(text)
    before = yaml.safe_dump(document, sort_keys=False)
    without(document, row.field)
    assert shown(yaml.safe_dump(document, sort_keys=False)) != shown(before)


@pytest.mark.parametrize("twin", sorted({row.broken for row in TABLE}), ids=lambda twin: twin.stem)
def test_the_fix_of_a_twin_is_proved(twin: Path) -> None:
    """With the fixes of a finding made, lint has none of its name, and every answer is right."""
    topology = load(str(twin))
    findings = excuse(topology, lint(topology), TODAY, lambda _: True).findings
    edited = [finding for finding in findings if any(fix.edits(topology) for fix in finding.fixes)]
    # An address in the place of PRIVATE_IP is proposed by `fix` alone.
    assert edited or any(not is_wrong(repair.topology) for repair in repairs(topology, twin.read_text("utf-8")))
    for finding in edited:
        after = reduce(lambda before, fix: fix.apply(before), finding.fixes, topology)
        assert finding.code not in {left.code for left in lint(after)}
        assert not is_wrong(after)


@each
def test_its_scenarios_fix_the_answers_from_every_vantage_point(row: Addition) -> None:
    """Each has the field, and asks from every network and client that it has."""
    known = {scenario.file.stem: scenario for scenario in SCENARIOS}
    for name in row.scenarios:
        assert has(document_of(known[name].text), row.field), name
        topology = known[name].topology()
        assert {asked.vantage for asked in known[name].questions} >= set(topology.vantages[1:]), name


@each
def test_it_has_its_row_on_the_page_of_samples(row: Addition) -> None:
    """The README leads to that page."""
    page = (ROOT / "zones/README.md").read_text("utf-8")
    assert f"| `{row.field}` | " in page
    assert "zones/README.md" in (ROOT / "README.md").read_text("utf-8")
