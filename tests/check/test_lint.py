"""`lint`: every finding at the line that causes it, with the command that mends it; and no false ones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, assume, given

from acrdns.check.facts import Facts
from acrdns.check.lint import PREFIXES, each_alone, lint
from acrdns.check.profile import Profile
from acrdns.check.rules import rules
from acrdns.resolve.world import World
from acrdns.topology.load import loads
from tests.check.test_reports import wrong
from tests.examples import examples
from tests.links import with_links_completed
from tests.resolve import tangled
from tests.scenarios.scenario import DIRECTORY, SCENARIOS, Scenario, read

if TYPE_CHECKING:
    from acrdns.check.finding import Finding
    from acrdns.topology.model import Topology

GROUP = "-g RESOURCE_GROUP"
ZONE = f"{GROUP} -z privatelink.azurecr.io"
LINK = "az network private-dns link vnet"
SET = "az network private-dns record-set a"
FINDING = [scenario for scenario in SCENARIOS if scenario.lint]

# scenario, code, the line that the finding points at, a part of its fix
CAUSES = [
    ("unlinked-network", "ACR101", "hub: {address_space: [10.0.0.0/16]}", f"{LINK} create {ZONE} -n hub-link -v hub -e false"),
    ("unlinked-without-zone", "ACR101", "hub: {address_space: [10.0.0.0/16]}", f"private-dns zone create {GROUP}"),
    ("replica-without-address", "ACR102", "addresses: {registry: 10.0.0.7", "--member-name registry_data_westus"),
    ("endpoint-without-zone-group", "ACR103", "contoso-pe:", "dns-zone-group create"),
    ("endpoint-pending", "ACR104", "status: Pending", "az acr private-endpoint-connection approve -r contoso"),
    ("endpoint-rejected", "ACR104", "status: Rejected", "az network private-endpoint delete"),
    ("several-endpoints-in-network", "ACR105", "network: hub", f"az network private-endpoint delete {GROUP} -n contoso-pe-2"),
    ("unreachable-registry", "ACR106", "public_network_access_enabled: false", f"az network private-endpoint create {GROUP} -n contoso-pe"),
    ("public-resolver", "ACR107", "hub: {address_space: [10.0.0.0/16], dns_servers:", '-n hub --dns-servers ""'),
    ("forwarder-to-public-dns", "ACR107", "forwarders: [8.8.8.8]", "forward azurecr.io to 168.63.129.16"),
    ("on-premises-public-dns", "ACR107", "office: {kind: on_premises", "forward azurecr.io to the inbound endpoint"),
    ("forwarder-in-unlinked-network", "ACR108", "dns: {address_space:", f"{LINK} create {ZONE} -n dns-link -v dns"),
    ("on-premises-privatelink-forwarding", "ACR109", "conditional_forwarders: {", "forward azurecr.io, not privatelink.azurecr.io"),
    ("on-premises-azure-dns", "ACR110", "conditional_forwarders: {", "az dns-resolver inbound-endpoint create"),
    ("unreachable-dns-server", "ACR111", "spoke: {address_space: [10.1.0.0/16], dns_servers:", "peering create"),
    ("dns-server-that-nobody-owns", "ACR111", "hub: {address_space:", "network vnet update"),
    ("ruleset-loop", "ACR112", "azurecr.io: [10.0.1.4]", "az dns-resolver vnet-link delete"),
    ("forwarders-in-a-circle", "ACR112", "10.0.0.54: {network: hub, forwarders:", "on 10.0.0.54: forward"),
    ("servers-in-any-order", "ACR113", "dns_servers: [168.63.129.16, 8.8.8.8]", 'az network vnet update -g RESOURCE_GROUP -n aks --dns-servers ""'),
    ("standby-server-is-public", "ACR114", "hub: {address_space:", 'az network vnet update -g RESOURCE_GROUP -n hub --dns-servers ""'),
    ("sync-without-data-endpoint", "ACR115", "data_endpoint_enabled: false", "az acr update -n contoso --data-endpoint-enabled true"),
    ("parent-out-of-reach", "ACR116", "line-1: {network: line", "connect line with plant"),
    ("local-name-elsewhere", "ACR316", "factory: {network: plant", "give factory.plant.example the address 192.168.0.20"),
    ("pinned-public-address", "ACR151", "A: [20.45.122.144]", "on 10.0.0.53: set the A record @ in contoso.azurecr.io to 10.0.0.7"),
    ("local-zone-over-front-ends", "ACR152", "trafficmanager.net:", "on 192.168.0.53: delete the zone trafficmanager.net"),
    ("hosts-in-a-circle", "ACR153", "office: {kind: on_premises", "contoso.azurecr.io --from office"),
    ("alias-outside-azure", "ACR154", "CNAME: registry.corp.example", f"record-set cname delete {ZONE} -n contoso -y"),
    ("alias-that-leads-back", "ACR155", "CNAME: contoso.azurecr.io", f"record-set cname delete {ZONE} -n contoso -y"),
    ("ruleset-rule-to-public-dns", "ACR107", "azurecr.io: [8.8.8.8]", "forwarding-rule update"),
    ("ruleset-rule-to-own-server", "ACR107", "10.0.0.53: {network: hub", "forwarding-rule update"),
    ("rule-and-forwarder-in-a-circle", "ACR112", "azurecr.io: [192.168.0.53]", "forwarding-rule update"),
    ("privatelink-zone-on-forwarding-server", "ACR101", "hub: {address_space:", f"zone create {GROUP}"),
    ("pending-without-public-access", "ACR104", "status: Pending", "private-endpoint-connection approve"),
    ("third-party-hidden-by-own-server", "ACR208", "privatelink.azurecr.io: {contoso:", "on 10.0.0.53: delete the zone"),
    ("public-address-by-hand", "ACR215", "fabrikam: {ttl: 10, A: [20.61.2.3]}", "--resolution-policy NxDomainRedirect"),
    ("filters-of-clients", "ACR152", "169.254.10.10: {network: hub", "on 169.254.10.10: allow private addresses"),
    ("ipv6-on-own-server", "ACR157", "AAAA", "on 10.0.0.53: delete the AAAA record @ in contoso.azurecr.io"),
    ("swapped-records", "ACR303", "contoso: {", f"{SET} add-record {ZONE} -n contoso -a 10.0.0.7"),
    ("shared-address", "ACR304", "contoso.eastus.data: {", f"{SET} add-record {ZONE} -n contoso.eastus.data -a 10.0.0.8"),
    ("missing-login-record", "ACR305", "records:", f"{SET} add-record {ZONE} -n contoso -a 10.0.0.7"),
    ("ipv6-bypass", "ACR308", "AAAA", f"record-set aaaa remove-record {ZONE} -n contoso -a"),
    ("hosts-file-pin", "ACR315", "hosts: {contoso.azurecr.io: 10.0.0.99}", "take contoso.azurecr.io out of the hosts file of hub/builds"),
    ("record-at-another-registry", "ACR310", "contoso: {", f"{SET} add-record {ZONE} -n contoso -a 10.0.0.7"),
    ("private-record-for-distant-endpoint", "ACR156", "island: {address_space:", f"{LINK} delete {ZONE} -n LINK_OF_ISLAND -y"),
    ("shadowed-zone", "ACR201", "virtual_network_links: {hub: {}}", "-z eastus.data.privatelink.azurecr.io -n LINK_OF_HUB -y"),
    ("misspelt-private-zone", "ACR202", "privatelink.eastus.data.azurecr.io:", f"{SET} add-record {ZONE} -n contoso.eastus.data -a 10.0.0.8"),
    ("misspelt-privatelink-label", "ACR202", "privatelnk.azurecr.io:", f"zone create {GROUP} -n privatelink.azurecr.io"),
    ("stale-private-ip", "ACR203", "contoso: {ttl: 10, A: [10.0.0.4]}", f"{SET} add-record {ZONE} -n contoso -a 10.0.0.7"),
    ("endpoint-deleted-link-left", "ACR203", "contoso: {ttl: 10", f"{SET} remove-record {ZONE} -n contoso -a 10.0.0.7"),
    ("missing-data-record", "ACR204", "records:", f"{SET} add-record {ZONE} -n contoso.eastus.data -a 10.0.0.8"),
    ("endpoint-records-collide", "ACR205", "dns_zone_group: [east-zone]", "dns-zone-group delete"),
    ("link-in-progress", "ACR206", "{hub: {state: InProgress}}", f"{LINK} show {ZONE} -n LINK_OF_HUB"),
    ("zone-of-public-name", "ACR207", "azurecr.io:", f"{LINK} delete {GROUP} -z azurecr.io -n LINK_OF_HUB -y"),
    ("local-zone-on-dns-server", "ACR207", "azurecr.io:", "on 10.0.0.53: delete the zone azurecr.io"),
    ("third-party-hidden", "ACR208", "virtual_network_links: {hub: {}}", "--resolution-policy NxDomainRedirect"),
    ("redirect-masks-missing-record", "ACR209", "NxDomainRedirect", f"add-record {ZONE} -n contoso.eastus.data -a 10.0.0.8"),
    ("record-ttl-too-long", "ACR210", "contoso: {ttl: 3600", f"{SET} update {ZONE} -n contoso --set ttl=10"),
    ("dnl-record-beside-the-right-one", "ACR211", "contoso: {ttl: 10", f"remove-record {ZONE} -n contoso -a 10.0.0.7"),
    ("link-with-registration", "ACR212", "registration_enabled: true", f"{LINK} update {ZONE} -n LINK_OF_HUB -e false"),
    ("regional-zone-filled", "ACR213", "eastus.data.privatelink.azurecr.io:", "zone delete"),
    ("wrong-zone-linked", "ACR214", "virtual_network_links: {hub: {}}", f"{LINK} create -g RESOURCE_GROUP_OF_TEAM_B -z privatelink.azurecr.io -n hub-link -v hub"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "code", "line", "fix"), CAUSES, ids=[f"{code}-{name}" for name, code, *_ in CAUSES])
def test_a_finding_points_at_its_cause_and_mends_it(name: str, code: str, line: str, fix: str) -> None:
    """The line of the file is the one to look at, and the fix is a command for it."""
    scenario = read(DIRECTORY / f"{name}.yaml")
    finding = next(finding for finding in scenario.findings() if finding.code == code)
    assert finding.place is not None
    assert line in scenario.text.splitlines()[finding.place.line - 1]
    assert fix in finding.fix


def test_every_rule_has_a_cause_that_is_tested() -> None:
    """A new rule needs a row above."""
    in_file = {rule.code for rule in rules() if rule.code.startswith(PREFIXES) or rule.find_in_file}
    assert {code for _, code, *_ in CAUSES} == in_file


@pytest.mark.parametrize("scenario", FINDING, ids=lambda scenario: scenario.file.stem)
def test_findings_are_written_as_everywhere(scenario: Scenario) -> None:
    """Messages are one lower-case sentence without a full stop, findings come in the order of the file."""
    found = scenario.findings()
    assert [_position(finding) for finding in found] == sorted(_position(finding) for finding in found)
    for finding in found:
        assert not finding.message.endswith(".")
        assert not re.match(r"[A-Z][a-z]", finding.message), finding.message
        assert "None" not in finding.message + finding.fix
        assert finding.vantage == ""


def _position(finding: Finding) -> tuple[int, int]:
    assert finding.place is not None
    return finding.place.line, finding.place.column


def test_rules_of_lint_have_nothing_to_say_without_a_topology() -> None:
    """A registry's name alone is not enough for them."""
    assert [finding for rule in rules(*PREFIXES) for finding in rule.find(Facts(None))] == []


