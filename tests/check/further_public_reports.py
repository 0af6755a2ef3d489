"""Further public reports, about clients, servers, sites and clouds: cause and remedy are the thread's or the page's.

The tests of `test_public_reports` and `test_public_answers` hold them. A ticket has the answers that the thread shows.
"""

from __future__ import annotations

from tests.check.public_tickets import Ticket, seen
from tests.check.record_public_reports import by_hand
from tests.check.route_public_reports import CARRIES, FORWARDS, LINK, RESOLVER, RULES, on_site, with_clients
from tests.check.test_reports import (
    BARE,
    CLOSED,
    ENDPOINT,
    HUB,
    HUB_LINKED,
    INBOUND,
    LINKED,
    PLANT,
    PUBLIC,
    RECORDS,
    SPOKE,
    Report,
    estate,
)

FABRIKAM = "fabrikam: {location: westus}"
TO_AZURE = "10.0.2.4: {network: hub, forwarders: [168.63.129.16]}"
ASKS_HUB = "spoke: {address_space: [10.1.0.0/16], peerings: [hub], dns_servers: [10.0.2.4]}"


def in_cloud(cloud: str, region: str, suffix: str) -> str:
    """Return a registry of a sovereign cloud, and a site that forwards the public cloud's names."""
    return estate(
        HUB,
        PLANT,
        registries=(f"contoso: {{location: {region}, public_network_access_enabled: false}}",),
        endpoints=(ENDPOINT.replace("eastus", region).replace("azurecr.io", suffix),),
        zones=(f"privatelink.{suffix}: {{virtual_network_links: {{hub: {{}}}}}}",),
        servers=(FORWARDS,),
        more=f"{INBOUND}cloud: {cloud}\n",
    )


