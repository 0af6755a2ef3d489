"""Set-ups of public documentation and of reports in which names are right, and those that Azure refuses.

The tests of `test_public_reports` hold them.
"""

from __future__ import annotations

from tests.check.route_public_reports import CARRIES, RESOLVER, RULES, on_site, with_clients
from tests.check.test_reports import (
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
    SPOKE,
    estate,
)

HEALTHY = {
    "Tailscale, access to Azure: clients reach 168.63.129.16 by a subnet router in the hub": estate(
        with_clients("{tailnet: {dns_servers: [168.63.129.16]}}"), zones=(HUB_LINKED,)
    ),
    "tailscale/tailscale#16720: the tailnet's resolver forwards azurecr.io": estate(
        HUB,
        "tailnet: {kind: on_premises, address_space: [100.64.0.0/10], dns_servers: [100.100.100.100], peerings: [hub]}",
        zones=(HUB_LINKED,),
        servers=("100.100.100.100: {network: tailnet, conditional_forwarders: {azurecr.io: [10.0.0.4]}}",),
        more=INBOUND,
    ),
    "Azure-Samples/azuresandbox#96: the zone is there before any private endpoint": estate(
        HUB, SPOKE, endpoints=(), zones=(LINKED,)
    ),
    "hybrid DNS with copy blocks (article): one registry is private, another public": estate(
        HUB, registries=(PUBLIC, "fabrikam: {location: westus}"), zones=(HUB_LINKED,)
    ),
    "dmauser/PrivateLink#6: a server that resolves names itself forwards the privatelink name": estate(
        HUB,
        PLANT,
        zones=(HUB_LINKED,),
        servers=(on_site("recursion: iterate, conditional_forwarders: {privatelink.azurecr.io: [10.0.0.4]}"),),
        more=INBOUND,
    ),
    "dmauser/azure-dns-private-resolver#1: spokes ask the resolver, and have no link": estate(
        CARRIES,
        "spoke: {address_space: [10.1.0.0/16], peerings: [hub], dns_servers: [10.0.0.4]}",
        zones=(HUB_LINKED,),
        more=INBOUND,
    ),
    "Microsoft Learn, private resolver architecture: a ruleset for the spokes leads to the inbound endpoint": estate(
        CARRIES,
        SPOKE,
        zones=(HUB_LINKED,),
        more=RESOLVER + RULES.format("spoke", "azurecr.io: [10.0.0.4], corp.example: [192.168.0.53]"),
    ),
    "Azure architecture center, private link in virtual WAN: the firewall asks a resolver in an extension network": estate(
        "wan: {kind: virtual_hub, address_space: [10.0.0.0/23]}",
        "dns: {address_space: [10.8.0.0/16], peerings: [wan]}",
        "spoke: {address_space: [10.1.0.0/16], peerings: [wan], dns_servers: [10.0.0.132]}",
        "site: {kind: on_premises, address_space: [192.168.0.0/16], peerings: [wan], dns_servers: [192.168.0.53]}",
        endpoints=(ENDPOINT.replace("network: hub", "network: spoke").replace("10.0.0", "10.1.0"),),
        zones=("privatelink.azurecr.io: {virtual_network_links: {dns: {}}}",),
        servers=(
            "10.0.0.132: {network: wan, forwarders: [10.8.0.4]}",
            "192.168.0.53: {network: site, conditional_forwarders: {azurecr.io: [10.8.0.4]}}",
        ),
        more="private_resolvers: {r: {network: dns, inbound_endpoints: [10.8.0.4]}}\n",
    ),
    "Azure/acr-cli#122: names are right, and tasks come from the internet": estate(
        HUB,
        registries=("contoso: {location: chinaeast2, public_network_access_enabled: false}",),
        endpoints=(ENDPOINT.replace("eastus", "chinaeast2").replace("azurecr.io", "azurecr.cn"),),
        zones=("privatelink.azurecr.cn: {virtual_network_links: {hub: {}}}",),
        more="cloud: AzureChinaCloud\n",
    ),
    "Azure Networking blog, fallback in hybrid architectures: another cloud forwards, and a partner is public": estate(
        HUB,
        "aws: {kind: on_premises, address_space: [172.31.0.0/16], dns_servers: [172.31.0.2], peerings: [hub]}",
        registries=(PUBLIC, PARTNER),
        zones=("privatelink.azurecr.io: {virtual_network_links: {hub: {resolution_policy: NxDomainRedirect}}}",),
        servers=("172.31.0.2: {network: aws, conditional_forwarders: {azurecr.io: [10.0.0.4]}}",),
        more=INBOUND,
    ),
    "mspnp/aks-baseline: nodes, pods and build agents ask the firewall in the hub": estate(
        "hub: {address_space: [10.0.0.0/16], transit: true, dns_servers: [10.0.0.4]}",
        "aks: {address_space: [10.1.0.0/16], peerings: [hub], dns_servers: [10.0.0.4], "
        "clients: {nodes: {}, pods: {}, builds: {}}}",
        registries=(CLOSED,),
        endpoints=(ENDPOINT.replace("network: hub", "network: aks").replace("10.0.0", "10.1.0"),),
        zones=("privatelink.azurecr.io: {virtual_network_links: {hub: {}, aks: {}}}",),
        servers=("10.0.0.4: {network: hub, forwarders: [168.63.129.16]}",),
    ),
    "docker, 127.0.0.11: containers ask docker, which asks what the machine asks": estate(
        with_clients("{containers: {dns_servers: [127.0.0.11]}}"),
        zones=(HUB_LINKED,),
        servers=("docker: {network: hub, client: containers, address: 127.0.0.11, forwarders: [168.63.129.16]}",),
    ),
    "Microsoft Learn, name resolution policy table: a laptop sends azurecr.io into the VPN": estate(
        with_clients("{laptop: {dns_servers: [127.0.0.1]}}"),
        zones=(HUB_LINKED,),
        servers=(
            (
                "rules: {network: hub, client: laptop, address: 127.0.0.1, forwarders: [192.0.2.53], "
                "conditional_forwarders: {azurecr.io: [10.0.0.4]}}"
            ),
        ),
        more=INBOUND,
    ),
    "Microsoft Learn, connect privately to a registry of another tenant: an endpoint of our own": estate(
        HUB,
        registries=(PUBLIC, PARTNER),
        endpoints=(
            ENDPOINT,
            (
                "pf: {registry: fabrikam, network: hub, addresses: {registry: 10.0.0.27, registry_data_westus: 10.0.0.28}, "
                "dns_zone_group: [privatelink.azurecr.io]}"
            ),
        ),
        zones=(HUB_LINKED,),
    ),
    "MicrosoftDocs/azure-docs#120062: a zone and an endpoint in each region, and a site that asks either": estate(
        HUB,
        "west: {address_space: [10.2.0.0/16]}",
        PLANT.replace("[hub]", "[hub, west]"),
        endpoints=(ENDPOINT, ENDPOINT_WEST.format("[b]")),
        zones=(HUB_LINKED, "b: {name: privatelink.azurecr.io, virtual_network_links: {west: {}}}"),
        servers=(on_site("selection: fastest, conditional_forwarders: {azurecr.io: [10.0.0.4, 10.2.0.4]}"),),
        more="private_resolvers: {r: {network: hub, inbound_endpoints: [10.0.0.4]}, "
        "s: {network: west, inbound_endpoints: [10.2.0.4]}}\n",
    ),
}

