"""Public reports about DNS servers, rulesets and clients, each with what was seen: cause and remedy are the thread's.

The tests of `test_public_reports` and `test_public_answers` hold them.
"""

from __future__ import annotations

from tests.check.public_tickets import Ticket, seen
from tests.check.test_reports import (
    CLOSED,
    ENDPOINT,
    HUB,
    HUB_LINKED,
    INBOUND,
    PLANT,
    SPOKE,
    Report,
    estate,
)

LINK = "az network private-dns link vnet create -g RESOURCE_GROUP -z privatelink.azurecr.io"
CARRIES = "hub: {address_space: [10.0.0.0/16], transit: true}"
RESOLVER = "private_resolvers: {r: {network: hub, inbound_endpoints: [10.0.0.4], outbound_endpoints: [out]}}\n"
RULES = "dns_forwarding_rulesets: {{all: {{outbound_endpoint: out, virtual_network_links: [{0}], rules: {{{1}}}}}}}\n"


def with_clients(clients: str) -> str:
    """Return the hub with clients."""
    return HUB.replace("]}", f"], clients: {clients}}}")


def on_site(server: str) -> str:
    """Return the site's DNS server, with what its file says."""
    return f"192.168.0.53: {{network: plant, {server}}}"


def virtual_wan(firewall: str, more: str = "") -> str:
    """Return two networks of a virtual WAN that ask a firewall in its hub; both have the zone."""
    return estate(
        "wan: {kind: virtual_hub, address_space: [10.0.0.0/23]}",
        "shared: {address_space: [10.3.0.0/16], peerings: [wan], dns_servers: [10.0.0.132]}",
        "spoke: {address_space: [10.1.0.0/16], peerings: [wan], dns_servers: [10.0.0.132]}",
        endpoints=(ENDPOINT.replace("network: hub", "network: shared").replace("10.0.0", "10.3.0"),),
        zones=("privatelink.azurecr.io: {virtual_network_links: {shared: {}, spoke: {}}}",),
        servers=(firewall,),
        more=more.replace("10.0.0.4", "10.3.0.4"),
    )


def firewall_and_site(server: str) -> str:
    """Return a hub and a spoke that ask a firewall, which asks the site's server, and what the file says of that one."""
    return estate(
        "hub: {address_space: [10.0.0.0/16], transit: true, dns_servers: [10.0.1.4]}",
        "spoke: {address_space: [10.1.0.0/16], peerings: [hub], dns_servers: [10.0.1.4]}",
        PLANT,
        zones=(HUB_LINKED,),
        servers=("10.0.1.4: {network: hub, forwarders: [192.168.0.53]}", on_site(server)),
    )


FORWARDS = on_site("conditional_forwarders: {azurecr.io: [10.0.0.4]}")

