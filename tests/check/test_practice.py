"""Estates as people run them, each with one or two things wrong: what the person on call reads, and that the fix holds.

They are models of what is asked in forums and support tickets. The cause was written down before acrdns was asked.
"""

from __future__ import annotations

import re

import pytest

from acrdns.check.repair.search import repairs
from acrdns.topology.load import loads
from tests.check.situations import findings_in
from tests.check.test_reports import (
    ADDRESSES,
    BARE,
    CLOSED,
    ENDPOINT,
    ENDPOINT_WEST,
    HUB,
    HUB_LINKED,
    INBOUND,
    LINKED,
    PARTNER,
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

OUT = "private_resolvers: {r: {network: hub, inbound_endpoints: [10.0.0.4], outbound_endpoints: [out]}}\n"
RULESET = "dns_forwarding_rulesets: {{rs: {{outbound_endpoint: out, virtual_network_links: [{0}], rules: {{{1}}}}}}}\n"
CARRIES = "hub: {address_space: [10.0.0.0/16], transit: true}"
LABELLED = "contoso: {location: eastus, dns_label: contoso-fre2bbgcdmbdg8fz}"


def site(server: str) -> str:
    """Return the site's DNS server."""
    return f"192.168.0.53: {{network: plant, {server}}}"


MENDED = {
    "pods ask CoreDNS, which asks a domain controller that is gone": Report(
        estate(
            CARRIES,
            "aks: {address_space: [10.1.0.0/16], peerings: [hub], dns_servers: [10.0.0.4], "
            "clients: {pods: {dns_servers: [10.1.255.10]}}}",
            zones=(HUB_LINKED,),
            servers=("10.1.255.10: {network: aks, forwarders: [10.0.0.68]}",),
            more=INBOUND,
        ),
        ("ACR111 aks/pods",),
        "10.1.255.10: {network: aks",
        "10.1.255.10 in aks forwards to 10.0.0.68, which does not answer there",
        "on 10.1.255.10: forward all other names to 10.0.0.4",
    ),
    "a domain controller in Azure asks one that is gone, and the network has no setting of its own": Report(
        estate(
            HUB.replace("]}", "], dns_servers: [10.0.0.5]}"),
            zones=(HUB_LINKED,),
            servers=("10.0.0.5: {network: hub, forwarders: [10.0.0.68]}",),
        ),
        ("ACR111 hub",),
        "10.0.0.5: {network: hub",
        "forwards to 10.0.0.68, which does not answer there: no DNS server of the topology has this address",
        "on 10.0.0.5: forward all other names to 168.63.129.16",
    ),
    "a rule leads to an inbound endpoint that was deleted": Report(
        estate(CARRIES, SPOKE, zones=(HUB_LINKED,), more=OUT + RULESET.format("spoke", "azurecr.io: [10.0.9.4]")),
        ("ACR111 spoke",),
        "dns_forwarding_rulesets",
        "the rule for azurecr.io of ruleset rs sends questions to 10.0.9.4, which does not answer there",
        "forwarding-rule update -g RESOURCE_GROUP --ruleset-name rs -n RULE_FOR_AZURECR_IO --target-dns-servers "
        """'[{"ip-address": "10.0.0.4", "port": 53}]'""",
    ),
    "a rule leads to a server that is gone, past the zone that is linked": Report(
        estate(HUB, zones=(HUB_LINKED,), more=OUT + RULESET.format("hub", "azurecr.io: [192.168.0.9]")),
        ("ACR111 hub",),
        "dns_forwarding_rulesets",
        "sends questions to 192.168.0.9, which does not answer there",
        "-n RULE_FOR_AZURECR_IO --forwarding-rule-state Disabled",
    ),
    "the site's server goes back to the hub, whose rule goes to the site": Report(
        estate(
            CARRIES,
            SPOKE,
            PLANT,
            servers=(site("conditional_forwarders: {azurecr.io: [10.0.0.4]}"),),
            more=OUT + RULESET.format("hub, spoke", "corp.example: [192.168.0.53], azurecr.io: [192.168.0.53]"),
        ),
        ("ACR112 hub",),
        "dns_forwarding_rulesets",
        r"192.168.0.53 -> 10.0.0.4 -> 192.168.0.53 \(ruleset rs sends it there from hub\), so questions from hub, spoke",
        "-n RULE_FOR_AZURECR_IO --forwarding-rule-state Disabled",
    ),
    "two domain controllers in Azure have each other as forwarders": Report(
        estate(
            HUB.replace("]}", "], dns_servers: [10.0.0.5, 10.0.0.6]}"),
            zones=(HUB_LINKED,),
            servers=(
                "10.0.0.5: {network: hub, forwarders: [10.0.0.6]}",
                "10.0.0.6: {network: hub, forwarders: [10.0.0.5]}",
            ),
        ),
        ("ACR112 hub",),
        "10.0.0.6: {network: hub",
        "10.0.0.5 -> 10.0.0.6 -> 10.0.0.5, so questions from hub end in SERVFAIL",
        "on 10.0.0.6: forward all other names to 168.63.129.16",
    ),
    "a site asks first a network that has another region's zone": Report(
        estate(
            "east: {address_space: [10.1.0.0/16]}",
            "west: {address_space: [10.2.0.0/16], peerings: [dns]}",
            "dns: {address_space: [10.8.0.0/16], peerings: [east, plant]}",
            PLANT.replace("[hub]", "[east]"),
            registries=(CLOSED,),
            endpoints=(
                ENDPOINT.replace("network: hub", "network: east")
                .replace("10.0.0", "10.1.1")
                .replace("privatelink.azurecr.io", "ze"),
                (
                    "pw: {registry: contoso, network: west, addresses: {registry: 10.2.1.7, registry_data_eastus: 10.2.1.8}, "
                    "dns_zone_group: [zw]}"
                ),
            ),
            zones=(
                "ze: {name: privatelink.azurecr.io, virtual_network_links: {east: {}}}",
                "zw: {name: privatelink.azurecr.io, virtual_network_links: {west: {}, dns: {}}}",
            ),
            servers=(site("conditional_forwarders: {azurecr.io: [10.8.0.4, 10.1.0.4]}"),),
            more="private_resolvers: {e: {network: east, inbound_endpoints: [10.1.0.4]}, "
            "d: {network: dns, inbound_endpoints: [10.8.0.4]}}\n",
        ),
        ("ACR156 contoso.azurecr.io",),
        "plant: {kind: on_premises",
        "10.2.1.7 is pw's in west, .*; plant asks a server whose questions are answered in dns",
        "on 192.168.0.53: forward azurecr.io to 10.1.0.4",
    ),
    "two teams share a zone, and their networks have one range": Report(
        estate(
            HUB,
            "island: {address_space: [10.0.0.0/16]}",
            registries=(PUBLIC, "fabrikam: {location: eastus}"),
            endpoints=(
                ENDPOINT,
                (
                    "po: {registry: fabrikam, network: island, addresses: {registry: 10.0.0.70, registry_data_eastus: 10.0.0.80}, "
                    "dns_zone_group: [privatelink.azurecr.io]}"
                ),
            ),
            zones=("privatelink.azurecr.io: {virtual_network_links: {hub: {}, island: {}}}",),
        ),
        ("ACR156 fabrikam.azurecr.io", "ACR156 contoso.azurecr.io"),
        "hub: {address_space",
        "give hub a zone of its own without fabrikam.privatelink.azurecr.io, whose link falls back to public DNS, or give "
        "hub and island, whose ranges overlap, other addresses and peer them",
        "-n hub-link --resolution-policy NxDomainRedirect",
    ),
    "a forwarder has two letters the wrong way round": Report(
        estate(
            HUB,
            PLANT,
            zones=(HUB_LINKED,),
            servers=(site("conditional_forwarders: {azurecr.oi: [10.0.0.4]}"),),
            more=INBOUND,
        ),
        ("ACR107 plant",),
        "192.168.0.53: {network: plant",
        r"192.168.0.53 forwards azurecr.oi, which no name of a registry here ends in; did you mean azurecr.io\?",
        "on 192.168.0.53: forward azurecr.io to 10.0.0.4",
    ),
    "a forwarder for the data endpoint of another region": Report(
        estate(
            HUB,
            PLANT,
            zones=(HUB_LINKED,),
            servers=(
                site(
                    "conditional_forwarders: {contoso.azurecr.io: [10.0.0.4], contoso.eastus2.data.azurecr.io: [10.0.0.4]}"
                ),
            ),
            more=INBOUND,
        ),
        ("ACR107 plant",),
        "192.168.0.53: {network: plant",
        r"forwards contoso.eastus2.data.azurecr.io, .*; did you mean contoso.eastus.data.azurecr.io\?",
        "on 192.168.0.53: forward azurecr.io to 10.0.0.4",
    ),
    "a forwarder for a part of the names goes to public DNS": Report(
        estate(
            HUB,
            PLANT,
            zones=(HUB_LINKED,),
            servers=(site("conditional_forwarders: {azurecr.io: [10.0.0.4], eastus.data.azurecr.io: [8.8.8.8]}"),),
            more=INBOUND,
        ),
        ("ACR107 plant",),
        "192.168.0.53: {network: plant",
        "go to 192.168.0.53 -> 8.8.8.8, past Azure-provided DNS, so contoso.eastus.data.azurecr.io is public there",
        "on 192.168.0.53: forward azurecr.io, not eastus.data.azurecr.io, to 10.0.0.4",
    ),
    "a router forwards the privatelink name alone, and takes private addresses out": Report(
        estate(
            HUB,
            PLANT,
            zones=(HUB_LINKED,),
            servers=(
                site(
                    "filters: {rebind_protection: true}, conditional_forwarders: {privatelink.azurecr.io: [10.0.0.4]}"
                ),
            ),
            more=INBOUND,
        ),
        ("ACR109 plant",),
        "192.168.0.53: {network: plant",
        "forward azurecr.io instead; rebinding protection of 192.168.0.53 takes private addresses out, too$",
        "not privatelink.azurecr.io, to 10.0.0.4; then on 192.168.0.53: allow private addresses for azurecr.io",
    ),
    "a ruleset's rule has a misspelt domain": Report(
        estate(CARRIES, SPOKE, zones=(HUB_LINKED,), more=OUT + RULESET.format("spoke", "azurcr.io: [10.0.0.4]")),
        ("ACR101 spoke",),
        "spoke: {address_space",
        r"the rule of ruleset rs is for azurcr.io, which no name of a registry here ends in; did you mean azurecr.io\?",
        "link vnet create -g RESOURCE_GROUP -z privatelink.azurecr.io -n spoke-link -v spoke -e false",
    ),
    "a record set has the old address beside the new one": Report(
        estate(
            HUB,
            endpoints=(BARE,),
            zones=(
                (
                    "privatelink.azurecr.io: {virtual_network_links: {hub: {}}, records: "
                    f"{RECORDS.replace('[10.0.0.7]', '[10.0.0.5, 10.0.0.7]')}}}"
                ),
            ),
        ),
        ("ACR203 contoso.azurecr.io",),
        "privatelink.azurecr.io: {virtual_network_links",
        "to 10.0.0.5, which no private endpoint has, beside 10.0.0.7, so that some connections work",
        "remove-record -g RESOURCE_GROUP -z privatelink.azurecr.io -n contoso -a 10.0.0.5",
    ),
    "an endpoint for a partner's registry waits for the partner": Report(
        estate(
            HUB,
            registries=(PUBLIC, PARTNER),
            endpoints=(
                ENDPOINT,
                (
                    "pf: {registry: fabrikam, network: hub, status: Pending, addresses: {registry: 10.0.0.17, registry_data_westus: 10.0.0.18}, "
                    "dns_zone_group: [privatelink.azurecr.io]}"
                ),
            ),
            zones=(HUB_LINKED,),
        ),
        ("ACR104 fabrikam.azurecr.io",),
        "status: Pending",
        "names of fabrikam do not lead to it from hub; ask the owner of fabrikam to approve the connection",
        "az acr private-endpoint-connection approve -r fabrikam -n CONNECTION_NAME",
    ),
    "a build agent pins a partner's registry to the address that it had": Report(
        estate(
            HUB.replace("]}", "], clients: {agent: {hosts: {fabrikam.azurecr.io: 20.9.9.9}}}}"),
            registries=(PUBLIC, PARTNER.replace("}", ", public: {addresses: {registry: [20.1.1.1]}}}")),
            zones=("privatelink.azurecr.io: {virtual_network_links: {hub: {resolution_policy: NxDomainRedirect}}}",),
        ),
        ("ACR315 fabrikam.azurecr.io",),
        "clients: {agent",
        "pins fabrikam.azurecr.io to 20.9.9.9, and its public address is 20.1.1.1; a hosts file wins over DNS",
        "take fabrikam.azurecr.io out of the hosts file of hub/agent",
    ),
    "an endpoint waits, and nobody wrote its addresses down": Report(
        estate(HUB, endpoints=(ENDPOINT.replace(ADDRESSES, "status: Pending"),), zones=(HUB_LINKED,)),
        ("ACR104 contoso.azurecr.io",),
        "status: Pending",
        "private endpoint pe is pending, .*; approve the connection$",
        "az acr private-endpoint-connection approve -r contoso -n CONNECTION_NAME",
    ),
    "the records of one region were copied into the zone of another": Report(
        estate(
            HUB,
            WEST,
            registries=(CLOSED,),
            endpoints=(ENDPOINT.replace("privatelink.azurecr.io", "east"), ENDPOINT_WEST.format("[]")),
            zones=(
                "east: {name: privatelink.azurecr.io, virtual_network_links: {hub: {}}}",
                f"west-zone: {{name: privatelink.azurecr.io, virtual_network_links: {{west: {{}}}}, records: {RECORDS}}}",
            ),
        ),
        ("ACR203 contoso.azurecr.io",),
        "west-zone: {name",
        "sends contoso.azurecr.io and contoso.eastus.data.azurecr.io to 10.0.0.7 and 10.0.0.8, addresses of private endpoint "
        "pe in hub, out of reach of west; clients time out; they should be 10.2.0.7 and 10.2.0.8",
        "add-record -g RESOURCE_GROUP_OF_WEST_ZONE -z privatelink.azurecr.io -n contoso -a 10.2.0.7",
    ),
    "a site without private endpoints forwards to a router that is gone": Report(
        estate(
            HUB,
            PLANT.replace(", peerings: [hub]", ""),
            zones=(HUB_LINKED,),
            servers=(site("forwarders: [192.168.0.1]"),),
        ),
        ("ACR111 plant",),
        "192.168.0.53: {network: plant",
        "end in a timeout; let 192.168.0.53 forward to nobody: public DNS is right there",
        "on 192.168.0.53: resolve all other names by public DNS, without a forwarder",
    ),
}


HEALTHY = {
    "two hubs of a virtual WAN, the second one's firewall asks a resolver behind the first": estate(
        "wan-e: {kind: virtual_hub, address_space: [10.10.0.0/23], peerings: [wan-w]}",
        "wan-w: {kind: virtual_hub, address_space: [10.100.0.0/23]}",
        "hub: {address_space: [10.0.0.0/16], peerings: [wan-e]}",
        "aks: {address_space: [10.101.0.0/16], peerings: [wan-w], dns_servers: [10.100.0.132]}",
        "plant: {kind: on_premises, address_space: [192.168.0.0/16], peerings: [wan-w], dns_servers: [192.168.0.53]}",
        zones=(HUB_LINKED,),
        servers=(
            "10.100.0.132: {network: wan-w, forwarders: [10.0.0.4]}",
            site("conditional_forwarders: {azurecr.io: [10.100.0.132]}"),
        ),
        more=INBOUND,
    ),
    "spokes go by way of the site, which goes back to a hub without the ruleset": estate(
        CARRIES,
        SPOKE,
        PLANT,
        servers=(site("conditional_forwarders: {azurecr.io: [10.0.0.4]}"),),
        more=OUT + RULESET.format("spoke", "corp.example: [192.168.0.53], azurecr.io: [192.168.0.53]"),
    ),
    "a zone of another subscription has copies of the records": estate(
        HUB,
        SPOKE,
        zones=(
            HUB_LINKED,
            f"copy: {{name: privatelink.azurecr.io, virtual_network_links: {{spoke: {{}}}}, records: {RECORDS}}}",
        ),
    ),
    "a site strips private addresses, and has no line to Azure": estate(
        HUB,
        PLANT.replace(", peerings: [hub]", ""),
        zones=(HUB_LINKED,),
        servers=(site("filters: {rebind_protection: true}"),),
    ),
    "guests have no line to Azure, and machines of the company have two servers with two inbound endpoints": estate(
        HUB,
        PLANT.replace("[192.168.0.53]", "[192.168.0.53, 192.168.0.54]"),
        "guests: {kind: on_premises, address_space: [172.30.0.0/16], dns_servers: [1.1.1.1, 8.8.8.8]}",
        zones=(HUB_LINKED,),
        servers=(
            site("conditional_forwarders: {azurecr.io: [10.0.0.4, 10.0.0.5]}"),
            "192.168.0.54: {network: plant, conditional_forwarders: {azurecr.io: [10.0.0.5, 10.0.0.4]}}",
        ),
        more=INBOUND.replace("[10.0.0.4]", "[10.0.0.4, 10.0.0.5]"),
    ),
    "a network asks the hub's resolver, and its own link to a team's empty zone means nothing": estate(
        CARRIES,
        "spoke: {address_space: [10.1.0.0/16], peerings: [hub], dns_servers: [10.0.0.4]}",
        zones=(HUB_LINKED, "team: {name: privatelink.azurecr.io, virtual_network_links: {spoke: {}}}"),
        more=INBOUND,
    ),
}


@pytest.mark.parametrize("text", HEALTHY.values(), ids=HEALTHY)
def test_an_estate_that_works_has_no_finding(text: str) -> None:
    """Nobody is called at night for it."""
    assert [each.message for each in findings_in(text)] == []
    assert repairs(loads(text, "estate.yaml"), text) == ()


@pytest.mark.parametrize("report", MENDED.values(), ids=MENDED)
def test_an_estate_has_its_cause_its_words_and_its_fix(report: Report) -> None:
    """Nothing else is an error, and what `fix` proposes makes all answers right."""
    found = findings_in(report.text)
    assert errors_among(found) == list(report.found)
    finding = next(each for each in found if f"{each.code} {each.fqdn}" == report.found[0])
    assert finding.place is not None
    assert report.line in report.text.splitlines()[finding.place.line - 1]
    assert re.search(report.says, finding.message), finding.message
    assert report.fix in finding.fix
    mended = repairs(loads(report.text, "estate.yaml"), report.text)
    assert mended
    assert [wrong(each.topology) for each in mended] == [[] for _ in mended]


def test_an_endpoint_without_addresses_in_the_file_is_one_finding() -> None:
    """Azure gives each member an address, so that none is to be added: they are to be written down."""
    found = findings_in(estate(HUB, endpoints=(ENDPOINT.replace(f"{ADDRESSES}, ", ""),), zones=(HUB_LINKED,)))
    assert errors_among(found) == ["ACR102 contoso.azurecr.io"]
    assert "the file has no addresses of private endpoint pe, so nothing is known" in found[0].message
    assert found[0].fix.startswith(
        "az network nic show --ids $(az network private-endpoint show -g RESOURCE_GROUP -n pe"
    )


def test_a_public_address_by_hand_that_is_out_of_date_says_so() -> None:
    """The file gives the address that the partner's login server has."""
    partner = PARTNER.replace("}", ", public: {addresses: {registry: [20.1.1.1], registry_data_westus: [20.1.1.2]}}}")
    records = "{fabrikam: {ttl: 10, A: [20.9.9.9]}, fabrikam.westus.data: {ttl: 10, A: [20.1.1.2]}}"
    zone = f"privatelink.azurecr.io: {{virtual_network_links: {{hub: {{}}}}, records: {records}}}"
    found = findings_in(estate(HUB, registries=(PUBLIC, partner), zones=(zone,)))
    (finding,) = (each for each in found if each.code == "ACR215")
    assert "20.9.9.9 of fabrikam.azurecr.io and 20.1.1.2 of fabrikam.westus.data.azurecr.io by hand" in finding.message
    assert "by hand, and that of fabrikam.azurecr.io is 20.1.1.1 now; let the link" in finding.message
    assert sum("link vnet update" in command for fix in finding.fixes for command in fix.az) == 1
    assert len(finding.fixes) == 3


def test_a_list_of_servers_is_no_cause_where_no_member_leads_to_a_closed_registry() -> None:
    """The one with public answers is not told to stay alone: nothing but the private endpoint admits the clients."""
    spokes = (
        "a: {address_space: [10.1.0.0/16], peerings: [hub]}",
        "b: {address_space: [10.2.0.0/16], peerings: [hub], dns_servers: [8.8.8.8, 10.0.0.4]}",
    )
    endpoint = ENDPOINT.replace("network: hub", "network: a").replace("10.0.0", "10.1.0")
    found = findings_in(
        estate(
            HUB,
            *spokes,
            registries=(CLOSED,),
            endpoints=(endpoint,),
            zones=(LINKED.replace("spoke", "a"),),
            more=INBOUND,
        )
    )
    assert [each.code for each in found] == ["ACR114"]
    assert (
        "neither helps: contoso has no public access, and b has no way to a, where its private endpoint pe is"
        in found[0].message
    )
    assert found[0].fix.startswith("az network vnet peering update")
    assert found[0].fix.endswith("az network vnet update -g RESOURCE_GROUP -n b --dns-servers 10.0.0.4")


@pytest.mark.parametrize(
    ("endpoint", "records", "says"),
    [
        (
            ENDPOINT,
            "contoso: {ttl: 10, A: [10.0.0.7]}",
            "delete the record, beside which contoso-fre2bbgcdmbdg8fz is there",
        ),
        (
            BARE,
            (
                "contoso: {ttl: 10, A: [10.0.0.7]}, contoso-fre2bbgcdmbdg8fz: {ttl: 10, A: [10.0.0.7]}, "
                "contoso.eastus.data: {ttl: 10, A: [10.0.0.8]}"
            ),
            "name the record that is missing contoso-fre2bbgcdmbdg8fz.eastus.data",
        ),
    ],
    ids=["a zone group writes the right one", "the right one is there by hand"],
)
def test_a_record_without_the_hash_is_not_told_to_take_a_name_that_is_there(
    endpoint: str, records: str, says: str
) -> None:
    """The login server's own record is in the zone."""
    zone = f"privatelink.azurecr.io: {{virtual_network_links: {{hub: {{}}}}, records: {{{records}}}}}"
    found = findings_in(estate(HUB, registries=(LABELLED,), endpoints=(endpoint,), zones=(zone,)))
    assert next(each for each in found if each.code == "ACR211").message.endswith(says)


def test_an_endpoint_that_was_rejected_out_of_reach_is_no_concern_of_a_zone_that_falls_back() -> None:
    """Its registry is a third party's there, which public DNS answers for, as where one zone alone is linked."""
    falls_back = "virtual_network_links: {hub: {resolution_policy: NxDomainRedirect}}"
    away = (
        "{{registry: fabrikam, network: away, status: {0}, addresses: {{registry: 172.16.0.{1}, {2}: 172.16.0.{3}}}}}"
    )
    theirs = "records: {fabrikam: {A: [172.16.0.5]}, fabrikam.eastus.data: {A: [172.16.0.6]}}"
    text = estate(
        HUB,
        "away: {address_space: [172.16.0.0/16]}",
        registries=(PUBLIC, "fabrikam: {location: eastus}"),
        endpoints=(
            ENDPOINT,
            f"one: {away.format('Approved', 5, 'registry_data_eastus', 6)}",
            f"two: {away.format('Rejected', 7, 'registry_data_eastus', 8)}",
        ),
        zones=(
            f"privatelink.azurecr.io: {{{falls_back}}}",
            f"eastus.data.privatelink.azurecr.io: {{{falls_back}, records: {{contoso: {{A: [10.0.0.8]}}}}}}",
            f"theirs: {{name: privatelink.azurecr.io, {falls_back.replace('hub', 'away')}, {theirs}}}",
        ),
    )
    assert wrong(loads(text, "estate.yaml")) == []
    assert errors_among(findings_in(text)) == []
