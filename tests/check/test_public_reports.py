"""Public reports and documented set-ups, by project or page and number: the true cause, its words and a fix that mends.

The estates are models of what the texts describe, with names and addresses of our own. The cause was written down
before acrdns was asked.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from acrdns.check.fixes.add_endpoint_address import AddEndpointAddress
from acrdns.check.lint import lint
from acrdns.check.profile import Profile
from acrdns.check.repair.search import repairs
from acrdns.errors import InputError
from acrdns.names import show
from acrdns.topology.load import loads
from tests.check.further_public_reports import FURTHER
from tests.check.healthy_public_reports import FURTHER_HEALTHY, HEALTHY, MESH, REFUSED
from tests.check.later_public_reports import LATER, LATER_CLEAN
from tests.check.record_public_reports import OF_RECORDS
from tests.check.repair.test_same_commands import says_the_same
from tests.check.route_public_reports import OF_ROUTES
from tests.check.situations import findings_in
from tests.check.test_reports import (
    BARE,
    ENDPOINT,
    ENDPOINT_WEST,
    HUB,
    HUB_LINKED,
    INBOUND,
    PLANT,
    PUBLIC,
    RECORDS,
    SPOKE,
    WEST,
    Report,
    errors_among,
    estate,
    wrong,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.finding import Finding

RESOLVER = "private_resolvers: {r: {network: dns, inbound_endpoints: [10.8.0.4]}}\n"
DNS = "dns: {address_space: [10.8.0.0/16], peerings: [hub, plant]}"
FAR = (
    "pf: {registry: fabrikam, network: far, addresses: {registry: 10.9.0.7, registry_data_westus: 10.9.0.8}, "
    "dns_zone_group: [far-zone]}"
)
LINK = "az network private-dns link vnet create -g RESOURCE_GROUP -z privatelink.azurecr.io"

REPORTS = {
    "Azure/acr#360: the record stands in a zone of one's own": Report(
        estate(
            HUB,
            endpoints=(BARE,),
            zones=("mgmt.example: {virtual_network_links: {hub: {}}, records: {contoso: {A: [10.0.0.7]}}}",),
        ),
        ("ACR101 hub",),
        "hub: {address_space",
        r"no private zone privatelink.azurecr.io .*\(mgmt.example has 10.0.0.7, and no name of a registry leads there\)"
        ".*; create the zone and link it",
        "az network private-dns zone create -g RESOURCE_GROUP -n privatelink.azurecr.io",
    ),
    "Azure/acr#488: dnsmasq forwards the privatelink name of each registry": Report(
        estate(
            HUB,
            PLANT,
            zones=(HUB_LINKED,),
            servers=(
                "192.168.0.53: {network: plant, conditional_forwarders: {contoso.privatelink.azurecr.io: [10.0.0.4]}}",
            ),
            more=INBOUND,
        ),
        ("ACR109 plant",),
        "contoso.privatelink.azurecr.io: [10.0.0.4]",
        "the public name contoso.azurecr.io goes to public DNS, which follows the alias itself",
        "on 192.168.0.53: forward azurecr.io, not contoso.privatelink.azurecr.io, to 10.0.0.4",
    ),
    "MicrosoftDocs/azure-docs#124714: only the login server's own name is forwarded": Report(
        estate(
            HUB,
            PLANT,
            zones=(HUB_LINKED,),
            servers=("192.168.0.53: {network: plant, conditional_forwarders: {contoso.azurecr.io: [10.0.0.4]}}",),
            more=INBOUND,
        ),
        ("ACR107 plant",),
        "192.168.0.53: {network",
        "so contoso.eastus.data.azurecr.io is public there",
        "on 192.168.0.53: forward azurecr.io to 10.0.0.4",
    ),
    "microsoft/azure-pipelines-tasks#10616: no such host on 168.63.129.16": Report(
        estate(HUB, endpoints=(BARE,), zones=(HUB_LINKED,)),
        ("ACR103 contoso.azurecr.io",),
        "pe: {registry: contoso",
        "it has no zone group, and nobody made a record by hand",
        "az network private-endpoint dns-zone-group create -g RESOURCE_GROUP --endpoint-name pe",
    ),
    "Azure/AKS#1839: a name that the linked zone does not have": Report(
        estate(
            HUB,
            "far: {address_space: [10.9.0.0/16]}",
            registries=(PUBLIC, "fabrikam: {location: westus}"),
            endpoints=(ENDPOINT, FAR),
            zones=(
                HUB_LINKED,
                "far-zone: {name: privatelink.azurecr.io, virtual_network_links: {far: {resolution_policy: NxDomainRedirect}}}",
            ),
        ),
        ("ACR208 privatelink.azurecr.io",),
        "privatelink.azurecr.io: {virtual_network_links: {hub: {}}}",
        "do not exist in hub: .* fabrikam has a private endpoint, but not one in reach",
        "link vnet update -g RESOURCE_GROUP -z privatelink.azurecr.io -n LINK_OF_HUB --resolution-policy NxDomainRedirect",
    ),
    "Azure/AKS#1750: CoreDNS pins the login server, and nothing pins the data endpoint": Report(
        estate(
            HUB,
            SPOKE.replace("[hub]", "[hub], clients: {pods: {hosts: {contoso.azurecr.io: 10.0.0.7}}}"),
            zones=(HUB_LINKED,),
        ),
        ("ACR101 spoke",),
        "spoke: {address_space",
        "privatelink.azurecr.io is not linked to spoke",
        f"{LINK} -n spoke-link -v spoke",
    ),
    "MicrosoftDocs/azure-docs#97249: the data endpoint's record in the zone that an old page names": Report(
        estate(
            HUB,
            endpoints=(BARE,),
            zones=(
                "privatelink.azurecr.io: {virtual_network_links: {hub: {}}, records: {contoso: {ttl: 10, A: [10.0.0.7]}}}",
                "eastus.privatelink.azurecr.io: {virtual_network_links: {hub: {}}, records: {contoso: {ttl: 10, A: [10.0.0.8]}}}",
            ),
        ),
        ("ACR204 contoso.eastus.data.azurecr.io",),
        "privatelink.azurecr.io: {virtual_network_links",
        "privatelink.azurecr.io has no record contoso.eastus.data",
        "record-set a add-record -g RESOURCE_GROUP -z privatelink.azurecr.io -n contoso.eastus.data -a 10.0.0.8",
    ),
    "Azure/Azure-Landing-Zones#2064: endpoints in two regions write into one zone": Report(
        estate(
            HUB,
            WEST,
            endpoints=(ENDPOINT, ENDPOINT_WEST.format("[privatelink.azurecr.io]")),
            zones=("privatelink.azurecr.io: {virtual_network_links: {hub: {}, west: {}}}",),
        ),
        ("ACR205 contoso.azurecr.io",),
        "pw: {registry: contoso",
        "the last writer wins: clients everywhere get the addresses of pw in west",
        "az network private-dns zone create -g RESOURCE_GROUP_OF_WEST_ZONE -n privatelink.azurecr.io",
    ),
    "Azure/missionlz#674: one tier does not ask the firewall in the hub": Report(
        estate(
            "hub: {address_space: [10.0.0.0/16], transit: true, dns_servers: [10.0.0.4]}",
            "tier1: {address_space: [10.1.0.0/16], peerings: [hub], dns_servers: [10.0.0.4]}",
            "tier3: {address_space: [10.3.0.0/16], peerings: [hub]}",
            zones=(HUB_LINKED,),
            servers=("10.0.0.4: {network: hub, forwarders: [168.63.129.16]}",),
        ),
        ("ACR101 tier3",),
        "tier3: {address_space",
        "privatelink.azurecr.io is not linked to tier3",
        f"{LINK} -n tier3-link -v tier3",
    ),
    "Azure/Azure-Landing-Zones#867: the resolver has moved to a network of its own, the links have not": Report(
        estate(
            "hub: {address_space: [10.0.0.0/16], transit: true}",
            DNS.replace(", plant", ""),
            "spoke: {address_space: [10.1.0.0/16], peerings: [hub], dns_servers: [10.8.0.4]}",
            PLANT.replace("192.168.0.53", "10.8.0.4"),
            zones=(HUB_LINKED,),
            more=RESOLVER,
        ),
        ("ACR108 dns",),
        "dns: {address_space",
        "whose Azure-provided DNS answers for dns, spoke and plant",
        f"{LINK} -n dns-link -v dns",
    ),
    "Azure/aca-landing-zone-accelerator#84: zones of the hub, and a spoke that asks Azure itself": Report(
        estate(HUB, SPOKE, zones=(HUB_LINKED,)),
        ("ACR101 spoke",),
        "spoke: {address_space",
        "link the zone, since peering does not carry it",
        f"{LINK} -n spoke-link -v spoke",
    ),
    "Microsoft Learn, workspace with a custom DNS server: the server's network has no link": Report(
        estate(
            HUB,
            DNS,
            "plant: {kind: on_premises, address_space: [192.168.0.0/16], dns_servers: [192.168.0.53], peerings: [hub]}",
            zones=(HUB_LINKED,),
            servers=(
                "192.168.0.53: {network: plant, zones: {corp.example: {}}, conditional_forwarders: {azurecr.io: [10.8.0.5]}}",
                "10.8.0.5: {network: dns, forwarders: [168.63.129.16]}",
            ),
        ),
        ("ACR108 dns",),
        "dns: {address_space",
        r"by way of 192.168.0.53 -> 10.8.0.5 -> 168.63.129.16",
        f"{LINK} -n dns-link -v dns",
    ),
    "MicrosoftDocs/azure-docs#93146: P2S clients with a resolver of their own": Report(
        estate(HUB.replace("]}", "], clients: {p2s: {dns_servers: [192.0.2.53]}}}"), zones=(HUB_LINKED,), more=INBOUND),
        ("ACR107 hub/p2s",),
        "dns_servers: [192.0.2.53]",
        "let hub/p2s ask 10.0.0.4$",
        "on hub/p2s: ask 10.0.0.4",
    ),
    "Azure/acr#603: docker's virtual machine asks another resolver than the host": Report(
        estate(
            HUB,
            PLANT.replace("[hub]", "[hub], clients: {docker: {dns_servers: [192.0.2.53]}}"),
            zones=(HUB_LINKED,),
            servers=("192.168.0.53: {network: plant, conditional_forwarders: {azurecr.io: [10.0.0.4]}}",),
            more=INBOUND,
        ),
        ("ACR107 plant/docker",),
        "clients: {docker",
        "let plant/docker ask 192.168.0.53$",
        "on plant/docker: ask 192.168.0.53",
    ),
    "microsoft/azure-container-apps#727: containers ask Azure, whatever the network's DNS servers are": Report(
        estate(
            HUB,
            "aca: {address_space: [10.1.0.0/16], peerings: [hub], dns_servers: [10.0.0.4], "
            "clients: {containers: {dns_servers: [168.63.129.16]}}}",
            zones=(HUB_LINKED,),
            more=INBOUND,
        ),
        ("ACR101 aca",),
        "aca: {address_space",
        "privatelink.azurecr.io is not linked to aca",
        f"{LINK} -n aca-link -v aca",
    ),
    "Azure/AKS#808: two servers of one's own and Azure, of which any may answer": Report(
        estate(
            "aks: {address_space: [10.0.0.0/16], dns_servers: [10.0.0.5, 10.0.0.6, 168.63.129.16], selection: random}",
            endpoints=(ENDPOINT.replace("network: hub", "network: aks"),),
            zones=("privatelink.azurecr.io: {virtual_network_links: {aks: {}}}",),
            servers=(
                "10.0.0.5: {network: aks, zones: {corp.example: {}}}",
                "10.0.0.6: {network: aks, zones: {corp.example: {}}}",
            ),
        ),
        ("ACR113 contoso.azurecr.io",),
        "dns_servers: [10.0.0.5, 10.0.0.6, 168.63.129.16]",
        "168.63.129.16 gives 10.0.0.7; which of them answers is chance",
        "on 10.0.0.6: forward azurecr.io to 168.63.129.16",
    ),
    "docker/login-action#718: no such host on 127.0.0.53": Report(
        estate(HUB.replace("]}", "], clients: {runner: {dns_servers: [127.0.0.53]}}}"), zones=(HUB_LINKED,)),
        ("ACR111 hub/runner",),
        "dns_servers: [127.0.0.53]",
        "a loopback address is the asking machine's own",
        "describe 127.0.0.53 under dns_servers",
    ),
    **LATER,
    **{name: report for name, (report, _) in (OF_RECORDS | OF_ROUTES | FURTHER).items()},
}
MENDED = (
    "docker/for-win#1444",
    "Microsoft Learn, Azure Firewall",
    "yeongseon",
    "docs.azure.cn",
    "Azure/Industrial-IoT",
)
"""The beginnings of the further reports that were told wrongly once; the others are slow tests."""


def first_error(report: Report) -> Finding:
    """Return the finding that the report is about."""
    return next(each for each in findings_in(report.text) if f"{each.code} {each.fqdn}" == report.found[0])


def each_report() -> Iterator[object]:
    """Return the reports."""
    for name, report in REPORTS.items():
        slow = name in FURTHER and not name.startswith(MENDED)
        yield pytest.param(report, id=name, marks=[pytest.mark.slow] if slow else [])


@pytest.mark.parametrize("report", [*each_report()])
def test_a_public_report_has_its_cause_its_words_and_its_fix(report: Report) -> None:
    """As somebody on call reads it; nothing else is an error."""
    assert errors_among(findings_in(report.text)) == list(report.found)
    finding = first_error(report)
    assert finding.place is not None
    assert report.line in report.text.splitlines()[finding.place.line - 1]
    assert re.search(report.says, finding.message), finding.message
    assert report.fix in finding.fix


def once_each_rule() -> Iterator[object]:
    """Return the reports; of those with answers beside them, each further one that a rule names is a slow test."""
    known: set[str] = set()
    for name, report in REPORTS.items():
        code = report.found[0].partition(" ")[0]
        slow = code in known and name in OF_RECORDS | OF_ROUTES | FURTHER
        yield pytest.param(report, id=name, marks=[pytest.mark.slow] if slow else [])
        known.add(code)


@pytest.mark.parametrize("report", [*once_each_rule()])
def test_fix_mends_a_public_report_with_the_same_commands(report: Report) -> None:
    """Nothing is wrong afterwards; where no edit of the file helps, fix offers none. It chooses a free address itself."""
    topology = loads(report.text, "estate.yaml")
    found = repairs(topology, report.text)
    fixes = first_error(report).fixes
    assert bool(found) == any(isinstance(fix, AddEndpointAddress) or fix.edits(topology) for fix in fixes)
    for repair in found:
        assert wrong(repair.topology) == []
    says_the_same(topology, found)


def test_records_that_stay_are_written_again_at_once() -> None:
    """Of endpoints that write into one zone, each gets its records back before anything else; a free zone is used."""
    free = "privatelink.azurecr.io@west: {name: privatelink.azurecr.io}"
    shared = "privatelink.azurecr.io: {virtual_network_links: {hub: {}, west: {}}}"
    endpoints = (ENDPOINT, ENDPOINT_WEST.format("[privatelink.azurecr.io]"))
    (finding,) = lint(loads(estate(HUB, WEST, endpoints=endpoints, zones=(shared, free)), "estate.yaml"))
    steps = [(type(fix).__name__, getattr(fix, "endpoint", "")) for fix in finding.fixes]
    assert steps[:3] == [("DeleteZoneGroup", "pw"), ("AddZoneGroup", "pe"), ("AddZoneGroup", "pw")]
    assert "CreateZone" not in dict(steps)


def test_servers_of_which_the_next_one_answers_otherwise_are_mended() -> None:
    """The answers are right until the first is silent, and then it is too late."""
    text = estate(
        HUB,
        PLANT.replace("[192.168.0.53]", "[192.168.0.53, 192.168.0.54]"),
        zones=(HUB_LINKED,),
        servers=(
            "192.168.0.53: {network: plant, conditional_forwarders: {azurecr.io: [10.0.0.4]}}",
            "192.168.0.54: {network: plant, forwarders: [8.8.8.8]}",
        ),
        more=INBOUND,
    )
    (repair,) = repairs(loads(text, "estate.yaml"), text)
    assert [fix.text for fix in repair.fixes] == ["on 192.168.0.54: forward azurecr.io to 10.0.0.4"]
    assert lint(repair.topology) == ()


def test_a_server_that_does_not_answer_is_no_standby() -> None:
    """Nobody owns its address; the warning shows the question that waits."""
    text = estate(
        HUB,
        PLANT.replace("[192.168.0.53]", "[192.168.0.99, 192.168.0.53]"),
        zones=(HUB_LINKED,),
        servers=("192.168.0.53: {network: plant, conditional_forwarders: {azurecr.io: [10.0.0.4]}}",),
        more=INBOUND,
    )
    (finding,) = lint(loads(text, "estate.yaml"))
    assert (finding.code, finding.fix) == ("ACR114", "let machines in plant ask 192.168.0.53")
    assert finding.message.startswith("192.168.0.99 in networks.plant.dns_servers does not answer")
    assert finding.trace
    assert finding.trace.steps[0].server == "192.168.0.99"


def test_servers_that_disagree_show_the_wrong_answer() -> None:
    """Not that of the server which is right."""
    text = estate(
        HUB,
        PLANT.replace("[192.168.0.53]", "[192.168.0.53, 192.168.0.54], selection: fastest"),
        zones=(HUB_LINKED,),
        servers=(
            "192.168.0.53: {network: plant, conditional_forwarders: {azurecr.io: [10.0.0.4]}}",
            "192.168.0.54: {network: plant, forwarders: [8.8.8.8]}",
        ),
        more=INBOUND,
    )
    (finding,) = lint(loads(text, "estate.yaml"))
    assert finding.code == "ACR113"
    assert finding.trace
    assert finding.trace.steps[0].server == "192.168.0.54"


def test_servers_that_are_both_wrong_are_one_finding() -> None:
    """The first takes out private addresses, the other is a public resolver; which answers is chance."""
    text = estate(
        HUB.replace("10.0.0.0/16]", "10.0.0.0/16], dns_servers: [10.0.0.53, 8.8.8.8], selection: random"),
        zones=(HUB_LINKED,),
        servers=("10.0.0.53: {network: hub, forwarders: [168.63.129.16], filters: {rebind_protection: true}}",),
    )
    (finding,) = lint(loads(text, "estate.yaml"))
    assert "10.0.0.53 gives no address (rebinding protection of 10.0.0.53 took out 10.0.0.7" in finding.message
    assert "8.8.8.8 gives 198.51.100.3" in finding.message
    kept, relaxed = finding.fixes
    assert kept.text == "az network vnet update -g RESOURCE_GROUP -n hub --dns-servers 10.0.0.53"
    assert relaxed.text.startswith("on 10.0.0.53: allow private addresses for azurecr.io")


def test_a_finding_of_a_local_name_shows_that_name() -> None:
    """Not a registry's, of which something else is wrong; fix says what it leaves."""
    connected = "{line: {network: plant, mode: ReadOnly, login_server: line.plant.example, address: 192.168.0.20}}"
    text = estate(
        HUB,
        PLANT,
        registries=(PUBLIC.replace("}", f", connected_registries: {connected}}}"),),
        zones=(HUB_LINKED,),
        servers=("192.168.0.53: {network: plant, zones: {plant.example: {line: {A: [192.168.0.21]}}}}",),
        more=INBOUND,
    )
    topology = loads(text, "estate.yaml")
    local, forwarder = lint(topology)
    assert (local.code, forwarder.code) == ("ACR316", "ACR107")
    assert local.trace
    assert show(local.trace.question.name) == "line.plant.example"
    found = repairs(topology, text)
    assert {tuple(each.code for each in repair.left) for repair in found} == {("ACR316",)}