MESH = estate(
    "hub1: {address_space: [10.0.0.0/16], transit: true, peerings: [hub2], dns_servers: [10.0.1.4]}",
    "hub2: {address_space: [10.2.0.0/16], transit: true, dns_servers: [10.2.1.4]}",
    "s1: {address_space: [10.1.0.0/16], peerings: [hub1], dns_servers: [10.0.1.4]}",
    "s2: {address_space: [10.3.0.0/16], peerings: [hub2], dns_servers: [10.2.1.4]}",
    "plant: {kind: on_premises, address_space: [192.168.0.0/16], dns_servers: [192.168.0.53], peerings: [hub1]}",
    registries=(CLOSED,),
    endpoints=(ENDPOINT.replace("network: hub", "network: s1").replace("10.0.0", "10.1.0"),),
    zones=("privatelink.azurecr.io: {virtual_network_links: {hub1: {}, hub2: {}}}",),
    servers=(
        "10.0.1.4: {network: hub1, forwarders: [10.0.0.4]}",
        "10.2.1.4: {network: hub2, forwarders: [10.2.0.4]}",
        on_site("conditional_forwarders: {azurecr.io: [10.0.0.4, 10.2.0.4]}"),
    ),
    more="private_resolvers: {r: {network: hub1, inbound_endpoints: [10.0.0.4]}, "
    "s: {network: hub2, inbound_endpoints: [10.2.0.4]}}\n",
)
"""Landing zones in two regions, with a firewall and a resolver in each hub."""

