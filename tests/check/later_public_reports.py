"""More public reports, by project and number: estates of our own that are what the texts describe, their cause and its fix.

The tests of `test_public_reports` and `test_public_answers` hold them.
"""

from __future__ import annotations

from tests.check.test_reports import (
    BARE,
    CLOSED,
    ENDPOINT,
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
    estate,
)

HOME = "home: {kind: on_premises, address_space: [100.64.0.0/16], dns_servers: [100.64.0.53], peerings: [hub, west]}"
BY_HAND = f"privatelink.azurecr.io: {{virtual_network_links: {{hub: {{}}}}, records: {RECORDS}}}"
FALLS_BACK = "{resolution_policy: NxDomainRedirect}"
REPLICATED = "contoso: {location: eastus, replications: [westus]}"
FORWARDS = "192.168.0.53: {network: plant, conditional_forwarders: {azurecr.io: [10.0.0.4]}}"
RESOLVER = "private_resolvers: {r: {network: hub, inbound_endpoints: [10.0.0.4], outbound_endpoints: [out]}}\n"
ADD = "az network private-dns record-set a add-record -g RESOURCE_GROUP -z privatelink.azurecr.io"

LATER = {
    "tailscale/tailscale#14085: two environments answer for one name, and the faster one wins": Report(
        estate(
            HUB,
            WEST,
            HOME,
            zones=(
                HUB_LINKED,
                f"west-zone: {{name: privatelink.azurecr.io, virtual_network_links: {{west: {FALLS_BACK}}}}}",
            ),
            servers=(
                "100.64.0.53: {network: home, selection: fastest, conditional_forwarders: {azurecr.io: [10.0.0.4, 10.2.0.4]}}",
            ),
            more="private_resolvers: {r: {network: hub, inbound_endpoints: [10.0.0.4]}, "
            "w: {network: west, inbound_endpoints: [10.2.0.4]}}\n",
        ),
        ("ACR113 contoso.azurecr.io",),
        "selection: fastest",
        "10.0.0.4 gives 10.0.0.7, 10.2.0.4 gives 198.51.100.3; which of them answers is chance",
        "on 100.64.0.53: forward azurecr.io to 10.0.0.4",
    ),
    "dmauser/PrivateLink#8: a site forwards every registry, also a partner's": Report(
        estate(HUB, PLANT, registries=(PUBLIC, PARTNER), zones=(HUB_LINKED,), servers=(FORWARDS,), more=INBOUND),
        ("ACR208 privatelink.azurecr.io",),
        "virtual_network_links: {hub: {}}",
        "do not exist in hub: .* fabrikam has a private endpoint, but not one in reach",
        "-n LINK_OF_HUB --resolution-policy NxDomainRedirect",
    ),
    "hashicorp/terraform-provider-azurerm#9408: the zone has another top-level domain": Report(
        estate(
            HUB,
            endpoints=(ENDPOINT.replace("azurecr.io", "azurecr.net"),),
            zones=("privatelink.azurecr.net: {virtual_network_links: {hub: {}}}",),
        ),
        ("ACR202 privatelink.azurecr.net",),
        "privatelink.azurecr.net: {virtual_network_links",
        "so its records are never asked for; did you mean privatelink.azurecr.io",
        "az network private-dns zone create -g RESOURCE_GROUP -n privatelink.azurecr.io",
    ),
    "aztfmod/terraform-azurerm-caf#1030: no record is made, in a zone that falls back": Report(
        estate(
            HUB, endpoints=(BARE,), zones=(f"privatelink.azurecr.io: {{virtual_network_links: {{hub: {FALLS_BACK}}}}}",)
        ),
        ("ACR103 contoso.azurecr.io",),
        "pe: {registry: contoso",
        "it has no zone group, and nobody made a record by hand",
        "az network private-endpoint dns-zone-group create -g RESOURCE_GROUP --endpoint-name pe",
    ),
    "microsoft/WSL#416: the VPN's server stands last in resolv.conf": Report(
        estate(
            HUB.replace("]}", "], clients: {wsl: {dns_servers: [192.0.2.53, 10.0.0.4]}}}"),
            zones=(HUB_LINKED,),
            more=INBOUND,
        ),
        ("ACR107 hub/wsl",),
        "dns_servers: [192.0.2.53, 10.0.0.4]",
        "questions from hub/wsl go to 192.0.2.53, past Azure-provided DNS",
        "on hub/wsl: ask 10.0.0.4",
    ),
    "MicrosoftDocs/azure-docs, quickstart of private resolvers: the rules are linked to the resolver's network": Report(
        estate(
            HUB,
            SPOKE,
            zones=(HUB_LINKED,),
            more=RESOLVER
            + "dns_forwarding_rulesets: {all: {outbound_endpoint: out, virtual_network_links: [hub, spoke], "
            "rules: {azurecr.io: [10.0.0.4]}}}\n",
        ),
        ("ACR112 hub",),
        "dns_forwarding_rulesets",
        "in a circle, 10.0.0.4 -> 10.0.0.4 .ruleset all sends it there from hub., so questions from hub and spoke end in SERVFAIL",
        "az dns-resolver vnet-link delete -g RESOURCE_GROUP --ruleset-name all -n LINK_OF_HUB -y",
    ),
    "MicrosoftDocs/cloud-adoption-framework#1057: the firewall's proxy asks the domain controllers": Report(
        estate(
            "hub: {address_space: [10.0.0.0/16], transit: true}",
            "spoke: {address_space: [10.1.0.0/16], peerings: [hub], dns_servers: [10.0.1.4]}",
            zones=(LINKED,),
            servers=(
                "10.0.1.4: {network: hub, forwarders: [10.0.2.4, 10.0.2.5]}",
                "10.0.2.4: {network: hub, zones: {corp.example: {}}, forwarders: [8.8.8.8]}",
                "10.0.2.5: {network: hub, zones: {corp.example: {}}, forwarders: [8.8.8.8]}",
            ),
        ),
        ("ACR107 spoke",),
        "10.0.2.4: {network",
        "questions from spoke go to 10.0.1.4 -> 10.0.2.4 -> 8.8.8.8, .*; 10.0.2.5, asked when the first is silent",
        "on 10.0.2.5: forward azurecr.io to 168.63.129.16",
    ),
    "MicrosoftDocs/cloud-adoption-framework#1009: a spoke asks the outbound endpoint": Report(
        estate(
            HUB,
            "spoke: {address_space: [10.1.0.0/16], peerings: [hub], dns_servers: [10.0.0.20]}",
            zones=(HUB_LINKED,),
            more=RESOLVER,
        ),
        ("ACR111 spoke",),
        "dns_servers: [10.0.0.20]",
        "spoke asks 10.0.0.20, which does not answer there",
        "az network vnet update -g RESOURCE_GROUP -n spoke --dns-servers 10.0.0.4",
    ),
    "MicrosoftDocs/azure-docs#47578: a site asks Azure's address over its VPN": Report(
        estate(
            HUB,
            PLANT,
            zones=(HUB_LINKED,),
            servers=("192.168.0.53: {network: plant, conditional_forwarders: {azurecr.io: [168.63.129.16]}}",),
        ),
        ("ACR110 plant",),
        "azurecr.io: [168.63.129.16]",
        "168.63.129.16, which answers inside Azure only",
        "on 192.168.0.53: forward azurecr.io to the inbound endpoint of a private resolver",
    ),
    "MicrosoftDocs/azure-docs#94320: a replica, and records that nobody made again": Report(
        estate(
            HUB,
            registries=(REPLICATED,),
            endpoints=(BARE.replace("10.0.0.8}", "10.0.0.8, registry_data_westus: 10.0.0.9}"),),
            zones=(BY_HAND,),
        ),
        ("ACR204 contoso.westus.data.azurecr.io",),
        "privatelink.azurecr.io: {virtual_network_links",
        "privatelink.azurecr.io has no record contoso.westus.data",
        f"{ADD} -n contoso.westus.data -a 10.0.0.9",
    ),
    "MicrosoftDocs/azure-docs#119443: a replica for which the endpoint has no address": Report(
        estate(HUB, registries=(REPLICATED,), zones=(HUB_LINKED,)),
        ("ACR102 contoso.westus.data.azurecr.io",),
        "pe: {registry: contoso",
        "private endpoint pe has no address for registry_data_westus",
        "az network private-endpoint ip-config add -g RESOURCE_GROUP --endpoint-name pe",
    ),
    "hashicorp/terraform-provider-azurerm#25348: the endpoint has new addresses, the records the old ones": Report(
        estate(
            HUB,
            endpoints=(BARE.replace("10.0.0.7", "10.0.0.17").replace("10.0.0.8", "10.0.0.18"),),
            zones=(BY_HAND,),
        ),
        ("ACR203 contoso.azurecr.io", "ACR203 contoso.eastus.data.azurecr.io"),
        "privatelink.azurecr.io: {virtual_network_links",
        "sends contoso.azurecr.io to 10.0.0.7, which no private endpoint has",
        f"{ADD} -n contoso -a 10.0.0.17",
    ),
    "TechnitiumSoftware/DnsServer#2111: a resolver on premises strips private addresses": Report(
        estate(
            HUB,
            PLANT,
            zones=(HUB_LINKED,),
            servers=(FORWARDS.replace("plant,", "plant, recursion: unbound, filters: {rebind_protection: true},"),),
            more=INBOUND,
        ),
        ("ACR152 contoso.azurecr.io",),
        "rebind_protection: true",
        "rebinding protection of 192.168.0.53 took out 10.0.0.7, which is private",
        "on 192.168.0.53: allow private addresses for azurecr.io",
    ),
    "Azure/terraform-azurerm-avm-ptn-network-private-link-private-dns-zones#96: a module's zone for data endpoints": Report(
        estate(HUB, zones=(HUB_LINKED, "eastus.data.privatelink.azurecr.io: {virtual_network_links: {hub: {}}}")),
        ("ACR201 eastus.data.privatelink.azurecr.io",),
        "eastus.data.privatelink.azurecr.io",
        "is asked instead of privatelink.azurecr.io for every name below it",
        "link vnet delete -g RESOURCE_GROUP -z eastus.data.privatelink.azurecr.io -n LINK_OF_HUB -y",
    ),
    "mrlm-net/cure#42: of two DNS servers of pods one has a forwarder that is never asked": Report(
        estate(
            HUB,
            "aks: {address_space: [10.1.0.0/16], peerings: [hub], dns_servers: [10.0.2.4, 10.0.2.5], selection: random}",
            zones=(HUB_LINKED,),
            servers=(
                "10.0.2.4: {network: hub, conditional_forwarders: {azurecr.io: [168.63.129.16]}}",
                "10.0.2.5: {network: hub, conditional_forwarders: {privatelink.azurecr.io: [168.63.129.16]}}",
            ),
        ),
        ("ACR113 contoso.azurecr.io",),
        "dns_servers: [10.0.2.4, 10.0.2.5]",
        "10.0.2.4 gives 10.0.0.7, 10.0.2.5 gives 198.51.100.3; which of them answers is chance",
        "on 10.0.2.5: forward azurecr.io to 168.63.129.16",
    ),
}

LATER_CLEAN = {
    "Azure/acr#594: names are right, and packets are lost on another way": estate(
        "hub: {address_space: [10.0.0.0/16], transit: true}",
        "aks: {address_space: [10.1.0.0/16], peerings: [hub]}",
        registries=(CLOSED,),
        zones=("privatelink.azurecr.io: {virtual_network_links: {hub: {}, aks: {}}}",),
    ),
    "hashicorp/terraform-provider-azurerm#10990: a network that names Azure's address itself": estate(
        "hub: {address_space: [10.0.0.0/16], dns_servers: [168.63.129.16]}", zones=(HUB_LINKED,)
    ),
    "jenkins-infra/azure#1408: another name in the same zone": estate(
        HUB, zones=("privatelink.azurecr.io: {virtual_network_links: {hub: {}}, records: {updates: {A: [10.0.0.30]}}}",)
    ),
    "docker/build-push-action#1214: a hosted runner is the internet, where public answers are right": estate(
        HUB, registries=(CLOSED,), zones=(HUB_LINKED,)
    ),
}