def test_a_link_that_falls_back_is_not_told_to() -> None:
    """The record that hides it goes."""
    linked = HUB_LINKED.replace(
        "hub: {}}", "hub: {resolution_policy: NxDomainRedirect}}, records: {fabrikam: {ttl: 10, A: [40.1.1.1]}}"
    )
    partner = "fabrikam: {location: westus, private_link: elsewhere}"
    (finding,) = lint(loads(estate(HUB, registries=(PUBLIC, partner), zones=(linked,)), "estate.yaml"))
    assert "; delete the record, or " in finding.message
    assert [type(fix).__name__ for fix in finding.fixes] == ["SetRecord"]


def test_a_pin_before_wrong_records_gets_the_right_address_and_the_records_are_mended() -> None:
    """To take the pin out by itself would leave the answer wrong."""
    swapped = "{contoso: {ttl: 10, A: [10.0.0.8]}, contoso.eastus.data: {ttl: 10, A: [10.0.0.7]}}"
    text = estate(
        HUB,
        SPOKE.replace("[hub]", "[hub], hosts: {contoso.azurecr.io: 10.0.0.9}"),
        zones=(f"privatelink.azurecr.io: {{virtual_network_links: {{hub: {{}}, spoke: {{}}}}, records: {swapped}}}",),
    )
    pin, records = lint(loads(text, "estate.yaml"))
    assert (pin.code, records.code) == ("ACR315", "ACR303")
    assert pin.message.startswith("the hosts file of spoke pins contoso.azurecr.io to 10.0.0.9, and pe has 10.0.0.7; ")
    assert pin.fix == "in the hosts file of spoke: give contoso.azurecr.io the address 10.0.0.7"
    assert "record-set a" in records.fix