def test_prefixes_choose_rules() -> None:
    """One rule can be run alone."""
    topology = read(DIRECTORY / "misspelt-private-zone-only.yaml").topology()
    assert {finding.code for finding in lint(topology)} == {"ACR202"}
    assert {finding.code for finding in lint(topology, "ACR202")} == {"ACR202"}
    assert {finding.code for finding in lint(topology, "ACR2")} == {"ACR202", "ACR204"}


@pytest.mark.parametrize(
    ("cloud", "zone", "misspelt"),
    [
        ("AzureCloud", "privatelink.azurecr.io", False),
        ("AzureCloud", "eastus.data.privatelink.azurecr.io", False),
        ("AzureCloud", "contoso.privatelink.azurecr.io", False),
        ("AzureCloud", "azurecr.io", False),
        ("AzureCloud", "contoso.azurecr.io", False),
        ("AzureCloud", "privatelink.blob.core.windows.net", False),
        ("AzureCloud", "privatelink.vaultcore.azure.net", False),
        ("AzureCloud", "privatelink.azure-api.net", False),
        ("AzureCloud", "privatelink.azurehdinsight.net", False),
        ("AzureCloud", "corp.example", False),
        ("AzureCloud", "privatelink.eastus.data.azurecr.io", True),
        ("AzureCloud", "private-link.azurecr.io", True),
        ("AzureCloud", "privatlink.azurecr.io", True),
        ("AzureCloud", "privatelink.azurecr.com", True),
        ("AzureCloud", "privatelink.azurcr.io", True),
        ("AzureCloud", "privatelink.azurecr.us", True),
        ("AzureCloud", "privatelnk.azurecr.io", True),
        ("AzureCloud", "privatelinks.azurecr.io", True),
        ("AzureCloud", "privatelink.azurecontainerregistry.io", True),
        ("AzureCloud", "privatelink.azconfig.io", False),
        ("AzureCloud", "privatelink.azurewebsites.net", False),
        ("AzureUSGovernment", "privatelink.azurecr.us", False),
        ("AzureUSGovernment", "usgovvirginia.privatelink.azurecr.us", False),
        ("AzureUSGovernment", "privatelink.azurecr.io", True),
        ("AzureChinaCloud", "privatelink.azurecr.cn", False),
    ],
)
def test_a_zone_is_misspelt_where_no_alias_is_under_it(cloud: str, zone: str, misspelt: bool) -> None:
    """Zones of other services, and zones above and below the right one, are none of this rule's matter."""
    found = lint(loads(f"cloud: {cloud}\nprivate_dns_zones:\n  {zone}: {{}}\n", "zones.yaml"), "ACR202")
    assert [finding.fqdn for finding in found] == ([zone] if misspelt else [])