OF_ROUTES: dict[str, tuple[Report, Ticket | None]] = {
    "MicrosoftDocs/azure-docs#100273: a ruleset's rule comes before the zone that is linked": (
        Report(
            estate(HUB, zones=(HUB_LINKED,), more=RESOLVER + RULES.format("hub", "azurecr.io: [8.8.8.8]")),
            ("ACR107 hub",),
            "dns_forwarding_rulesets",
            "the rule for azurecr.io of ruleset all sends questions from hub to 8.8.8.8, past private zones.*; disable the rule",
            "forwarding-rule update -g RESOURCE_GROUP --ruleset-name all -n RULE_FOR_AZURECR_IO --forwarding-rule-state Disabled",
        ),
        Ticket(seen(hub="public"), "bypassed-azure-dns hub", ("bypassed-azure-dns hub", "vnet-without-zone-link hub")),
    ),
    "MicrosoftDocs/azure-docs#100273, a rule that is off: the spoke has no zone, and nothing forwards": (
        Report(
            estate(
                CARRIES,
                SPOKE,
                zones=(HUB_LINKED,),
                more=RESOLVER + RULES.format("spoke", "azurecr.io: {target_dns_servers: [10.0.0.4], enabled: false}"),
            ),
            ("ACR101 spoke",),
            "spoke: {address_space",
            "privatelink.azurecr.io is not linked to spoke.*; the rule for azurecr.io of ruleset all is disabled",
            f"{LINK} -n spoke-link -v spoke",
        ),
        Ticket(seen(hub="private", spoke="public"), "vnet-without-zone-link spoke", ("vnet-without-zone-link spoke",)),
    ),
    "MicrosoftDocs/azure-docs#88104: a rule for the privatelink name": (
        Report(
            estate(
                CARRIES,
                SPOKE,
                zones=(HUB_LINKED,),
                more=RESOLVER + RULES.format("spoke", "privatelink.azurecr.io: [10.0.0.4]"),
            ),
            ("ACR101 spoke",),
            "spoke: {address_space",
            "the rule for privatelink.azurecr.io of ruleset all does nothing, since clients ask for public names",
            f"{LINK} -n spoke-link -v spoke",
        ),
        Ticket(seen(hub="private", spoke="public"), "vnet-without-zone-link spoke"),
    ),
    "Azure/Azure-Landing-Zones#2658: the firewall's network has lost its link, those of its clients are there": (
        Report(
            estate(
                CARRIES,
                "spoke: {address_space: [10.1.0.0/16], peerings: [hub], dns_servers: [10.0.1.4]}",
                "shared: {address_space: [10.3.0.0/16], peerings: [hub]}",
                endpoints=(ENDPOINT.replace("network: hub", "network: shared").replace("10.0.0", "10.3.0"),),
                zones=("privatelink.azurecr.io: {virtual_network_links: {shared: {}, spoke: {}}}",),
                servers=("10.0.1.4: {network: hub, forwarders: [168.63.129.16]}",),
            ),
            ("ACR108 hub",),
            "hub: {address_space",
            "link the zone to hub, the network of the server that asks, not only to its clients",
            f"{LINK} -n hub-link -v hub",
        ),
        Ticket(
            seen(hub="public", spoke="public") + "shared contoso.azurecr.io 10.3.0.7\n",
            "resolver-network-without-zone-link hub",
            ("resolver-network-without-zone-link hub", "link-in-progress hub"),
        ),
    ),
    "Azure/AKS#5575: the nodes' local DNS asks Azure, whatever the network's DNS servers are": (
        Report(
            estate(
                HUB,
                "aks: {address_space: [10.1.0.0/16], peerings: [hub], dns_servers: [10.0.0.4], "
                "clients: {nodes: {dns_servers: [169.254.10.10]}}}",
                zones=(HUB_LINKED,),
                servers=("local: {network: aks, client: nodes, address: 169.254.10.10, forwarders: [168.63.129.16]}",),
                more=INBOUND,
            ),
            ("ACR101 aks",),
            "aks: {address_space",
            r"public address(es)? from aks/nodes \(by way of 169.254.10.10 -> 168.63.129.16\), although",
            f"{LINK} -n aks-link -v aks",
        ),
        Ticket(
            seen(hub="private", aks="private", aks__nodes="public"),
            "vnet-without-zone-link aks",
            ("vnet-without-zone-link aks", "bypassed-azure-dns local"),
        ),
    ),
    "MicrosoftDocs/azure-docs#50997: CoreDNS forwards all to public DNS": (
        Report(
            estate(
                with_clients("{pods: {dns_servers: [10.0.200.10]}, nodes: {}}"),
                zones=(HUB_LINKED,),
                servers=("10.0.200.10: {network: hub, forwarders: [8.8.8.8, 8.8.4.4]}",),
            ),
            ("ACR107 hub/pods",),
            "10.0.200.10: {network",
            "questions from hub/pods go to 10.0.200.10 -> 8.8.8.8, past Azure-provided DNS",
            "on 10.0.200.10: forward azurecr.io to 168.63.129.16",
        ),
        Ticket(
            seen(hub="private", hub__pods="public"),
            "bypassed-azure-dns 10.0.200.10",
            ("bypassed-azure-dns 10.0.200.10", "privatelink-only-forwarding 10.0.200.10"),
        ),
    ),
    "systemd/systemd#5573: the laptop's resolver sends the company's names into the VPN, and no others": (
        Report(
            estate(
                with_clients("{laptop: {dns_servers: [127.0.0.53]}}"),
                zones=(HUB_LINKED,),
                servers=(
                    (
                        "stub: {network: hub, client: laptop, address: 127.0.0.53, forwarders: [192.0.2.53], "
                        "conditional_forwarders: {corp.example: [10.0.0.4]}}"
                    ),
                ),
                more=INBOUND,
            ),
            ("ACR107 hub/laptop",),
            "stub: {network",
            "questions from hub/laptop go to 127.0.0.53 -> 192.0.2.53, past Azure-provided DNS",
            "on stub: forward azurecr.io to 10.0.0.4",
        ),
        Ticket(
            seen(hub="private", hub__laptop="public"),
            "bypassed-azure-dns stub",
            ("bypassed-azure-dns stub", "privatelink-only-forwarding stub"),
        ),
    ),
    "MicrosoftDocs/azure-docs#88104, a rule of Windows clients: it covers the privatelink name alone": (
        Report(
            estate(
                with_clients("{laptop: {dns_servers: [127.0.0.1]}}"),
                zones=(HUB_LINKED,),
                servers=(
                    (
                        "rules: {network: hub, client: laptop, address: 127.0.0.1, forwarders: [192.0.2.53], "
                        "conditional_forwarders: {privatelink.azurecr.io: [10.0.0.4]}}"
                    ),
                ),
                more=INBOUND,
            ),
            ("ACR109 hub/laptop",),
            "privatelink.azurecr.io: [10.0.0.4]",
            "the public name contoso.azurecr.io goes to public DNS, which follows the alias itself",
            "on rules: forward azurecr.io, not privatelink.azurecr.io, to 10.0.0.4",
        ),
        Ticket(
            seen(hub="private", hub__laptop="public"),
            "privatelink-only-forwarding rules",
            ("privatelink-only-forwarding rules", "bypassed-azure-dns rules"),
        ),
    ),
    "Azure/azure-cli#17137: WSL asks the VPN's resolver, and docker on Windows another": (
        Report(
            estate(
                with_clients("{wsl: {dns_servers: [10.0.0.4]}, windows: {dns_servers: [192.0.2.53]}}"),
                registries=(CLOSED,),
                zones=(HUB_LINKED,),
                more=INBOUND,
            ),
            ("ACR107 hub/windows",),
            "dns_servers: [192.0.2.53]",
            "let hub/windows ask 10.0.0.4",
            "on hub/windows: ask 10.0.0.4",
        ),
        Ticket(
            seen(hub="private", hub__wsl="private", hub__windows="public"),
            "bypassed-azure-dns hub/windows",
            ("bypassed-azure-dns hub/windows",),
        ),
    ),
    "trailofbits/algo#1049: dnsmasq of a VPN takes private addresses out": (
        Report(
            estate(
                HUB,
                PLANT,
                zones=(HUB_LINKED,),
                servers=(FORWARDS.replace("plant,", "plant, filters: {rebind_protection: true},"),),
                more=INBOUND,
            ),
            ("ACR152 contoso.azurecr.io",),
            "rebind_protection: true",
            "rebinding protection of 192.168.0.53 took out 10.0.0.7, which is private",
            "dnsmasq: --rebind-domain-ok=/azurecr.io/",
        ),
        Ticket(seen(hub="private", plant="NODATA"), ""),
    ),
    "firezone/firezone#5483: DNS64 makes IPv6 addresses of private ones, and nothing translates them": (
        Report(
            estate(
                HUB,
                PLANT,
                zones=(HUB_LINKED,),
                servers=(FORWARDS.replace("plant,", "plant, filters: {dns64: '64:ff9b::/96'},"),),
                more=INBOUND,
            ),
            ("ACR157 contoso.azurecr.io",),
            "dns64",
            "clients that prefer IPv6 go there .*64:ff9b::a00:7 is 10.0.0.7 by DNS64",
            "on 192.168.0.53: leave private addresses out of DNS64",
        ),
        Ticket(
            seen(hub="private") + "plant contoso.azurecr.io 10.0.0.7\nplant contoso.azurecr.io 64:ff9b::a00:7\n", ""
        ),
    ),
    "hashicorp/terraform-provider-azurerm#20961: the inbound endpoint was made again, at another address": (
        Report(
            estate(HUB, PLANT, zones=(HUB_LINKED,), servers=(FORWARDS.replace("0.4]", "0.9]"),), more=INBOUND),
            ("ACR111 plant",),
            "azurecr.io: [10.0.0.9]",
            "192.168.0.53 in plant forwards azurecr.io to 10.0.0.9, which does not answer there",
            "on 192.168.0.53: forward azurecr.io to 10.0.0.4",
        ),
        Ticket(
            seen(hub="private", plant="SERVFAIL"),
            "unreachable-dns-server 192.168.0.53",
        ),
    ),
    "MicrosoftDocs/azure-docs#109560: the resolver's network is behind the hub, whose gateway it does not use": (
        Report(
            estate(
                HUB,
                "dns: {address_space: [10.8.0.0/16], peerings: [hub]}",
                PLANT,
                zones=("privatelink.azurecr.io: {virtual_network_links: {hub: {}, dns: {}}}",),
                servers=(on_site("conditional_forwarders: {azurecr.io: [10.8.0.4]}"),),
                more="private_resolvers: {r: {network: dns, inbound_endpoints: [10.8.0.4]}}\n",
            ),
            ("ACR111 plant",),
            "azurecr.io: [10.8.0.4]",
            "it is in dns, which is not peered with plant; both are peered with hub, which passes nothing on",
            "--vnet-name dns --set useRemoteGateways=true",
        ),
        Ticket(
            seen(hub="private", dns="private", plant="SERVFAIL"),
            "unreachable-dns-server 192.168.0.53",
        ),
    ),
    "MicrosoftDocs/azure-docs#124667: a domain controller in Azure resolves names itself": (
        Report(
            estate(
                HUB,
                PLANT,
                zones=(HUB_LINKED,),
                servers=(
                    on_site("conditional_forwarders: {azurecr.io: [10.0.2.4]}"),
                    "10.0.2.4: {network: hub, recursion: iterate, zones: {corp.example: {}}}",
                ),
            ),
            ("ACR107 plant",),
            "10.0.2.4: {network",
            "questions from plant go to 192.168.0.53 -> 10.0.2.4 -> public DNS",
            "on 10.0.2.4: forward azurecr.io to 168.63.129.16",
        ),
        Ticket(
            seen(hub="private", plant="public"),
            "bypassed-azure-dns 10.0.2.4",
            ("bypassed-azure-dns 10.0.2.4", "bypassed-azure-dns 192.168.0.53"),
        ),
    ),
    "Azure/FTALive-Sessions#267: a zone on the company's server, with the login server alone": (
        Report(
            estate(
                HUB,
                PLANT,
                zones=(HUB_LINKED,),
                servers=(on_site("recursion: iterate, zones: {privatelink.azurecr.io: {contoso: {A: [10.0.0.7]}}}"),),
            ),
            ("ACR152 contoso.eastus.data.azurecr.io",),
            "192.168.0.53: {network",
            r"the answer is NXDOMAIN \(zone privatelink.azurecr.io on 192.168.0.53 has no such name\)",
            "on 192.168.0.53: set the A record contoso.eastus.data in privatelink.azurecr.io to 10.0.0.8",
        ),
        Ticket(
            seen(hub="private", plant="10.0.0.7 NXDOMAIN"),
            "missing-record 192.168.0.53/contoso.eastus.data.privatelink.azurecr.io",
        ),
    ),
    "uklans/cache-domains#189: the site's server has the login server's name as its own": (
        Report(
            estate(
                HUB,
                PLANT,
                zones=(HUB_LINKED,),
                servers=(on_site("zones: {contoso.azurecr.io: {'@': {A: [10.0.0.7]}}}"),),
                more=INBOUND,
            ),
            ("ACR107 plant",),
            "192.168.0.53: {network",
            "go to 192.168.0.53 -> public DNS, .*, so contoso.eastus.data.azurecr.io is public there",
            "on 192.168.0.53: forward azurecr.io to 10.0.0.4",
        ),
        Ticket(
            seen(hub="private", plant="private public"),
            "bypassed-azure-dns 192.168.0.53",
            ("bypassed-azure-dns 192.168.0.53",),
        ),
    ),
    "Azure/acr#488, names one by one: the replica's data endpoint is not among them": (
        Report(
            estate(
                HUB,
                PLANT,
                registries=("contoso: {location: eastus, replications: [westus]}",),
                endpoints=(ENDPOINT.replace("10.0.0.8}", "10.0.0.8, registry_data_westus: 10.0.0.9}"),),
                zones=(HUB_LINKED,),
                servers=(
                    on_site(
                        "conditional_forwarders: "
                        "{contoso.azurecr.io: [10.0.0.4], contoso.eastus.data.azurecr.io: [10.0.0.4]}"
                    ),
                ),
                more=INBOUND,
            ),
            ("ACR107 plant",),
            "192.168.0.53: {network",
            "so contoso.westus.data.azurecr.io is public there",
            "on 192.168.0.53: forward azurecr.io to 10.0.0.4",
        ),
        Ticket(
            seen(hub="private", plant="private") + "plant contoso.westus.data.azurecr.io 20.45.122.160\n",
            "bypassed-azure-dns 192.168.0.53",
            ("bypassed-azure-dns 192.168.0.53",),
        ),
    ),
    "Microsoft Learn, private resolver endpoints and rulesets: a rule for everything": (
        Report(
            estate(
                CARRIES,
                SPOKE,
                PLANT,
                zones=(HUB_LINKED,),
                servers=(FORWARDS,),
                more=RESOLVER + RULES.format("spoke", ".: [192.168.0.53]"),
            ),
            ("ACR101 spoke",),
            "spoke: {address_space",
            "the rule for . of ruleset all does not apply to names of registries",
            f"{LINK} -n spoke-link -v spoke",
        ),
        Ticket(seen(hub="private", spoke="public", plant="private"), "vnet-without-zone-link spoke"),
    ),
    "Azure/Azure-Landing-Zones#3580: the firewall in a virtual WAN asks Azure, and no zone can be linked to its hub": (
        Report(
            virtual_wan("10.0.0.132: {network: wan, forwarders: [168.63.129.16]}"),
            ("ACR108 wan",),
            "wan: {kind: virtual_hub",
            "the hub of a virtual WAN takes no link: let 10.0.0.132 ask the inbound endpoint of a private resolver",
            "then on 10.0.0.132: forward azurecr.io to the inbound endpoint of a private resolver",
        ),
        None,
    ),
    "Azure architecture center, private link in virtual WAN: the firewall does not ask the resolver that is there": (
        Report(
            virtual_wan("10.0.0.132: {network: wan, forwarders: [168.63.129.16]}", INBOUND.replace("hub", "shared")),
            ("ACR108 wan",),
            "wan: {kind: virtual_hub",
            "the hub of a virtual WAN takes no link: let 10.0.0.132 ask 10.3.0.4",
            "on 10.0.0.132: forward all other names to 10.3.0.4",
        ),
        Ticket(
            seen(shared="public", spoke="public"),
            "resolver-network-without-zone-link wan",
            ("bypassed-azure-dns 10.0.0.132",),
        ),
    ),
    "Azure/AKS#1605: nodes ask their servers in order, and CoreDNS any of them": (
        Report(
            estate(
                "hub: {address_space: [10.0.0.0/16], dns_servers: [10.0.2.4, 192.168.0.53], "
                "clients: {nodes: {}, pods: {selection: random}}}",
                PLANT,
                zones=(HUB_LINKED,),
                servers=("10.0.2.4: {network: hub, forwarders: [168.63.129.16]}", on_site("zones: {corp.example: {}}")),
            ),
            ("ACR113 contoso.azurecr.io",),
            "dns_servers: [10.0.2.4, 192.168.0.53]",
            r"192.168.0.53 gives 198.51.100.3; which of them answers hub/pods is chance \(selection: random\)",
            "on 192.168.0.53: forward azurecr.io to 10.0.2.4",
        ),
        None,
    ),
    "eBayClassifiedsGroup/PanteraS#134: dnsmasq has one address for the whole domain": (
        Report(
            estate(
                HUB,
                PLANT,
                zones=(HUB_LINKED,),
                servers=(on_site("zones: {azurecr.io: {'*': {A: [10.0.0.7]}}}"),),
                more=INBOUND,
            ),
            ("ACR207 azurecr.io",),
            "192.168.0.53: {network",
            "every registry without a record in it, ours or anybody's, is 10.0.0.7 by its record [*] for its clients",
            "on 192.168.0.53: delete the zone azurecr.io",
        ),
        None,
    ),
    "MicrosoftDocs/azure-docs#127450: the firewall's proxy asks the site, which asks public DNS": (
        Report(
            firewall_and_site("zones: {corp.example: {}}"),
            ("ACR107 hub",),
            "192.168.0.53: {network",
            "go to 10.0.1.4 -> 192.168.0.53 -> public DNS, .*; let 10.0.1.4 forward azurecr.io to 168.63.129.16",
            "on 10.0.1.4: forward azurecr.io to 168.63.129.16; then on 192.168.0.53: forward azurecr.io to 10.0.1.4",
        ),
        Ticket(seen(hub="public", spoke="public", plant="public"), "bypassed-azure-dns 10.0.1.4"),
    ),
    "adstuart/azure-privatelink-dns-azurefirewall#1: firewall and site forward to each other": (
        Report(
            firewall_and_site("conditional_forwarders: {azurecr.io: [10.0.1.4]}"),
            ("ACR112 hub",),
            "192.168.0.53: {network",
            "is forwarded in a circle, 10.0.1.4 -> 192.168.0.53 -> 10.0.1.4",
            "on 10.0.1.4: forward azurecr.io to 168.63.129.16",
        ),
        None,
    ),
    "Azure/FTALive-Sessions#267, a zone that was made and never filled: a domain controller in Azure": (
        Report(
            estate(
                "hub: {address_space: [10.0.0.0/16], dns_servers: [10.0.2.4]}",
                zones=(HUB_LINKED,),
                servers=(
                    (
                        "10.0.2.4: {network: hub, recursion: iterate, zones: {privatelink.azurecr.io: {}}, "
                        "forwarders: [168.63.129.16]}"
                    ),
                ),
            ),
            ("ACR152 contoso.azurecr.io",),
            "10.0.2.4: {network",
            "the answer is NXDOMAIN .zone privatelink.azurecr.io on 10.0.2.4 has no such name",
            "on 10.0.2.4: delete the zone privatelink.azurecr.io",
        ),
        Ticket(seen(hub="NXDOMAIN"), ""),
    ),
    "Azure/AKS#1605, a server in the hub and none of Azure's resolvers: the site asks public DNS": (
        Report(
            estate(
                HUB,
                PLANT,
                zones=(HUB_LINKED,),
                servers=("10.0.2.4: {network: hub, forwarders: [168.63.129.16]}", on_site("zones: {corp.example: {}}")),
            ),
            ("ACR107 plant",),
            "192.168.0.53: {network",
            "let 192.168.0.53 forward azurecr.io to 10.0.2.4",
            "on 192.168.0.53: forward azurecr.io to 10.0.2.4",
        ),
        Ticket(
            seen(hub="private", plant="public"),
            "bypassed-azure-dns 192.168.0.53",
            ("bypassed-azure-dns 192.168.0.53",),
        ),
    ),
}