TWO_ZONES = """\
version: 1
registries:
  contoso: {location: eastus}
  fabrikam: {location: westus}
networks:
  hub: {address_space: [10.0.0.0/16]}
  west: {address_space: [10.2.0.0/16]}
  site: {kind: on_premises, address_space: [100.64.0.0/16], dns_servers: [100.64.0.53], peerings: [hub, west]}
private_endpoints:
  pc: {registry: contoso, network: hub, addresses: {registry: 10.0.0.17, registry_data_eastus: 10.0.0.18}, dns_zone_group: [a]}
  pf: {registry: fabrikam, network: west, addresses: {registry: 10.2.0.7, registry_data_westus: 10.2.0.8}, dns_zone_group: [b]}
private_dns_zones:
  a: {name: privatelink.azurecr.io, virtual_network_links: {hub: {}}}
  b: {name: privatelink.azurecr.io, virtual_network_links: {west: {}}}
private_resolvers:
  r: {network: hub, inbound_endpoints: [10.0.0.9]}
  s: {network: west, inbound_endpoints: [10.2.0.9]}
dns_servers:
  100.64.0.53: {network: site, conditional_forwarders: {azurecr.io: [10.0.0.9]}}
"""


def test_a_site_that_asks_one_of_two_networks_forwards_the_names_of_the_other() -> None:
    """tailscale/tailscale#16720: each network has a zone of its own, and the site reaches both private endpoints."""
    topology = loads(TWO_ZONES, "estate.yaml")
    (found,) = (finding for finding in lint(topology) if finding.networks == ("site",))
    steps = [f"on 100.64.0.53: forward {fqdn} to 10.2.0.9" for fqdn in FABRIKAM]
    assert (found.code, [fix.text for fix in found.fixes]) == ("ACR152", steps)
    for fix in found.fixes:
        topology = fix.apply(topology)
    assert not [finding for finding in lint(topology) if "site" in finding.networks]