@pytest.mark.parametrize(
    ("zone", "replaces"),
    [
        ("azurecr.io", True),
        ("data.azurecr.io", True),
        ("eastus.data.azurecr.io", True),
        ("eastus.geo.azurecr.io", True),
        ("contoso.azurecr.io", False),
        ("contoso.eastus.data.azurecr.io", False),
        ("privatelink.azurecr.io", False),
        ("eastus.data.privatelink.azurecr.io", False),
    ],
)
def test_a_zone_replaces_public_names_of_more_than_one_registry(zone: str, replaces: bool) -> None:
    """A zone for one endpoint takes nothing from others."""
    found = lint(loads(f"private_dns_zones:\n  {zone}: {{}}\n", "zones.yaml"), "ACR207")
    assert [finding.fqdn for finding in found] == ([zone] if replaces else [])


@pytest.mark.parametrize(("ttl", "too_long"), [(10, False), (11, True), (3600, True), (None, True)])
def test_a_ttl_is_too_long_above_that_of_zone_groups(ttl: int | None, too_long: bool) -> None:
    """Without a TTL a record made by hand has an hour."""
    given_ttl = "" if ttl is None else f"ttl: {ttl}, "
    text = read(DIRECTORY / "hand-made-records.yaml").text.replace("ttl: 10, ", given_ttl)
    assert {finding.fqdn for finding in lint(loads(text, "ttl.yaml"), "ACR210")} == (
        {"contoso.azurecr.io", "contoso.eastus.data.azurecr.io"} if too_long else set()
    )


