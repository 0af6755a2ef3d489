"""Shapes of estates like the reported ones, with other names and several registries: the cause, and a fix that works."""

from __future__ import annotations

import re

import pytest

from acrdns.check.lint import lint
from acrdns.topology.load import loads
from tests.check import test_reports as reports
from tests.check.test_reports import ADDRESSES, BARE, ENDPOINT, HUB_LINKED, PUBLIC, Report, estate

OTHER = "fabrikam: {location: westus}"
OTHER_ADDRESSES = "addresses: {registry: 10.0.0.17, registry_data_westus: 10.0.0.18}"
OTHER_BARE = f"pf: {{registry: fabrikam, network: hub, {OTHER_ADDRESSES}}}"
OTHER_ENDPOINT = (
    f"pf: {{registry: fabrikam, network: hub, {OTHER_ADDRESSES}, dns_zone_group: [privatelink.azurecr.io]}}"
)
BOTH = "privatelink.azurecr.io: {virtual_network_links: {hub: {}, app: {}}}"
APP = "app: {address_space: [10.2.0.0/16], peerings: [hub]}"
ASKING = "hub: {address_space: [10.0.0.0/16], dns_servers: [10.0.0.53]}"
HUB = "hub: {address_space: [10.0.0.0/16]}"


def served(server: str, **more: tuple[str, ...]) -> str:
    """Return an estate with two registries whose hub asks a server of its own."""
    endpoints, zones = more.get("endpoints", (ENDPOINT, OTHER_ENDPOINT)), more.get("zones", (HUB_LINKED,))
    registries, servers = (PUBLIC, OTHER), (f"10.0.0.53: {{network: hub, {server}}}",)
    return estate(ASKING, registries=registries, endpoints=endpoints, zones=zones, servers=servers)