@pytest.mark.parametrize("written", ["contoso.azurecr.io", "contoso.privatelink.azurecr.io"])
def test_a_record_with_the_full_name_is_what_people_have_to_see(written: str) -> None:
    """The portal shows it in the zone, with the right address, so that "no record" alone is not believed."""
    zone = (
        f"privatelink.azurecr.io: {{virtual_network_links: {{hub: {{}}}}, records: {{{written}: {{A: [10.0.0.7]}}}}}}"
    )
    (finding,) = lint(loads(estate(HUB, endpoints=(BARE,), zones=(zone,)), "estate.yaml"))
    assert finding.code == "ACR214"
    assert f"its record {written} has 10.0.0.7, and nobody asks for {written}.privatelink.azurecr.io" in finding.message


def test_a_record_at_the_address_of_another_name_without_a_record_says_whose_it_is() -> None:
    """Not that the two are swapped."""
    report = next(each for name, each in REPORTS.items() if "azurerm#8495" in name)
    shared = next(each for each in lint(loads(report.text, "estate.yaml")) if each.code == "ACR304")
    assert shared.message == (
        "privatelink.azurecr.io sends contoso.azurecr.io to 10.0.0.8, the address of contoso.eastus.data.azurecr.io "
        "(private endpoint pe), which has no record; each endpoint of a registry has a private address of its own; it "
        "should be 10.0.0.7"
    )