IN_PROGRESS = """
registries: {contoso: {location: eastus}}
networks:
  hub: {address_space: [10.0.0.0/16], dns_servers: [10.0.0.53]}
private_endpoints:
  contoso-pe:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}
    dns_zone_group: [privatelink.azurecr.io]
private_dns_zones:
  privatelink.azurecr.io: {virtual_network_links: {hub: {state: InProgress}}}
dns_servers:
  10.0.0.53: {network: hub, forwarders: [168.63.129.16]}
"""


@pytest.mark.parametrize(
    ("instead_of", "stands", "codes"),
    [
        pytest.param("", "", ["ACR206"], id="the link is all that is missing"),
        pytest.param(
            "168.63.129.16]",
            '168.63.129.16], zones: {contoso.azurecr.io: {"@": {A: [20.45.122.144]}}}',
            ["ACR151", "ACR206"],
            id="a public address is pinned besides",
        ),
        pytest.param(
            "hub: {state: InProgress}}",
            "hub: {state: InProgress}}, records: {contoso: {A: [20.45.122.144]}}",
            ["ACR203", "ACR206"],
            id="the zone will give a public address",
        ),
    ],
)  # fmt: skip
def test_a_link_in_progress_explains_only_what_it_mends(instead_of: str, stands: str, codes: list[str]) -> None:
    """Lint warns of the link, so what waiting does not mend must be an error of its own."""
    text = IN_PROGRESS.replace(instead_of, stands) if instead_of else IN_PROGRESS
    found = {
        finding.code for finding in lint(loads(text, "waiting.yaml")) if Profile().severity(finding.code) != "info"
    }
    assert sorted(found) == codes