AZURE = "forwarders: [168.63.129.16]"
SHAPES = {
    "a forwarder for privatelink leads out of Azure": Report(
        served(f"recursion: iterate, {AZURE}, conditional_forwarders: {{privatelink.azurecr.io: [8.8.8.8]}}"),
        ("ACR107 hub",),
        "8.8.8.8",
        r"let 10.0.0.53 forward azurecr.io, not privatelink.azurecr.io, to 168.63.129.16$",
        "on 10.0.0.53: forward azurecr.io, not privatelink.azurecr.io, to 168.63.129.16",
    ),
    "a forwarder for the data endpoints' privatelink leads out of Azure": Report(
        served(f"recursion: unbound, {AZURE}, conditional_forwarders: {{data.privatelink.azurecr.io: [1.1.1.1]}}"),
        ("ACR107 hub",),
        "1.1.1.1",
        r"so contoso.eastus.data.azurecr.io and fabrikam.westus.data.azurecr.io are public",
        "forward azurecr.io, not data.privatelink.azurecr.io, to 168.63.129.16",
    ),
    "forwarders for two registries lead out of Azure": Report(
        served(f"{AZURE}, conditional_forwarders: {{contoso.azurecr.io: [9.9.9.9], fabrikam.azurecr.io: [9.9.9.9]}}"),
        ("ACR107 hub", "ACR107 hub"),
        "9.9.9.9",
        r"so contoso.azurecr.io is public there",
        "forward azurecr.io, not contoso.azurecr.io, to 168.63.129.16",
    ),
    "a forwarder for a region leads out of Azure": Report(
        served(f"{AZURE}, conditional_forwarders: {{eastus.data.azurecr.io: [8.8.8.8]}}"),
        ("ACR107 hub",),
        "8.8.8.8",
        r"so contoso.eastus.data.azurecr.io is public there",
        "forward azurecr.io, not eastus.data.azurecr.io, to 168.63.129.16",
    ),
    "a node's own server sends privatelink to public DNS": Report(
        estate(
            "hub: {address_space: [10.0.0.0/16], clients: {pods: {dns_servers: [169.254.20.10]}}}",
            zones=(HUB_LINKED,),
            servers=(
                (
                    f"node-local: {{network: hub, client: pods, address: 169.254.20.10, recursion: iterate, {AZURE}, "
                    "conditional_forwarders: {privatelink.azurecr.io: [8.8.8.8]}}"
                ),
            ),
        ),
        ("ACR107 hub/pods",),
        "node-local",
        r"let node-local forward azurecr.io, not privatelink.azurecr.io, to 168.63.129.16$",
        "on node-local: forward azurecr.io, not privatelink.azurecr.io, to 168.63.129.16",
    ),
    "on premises, a forwarder for one name asks Azure-provided DNS": Report(
        estate(
            HUB,
            "plant: {kind: on_premises, address_space: [192.168.0.0/16], dns_servers: [192.168.0.53], peerings: [hub]}",
            zones=(HUB_LINKED,),
            servers=(
                (
                    "192.168.0.53: {network: plant, conditional_forwarders: "
                    "{azurecr.io: [10.0.0.4], contoso.azurecr.io: [168.63.129.16]}}"
                ),
            ),
            more="private_resolvers: {r: {network: hub, inbound_endpoints: [10.0.0.4]}}\n",
        ),
        ("ACR110 plant",),
        "168.63.129.16",
        "answers inside Azure only",
        "on 192.168.0.53: forward azurecr.io, not contoso.azurecr.io, to 10.0.0.4",
    ),
    "no zone at all, and two registries": Report(
        estate(HUB, APP, registries=(PUBLIC, OTHER), endpoints=(BARE, OTHER_BARE), zones=()),
        ("ACR101 hub", "ACR101 app"),
        "hub: {",
        r"there is no private zone .* so contoso.azurecr.io and fabrikam.azurecr.io resolve",
        "--endpoint-name pf -n default --private-dns-zone privatelink.azurecr.io",
    ),
    "no zone at all, and an own server with the records": Report(
        estate(
            HUB,
            "app: {address_space: [10.2.0.0/16], peerings: [hub], dns_servers: [10.2.0.53]}",
            registries=(PUBLIC, OTHER),
            endpoints=(BARE, OTHER_BARE),
            zones=(),
            servers=(
                (
                    f"10.2.0.53: {{network: app, recursion: iterate, {AZURE}, zones: {{privatelink.azurecr.io: "
                    "{contoso: {A: [10.0.0.7]}, contoso.eastus.data: {A: [10.0.0.8]}, "
                    "fabrikam: {A: [10.0.0.17]}, fabrikam.westus.data: {A: [10.0.0.18]}}}}"
                ),
            ),
        ),
        ("ACR101 hub",),
        "hub: {",
        "create the zone and link it",
        "dns-zone-group create -g RESOURCE_GROUP --endpoint-name pf ",
    ),
    "a server asks a network without any zone": Report(
        served(AZURE, endpoints=(BARE, OTHER_BARE), zones=()),
        ("ACR101 hub",),
        "hub: {",
        "create the zone and link it to hub",
        "dns-zone-group create -g RESOURCE_GROUP --endpoint-name pf ",
    ),
    "the zone of a region, as Microsoft's table had it, and no other": Report(
        estate(
            HUB,
            APP,
            endpoints=(f"pe: {{registry: contoso, network: hub, {ADDRESSES}, dns_zone_group: [regional]}}",),
            zones=("regional: {name: eastus.privatelink.azurecr.io, virtual_network_links: {hub: {}, app: {}}}",),
        ),
        ("ACR202 eastus.privatelink.azurecr.io",),
        "regional: {",
        r"no name of a registry leads to .*; did you mean privatelink.azurecr.io\?",
        "zone create -g RESOURCE_GROUP -n privatelink.azurecr.io",
    ),
    "a rule sends registries to a server whose own zone has one of two": Report(
        estate(
            HUB,
            APP,
            registries=(PUBLIC, OTHER),
            endpoints=(ENDPOINT, OTHER_ENDPOINT),
            zones=(BOTH,),
            servers=(
                (
                    "10.2.0.53: {network: app, recursion: iterate, "
                    "zones: {privatelink.azurecr.io: {contoso: {A: [10.0.0.70]}}}}"
                ),
            ),
            more=(
                "private_resolvers: {r: {network: hub, outbound_endpoints: [out]}}\n"
                "dns_forwarding_rulesets:\n"
                "  rs: {outbound_endpoint: out, virtual_network_links: [hub], rules: {azurecr.io: [10.2.0.53]}}\n"
            ),
        ),
        ("ACR152 contoso.eastus.data.azurecr.io",),
        "10.2.0.53: {",
        "zone privatelink.azurecr.io on 10.2.0.53 has no such name",
        "on 10.2.0.53: delete the zone privatelink.azurecr.io and forward azurecr.io to 168.63.129.16 instead",
    ),
    "a server's own zone has two addresses in each other's place": Report(
        served(
            f"recursion: iterate, {AZURE}, zones: {{privatelink.azurecr.io: {{contoso: {{A: [10.0.0.8]}}, "
            "contoso.eastus.data: {A: [10.0.0.7]}, fabrikam: {A: [10.0.0.17]}, fabrikam.westus.data: {A: [10.0.0.18]}}}"
        ),
        ("ACR156 contoso.azurecr.io",),
        "10.0.0.53: {",
        r"\(10.0.0.8 is pe's address for contoso.eastus.data.azurecr.io\)",
        "; then on 10.0.0.53: set the A record contoso.eastus.data in privatelink.azurecr.io to 10.0.0.8",
    ),
    "an IPv6 address on an own server, and one in a private zone": Report(
        served(
            f"{AZURE}, zones: {{fabrikam.azurecr.io: {{'@': {{A: [10.0.0.17], AAAA: ['2001:db8::1']}}}}}}",
            zones=(
                (
                    "privatelink.azurecr.io: {virtual_network_links: {hub: {}}, "
                    "records: {contoso.eastus.data: {ttl: 10, A: [10.0.0.8], AAAA: ['2001:db8::8']}}}"
                ),
            ),
        ),
        ("ACR308 contoso.eastus.data.azurecr.io", "ACR157 fabrikam.azurecr.io"),
        "2001:db8::8",
        "has an AAAA record contoso.eastus.data",
        "aaaa remove-record",
    ),
    "rebinding protection and DNS64 on one server": Report(
        served(f"recursion: iterate, {AZURE}, filters: {{rebind_protection: true, dns64: '64:ff9b::/96'}}"),
        ("ACR152 contoso.azurecr.io",),
        "10.0.0.53: {",
        "rebinding protection of 10.0.0.53 took out 10.0.0.7",
        "; then on 10.0.0.53: leave private addresses out of DNS64",
    ),
    "an endpoint rejected in one region, and the other region's registry hidden there": Report(
        estate(
            "east: {address_space: [10.0.0.0/16]}",
            "west: {address_space: [10.2.0.0/16]}",
            registries=(PUBLIC, OTHER),
            endpoints=(
                f"pe: {{registry: contoso, network: east, {ADDRESSES}, dns_zone_group: [e]}}",
                (
                    "pf: {registry: fabrikam, network: west, status: Rejected, dns_zone_group: [w], "
                    "addresses: {registry: 10.2.0.7, registry_data_westus: 10.2.0.8}}"
                ),
            ),
            zones=(
                "e: {name: privatelink.azurecr.io, virtual_network_links: {east: {}}}",
                "w: {name: privatelink.azurecr.io, virtual_network_links: {west: {}}}",
            ),
        ),
        ("ACR104 fabrikam.azurecr.io", "ACR208 privatelink.azurecr.io"),
        "status: Rejected",
        "it stays so for ever",
        "LINK_OF_EAST --resolution-policy NxDomainRedirect",
    ),
}