FURTHER: dict[str, tuple[Report, Ticket | None]] = {
    "dmauser/PrivateLink#2: Active Directory replicates the site's forwarder to the domain controller in Azure": (
        Report(
            estate(
                "hub: {address_space: [10.0.0.0/16], transit: true, dns_servers: [10.0.2.4]}",
                PLANT,
                zones=(HUB_LINKED,),
                servers=(
                    on_site("conditional_forwarders: {azurecr.io: [10.0.2.4]}"),
                    "10.0.2.4: {network: hub, zones: {corp.example: {}}, conditional_forwarders: {azurecr.io: [10.0.2.4]}}",
                ),
            ),
            ("ACR112 hub",),
            "10.0.2.4: {network",
            "is forwarded in a circle, 10.0.2.4 -> 10.0.2.4, so questions from hub and plant end in SERVFAIL",
            "on 10.0.2.4: forward azurecr.io to 168.63.129.16",
        ),
        Ticket(seen(hub="SERVFAIL", plant="SERVFAIL"), ""),
    ),
    "MicrosoftDocs/azure-docs#93221: both domain controllers in Azure have the site's forwarder": (
        Report(
            estate(
                "hub: {address_space: [10.0.0.0/16], transit: true, dns_servers: [10.0.2.4, 10.0.2.5]}",
                PLANT,
                zones=(HUB_LINKED,),
                servers=(
                    on_site("conditional_forwarders: {azurecr.io: [10.0.2.4, 10.0.2.5]}"),
                    *(
                        f"{server}: {{network: hub, conditional_forwarders: {{azurecr.io: [10.0.2.4, 10.0.2.5]}}, "
                        "forwarders: [168.63.129.16]}"
                        for server in ("10.0.2.4", "10.0.2.5")
                    ),
                ),
            ),
            ("ACR112 hub",),
            "10.0.2.4: {network",
            "is forwarded in a circle, 10.0.2.4 -> 10.0.2.4, so questions from hub and plant end in SERVFAIL",
            "on 10.0.2.4: forward azurecr.io to 168.63.129.16",
        ),
        None,
    ),
    "AutomatedLab/AutomatedLab#568: a lab's domain controller on premises forwards everything to Azure's address": (
        Report(
            estate(HUB, PLANT, zones=(HUB_LINKED,), servers=(on_site("forwarders: [168.63.129.16]"),), more=INBOUND),
            ("ACR110 plant",),
            "forwarders: [168.63.129.16]",
            "168.63.129.16, which answers inside Azure only; questions from plant for contoso.azurecr.io end in a timeout",
            "on 192.168.0.53: forward azurecr.io to 10.0.0.4",
        ),
        Ticket(
            seen(plant="SERVFAIL"),
            "azure-dns-from-on-premises 192.168.0.53",
            ("azure-dns-from-on-premises 192.168.0.53", "unreachable-dns-server 192.168.0.53"),
        ),
    ),
    "MicrosoftDocs/azure-docs#39984: a zone of the public name beside the right one": (
        Report(
            estate(
                HUB,
                zones=(
                    HUB_LINKED,
                    "azurecr.io: {virtual_network_links: {hub: {}}, records: {contoso: {A: [10.0.0.7]}}}",
                ),
            ),
            ("ACR207 azurecr.io",),
            "azurecr.io: {virtual_network_links: {hub: {}}, records",
            "every registry without a record in it, ours or anybody's, does not exist there; use privatelink.azurecr.io",
            "az network private-dns link vnet delete -g RESOURCE_GROUP -z azurecr.io -n LINK_OF_HUB -y",
        ),
        Ticket(seen(hub="private NXDOMAIN"), "zone-of-public-name hub", ("zone-of-public-name hub",)),
    ),
    "MicrosoftDocs/azure-docs#109292: the zone in Azure goes before the rule to the servers that have the records": (
        Report(
            estate(
                CARRIES,
                PLANT,
                endpoints=(BARE,),
                zones=(HUB_LINKED,),
                servers=(on_site(f"recursion: iterate, zones: {{privatelink.azurecr.io: {RECORDS}}}"),),
                more=RESOLVER + RULES.format("hub", "privatelink.azurecr.io: [192.168.0.53]"),
            ),
            ("ACR214 contoso.azurecr.io",),
            "privatelink.azurecr.io: {virtual_network_links",
            "hub is linked to the zone privatelink.azurecr.io, which has no record for contoso.azurecr.io and contoso.e",
            "record-set a add-record -g RESOURCE_GROUP -z privatelink.azurecr.io -n contoso -a 10.0.0.7",
        ),
        Ticket(
            seen(hub="NXDOMAIN"),
            "shared-record-deleted privatelink.azurecr.io",
            ("shared-record-deleted privatelink.azurecr.io", "wrong-zone-linked hub"),
        ),
    ),
    "MicrosoftDocs/azure-docs#53153: each subscription has a zone, and the server's network is linked to one of them": (
        Report(
            estate(
                "hub: {address_space: [10.0.0.0/16], transit: true, dns_servers: [10.0.2.4]}",
                SPOKE,
                PLANT,
                registries=(PUBLIC, FABRIKAM),
                endpoints=(
                    ENDPOINT,
                    (
                        "pf: {registry: fabrikam, network: spoke, addresses: {registry: 10.1.0.7, "
                        "registry_data_westus: 10.1.0.8}, dns_zone_group: [app-zone]}"
                    ),
                ),
                zones=(
                    HUB_LINKED,
                    "app-zone: {name: privatelink.azurecr.io, virtual_network_links: {spoke: {}}}",
                ),
                servers=(TO_AZURE, on_site("conditional_forwarders: {azurecr.io: [10.0.2.4]}")),
            ),
            ("ACR214 fabrikam.azurecr.io", "ACR214 contoso.azurecr.io"),
            "privatelink.azurecr.io: {virtual_network_links",
            "the records of pf in spoke are in another zone of the same name, app-zone in the file; a network",
            "-z privatelink.azurecr.io -n fabrikam -a 10.1.0.7",
        ),
        None,
    ),
    "microsoft/azure-pipelines-tasks#20945: agents in pods get the public address at times": (
        Report(
            estate(
                "hub: {address_space: [10.0.0.0/16], transit: true}",
                "aks: {address_space: [10.1.0.0/16], peerings: [hub], dns_servers: [10.0.2.4], "
                "clients: {agents: {dns_servers: [10.1.200.10]}}}",
                registries=(CLOSED,),
                zones=("privatelink.azurecr.io: {virtual_network_links: {hub: {}, aks: {}}}",),
                servers=(
                    TO_AZURE,
                    "10.1.200.10: {network: aks, selection: random, forwarders: [10.0.2.4, 8.8.8.8]}",
                ),
            ),
            ("ACR113 contoso.azurecr.io",),
            "10.1.200.10: {network: aks, selection",
            "10.0.2.4 gives 10.0.0.7, 8.8.8.8 gives 198.51.100.3; which of them answers is chance",
            "on 10.1.200.10: forward azurecr.io to 10.0.2.4",
        ),
        Ticket(seen(aks="private", aks__agents="public"), "", ("bypassed-azure-dns 10.1.200.10",)),
    ),
    "docker/for-win#1444: docker's machine asks the company's DNS, whose root has no name from outside": (
        Report(
            estate(
                HUB,
                PLANT.replace("[hub]", "[hub], clients: {docker: {dns_servers: [192.168.65.1]}}"),
                zones=(HUB_LINKED,),
                servers=(
                    "192.168.65.1: {network: plant, forwarders: [192.168.0.53]}",
                    on_site("zones: {'.': {}, corp.example: {}}"),
                ),
                more=INBOUND,
            ),
            ("ACR152 contoso.azurecr.io",),
            "192.168.0.53: {network",
            r"the answer is NXDOMAIN \(zone . on 192.168.0.53 has no such name\).*; the same holds from plant/docker",
            "on 192.168.0.53: forward azurecr.io to 10.0.0.4",
        ),
        Ticket(
            seen(plant="NXDOMAIN", plant__docker="NXDOMAIN"),
            "",
            ("bypassed-azure-dns 192.168.0.53",),
        ),
    ),
    "docker/for-win#958: nobody answers at [::1]": (
        Report(
            estate(with_clients("{wsl: {dns_servers: ['::1']}}"), zones=(HUB_LINKED,), more=INBOUND),
            ("ACR111 hub/wsl",),
            "dns_servers: ['::1']",
            "hub/wsl asks ::1, .*: a loopback address is the asking machine's own, and the file has no server of that m",
            "on hub/wsl: ask 10.0.0.4",
        ),
        Ticket(seen(hub__wsl="SERVFAIL"), "unreachable-dns-server hub/wsl", ("unreachable-dns-server hub/wsl",)),
    ),
    "docker/for-win#11541: in the VPN docker still asks the router at home": (
        Report(
            estate(
                with_clients("{laptop: {dns_servers: [10.0.0.4]}, docker: {dns_servers: [192.168.1.1]}}"),
                "home: {kind: on_premises, address_space: [192.168.1.0/24], dns_servers: [192.168.1.1], peerings: [hub]}",
                zones=(HUB_LINKED,),
                servers=("192.168.1.1: {network: home}",),
                more=INBOUND,
            ),
            ("ACR107 hub/docker",),
            "192.168.1.1: {network",
            "questions from hub/docker and home go to 192.168.1.1 -> public DNS, past Azure-provided DNS",
            "on 192.168.1.1: forward azurecr.io to 10.0.0.4",
        ),
        Ticket(
            seen(hub__laptop="private", hub__docker="public"),
            "bypassed-azure-dns 192.168.1.1",
            ("bypassed-azure-dns 192.168.1.1", "bypassed-azure-dns hub/docker"),
        ),
    ),
    "goharbor/harbor#14784: docker's resolver asks a server that is gone": (
        Report(
            estate(
                with_clients("{harbor: {dns_servers: [127.0.0.11]}}"),
                zones=(HUB_LINKED,),
                servers=("docker: {network: hub, client: harbor, address: 127.0.0.11, forwarders: [10.0.2.9]}",),
                more=INBOUND,
            ),
            ("ACR111 hub/harbor",),
            "forwarders: [10.0.2.9]",
            "docker in hub forwards to 10.0.2.9, which does not answer there: .*describe it under dns_servers if one has",
            "on docker: forward azurecr.io to 10.0.0.4",
        ),
        Ticket(seen(hub="private", hub__harbor="TIMEOUT"), "unreachable-dns-server docker"),
    ),
    "Azure/iotedge#7149: the host has the names in its hosts file, and the modules' containers do not read it": (
        Report(
            estate(
                HUB,
                PLANT.replace(
                    "[hub]",
                    "[hub], clients: {modules: {}, host: {hosts: {contoso.azurecr.io: 10.0.0.7, "
                    "contoso.eastus.data.azurecr.io: 10.0.0.8}}}",
                ),
                registries=(CLOSED,),
                zones=(HUB_LINKED,),
                servers=(on_site("zones: {corp.example: {}}"),),
            ),
            ("ACR107 plant",),
            "192.168.0.53: {network",
            "questions from plant and plant/modules go to 192.168.0.53 -> public DNS",
            "az dns-resolver create -g RESOURCE_GROUP -n PRIVATE_RESOLVER -l REGION --id VIRTUAL_NETWORK_ID",
        ),
        None,
    ),
    "Azure/iotedge#5005: a plant without the internet, whose DNS has the login server alone": (
        Report(
            estate(
                HUB,
                PLANT,
                registries=(CLOSED,),
                zones=(HUB_LINKED,),
                servers=(on_site("zones: {'.': {}, contoso.azurecr.io: {'@': {A: [10.0.0.7]}}}"),),
            ),
            ("ACR152 contoso.eastus.data.azurecr.io",),
            "192.168.0.53: {network",
            r"the answer is NXDOMAIN \(zone . on 192.168.0.53 has no such name\)",
            "on 192.168.0.53: set the A record contoso.eastus.data.azurecr.io in . to 10.0.0.8",
        ),
        Ticket(
            seen(plant="private NXDOMAIN"),
            "missing-record 192.168.0.53/contoso.eastus.data.azurecr.io",
            ("missing-record 192.168.0.53/contoso.eastus.data.azurecr.io",),
        ),
    ),
    "MicrosoftDocs/cloud-adoption-framework#1020: the zone group is gone, and the policy makes none again": (
        Report(
            estate(
                "hub: {address_space: [10.0.0.0/16], transit: true, dns_servers: [10.0.2.4]}",
                ASKS_HUB,
                registries=(CLOSED,),
                endpoints=(BARE.replace("network: hub", "network: spoke").replace("10.0.0", "10.1.0"),),
                zones=(HUB_LINKED,),
                servers=(TO_AZURE,),
            ),
            ("ACR103 contoso.azurecr.io",),
            "pe: {registry: contoso",
            "no zone has a record of contoso at an address of private endpoint pe: it has no zone group",
            "az network private-endpoint dns-zone-group create -g RESOURCE_GROUP --endpoint-name pe",
        ),
        Ticket(
            seen(hub="NXDOMAIN", spoke="NXDOMAIN"),
            "shared-record-deleted privatelink.azurecr.io",
            ("shared-record-deleted privatelink.azurecr.io", "wrong-zone-linked hub"),
        ),
    ),
    "aztfmod/terraform-azurerm-caf#1204: an apply takes away the policy's zone group of one of two endpoints": (
        Report(
            estate(
                HUB,
                registries=(PUBLIC, FABRIKAM),
                endpoints=(
                    BARE,
                    (
                        "pf: {registry: fabrikam, network: hub, addresses: {registry: 10.0.0.27, "
                        "registry_data_westus: 10.0.0.28}, dns_zone_group: [privatelink.azurecr.io]}"
                    ),
                ),
                zones=(
                    "privatelink.azurecr.io: {virtual_network_links: {hub: {resolution_policy: NxDomainRedirect}}}",
                ),
            ),
            ("ACR103 contoso.azurecr.io",),
            "pe: {registry: contoso",
            "no zone has a record of contoso at an address of private endpoint pe: it has no zone group",
            "az network private-endpoint dns-zone-group create -g RESOURCE_GROUP --endpoint-name pe",
        ),
        Ticket(
            seen(hub="public"),
            "shared-record-deleted privatelink.azurecr.io/contoso",
            ("shared-record-deleted privatelink.azurecr.io/contoso", "vnet-without-zone-link hub"),
        ),
    ),
    "Azure/AKS#3786: what coredns-custom forwards is not used, and resolv.conf leads to Azure": (
        Report(
            estate(
                HUB,
                "aks: {address_space: [10.1.0.0/16], peerings: [hub], clients: {pods: {dns_servers: [10.1.200.10]}}}",
                zones=(HUB_LINKED,),
                servers=("10.1.200.10: {network: aks, forwarders: [168.63.129.16]}",),
                more=INBOUND,
            ),
            ("ACR101 aks",),
            "aks: {address_space",
            r"public address(es)? from aks and aks/pods \(by way of 10.1.200.10 -> 168.63.129.16\), although",
            f"{LINK} -n aks-link -v aks",
        ),
        Ticket(seen(aks="public", aks__pods="public"), "vnet-without-zone-link aks", ("vnet-without-zone-link aks",)),
    ),
    "whiteducksoftware/az-dns-forwarder#4: CoreDNS has the privatelink zone, and a site forwards the public name": (
        Report(
            estate(
                HUB,
                PLANT,
                zones=(HUB_LINKED,),
                servers=(
                    on_site("conditional_forwarders: {azurecr.io: [10.0.3.4]}"),
                    f"10.0.3.4: {{network: hub, forwarders: [8.8.8.8], zones: {{privatelink.azurecr.io: {RECORDS}}}}}",
                ),
            ),
            ("ACR107 plant",),
            "10.0.3.4: {network",
            "go to 192.168.0.53 -> 10.0.3.4 -> 8.8.8.8, .*; the zone privatelink.azurecr.io on 10.0.3.4 does not change",
            "on 10.0.3.4: forward azurecr.io to 168.63.129.16",
        ),
        Ticket(seen(plant="public"), "bypassed-azure-dns 10.0.3.4", ("bypassed-azure-dns 10.0.3.4",)),
    ),
    "MicrosoftDocs/azure-docs#123859: the DNS server of the firewall is the firewall": (
        Report(
            estate(CARRIES, ASKS_HUB, zones=(HUB_LINKED,), servers=(TO_AZURE.replace("168.63.129.16", "10.0.2.4"),)),
            ("ACR112 spoke",),
            "10.0.2.4: {network",
            "is forwarded in a circle, 10.0.2.4 -> 10.0.2.4, so questions from spoke end in SERVFAIL",
            "on 10.0.2.4: forward all other names to 168.63.129.16",
        ),
        Ticket(seen(spoke="SERVFAIL"), ""),
    ),
    "Azure/acr#533: both networks have the link, and there is no way between them": (
        Report(
            estate(
                HUB,
                "vm: {address_space: [172.27.0.0/16]}",
                registries=(CLOSED,),
                zones=("privatelink.azurecr.io: {virtual_network_links: {hub: {}, vm: {}}}",),
            ),
            ("ACR156 contoso.azurecr.io",),
            "vm: {address_space",
            r"the address of a private endpoint out of reach \(10.0.0.7 is pe's in hub, which vm has no way to\); peer vm",
            "az network vnet peering create -g RESOURCE_GROUP -n vm-to-hub --vnet-name vm --remote-vnet hub",
        ),
        None,
    ),
    "rancher-sandbox/rancher-desktop#1966: WSL asks its virtual switch, where nobody listens in the VPN": (
        Report(
            estate(
                with_clients("{laptop: {dns_servers: [10.0.0.4]}, wsl: {dns_servers: [172.29.215.96]}}"),
                zones=(HUB_LINKED,),
                more=INBOUND,
            ),
            ("ACR111 hub/wsl",),
            "wsl: {dns_servers: [172.29.215.96]}",
            "hub/wsl asks 172.29.215.96, which does not answer there: no DNS server of the topology has this address",
            "on hub/wsl: ask 10.0.0.4",
        ),
        Ticket(
            seen(hub__laptop="private", hub__wsl="SERVFAIL"),
            "unreachable-dns-server hub/wsl",
            ("unreachable-dns-server hub/wsl",),
        ),
    ),
    "docs.azure.cn, workspace with a custom DNS server: the site has the name of the global page": (
        Report(
            in_cloud("AzureChinaCloud", "chinaeast2", "azurecr.cn"),
            ("ACR107 plant",),
            "192.168.0.53: {network",
            "192.168.0.53 forwards azurecr.io, which is of another cloud: names here end in azurecr.cn",
            "on 192.168.0.53: forward azurecr.cn to 10.0.0.4",
        ),
        Ticket(
            "plant contoso.azurecr.cn 20.45.122.144\nplant contoso.chinaeast2.data.azurecr.cn 20.45.122.150\n",
            "bypassed-azure-dns 192.168.0.53",
            ("bypassed-azure-dns 192.168.0.53",),
        ),
    ),
    "Azure/AKS#3201: a registry of the government's cloud, and the public cloud's name": (
        Report(
            in_cloud("AzureUSGovernment", "usgovvirginia", "azurecr.us"),
            ("ACR107 plant",),
            "192.168.0.53: {network",
            "192.168.0.53 forwards azurecr.io, which is of another cloud: names here end in azurecr.us",
            "on 192.168.0.53: forward azurecr.us to 10.0.0.4",
        ),
        None,
    ),
    "MicrosoftDocs/azure-docs#88200: the site forwards the name of the data endpoints alone": (
        Report(
            estate(
                HUB,
                PLANT,
                zones=(HUB_LINKED,),
                servers=(on_site("conditional_forwarders: {eastus.data.azurecr.io: [10.0.0.4]}"),),
                more=INBOUND,
            ),
            ("ACR107 plant",),
            "192.168.0.53: {network",
            "so contoso.azurecr.io is public there although a private endpoint is in reach; let 192.168.0.53 forward",
            "on 192.168.0.53: forward azurecr.io to 10.0.0.4",
        ),
        Ticket(
            seen(plant="public private"),
            "bypassed-azure-dns 192.168.0.53",
            ("bypassed-azure-dns 192.168.0.53",),
            "plant",
            "a forwarder or a hosts file covers some of the names only",
        ),
    ),
    "yeongseon, Container Apps labs, custom DNS forwarding: the network's DNS server does not exist": (
        Report(
            estate(
                "aca: {address_space: [10.0.0.0/16], dns_servers: [10.99.99.99]}",
                endpoints=(ENDPOINT.replace("network: hub", "network: aca"),),
                zones=("privatelink.azurecr.io: {virtual_network_links: {aca: {}}}",),
            ),
            ("ACR111 aca",),
            "dns_servers: [10.99.99.99]",
            r"no DNS server of the topology has this address \(describe it under dns_servers if one has\)",
            'az network vnet update -g RESOURCE_GROUP -n aca --dns-servers ""',
        ),
        Ticket(seen(aca="SERVFAIL"), "unreachable-dns-server aca", ("unreachable-dns-server aca",)),
    ),
    "Microsoft Learn, Azure Firewall DNS settings: the first of its DNS servers is off, and the next one public": (
        Report(
            estate(
                "hub: {address_space: [10.0.0.0/16], transit: true, dns_servers: [10.0.1.4]}",
                ASKS_HUB.replace("10.0.2.4", "10.0.1.4"),
                zones=(HUB_LINKED,),
                servers=(
                    "10.0.1.4: {network: hub, forwarders: [10.0.2.4, 10.0.2.5]}",
                    "10.0.2.5: {network: hub, forwarders: [8.8.8.8]}",
                ),
            ),
            ("ACR107 hub",),
            "10.0.2.5: {network",
            "go to 10.0.1.4 -> 10.0.2.5 -> 8.8.8.8, .*; 10.0.2.4 in dns_servers.10.0.1.4.forwarders does not answer$",
            "on 10.0.2.5: forward azurecr.io to 168.63.129.16",
        ),
        Ticket(
            seen(hub="public", spoke="public"),
            "bypassed-azure-dns 10.0.2.5",
            ("bypassed-azure-dns 10.0.2.5", "bypassed-azure-dns 10.0.1.4"),
        ),
    ),
    "MicrosoftDocs/azure-docs#109054: a rule for the private zone leads back to its own network, which has no link": (
        Report(
            estate(
                CARRIES,
                SPOKE,
                zones=(LINKED.replace("hub: {}, ", ""),),
                more=RESOLVER + RULES.format("hub", "privatelink.azurecr.io: [10.0.0.4]"),
            ),
            ("ACR101 hub",),
            "hub: {address_space",
            "privatelink.azurecr.io is not linked to hub.*; the rule for privatelink.azurecr.io of ruleset all does noth",
            f"{LINK} -n hub-link -v hub",
        ),
        Ticket(seen(hub="public", spoke="private"), "vnet-without-zone-link hub", ("vnet-without-zone-link hub",)),
    ),
    "dfe-analytical-services/explore-education-statistics#7245: another pipeline makes the zone, the old one is linked": (
        Report(
            estate(
                HUB,
                endpoints=(ENDPOINT.replace("[privatelink.azurecr.io]", "[core]"),),
                zones=(
                    "core: {name: privatelink.azurecr.io}",
                    (
                        "api: {name: privatelink.azurecr.io, virtual_network_links: {hub: {}}, "
                        "records: {other: {A: [10.0.0.30]}}}"
                    ),
                ),
            ),
            ("ACR214 contoso.azurecr.io",),
            "api: {name",
            "the records of pe in hub are in another zone of the same name, core in the file; a network",
            "link vnet create -g RESOURCE_GROUP_OF_CORE -z privatelink.azurecr.io -n hub-link -v hub",
        ),
        Ticket(seen(hub="NXDOMAIN"), "wrong-zone-linked hub", ("wrong-zone-linked hub",)),
    ),
    "Azure/acr#619: check-health finds a private address, and nobody there gives a challenge": (
        Report(
            estate(
                "hub: {address_space: [10.22.0.0/16]}",
                endpoints=(BARE.replace("10.0.0.7", "10.22.124.27").replace("10.0.0.8", "10.22.124.28"),),
                zones=(
                    by_hand(
                        "{contoso: {ttl: 10, A: [10.22.124.13]}, contoso.eastus.data: {ttl: 10, A: [10.22.124.28]}}"
                    ),
                ),
            ),
            ("ACR203 contoso.azurecr.io",),
            "privatelink.azurecr.io: {virtual_network_links",
            "to 10.22.124.13, which no private endpoint has; clients time out or reach another machine; it should be 10.22",
            "remove-record -g RESOURCE_GROUP -z privatelink.azurecr.io -n contoso -a 10.22.124.13",
        ),
        Ticket(
            "hub contoso.azurecr.io 10.22.124.13\nhub contoso.eastus.data.azurecr.io 10.22.124.28\n",
            "stale-private-ip privatelink.azurecr.io/contoso",
            ("stale-private-ip privatelink.azurecr.io/contoso",),
        ),
    ),
    "Azure/Industrial-IoT#744: the device's hosts file has the privatelink names": (
        Report(
            estate(
                HUB,
                PLANT.replace(
                    "[hub]",
                    "[hub], clients: {edge: {hosts: {contoso.privatelink.azurecr.io: 10.0.0.7, "
                    "contoso.eastus.data.privatelink.azurecr.io: 10.0.0.8}}}",
                ),
                registries=(CLOSED,),
                zones=(HUB_LINKED,),
                servers=(on_site("zones: {corp.example: {}}"),),
                more=INBOUND,
            ),
            ("ACR107 plant",),
            "192.168.0.53: {network",
            "; the hosts file of plant/edge has contoso.privatelink.azurecr.io, an alias target, which no client asks for$",
            "on 192.168.0.53: forward azurecr.io to 10.0.0.4",
        ),
        Ticket(
            seen(plant__edge="public"),
            "bypassed-azure-dns 192.168.0.53",
            ("bypassed-azure-dns 192.168.0.53",),
            "plant/edge",
            "all its addresses are public",
        ),
    ),
    "MicrosoftDocs/azure-docs#34128: the network's domain controller asks the provider's DNS": (
        Report(
            estate(
                "hub: {address_space: [10.0.0.0/16], dns_servers: [10.0.2.4]}",
                zones=(HUB_LINKED,),
                servers=("10.0.2.4: {network: hub, zones: {contoso.local: {}}, forwarders: [192.0.2.53]}",),
            ),
            ("ACR107 hub",),
            "10.0.2.4: {network",
            "questions from hub go to 10.0.2.4 -> 192.0.2.53, past Azure-provided DNS",
            "on 10.0.2.4: forward azurecr.io to 168.63.129.16",
        ),
        Ticket(seen(hub="public"), "bypassed-azure-dns 10.0.2.4", ("bypassed-azure-dns 10.0.2.4",)),
    ),
    "MicrosoftDocs/architecture-center#3956: the page's forwarder for the privatelink name, at the site's second server": (
        Report(
            estate(
                HUB,
                PLANT,
                zones=(HUB_LINKED,),
                servers=(
                    on_site("forwarders: [192.168.0.54]"),
                    "192.168.0.54: {network: plant, conditional_forwarders: {privatelink.azurecr.io: [10.0.0.4]}}",
                ),
                more=INBOUND,
            ),
            ("ACR109 plant",),
            "privatelink.azurecr.io: [10.0.0.4]",
            "192.168.0.54 forwards privatelink.azurecr.io only; the public name contoso.azurecr.io goes to public DNS",
            "on 192.168.0.54: forward azurecr.io, not privatelink.azurecr.io, to 10.0.0.4",
        ),
        Ticket(
            seen(plant="public"),
            "privatelink-only-forwarding 192.168.0.54",
            ("privatelink-only-forwarding 192.168.0.54", "bypassed-azure-dns 192.168.0.53"),
        ),
    ),
    "MicrosoftDocs/azure-docs#92411: the privatelink name goes to a server in Azure that asks public DNS": (
        Report(
            estate(
                HUB,
                PLANT,
                zones=(HUB_LINKED,),
                servers=(
                    on_site("recursion: iterate, conditional_forwarders: {privatelink.azurecr.io: [10.0.2.4]}"),
                    "10.0.2.4: {network: hub, forwarders: [8.8.8.8]}",
                ),
            ),
            ("ACR107 plant",),
            "10.0.2.4: {network",
            "questions from plant go to 192.168.0.53 -> 10.0.2.4 -> 8.8.8.8, past Azure-provided DNS",
            "on 10.0.2.4: forward azurecr.io to 168.63.129.16",
        ),
        Ticket(seen(plant="public"), "bypassed-azure-dns 10.0.2.4", ("bypassed-azure-dns 10.0.2.4",)),
    ),
    "Azure/Azure-Landing-Zones#2848: the policy's zone group names the region's zone": (
        Report(
            estate(
                HUB,
                endpoints=(ENDPOINT.replace("[privatelink.", "[eastus.data.privatelink."),),
                zones=(HUB_LINKED, "eastus.data.privatelink.azurecr.io: {virtual_network_links: {hub: {}}}"),
            ),
            ("ACR214 contoso.azurecr.io",),
            "privatelink.azurecr.io: {virtual_network_links: {hub: {}}}",
            "which has no record for contoso.azurecr.io, so it does not exist there; .*or let a zone group write there",
            "az network private-endpoint dns-zone-group add -g RESOURCE_GROUP --endpoint-name pe -n default",
        ),
        Ticket(seen(hub="NXDOMAIN private"), "shared-record-deleted privatelink.azurecr.io"),
    ),
    "MicrosoftDocs/azure-docs#104415: the second region asks a resolver of the first that is gone": (
        Report(
            estate(
                HUB,
                "west: {address_space: [10.2.0.0/16], peerings: [hub], dns_servers: [10.0.0.5]}",
                zones=("privatelink.azurecr.io: {virtual_network_links: {hub: {}, west: {}}}",),
                more=INBOUND,
            ),
            ("ACR111 west",),
            "dns_servers: [10.0.0.5]",
            "west asks 10.0.0.5, which does not answer there: no DNS server of the topology has this address",
            "az network vnet update -g RESOURCE_GROUP -n west --dns-servers 10.0.0.4",
        ),
        Ticket(seen(west="TIMEOUT"), "unreachable-dns-server west", ("unreachable-dns-server west",)),
    ),
    "opnsense/core#5161: unbound forwards the privatelink name, and strips what it is given": (
        Report(
            estate(
                HUB,
                PLANT,
                zones=(HUB_LINKED,),
                servers=(
                    on_site(
                        "recursion: unbound, filters: {rebind_protection: true}, "
                        "conditional_forwarders: {privatelink.azurecr.io: [10.0.0.4]}"
                    ),
                ),
                more=INBOUND,
            ),
            ("ACR152 contoso.azurecr.io",),
            "rebind_protection: true",
            "rebinding protection of 192.168.0.53 took out 10.0.0.7, which is private",
            "unbound: private-domain: azurecr.io",
        ),
        Ticket(seen(plant="NODATA"), "", (), "plant", "(rebinding protection) fix: see whether there is"),
    ),
    "Azure landing zones, a resolver in each of two hubs: the second hub has no link": (
        Report(
            estate(
                "h1: {address_space: [10.0.0.0/16], transit: true, peerings: [h2]}",
                "h2: {address_space: [10.2.0.0/16], transit: true}",
                "s1: {address_space: [10.1.0.0/16], peerings: [h1, h2], dns_servers: [10.0.0.4, 10.2.0.4]}",
                endpoints=(ENDPOINT.replace("network: hub", "network: h1"),),
                zones=("privatelink.azurecr.io: {virtual_network_links: {h1: {}}}",),
                more="private_resolvers: {r: {network: h1, inbound_endpoints: [10.0.0.4]}, "
                "s: {network: h2, inbound_endpoints: [10.2.0.4]}}\n",
            ),
            ("ACR101 h2",),
            "h2: {address_space",
            "privatelink.azurecr.io is not linked to h2, so contoso.azurecr.io resolves to its public address there",
            f"{LINK} -n h2-link -v h2",
        ),
        Ticket(seen(h2="public", s1="private"), "vnet-without-zone-link h2", ("vnet-without-zone-link h2",)),
    ),
    "podman-desktop/podman-desktop#401: podman's machine keeps the DNS servers of before the VPN": (
        Report(
            estate(
                with_clients("{laptop: {dns_servers: [10.0.0.4]}, podman: {dns_servers: [8.8.8.8, 10.0.0.4]}}"),
                zones=(HUB_LINKED,),
                more=INBOUND,
            ),
            ("ACR107 hub/podman",),
            "podman: {dns_servers: [8.8.8.8, 10.0.0.4]}",
            "questions from hub/podman go to 8.8.8.8, past Azure-provided DNS",
            "on hub/podman: ask 10.0.0.4",
        ),
        Ticket(
            seen(hub__laptop="private", hub__podman="public"),
            "bypassed-azure-dns hub/podman",
            ("bypassed-azure-dns hub/podman", "hosts-file-pin hub/podman"),
        ),
    ),
    "Azure/HubAndSpokeResearchEnclave#190: a vendor's registry is hidden by a zone that has no record yet": (
        Report(
            estate(
                HUB,
                registries=("vendor1: {location: westus, private_link: elsewhere}",),
                endpoints=(),
                zones=(HUB_LINKED,),
            ),
            ("ACR208 privatelink.azurecr.io",),
            "privatelink.azurecr.io: {virtual_network_links",
            "do not exist in hub: .* since vendor1 has a private endpoint, but not one in reach from there",
            "-n LINK_OF_HUB --resolution-policy NxDomainRedirect",
        ),
        Ticket(
            "hub vendor1.azurecr.io NXDOMAIN\nhub vendor1.westus.data.azurecr.io NXDOMAIN\n",
            "third-party-hidden vendor1",
            ("third-party-hidden vendor1", "wrong-zone-linked hub"),
        ),
    ),
}