BESIDE = """
version: 1
registries: {contoso: {location: eastus, data_endpoint_enabled: true}}
networks:
  hub: {address_space: [10.0.0.0/16]}
  far: {address_space: [10.2.0.0/16]}
private_endpoints:
  half: {registry: contoso, network: hub, addresses: {registry: 10.0.0.7}}
  other: {registry: contoso, network: NETWORK, status: STATUS, addresses: {registry: ADDRESS.7, registry_data_eastus: ADDRESS.8}}
"""


@pytest.mark.parametrize(
    ("network", "status", "address", "lacking"),
    [
        pytest.param("hub", "Approved", "10.0.1", [], id="in the same network"),
        pytest.param("hub", "Pending", "10.0.1", ["contoso.eastus.data.azurecr.io"], id="in it but not approved"),
        pytest.param("far", "Approved", "10.2.0", ["contoso.eastus.data.azurecr.io"], id="in another network"),
    ],
)
def test_an_endpoint_may_lack_what_another_beside_it_has(
    network: str, status: str, address: str, lacking: list[str]
) -> None:
    """A record can be written for it after all (ACR105 says that there are two)."""
    text = BESIDE.replace("NETWORK", network).replace("STATUS", status).replace("ADDRESS", address)
    assert [finding.fqdn for finding in lint(loads(text, "beside.yaml"), "ACR102")] == lacking


# Those that break name resolution in a way that `check` sees, from the network or at the endpoint that they name.
BY_ENDPOINT = {"ACR102", "ACR204", "ACR209", "ACR214"}
BY_NETWORK = {"ACR101", "ACR107", "ACR109", "ACR110", "ACR111", "ACR112"}