@pytest.mark.parametrize("report", SHAPES.values(), ids=SHAPES)
def test_a_shape_has_its_cause_and_a_fix_that_works(report: Report) -> None:
    """As a report has; no finding says that nothing mends it, and none counts a vantage point twice."""
    reports.test_a_report_has_its_cause_its_words_and_its_fix(report)
    reports.test_the_fixes_of_a_report_mend_it(report)
    for finding in lint(loads(report.text, "estate.yaml")):
        assert not finding.fix.startswith("no single change")
        assert "peering create" not in finding.fix
        assert len({*finding.impact}) == len(finding.impact)


TARGET = """ -n RULE_FOR_AZURECR_IO --target-dns-servers '[{"ip-address": "10.2.0.53", "port": 53}]'"""
RULES = {
    "one of public DNS behind it": ("10.2.0.53, 8.8.8.8", "10.2.0.53 gives 10.0.0.7, 8.8.8.8 gives ", TARGET),
    "a silent one behind it": ("10.2.0.53, 10.2.0.99", "10.2.0.99 in .* does not answer", TARGET),
    "one whose network is not linked behind it": ("10.2.0.53, 10.3.0.53", "10.3.0.53 gives 198", " -v lone "),
}


@pytest.mark.parametrize(("targets", "says", "fixed"), RULES.values(), ids=RULES)
def test_the_targets_of_a_rule_are_a_list_of_servers(targets: str, says: str, fixed: str) -> None:
    """The first answers rightly, and the next one, which Azure asks while that is silent, does not."""
    text = estate(
        "hub: {address_space: [10.0.0.0/16], peerings: [app, spoke, lone]}",
        "app: {address_space: [10.2.0.0/16]}",
        "spoke: {address_space: [10.1.0.0/16]}",
        "lone: {address_space: [10.3.0.0/16], dns_servers: [10.2.0.53], peerings: [app]}",
        zones=("privatelink.azurecr.io: {virtual_network_links: {hub: {}, app: {}}}",),
        servers=(f"10.2.0.53: {{network: app, {AZURE}}}", f"10.3.0.53: {{network: lone, {AZURE}}}"),
        more=(
            "private_resolvers: {r: {network: hub, outbound_endpoints: [out]}}\n"
            "dns_forwarding_rulesets:\n"
            f"  rs: {{outbound_endpoint: out, virtual_network_links: [spoke], rules: {{azurecr.io: [{targets}]}}}}\n"
        ),
    )
    topology = loads(text, "estate.yaml")
    (finding,) = lint(topology)
    assert finding.code == "ACR114"
    assert re.search(says, finding.message), finding.message
    assert finding.place is not None
    assert targets in text.splitlines()[finding.place.line - 1]
    assert fixed in finding.fix
    (fix,) = finding.fixes
    assert lint(fix.apply(topology)) == ()


def test_clients_of_a_virtual_hub_wait_for_the_approval_of_an_endpoint() -> None:
    """The hub itself has no hosts, and is no vantage point."""
    text = """\
version: 1
registries: {contoso: {location: eastus}}
networks:
  hub: {address_space: [10.0.0.0/16], peerings: [wan]}
  wan: {kind: virtual_hub, address_space: [10.50.0.0/16], clients: {vpn: {dns_servers: [10.0.0.4]}}}
private_endpoints:
  pe: {registry: contoso, network: hub, status: Pending, addresses: {registry: 10.0.1.4, registry_data_eastus: 10.0.1.5}}
private_resolvers: {r: {network: hub, inbound_endpoints: [10.0.0.4]}}
"""
    (finding,) = (each for each in lint(loads(text, "estate.yaml")) if each.code == "ACR104")
    assert "do not lead to it from hub and wan/vpn;" in finding.message
