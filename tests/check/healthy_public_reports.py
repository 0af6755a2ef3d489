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

TWO = "private_resolvers: {r: {network: hub, inbound_endpoints: [10.0.0.4]}, s: {network: west, inbound_endpoints: [10.2.0.4]}}\n"
WEST_PEERED = "west: {address_space: [10.2.0.0/16], peerings: [hub]}"
BOTH = "privatelink.azurecr.io: {virtual_network_links: {hub: {}, west: {}}}"
FALLS_BACK = "privatelink.azurecr.io: {virtual_network_links: {hub: {resolution_policy: NxDomainRedirect}}}"

FURTHER_HEALTHY = {
    "MicrosoftDocs/azure-docs#124714, solved: the server sends a partner's names to public DNS": estate(
        "hub: {address_space: [10.0.0.0/16], dns_servers: [10.0.2.4]}",
        PLANT,
        registries=(PUBLIC, PARTNER),
        zones=(HUB_LINKED,),
        servers=(
            (
                "10.0.2.4: {network: hub, forwarders: [168.63.129.16], conditional_forwarders: "
                "{fabrikam.azurecr.io: [8.8.8.8], fabrikam.westus.data.azurecr.io: [8.8.8.8]}}"
            ),
            on_site("conditional_forwarders: {azurecr.io: [10.0.2.4]}"),
        ),
    ),
    "docker/for-win#1444, solved: a company's root, and a forwarder for azurecr.io": estate(
        HUB,
        PLANT,
        zones=(HUB_LINKED,),
        servers=(on_site("zones: {'.': {}, corp.example: {}}, conditional_forwarders: {azurecr.io: [10.0.0.4]}"),),
        more=INBOUND,
    ),
    "dmauser/PrivateLink#1: spokes ask the hub's server, and the hub alone has the link": estate(
        CARRIES,
        "s1: {address_space: [10.1.0.0/16], peerings: [hub], dns_servers: [10.0.2.4]}",
        "s2: {address_space: [10.2.0.0/16], peerings: [hub], dns_servers: [10.0.2.4]}",
        registries=(CLOSED,),
        endpoints=(ENDPOINT.replace("network: hub", "network: s1").replace("10.0.0", "10.1.0"),),
        zones=(HUB_LINKED,),
        servers=("10.0.2.4: {network: hub, forwarders: [168.63.129.16]}",),
    ),
    "oneuptime, private endpoints with on-premises DNS: BIND forwards the privatelink name, and the rest to public DNS": estate(
        HUB,
        PLANT,
        zones=(HUB_LINKED,),
        servers=(
            on_site(
                "recursion: iterate, forwarders: [8.8.8.8], conditional_forwarders: {privatelink.azurecr.io: [10.0.0.4]}"
            ),
        ),
        more=INBOUND,
    ),
    "opnsense/core#8625: an override of the login server beside the forwarder": estate(
        HUB,
        PLANT,
        zones=(HUB_LINKED,),
        servers=(
            on_site(
                "recursion: unbound, conditional_forwarders: {azurecr.io: [10.0.0.4]}, "
                "zones: {contoso.azurecr.io: {'@': {A: [10.0.0.7]}}}"
            ),
        ),
        more=INBOUND,
    ),
    "MicrosoftDocs/azure-docs#100968: custom DNS of Container Apps sends what it does not know to Azure": estate(
        CARRIES,
        "aca: {address_space: [10.1.0.0/16], peerings: [hub], dns_servers: [10.0.2.4]}",
        zones=(HUB_LINKED,),
        servers=("10.0.2.4: {network: hub, zones: {corp.example: {}}, forwarders: [168.63.129.16]}",),
    ),
    "docs.azure.cn, custom DNS server: a site forwards azurecr.cn": estate(
        HUB,
        PLANT,
        registries=("contoso: {location: chinanorth3, public_network_access_enabled: false}",),
        endpoints=(ENDPOINT.replace("eastus", "chinanorth3").replace("azurecr.io", "azurecr.cn"),),
        zones=("privatelink.azurecr.cn: {virtual_network_links: {hub: {}}}",),
        servers=(on_site("conditional_forwarders: {azurecr.cn: [10.0.0.4], privatelink.api.ml.azure.cn: [10.0.0.4]}"),),
        more=f"{INBOUND}cloud: AzureChinaCloud\n",
    ),
    "Azure/bicep-ptn-aiml-landing-zone#14: a task agent pool in a network with the link": estate(
        with_clients("{agents: {}, jumpbox: {}}"), registries=(CLOSED,), zones=(HUB_LINKED,)
    ),
    "docker/login-action#705: a runner in a network, and a registry without a private endpoint that admits ranges": estate(
        with_clients("{runner: {}}"),
        registries=("contoso: {location: eastus, ip_rules: [203.0.113.0/24]}",),
        endpoints=(),
        zones=(),
    ),
    "Azure/AKS#1508: the zone is linked to the cluster's network, and to that of the DNS server": estate(
        "dns: {address_space: [10.8.0.0/16]}",
        "aks: {address_space: [10.1.0.0/16], peerings: [dns], dns_servers: [10.8.0.4]}",
        endpoints=(ENDPOINT.replace("network: hub", "network: aks").replace("10.0.0", "10.1.0"),),
        zones=("privatelink.azurecr.io: {virtual_network_links: {aks: {}, dns: {}}}",),
        servers=("10.8.0.4: {network: dns, forwarders: [168.63.129.16]}",),
    ),
    "Microsoft Learn, DNS failover using private resolvers: a site asks one region, then the other": estate(
        HUB,
        WEST_PEERED,
        PLANT.replace("[hub]", "[hub, west]"),
        zones=(BOTH,),
        servers=(on_site("conditional_forwarders: {azurecr.io: [10.0.0.4, 10.2.0.4]}"),),
        more=TWO,
    ),
    "MicrosoftDocs/azure-docs#104415: each region asks its own resolver, then the other's": estate(
        HUB.replace("]}", "], dns_servers: [10.0.0.4, 10.2.0.4]}"),
        WEST_PEERED.replace("]}", "], dns_servers: [10.2.0.4, 10.0.0.4]}"),
        zones=(BOTH,),
        more=TWO,
    ),
    "Google Cloud, forwarding zones: the metadata server of another cloud forwards azurecr.io": estate(
        HUB,
        "gcp: {kind: on_premises, address_space: [10.128.0.0/20], peerings: [hub], dns_servers: [10.128.0.2], "
        "clients: {vms: {dns_servers: [169.254.169.254]}}}",
        zones=(HUB_LINKED,),
        servers=(
            (
                "metadata: {network: gcp, client: vms, address: 169.254.169.254, "
                "conditional_forwarders: {azurecr.io: [10.0.0.4]}}"
            ),
            "10.128.0.2: {network: gcp, conditional_forwarders: {azurecr.io: [10.0.0.4]}}",
        ),
        more=INBOUND,
    ),
    "Azure/acr#488, solved: dnsmasq forwards each name of our registry, and a partner's stay public": estate(
        HUB,
        PLANT,
        registries=(PUBLIC, PARTNER),
        zones=(FALLS_BACK,),
        servers=(
            on_site(
                "conditional_forwarders: {contoso.azurecr.io: [10.0.0.4], contoso.eastus.data.azurecr.io: [10.0.0.4]}"
            ),
        ),
        more=INBOUND,
    ),
    "a site with IPv6: its router is asked at an IPv6 address first": estate(
        HUB,
        "home: {kind: on_premises, address_space: [192.168.0.0/16, 'fd00::/8'], "
        "dns_servers: ['fd00::53', 192.168.0.53], peerings: [hub]}",
        zones=(HUB_LINKED,),
        servers=tuple(
            f"{server}: {{network: home, conditional_forwarders: {{azurecr.io: [10.0.0.4]}}}}"
            for server in ("'fd00::53'", "192.168.0.53")
        ),
        more=INBOUND,
    ),
    "systemd-resolved, routing domains: the stub at [::1] sends azurecr.io into the VPN": estate(
        with_clients("{laptop: {dns_servers: ['::1']}}"),
        zones=(HUB_LINKED,),
        servers=(
            (
                "stub: {network: hub, client: laptop, address: '::1', forwarders: [192.0.2.53], "
                "conditional_forwarders: {azurecr.io: [10.0.0.4]}}"
            ),
        ),
        more=INBOUND,
    ),
    "Microsoft Learn, connected registry: nested ones in a plant that forwards azurecr.io": estate(
        HUB,
        PLANT,
        registries=(
            (
                "contoso: {location: eastus, data_endpoint_enabled: true, connected_registries: {factory: {network: plant, "
                "mode: ReadWrite, login_server: factory.plant.example, address: 192.168.0.20}, line: {network: plant, "
                "mode: ReadOnly, parent: factory, login_server: line.plant.example, address: 192.168.0.21}}}"
            ),
        ),
        zones=(HUB_LINKED,),
        servers=(on_site("conditional_forwarders: {azurecr.io: [10.0.0.4]}"),),
        more=INBOUND,
    ),
    "two environments with a zone each, that fall back to public DNS for the other's registry": estate(
        "prod: {address_space: [10.0.0.0/16]}",
        "dev: {address_space: [10.1.0.0/16]}",
        registries=(PUBLIC, "contosodev: {location: eastus}"),
        endpoints=(
            ENDPOINT.replace("network: hub", "network: prod").replace("[privatelink.azurecr.io]", "[p]"),
            (
                "pd: {registry: contosodev, network: dev, addresses: {registry: 10.1.0.7, registry_data_eastus: 10.1.0.8}, "
                "dns_zone_group: [d]}"
            ),
        ),
        zones=tuple(
            f"{zone}: {{name: privatelink.azurecr.io, virtual_network_links: "
            f"{{{network}: {{resolution_policy: NxDomainRedirect}}}}}}"
            for zone, network in (("p", "prod"), ("d", "dev"))
        ),
    ),
}
"""The further ones; those of a fault that was mended come first."""

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
    "Microsoft Learn, private DNS zones, Restrictions: a reserved name": (
        estate(HUB, endpoints=(), zones=("trafficmanager.net: {virtual_network_links: {hub: {}}}",)),
        "Azure reserves the name trafficmanager.net, and refuses a private zone of it; allowed: any other name, such as",
    ),
    "Microsoft Learn, private DNS zones, Restrictions: a reserved name of China": (
        estate(
            HUB,
            registries=("contoso: {location: chinaeast2}",),
            endpoints=(),
            zones=("chinacloudapi.cn: {virtual_network_links: {hub: {}}}",),
            more="cloud: AzureChinaCloud\n",
        ),
        "Azure reserves the name chinacloudapi.cn, and refuses a private zone of it; allowed: any other name, such as",
    ),
    "Microsoft Learn, Virtual Network FAQ: the first four addresses of a subnet": (
        estate(
            HUB.replace("]}", "], subnets: {endpoints: 10.0.0.0/27}}"),
            endpoints=(ENDPOINT.replace("10.0.0.7", "10.0.0.3"),),
            zones=(HUB_LINKED,),
        ),
        "Azure keeps 10.0.0.3 for itself in the subnet endpoints, 10.0.0.0/27; allowed: 10.0.0.4 to 10.0.0.30",
    ),
    "Microsoft Learn, Virtual Network FAQ: the last address of a subnet": (
        estate(
            HUB.replace("]}", "], subnets: {dns: 10.0.0.0/28}}"),
            endpoints=(),
            zones=(HUB_LINKED,),
            more=INBOUND.replace("10.0.0.4", "10.0.0.15"),
        ),
        "Azure keeps 10.0.0.15 for itself in the subnet dns, 10.0.0.0/28; allowed: 10.0.0.4 to 10.0.0.14",
    ),
    "Microsoft Learn, service limits, Networking: 21 DNS servers": (
        estate(
            HUB.replace("]}", f"], dns_servers: [{', '.join(f'10.0.9.{n}' for n in range(4, 25))}]}}"),
            endpoints=(),
            zones=(HUB_LINKED,),
        ),
        "networks.hub.dns_servers: 21 DNS servers; allowed: at most 20",
    ),
    "Azure/Azure-Landing-Zones#3890: two zones in which a network's machines register": (
        estate(
            HUB,
            endpoints=(),
            zones=tuple(
                f"{zone}: {{virtual_network_links: {{hub: {{registration_enabled: true}}}}}}"
                for zone in ("corp.example", "lab.example")
            ),
        ),
        "hub registers in private_dns_zones.corp.example already; allowed: one such zone a network",
    ),
    "Microsoft Learn, virtual network peering: networks with a range in common": (
        estate(HUB, "spoke: {address_space: [10.0.128.0/17], peerings: [hub]}", endpoints=(), zones=(HUB_LINKED,)),
        "spoke and hub both have 10.0.128.0/17; allowed: peered networks without a range in common",
    ),
    "Microsoft Learn, private endpoints and IPv6: an IPv6 address": (
        estate(
            "hub: {address_space: [10.0.0.0/16, 'fd00::/16']}",
            endpoints=(ENDPOINT.replace("10.0.0.7", "'fd00::7'"),),
            zones=(HUB_LINKED,),
        ),
        "'fd00::7' is no IPv4 address; allowed: IPv4; private endpoints have no IPv6 addresses",
    ),
    "Microsoft Learn, private resolver, Restrictions: two resolvers for one network": (
        estate(
            HUB,
            zones=(HUB_LINKED,),
            more="private_resolvers: {r: {network: hub, inbound_endpoints: [10.0.0.4]}, "
            "s: {network: hub, inbound_endpoints: [10.0.0.5]}}\n",
        ),
        "hub has the private resolver r already; allowed: one private resolver a virtual network",
    ),
    "Microsoft Learn, private resolver, limits: a rule with seven targets": (
        estate(
            HUB,
            zones=(HUB_LINKED,),
            more=RESOLVER
            + RULES.format("hub", f"corp.example: [{', '.join(f'192.168.0.{n}' for n in range(53, 60))}]"),
        ),
        "dns_forwarding_rulesets.all.rules.corp.example: 7 targets; allowed: at most 6",
    ),
    "Microsoft Learn, geo-replication: a replica in the home region": (
        estate(HUB, registries=("contoso: {location: eastus, replications: [eastus]}",), zones=(HUB_LINKED,)),
        "eastus is the home region; allowed: other regions; the home region is no replica",
    ),
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