UNSHRUNK = (Phase.explicit, Phase.generate)
"""A topology is large: making it smaller takes minutes, and it is printed whole."""


@examples(3 / 5, 2, phases=UNSHRUNK)
@given(topology=tangled.topologies())
def test_what_lint_calls_an_error_is_seen_by_check(topology: Topology) -> None:
    """Whatever the topology: the endpoint or the network that an error names gets a wrong answer in the simulation."""
    world = World(topology)
    seen = {vantage: observed(world, vantage) for vantage in topology.vantages}
    endpoints = {finding.fqdn for findings in seen.values() for finding in findings}
    for finding in (each.finding for each in each_alone(topology)):
        if finding.code in BY_NETWORK:
            assert seen[finding.fqdn], finding
        elif finding.code in BY_ENDPOINT:
            assert finding.fqdn in endpoints, finding


NOT_LINTED = {
    "ACR308": "AAAA records made by hand",
    "ACR313": "where the file names one public address of a login server that is routed to several regions",
}


@pytest.mark.slow
@examples(1 / 5, phases=UNSHRUNK, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(topology=tangled.topologies())
def test_where_lint_has_no_error_check_has_none(topology: Topology) -> None:
    """Whatever the topology: a wrong answer has a cause in the file, and a rule knows it or waiting for links mends it."""
    assume(not any(Profile().severity(finding.code) == "error" for finding in lint(topology)))
    now = World(topology)
    later = World(with_links_completed(topology))
    for vantage in topology.vantages:
        assert not errors(now, vantage) or not errors(later, vantage)


def observed(world: World, vantage: str) -> list[Finding]:
    """Return what the rules of `check` find in the simulation, without causes."""
    facts = Facts.simulated(world, vantage)
    return [finding for rule in rules("ACR3") for finding in rule.find(facts)]


def errors(world: World, vantage: str) -> list[Finding]:
    """Return what `check` finds there that `lint` should know of."""
    return [f for f in observed(world, vantage) if f.code not in NOT_LINTED and Profile().severity(f.code) == "error"]


def test_a_private_endpoint_is_offered_with_the_tier_that_it_needs() -> None:
    """Private endpoints are for Premium registries only (facts section 2.1)."""
    text = (
        "version: 1\nregistries:\n  contoso: {location: eastus, sku: Standard, public_network_access_enabled: false}\n"
    )
    (finding,) = lint(loads(text, ""))
    assert [fix.text.split(" -g ")[0] for fix in finding.fixes] == [
        "az acr update -n contoso --sku Premium",
        "az network private-endpoint create",
    ]


RIGHT = {
    "a partner's registry resolves by fallback, past a regional zone": """\
  fabrikam: {location: westus, replications: [eastus], private_link: elsewhere}
networks:
  hub: {address_space: [10.0.0.0/16]}
private_endpoints:
  contoso-pe:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}
    dns_zone_group: [privatelink.azurecr.io]
private_dns_zones:
  privatelink.azurecr.io:
    virtual_network_links: {hub: {resolution_policy: NxDomainRedirect}}
  eastus.data.privatelink.azurecr.io:
    virtual_network_links: {hub: {resolution_policy: NxDomainRedirect}}
    records: {contoso: {ttl: 10, A: [10.0.0.8]}}
""",
    "the login server's name leads to another region, whose address the file does not have": """\
  fabrikam:
    location: westus
    replications: [westeurope]
    public: {addresses: {registry: [20.45.122.144]}}
networks:
  paris: {address_space: [10.0.0.0/16], location: westeurope}
chains: observed
""",
}


@pytest.mark.parametrize("name", RIGHT)
def test_where_every_answer_is_right_there_is_no_error(name: str) -> None:
    """The answers of `matrix` are as expected, and `lint` says nothing against them."""
    topology = loads(f"version: 1\nregistries:\n  contoso: {{location: eastus}}\n{RIGHT[name]}", "estate.yaml")
    assert wrong(topology) == []