def test_a_zone_beside_the_data_endpoints_hides_none() -> None:
    """Microsoft's table has it for Government, and no name of a registry lies below it."""
    report = next(each for name, each in REPORTS.items() if "Government: the data" in name)
    zone = next(each for each in lint(loads(report.text, "estate.yaml")) if each.code == "ACR213")
    assert zone.message.endswith("no name of a registry lies below it, so nobody asks for its records")


def test_two_hubs_in_a_row_carry_traffic_if_the_file_says_so() -> None:
    """Routes between firewalls are not in the file, and working landing zones have them."""
    (finding,) = lint(loads(MESH, "estate.yaml"))
    assert (finding.code, finding.networks) == ("ACR156", ("s2",))
    assert (
        "; peer s2 with s1 (if hub2 and hub1 route to each other, say so in the file: add hub1 to networks.s2.peerings)"
        in finding.message
    )


FABRIKAM = ("fabrikam.azurecr.io", "fabrikam.westus.data.azurecr.io")


CLEAN = {
    "jenkins-infra/helpdesk#5111: both endpoints in the hosts file": estate(
        HUB,
        "ci: {address_space: [10.1.0.0/16], peerings: [hub], "
        "hosts: {contoso.azurecr.io: 10.0.0.7, contoso.eastus.data.azurecr.io: 10.0.0.8}}",
        zones=(HUB_LINKED,),
    ),
    "MicrosoftDocs/azure-docs#93146: the network's DNS is the inbound endpoint, for P2S clients, too": estate(
        HUB.replace("]}", "], dns_servers: [10.0.0.4], clients: {p2s: {}}}"), zones=(HUB_LINKED,), more=INBOUND
    ),
    "Azure/missionlz#674: all tiers ask the firewall in the hub": estate(
        "hub: {address_space: [10.0.0.0/16], transit: true, dns_servers: [10.0.0.4]}",
        "tier1: {address_space: [10.1.0.0/16], peerings: [hub], dns_servers: [10.0.0.4]}",
        zones=(HUB_LINKED,),
        servers=("10.0.0.4: {network: hub, forwarders: [168.63.129.16]}",),
    ),
    **LATER_CLEAN,
    **HEALTHY,
}