HEALTHY["Azure landing zones, two hubs that route to each other"] = MESH.replace(
    "peerings: [hub2], dns_servers: [10.2.1.4]", "peerings: [hub2, hub1], dns_servers: [10.2.1.4]"
)

REFUSED = {
    "MicrosoftDocs/azure-docs#100644: a ruleset linked to the hub of a virtual WAN": (
        estate(
            "wan: {kind: virtual_hub}",
            "hub: {address_space: [10.0.0.0/16], peerings: [wan]}",
            zones=(HUB_LINKED,),
            more=RESOLVER + RULES.format("wan", "corp.example: [10.0.0.9]"),
        ),
        "dns_forwarding_rulesets.all.virtual_network_links.0: 'wan' is the hub of a virtual WAN; allowed: a virtual network",
    ),
    "jhirono/amlsecurity#3: a second zone of the name, made by a deployment, for a network that has one": (
        estate(HUB, zones=(HUB_LINKED, "aml: {name: privatelink.azurecr.io, virtual_network_links: {hub: {}}}")),
        "A virtual network cannot be linked to multiple zones with overlapping namespaces",
    ),
    "Azure/Azure-Verified-Modules#1907: a fixed address for a member called default": (
        estate(
            HUB,
            endpoints=(ENDPOINT.replace("registry: 10.0.0.7, registry_data_eastus: 10.0.0.8", "default: 10.0.0.7"),),
            zones=(HUB_LINKED,),
        ),
        "private_endpoints.pe.addresses.default: unknown member; allowed: registry, registry_data_eastus",
    ),
    "Microsoft Learn, private link: a registry without the Premium service tier": (
        estate(HUB, registries=("contoso: {location: eastus, sku: Standard}",), zones=(HUB_LINKED,)),
        "the SKU of contoso is Standard, which does not have private endpoints; allowed: with sku: Premium",
    ),
    "Microsoft Learn, fallback to the internet: for a zone of the public name": (
        estate(
            HUB,
            endpoints=(),
            zones=("azurecr.io: {virtual_network_links: {hub: {resolution_policy: NxDomainRedirect}}}",),
        ),
        "azurecr.io is no privatelink zone; allowed: Default; NxDomainRedirect is for privatelink zones",
    ),
    "Microsoft Learn, private resolver endpoints and rulesets: a rule that leads to Azure's own address": (
        estate(HUB, zones=(HUB_LINKED,), more=RESOLVER + RULES.format("hub", "azurecr.io: [168.63.129.16]")),
        "a rule cannot have Azure-provided DNS as its target; Azure refuses it; allowed: an inbound endpoint, or a server",
    ),
}