def each_set_up() -> Iterator[object]:
    """Return the set-ups that work; of the further ones, those that were told wrongly once are no slow tests."""
    yield from (pytest.param(text, id=name) for name, text in CLEAN.items())
    for number, (name, text) in enumerate(FURTHER_HEALTHY.items()):
        yield pytest.param(text, id=name, marks=[pytest.mark.slow] if number > 1 else [])


@pytest.mark.parametrize("text", [*each_set_up()])
def test_a_set_up_that_works_has_no_finding(text: str) -> None:
    """As it is documented, or was reported to work."""
    topology = loads(text, "estate.yaml")
    assert [each.message for each in lint(topology) if Profile().severity(each.code) != "info"] == []
    assert repairs(topology, text) == ()


UNASKED = {
    "a record is missing": ("{contoso: {ttl: 10, A: [10.0.0.7]}}", BARE),
    "a record is old": (RECORDS.replace("10.0.0.7", "10.0.0.77"), BARE),
    "no record is there": ("{}", BARE),
    "the endpoint writes elsewhere": ("{}", ENDPOINT.replace("[privatelink.azurecr.io]", "[app]")),
}


@pytest.mark.parametrize(("records", "endpoint"), UNASKED.values(), ids=UNASKED)
@pytest.mark.parametrize("found", [True, False])
def test_a_zone_that_nobody_asks_is_no_cause(records: str, endpoint: str, *, found: bool) -> None:
    """A domain controller holds the records itself (Azure/FTALive-Sessions#267), and the linked zone is a leftover."""
    held = f"privatelink.azurecr.io: {{virtual_network_links: {{hub: {{}}}}, records: {records}}}"
    server = f"10.0.2.4: {{network: hub, recursion: iterate, zones: {{privatelink.azurecr.io: {RECORDS}}}}}"
    hub = HUB if found else HUB.replace("]}", "], dns_servers: [10.0.2.4]}")
    zones = (held, "app: {name: privatelink.azurecr.io}")
    topology = loads(estate(hub, zones=zones, endpoints=(endpoint,), servers=(server,)), "estate.yaml")
    assert bool(lint(topology)) is found


@pytest.mark.parametrize(("text", "says"), REFUSED.values(), ids=REFUSED)
def test_a_set_up_that_azure_refuses_is_refused_with_the_reason(text: str, says: str) -> None:
    """At its line, and with what is allowed."""
    with pytest.raises(InputError, match=re.escape(says)):
        loads(text, "estate.yaml")
