"""What people reported, modelled: the cause that `lint` names, the words and the fix, and that the fix mends it all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import pytest

from acrdns.check.estate.matrix import matrix
from acrdns.check.lint import lint
from acrdns.check.profile import Profile
from acrdns.names import show
from acrdns.record import Type
from acrdns.resolve.world import World
from acrdns.topology.dump import dumps
from acrdns.topology.load import loads
from tests.check.situations import findings_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.check.finding import Finding
    from acrdns.topology.model import Topology

PUBLIC, CLOSED = "contoso: {location: eastus}", "contoso: {location: eastus, public_network_access_enabled: false}"
HUB, SPOKE = "hub: {address_space: [10.0.0.0/16]}", "spoke: {address_space: [10.1.0.0/16], peerings: [hub]}"
ADDRESSES = "addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}"
ENDPOINT = f"pe: {{registry: contoso, network: hub, {ADDRESSES}, dns_zone_group: [privatelink.azurecr.io]}}"
BARE = f"pe: {{registry: contoso, network: hub, {ADDRESSES}}}"
HUB_LINKED = "privatelink.azurecr.io: {virtual_network_links: {hub: {}}}"
PLANT = "plant: {kind: on_premises, address_space: [192.168.0.0/16], dns_servers: [192.168.0.53], peerings: [hub]}"
INBOUND = "private_resolvers: {r: {network: hub, inbound_endpoints: [10.0.0.4]}}\n"
LINKED = "privatelink.azurecr.io: {virtual_network_links: {hub: {}, spoke: {}}}"
PARTNER = "fabrikam: {location: westus, private_link: elsewhere}"
WEST = "west: {address_space: [10.2.0.0/16]}"
ENDPOINT_WEST = (
    "pw: {{registry: contoso, network: west, addresses: {{registry: 10.2.0.7, registry_data_eastus: 10.2.0.8}}, "
    "dns_zone_group: {0}}}"
)
ZONE_A = "a: {name: privatelink.azurecr.io}"
ZONE_B = "b: {{name: privatelink.azurecr.io, virtual_network_links: {{{0}: {{}}}}}}"
RECORDS = "{contoso: {ttl: 10, A: [10.0.0.7]}, contoso.eastus.data: {ttl: 10, A: [10.0.0.8]}}"


def estate(
    *networks: str,
    registries: tuple[str, ...] = (PUBLIC,),
    endpoints: tuple[str, ...] = (ENDPOINT,),
    zones: tuple[str, ...] = (LINKED,),
    servers: tuple[str, ...] = (),
    more: str = "",
) -> str:
    """Return a topology file, one object a line."""
    sections = {
        "registries": registries,
        "networks": networks,
        "private_endpoints": endpoints,
        "private_dns_zones": zones,
        "dns_servers": servers,
    }
    written = (f"{key}:\n" + "".join(f"  {line}\n" for line in lines) for key, lines in sections.items() if lines)
    return "version: 1\n" + "".join(written) + more


class Report(NamedTuple):
    """One estate that somebody asked about."""

    text: str
    found: tuple[str, ...]
    """The code of each finding that is an error, and its subject."""
    line: str
    """A part of the line that the first of them points at."""
    says: str
    """A regular expression that its message has."""
    fix: str
    """A part of its fix."""


REPORTS = {
    "linked, not peered, public access off": Report(
        estate(HUB, "spoke: {address_space: [10.1.0.0/16]}", registries=(CLOSED,)),
        ("ACR156 contoso.azurecr.io",),
        "spoke: {address_space",
        "which spoke has no way to.*; peer spoke with hub;",
        "az network vnet peering create -g RESOURCE_GROUP -n spoke-to-hub",
    ),
    "linked, not peered, public access on": Report(
        estate(HUB, "spoke: {address_space: [10.1.0.0/16]}"),
        ("ACR156 contoso.azurecr.io",),
        "spoke: {address_space",
        "unlink the zone of contoso.privatelink.azurecr.io from spoke, .* or peer spoke with hub;",
        "link vnet delete -g RESOURCE_GROUP -z privatelink.azurecr.io -n LINK_OF_SPOKE -y",
    ),
    "spokes and a site, peered with a hub that carries nothing": Report(
        estate(
            "hub: {address_space: [10.9.0.0/16], peerings: [shared, spoke, plant]}",
            "shared: {address_space: [10.0.0.0/16]}",
            "spoke: {address_space: [10.1.0.0/16]}",
            "plant: {kind: on_premises, address_space: [192.168.0.0/16], dns_servers: [192.168.0.53]}",
            endpoints=(ENDPOINT.replace("network: hub", "network: shared"),),
            zones=("privatelink.azurecr.io: {virtual_network_links: {hub: {}, shared: {}, spoke: {}}}",),
            servers=("192.168.0.53: {network: plant, conditional_forwarders: {azurecr.io: [10.9.0.4]}}",),
            more="private_resolvers: {r: {network: hub, inbound_endpoints: [10.9.0.4]}}\n",
        ),
        ("ACR156 contoso.azurecr.io",),
        "spoke: {address_space",
        "both are peered with hub, which passes nothing on.* a gateway in hub joins them;.*; the same holds from plant",
        "-n PEERING_WITH_SHARED --vnet-name hub --set allowGatewayTransit=true",
    ),
    "site without a line to the endpoint's network": Report(
        estate(
            "hub: {address_space: [10.0.0.0/16]}",
            "dns: {address_space: [10.9.0.0/16], peerings: [plant]}",
            "plant: {kind: on_premises, address_space: [192.168.0.0/16], dns_servers: [10.9.0.4]}",
            registries=(CLOSED,),
            zones=("privatelink.azurecr.io: {virtual_network_links: {hub: {}, dns: {}}}",),
            more="private_resolvers: {r: {network: dns, inbound_endpoints: [10.9.0.4]}}\n",
        ),
        ("ACR156 contoso.azurecr.io", "ACR156 contoso.azurecr.io"),
        "dns: {address_space",
        "; peer dns with hub;",
        "peering create",
    ),
    "forwarder silent, fallback to public DNS": Report(
        estate(
            "hub: {address_space: [10.0.0.0/16], dns_servers: [10.0.0.5]}",
            SPOKE,
            servers=("10.0.0.5: {network: hub, fallback: public, conditional_forwarders: {azurecr.io: [10.0.0.77]}}",),
        ),
        ("ACR111 hub",),
        "10.0.0.77",
        "10.0.0.5 in hub forwards azurecr.io to 10.0.0.77, which does not answer .* falls back to public DNS",
        "on 10.0.0.5: forward azurecr.io to 168.63.129.16",
    ),
    "fallback of a server on premises that asks Azure-provided DNS": Report(
        estate(
            HUB,
            "plant: {kind: on_premises, address_space: [192.168.0.0/16], dns_servers: [192.168.0.53], peerings: [hub]}",
            zones=("privatelink.azurecr.io: {virtual_network_links: {hub: {}}}",),
            servers=(
                "192.168.0.53: {network: plant, fallback: public, conditional_forwarders: {azurecr.io: [168.63.129.16]}}",
            ),
            more="private_resolvers: {r: {network: hub, inbound_endpoints: [10.0.0.4]}}\n",
        ),
        ("ACR110 plant",),
        "168.63.129.16",
        "answers inside Azure only; 192.168.0.53 falls back to public DNS",
        "on 192.168.0.53: forward azurecr.io to 10.0.0.4",
    ),
    "endpoint without records in a network of its own": Report(
        estate(
            HUB,
            SPOKE,
            "far: {address_space: [10.9.0.0/16]}",
            registries=(PUBLIC, "fabrikam: {location: westus}"),
            endpoints=(
                ENDPOINT,
                "pf: {registry: fabrikam, network: far, addresses: {registry: 10.9.0.7, registry_data_westus: 10.9.0.8}}",
            ),
        ),
        ("ACR101 far", "ACR208 privatelink.azurecr.io"),
        "far: {address_space",
        "privatelink.azurecr.io is not linked to far",
        "az network private-dns zone create",
    ),
    "the zone is on dnsmasq alone": Report(
        estate(
            "hub: {address_space: [10.0.0.0/16], dns_servers: [10.0.0.5]}",
            endpoints=(BARE,),
            zones=(),
            servers=(
                (
                    "10.0.0.5: {network: hub, forwarders: [168.63.129.16], "
                    f"zones: {{privatelink.azurecr.io: {RECORDS}}}}}"
                ),
            ),
        ),
        ("ACR101 hub",),
        "hub: {address_space",
        "^there is no private zone privatelink.azurecr.io that hub could be linked to.*the zone privatelink.azurecr.io on "
        "10.0.0.5 does not change that: with `recursion: forward`",
        "az network private-dns zone create",
    ),
    "the zone is on unbound alone, which asks public DNS": Report(
        estate(
            "hub: {address_space: [10.0.0.0/16], dns_servers: [10.0.0.5]}",
            endpoints=(BARE,),
            zones=(),
            servers=(f"10.0.0.5: {{network: hub, recursion: unbound, zones: {{privatelink.azurecr.io: {RECORDS}}}}}",),
        ),
        ("ACR107 hub",),
        "10.0.0.5: {network",
        "the zone privatelink.azurecr.io on 10.0.0.5 does not change that: with `recursion: unbound`",
        "on 10.0.0.5: forward azurecr.io to 168.63.129.16",
    ),
    "hosts file of a client at an old address": Report(
        estate(
            HUB,
            "spoke: {address_space: [10.1.0.0/16], peerings: [hub], clients: {pc: {hosts: {contoso.azurecr.io: 10.0.0.9}}}}",
        ),
        ("ACR315 contoso.azurecr.io",),
        "hosts: {contoso.azurecr.io: 10.0.0.9}",
        "the hosts file of spoke/pc pins contoso.azurecr.io to 10.0.0.9, and pe has 10.0.0.7;",
        "take contoso.azurecr.io out of the hosts file of spoke/pc",
    ),
    "hosts file of all machines in a network": Report(
        estate(
            HUB,
            "spoke: {address_space: [10.1.0.0/16], peerings: [hub], hosts: {contoso.azurecr.io: 10.0.0.9}, "
            "clients: {pods: {}, nodes: {}}}",
        ),
        ("ACR315 contoso.azurecr.io",),
        "hosts: {contoso.azurecr.io: 10.0.0.9}",
        "; the same holds from spoke/pods and spoke/nodes$",
        "take contoso.azurecr.io out of the hosts file of spoke",
    ),
    "AAAA on a server of one's own": Report(
        estate(
            "hub: {address_space: [10.0.0.0/16], dns_servers: [10.0.0.5]}",
            zones=(),
            endpoints=(BARE,),
            servers=(
                "10.0.0.5: {network: hub, recursion: iterate, zones: {privatelink.azurecr.io: "
                + RECORDS.replace("A: [10.0.0.7]", "A: [10.0.0.7], AAAA: ['2001:db8::7']")
                + "}}",
            ),
        ),
        ("ACR157 contoso.azurecr.io",),
        "AAAA",
        "has the IPv6 address 2001:db8::7 beside a private IPv4 address",
        "on 10.0.0.5: delete the AAAA record contoso in privatelink.azurecr.io",
    ),
    "old address on a server of one's own": Report(
        estate(
            "hub: {address_space: [10.0.0.0/16], dns_servers: [10.0.0.5]}",
            zones=(),
            endpoints=(BARE,),
            servers=(
                "10.0.0.5: {network: hub, recursion: iterate, zones: {privatelink.azurecr.io: "
                + RECORDS.replace("10.0.0.7", "10.0.0.70")
                + "}}",
            ),
        ),
        ("ACR156 contoso.azurecr.io",),
        "A: [10.0.0.70]",
        "resolves to 10.0.0.70.*no private endpoint's address; pe has 10.0.0.7",
        "on 10.0.0.5: set the A record contoso in privatelink.azurecr.io to 10.0.0.7",
    ),
    "a server of one's own lacks the record of a replica": Report(
        estate(
            "hub: {address_space: [10.0.0.0/16], dns_servers: [10.0.0.5]}",
            zones=(),
            endpoints=(BARE,),
            servers=(
                (
                    "10.0.0.5: {network: hub, recursion: iterate, "
                    "zones: {privatelink.azurecr.io: {contoso: {A: [10.0.0.7]}}}}"
                ),
            ),
        ),
        ("ACR152 contoso.eastus.data.azurecr.io",),
        "privatelink.azurecr.io: {contoso",
        "has no address: the answer is NXDOMAIN",
        "on 10.0.0.5: set the A record contoso.eastus.data in privatelink.azurecr.io to 10.0.0.8",
    ),
    "alias to nowhere": Report(
        estate(
            HUB,
            SPOKE,
            zones=(
                (
                    "privatelink.azurecr.io: {virtual_network_links: {hub: {}, spoke: {}}, "
                    "records: {contoso: {ttl: 10, CNAME: nowhere.example}}}"
                ),
            ),
        ),
        ("ACR152 contoso.azurecr.io",),
        "CNAME: nowhere.example",
        "has no address.*; the same holds from spoke$",
        "az network private-dns record-set cname delete -g RESOURCE_GROUP -z privatelink.azurecr.io -n contoso -y",
    ),
    "registry made again, endpoint disconnected": Report(
        estate(HUB, SPOKE, endpoints=(ENDPOINT.replace("network: hub", "network: hub, status: Disconnected"),)),
        ("ACR104 contoso.azurecr.io",),
        "status: Disconnected",
        "pe is disconnected, .*delete the endpoint and create it again",
        "az network private-endpoint create -g RESOURCE_GROUP -n pe --vnet-name hub",
    ),
    "endpoint rejected, public access off": Report(
        estate(
            HUB,
            SPOKE,
            registries=(CLOSED,),
            endpoints=(ENDPOINT.replace("network: hub", "network: hub, status: Rejected"),),
        ),
        ("ACR104 contoso.azurecr.io",),
        "status: Rejected",
        "it stays so for ever",
        "az network private-endpoint create -g RESOURCE_GROUP -n pe --vnet-name hub",
    ),
    "pods whose DNS server forwards registries elsewhere": Report(
        estate(
            "hub: {address_space: [10.0.0.0/16], clients: {pods: {dns_servers: [10.0.0.10]}}}",
            zones=(HUB_LINKED,),
            servers=("10.0.0.10: {network: hub, conditional_forwarders: {azurecr.io: [8.8.8.8]}}",),
        ),
        ("ACR107 hub/pods",),
        "azurecr.io: [8.8.8.8]",
        "questions from hub/pods go to 10.0.0.10 -> 8.8.8.8, past Azure-provided DNS",
        "on 10.0.0.10: forward azurecr.io to 168.63.129.16",
    ),
    "VPN clients with their provider's DNS": Report(
        estate(
            "hub: {address_space: [10.0.0.0/16], clients: {vpn: {dns_servers: [8.8.8.8]}}}",
            zones=(HUB_LINKED,),
            more=INBOUND,
        ),
        ("ACR107 hub/vpn",),
        "dns_servers: [8.8.8.8]",
        "; let hub/vpn ask 10.0.0.4$",
        "on hub/vpn: ask 10.0.0.4",
    ),
    "docker's resolver forwards to the internet": Report(
        estate(
            "hub: {address_space: [10.0.0.0/16], clients: {docker: {dns_servers: [127.0.0.11]}}}",
            zones=(HUB_LINKED,),
            servers=("docker-dns: {network: hub, client: docker, address: 127.0.0.11, forwarders: [8.8.8.8]}",),
            more=INBOUND,
        ),
        ("ACR107 hub/docker",),
        "docker-dns:",
        "questions from hub/docker go to 127.0.0.11 -> 8.8.8.8",
        "on docker-dns: forward azurecr.io to 10.0.0.4",
    ),
    "node-local DNS forwards to the internet": Report(
        estate(
            "hub: {address_space: [10.0.0.0/16], clients: {nodes: {dns_servers: [169.254.20.10]}}}",
            zones=(HUB_LINKED,),
            servers=("node-local: {network: hub, client: nodes, address: 169.254.20.10, forwarders: [8.8.8.8]}",),
        ),
        ("ACR107 hub/nodes",),
        "node-local:",
        "questions from hub/nodes go to 169.254.20.10 -> 8.8.8.8",
        "on node-local: forward azurecr.io to 168.63.129.16",
    ),
    "firewall as proxy of public DNS": Report(
        estate(
            HUB,
            "spoke: {address_space: [10.1.0.0/16], peerings: [hub], dns_servers: [10.0.0.68]}",
            servers=("10.0.0.68: {network: hub, forwarders: [1.1.1.1]}",),
        ),
        ("ACR107 spoke",),
        "10.0.0.68: {network",
        "; let 10.0.0.68 forward azurecr.io to 168.63.129.16$",
        "on 10.0.0.68: forward azurecr.io to 168.63.129.16",
    ),
    "firewall as proxy of a server in a network without a link": Report(
        estate(
            "hub: {address_space: [10.0.0.0/16], peerings: [dns]}",
            "spoke: {address_space: [10.1.0.0/16], peerings: [hub], dns_servers: [10.0.0.68]}",
            "dns: {address_space: [10.3.0.0/16]}",
            servers=(
                "10.0.0.68: {network: hub, forwarders: [10.3.0.4]}",
                "10.3.0.4: {network: dns, forwarders: [168.63.129.16]}",
            ),
        ),
        ("ACR108 dns",),
        "dns: {address_space",
        "privatelink.azurecr.io is not linked to dns, whose Azure-provided DNS answers for spoke",
        "-n dns-link -v dns",
    ),
    "a zone of all registries on premises": Report(
        estate(
            HUB,
            PLANT,
            zones=(HUB_LINKED,),
            servers=("192.168.0.53: {network: plant, zones: {azurecr.io: {contoso: {A: [10.0.0.7]}}}}",),
            more=INBOUND,
        ),
        ("ACR207 azurecr.io",),
        "azurecr.io: {contoso:",
        "192.168.0.53 is authoritative for azurecr.io: every registry without a record in it",
        "on 192.168.0.53: delete the zone azurecr.io",
    ),
    "only the login server is pinned on premises": Report(
        estate(
            HUB,
            PLANT,
            zones=(HUB_LINKED,),
            servers=("192.168.0.53: {network: plant, zones: {contoso.azurecr.io: {'@': {A: [10.0.0.7]}}}}",),
            more=INBOUND,
        ),
        ("ACR107 plant",),
        "192.168.0.53: {network",
        "so contoso.eastus.data.azurecr.io is public there",
        "on 192.168.0.53: forward azurecr.io to 10.0.0.4",
    ),
    "endpoint made again, records by hand left at its old addresses": Report(
        estate(
            HUB,
            endpoints=(BARE,),
            zones=(
                (
                    "privatelink.azurecr.io: {virtual_network_links: {hub: {}}, "
                    "records: {contoso: {A: [10.0.0.4]}, contoso.eastus.data: {A: [10.0.0.8]}}}"
                ),
            ),
        ),
        ("ACR203 contoso.azurecr.io",),
        "contoso: {A: [10.0.0.4]}",
        "sends contoso.azurecr.io to 10.0.0.4, which no private endpoint has; .*; it should be 10.0.0.7$",
        "-n contoso -a 10.0.0.4 --keep-empty-record-set",
    ),
    "public address in a private record of one's own": Report(
        estate(
            HUB,
            zones=(
                (
                    "privatelink.azurecr.io: {virtual_network_links: {hub: {}}, "
                    "records: {contoso: {ttl: 10, A: [20.45.122.144]}}}"
                ),
            ),
        ),
        ("ACR203 contoso.azurecr.io",),
        "A: [20.45.122.144]",
        "no private endpoint has; traffic goes past the private endpoint, and is refused with 403 where public access is off",
        "-n contoso -a 10.0.0.7",
    ),
    "two registries and one zone, one endpoint without a zone group": Report(
        estate(
            HUB,
            registries=(PUBLIC, "beta12: {location: eastus}"),
            endpoints=(
                ENDPOINT,
                "pb: {registry: beta12, network: hub, addresses: {registry: 10.0.0.17, registry_data_eastus: 10.0.0.18}}",
            ),
            zones=(
                "privatelink.azurecr.io: {virtual_network_links: {hub: {}}, records: {contoso: {ttl: 10, A: [10.0.0.17]}}}",
            ),
        ),
        ("ACR103 beta12.azurecr.io", "ACR310 contoso.azurecr.io"),
        "pb: {registry: beta12",
        "no zone has a record of beta12 at an address of private endpoint pb: it has no zone group",
        "--endpoint-name pb -n default",
    ),
    "pending in one of two regions": Report(
        estate(
            "east: {address_space: [10.0.0.0/16]}",
            "west: {address_space: [10.2.0.0/16]}",
            endpoints=(
                ENDPOINT.replace("network: hub", "network: east").replace("[privatelink.azurecr.io]", "[ze]"),
                (
                    "pw: {registry: contoso, network: west, status: Pending, dns_zone_group: [zw], "
                    "addresses: {registry: 10.2.0.7, registry_data_eastus: 10.2.0.8}}"
                ),
            ),
            zones=(
                "ze: {name: privatelink.azurecr.io, virtual_network_links: {east: {}}}",
                "zw: {name: privatelink.azurecr.io, virtual_network_links: {west: {}}}",
            ),
        ),
        ("ACR104 contoso.azurecr.io",),
        "status: Pending",
        "private endpoint pw is pending, .*; approve the connection$",
        "az acr private-endpoint-connection approve -r contoso",
    ),
    "DNS64 in front of private answers": Report(
        estate(
            "hub: {address_space: [10.0.0.0/16], dns_servers: [10.0.0.5]}",
            zones=(HUB_LINKED,),
            servers=("10.0.0.5: {network: hub, forwarders: [168.63.129.16], filters: {dns64: '64:ff9b::/96'}}",),
        ),
        ("ACR157 contoso.azurecr.io",),
        "filters: {dns64",
        "64:ff9b::a00:7 is 10.0.0.7 by DNS64",
        "on 10.0.0.5: leave private addresses out of DNS64",
    ),
    "rebinding protection in front of private answers": Report(
        estate(
            "hub: {address_space: [10.0.0.0/16], dns_servers: [10.0.0.5]}",
            zones=(HUB_LINKED,),
            servers=("10.0.0.5: {network: hub, forwarders: [168.63.129.16], filters: {rebind_protection: true}}",),
        ),
        ("ACR152 contoso.azurecr.io",),
        "filters: {rebind_protection",
        "rebinding protection of 10.0.0.5 took out 10.0.0.7",
        "on 10.0.0.5: allow private addresses for azurecr.io",
    ),
    "a partner's login server kept by hand, its data endpoint hidden": Report(
        estate(
            HUB,
            registries=(PUBLIC, "fabrikam: {location: westus, private_link: elsewhere}"),
            zones=(
                (
                    "privatelink.azurecr.io: {virtual_network_links: {hub: {}}, "
                    "records: {fabrikam: {ttl: 10, A: [20.45.122.144]}}}"
                ),
            ),
        ),
        ("ACR208 privatelink.azurecr.io",),
        "virtual_network_links: {hub: {}}",
        "fabrikam.westus.data.azurecr.io does not exist in hub: the name is an alias into privatelink",
        "--resolution-policy NxDomainRedirect",
    ),
    "another zone of the name is linked, and a partner is hidden": Report(
        estate(
            HUB,
            registries=(PUBLIC, PARTNER),
            endpoints=(ENDPOINT.replace("[privatelink.azurecr.io]", "[a]"),),
            zones=(ZONE_A, ZONE_B.format("hub")),
        ),
        ("ACR214 contoso.azurecr.io",),
        "b: {name: privatelink.azurecr.io, virtual_network_links: {hub: {}}}",
        r"no record for contoso.azurecr.io.*; fabrikam.azurecr.io and fabrikam.westus.data.azurecr.io do not exist there "
        "either",
        "-n hub-link -v hub -e false && az network private-dns link vnet update -g RESOURCE_GROUP_OF_A",
    ),
    "an empty zone of a server's own hides a partner and our registry": Report(
        estate(
            "hub: {address_space: [10.0.0.0/16], dns_servers: [10.0.0.5]}",
            registries=(PUBLIC, PARTNER),
            endpoints=(BARE,),
            zones=(),
            servers=(
                (
                    "10.0.0.5: {network: hub, recursion: iterate, forwarders: [168.63.129.16], "
                    "zones: {privatelink.azurecr.io: {}}}"
                ),
            ),
        ),
        ("ACR152 contoso.azurecr.io", "ACR208 privatelink.azurecr.io"),
        "zones: {privatelink.azurecr.io: {}}",
        "contoso.azurecr.io has no address: .*zone privatelink.azurecr.io on 10.0.0.5 has no such name",
        # Records there would go with the zone, which hides the partner.
        "on 10.0.0.5: delete the zone privatelink.azurecr.io and forward azurecr.io to 168.63.129.16 instead",
    ),
    "an empty zone on premises, and a partner hidden in the hub, too": Report(
        estate(
            HUB,
            PLANT,
            registries=(PUBLIC, PARTNER),
            zones=(HUB_LINKED,),
            servers=("192.168.0.53: {network: plant, recursion: iterate, zones: {privatelink.azurecr.io: {}}}",),
            more=INBOUND,
        ),
        ("ACR208 privatelink.azurecr.io", "ACR152 contoso.azurecr.io", "ACR208 privatelink.azurecr.io"),
        "virtual_network_links: {hub: {}}",
        "do not exist in hub",
        "--resolution-policy NxDomainRedirect",
    ),
    "two zones of one name, each linked to the other network": Report(
        estate(
            HUB,
            WEST,
            endpoints=(ENDPOINT.replace("[privatelink.azurecr.io]", "[a]"), ENDPOINT_WEST.format("[b]")),
            zones=("a: {name: privatelink.azurecr.io, virtual_network_links: {west: {}}}", ZONE_B.format("hub")),
        ),
        ("ACR214 contoso.azurecr.io", "ACR214 contoso.azurecr.io"),
        "a: {name: privatelink.azurecr.io, virtual_network_links: {west: {}}}",
        "^west is linked to .* elsewhere: contoso.azurecr.io to 10.0.0.7, the address of private endpoint pe in hub; the "
        "records of pw in west are in another zone of the same name, b in the file;",
        "-g RESOURCE_GROUP_OF_B -z privatelink.azurecr.io -n west-link -v west",
    ),
    "a zone of the same name with old records is linked": Report(
        estate(
            HUB,
            SPOKE,
            endpoints=(ENDPOINT.replace("[privatelink.azurecr.io]", "[a]"),),
            zones=(
                "a: {name: privatelink.azurecr.io, virtual_network_links: {hub: {}}}",
                ZONE_B.format("spoke").replace("}}}", "}}, records: " + RECORDS.replace("10.0.0.", "10.0.0.9") + "}"),
            ),
        ),
        ("ACR214 contoso.azurecr.io",),
        "b: {name",
        "to 10.0.0.97, the address of no private endpoint; the records of pe in hub are in another zone of the same name, a in the file;",
        "-g RESOURCE_GROUP_OF_A -z privatelink.azurecr.io -n spoke-link -v spoke",
    ),
    "a zone group names the zone of the other region": Report(
        estate(
            HUB,
            WEST,
            endpoints=(ENDPOINT.replace("[privatelink.azurecr.io]", "[a]"), ENDPOINT_WEST.format("[a]")),
            zones=("a: {name: privatelink.azurecr.io, virtual_network_links: {hub: {}}}", ZONE_B.format("west")),
        ),
        ("ACR205 contoso.azurecr.io",),
        "pw: {registry",
        r"; west is linked to privatelink.azurecr.io \(b\), so let pw write there$",
        "resourceGroups/RESOURCE_GROUP_OF_B/",
    ),
    "the first of two servers on premises has an old address in a zone of its own": Report(
        estate(
            HUB,
            PLANT.replace("[192.168.0.53]", "[192.168.0.53, 192.168.0.54]"),
            zones=(HUB_LINKED,),
            servers=(
                (
                    "192.168.0.53: {network: plant, recursion: iterate, "
                    f"zones: {{corp.example: {{}}, privatelink.azurecr.io: {RECORDS.replace('10.0.0.7', '10.0.0.70')}}}}}"
                ),
                "192.168.0.54: {network: plant, conditional_forwarders: {azurecr.io: [10.0.0.4]}}",
            ),
            more=INBOUND,
        ),
        ("ACR156 contoso.azurecr.io",),
        "192.168.0.53: {network",
        "from plant, contoso.azurecr.io resolves to 10.0.0.70",
        "on 192.168.0.53: set the A record contoso in privatelink.azurecr.io to 10.0.0.7",
    ),
    "a public server before the domain controller": Report(
        estate(
            "hub: {address_space: [10.0.0.0/16], dns_servers: [8.8.8.8, 10.0.0.5]}",
            zones=(HUB_LINKED,),
            servers=("10.0.0.5: {network: hub, forwarders: [168.63.129.16], zones: {corp.example: {}}}",),
        ),
        ("ACR107 hub",),
        "hub: {address_space",
        "; let hub ask 10.0.0.5$",
        "az network vnet update -g RESOURCE_GROUP -n hub --dns-servers 10.0.0.5",
    ),
    "a server passes Azure by, and its own network has no link": Report(
        estate(
            HUB,
            "spoke: {address_space: [10.1.0.0/16], peerings: [hub], dns_servers: [10.0.0.9]}",
            zones=("privatelink.azurecr.io: {}",),
            servers=("10.0.0.9: {network: hub, forwarders: [8.8.8.8]}",),
        ),
        ("ACR101 hub", "ACR107 spoke"),
        "hub: {address_space",
        "^privatelink.azurecr.io is not linked to hub",
        "-n hub-link -v hub",
    ),
    "four causes at a time": Report(
        estate(
            "hub: {address_space: [10.0.0.0/16], dns_servers: [8.8.8.8]}",
            "spoke: {address_space: [10.1.0.0/16], peerings: [hub], dns_servers: [10.0.0.9]}",
            "aks: {address_space: [10.2.0.0/16], peerings: [hub]}",
            registries=(PUBLIC, PARTNER),
            endpoints=(BARE,),
            zones=(HUB_LINKED,),
            servers=("10.0.0.9: {network: hub, forwarders: [168.63.129.16]}",),
        ),
        ("ACR107 hub", "ACR101 aks", "ACR103 contoso.azurecr.io", "ACR208 privatelink.azurecr.io"),
        "hub: {address_space",
        "; let hub ask Azure-provided DNS$",
        "-n LINK_OF_HUB --resolution-policy NxDomainRedirect",
    ),
    "a zone of the name in each of three subscriptions": Report(
        estate(
            "hub: {address_space: [10.0.0.0/16], transit: true}",
            "team-a: {address_space: [10.1.0.0/16], peerings: [hub]}",
            "team-b: {address_space: [10.2.0.0/16], peerings: [hub]}",
            registries=(PUBLIC, "beta12: {location: eastus}"),
            endpoints=(
                ENDPOINT.replace("[privatelink.azurecr.io]", "[a]"),
                (
                    "pb: {registry: beta12, network: team-a, addresses: {registry: 10.1.0.7, registry_data_eastus: "
                    "10.1.0.8}, dns_zone_group: [b]}"
                ),
            ),
            zones=(
                "a: {name: privatelink.azurecr.io, virtual_network_links: {hub: {}}}",
                ZONE_B.format("team-a"),
                "c: {name: privatelink.azurecr.io, virtual_network_links: {team-b: {}}}",
            ),
        ),
        ("ACR214 beta12.azurecr.io", "ACR214 contoso.azurecr.io", "ACR214 contoso.azurecr.io"),
        "a: {name",
        "^hub .* has no record for beta12.azurecr.io and .*; the records of pb in team-a are in another zone of the same name, b",
        "add-record -g RESOURCE_GROUP_OF_A -z privatelink.azurecr.io -n beta12 -a 10.1.0.7",
    ),
    "two domain controllers with one mistake": Report(
        estate(
            HUB,
            PLANT.replace("[192.168.0.53]", "[192.168.0.53, 192.168.0.54]"),
            zones=(HUB_LINKED,),
            servers=(
                "192.168.0.53: {network: plant, conditional_forwarders: {privatelink.azurecr.io: [10.0.0.4]}}",
                "192.168.0.54: {network: plant, conditional_forwarders: {privatelink.azurecr.io: [10.0.0.4]}}",
            ),
            more=INBOUND,
        ),
        ("ACR109 plant",),
        "privatelink.azurecr.io: [10.0.0.4]",
        "; 192.168.0.54, asked when the first is silent, does not answer rightly either",
        "on 192.168.0.54: forward azurecr.io to 10.0.0.4",
    ),
    "a rule that somebody has disabled": Report(
        estate(
            HUB,
            SPOKE,
            zones=(HUB_LINKED,),
            more=(
                "private_resolvers: {r: {network: hub, inbound_endpoints: [10.0.0.4], outbound_endpoints: [out]}}\n"
                "dns_forwarding_rulesets: {corp: {outbound_endpoint: out, virtual_network_links: [spoke], "
                "rules: {azurecr.io: {target_dns_servers: [10.0.0.4], enabled: false}}}}\n"
            ),
        ),
        ("ACR101 spoke",),
        "spoke: {address_space",
        "; the rule for azurecr.io of ruleset corp is disabled$",
        "-n spoke-link -v spoke",
    ),
    "the endpoint's network is not connected with the virtual WAN": Report(
        estate(
            "wan: {kind: virtual_hub, peerings: [spoke, plant]}",
            HUB,
            "spoke: {address_space: [10.1.0.0/16]}",
            PLANT.replace(", peerings: [hub]", "").replace("192.168.0.53", "10.0.0.4"),
            registries=(CLOSED,),
            more=INBOUND,
        ),
        ("ACR111 plant",),
        "dns_servers: [10.0.0.4]",
        "it is in hub, which is not peered with plant",
        "az network vhub connection create -g RESOURCE_GROUP --vhub-name wan -n hub-connection --remote-vnet hub",
    ),
    "an endpoint to be approved, and a link in progress": Report(
        estate(
            HUB,
            SPOKE,
            registries=(CLOSED,),
            endpoints=(ENDPOINT.replace("network: hub", "network: hub, status: Pending"),),
            zones=(LINKED.replace("hub: {}", "hub: {state: InProgress}"),),
        ),
        ("ACR104 contoso.azurecr.io",),
        "status: Pending",
        "approve the connection",
        "az acr private-endpoint-connection approve -r contoso -n CONNECTION_NAME",
    ),
    "the hub of one region asks the firewall of the other": Report(
        estate(
            "hub: {address_space: [10.0.0.0/16], peerings: [west]}",
            "west: {address_space: [10.2.0.0/16], dns_servers: [10.0.1.4]}",
            endpoints=(ENDPOINT, ENDPOINT_WEST.format("[b]")),
            zones=(HUB_LINKED, ZONE_B.format("west")),
            servers=(
                "10.0.1.4: {network: hub, forwarders: [168.63.129.16]}",
                "10.2.1.4: {network: west, forwarders: [168.63.129.16]}",
            ),
        ),
        ("ACR156 contoso.azurecr.io",),
        "west: {address_space",
        "; west asks a server whose questions are answered in hub;",
        "az network vnet update -g RESOURCE_GROUP -n west --dns-servers 10.2.1.4",
    ),
    "any of two forwarders may answer, one of them public": Report(
        estate(
            "aks: {address_space: [10.0.0.0/16], clients: {pods: {dns_servers: [10.0.10.10]}}}",
            endpoints=(ENDPOINT.replace("network: hub", "network: aks"),),
            zones=("privatelink.azurecr.io: {virtual_network_links: {aks: {}}}",),
            servers=("10.0.10.10: {network: aks, forwarders: [168.63.129.16, 1.1.1.1], selection: random}",),
        ),
        ("ACR113 contoso.azurecr.io",),
        "10.0.10.10: {network",
        "168.63.129.16 gives 10.0.0.7, 1.1.1.1 gives",
        "on 10.0.10.10: forward azurecr.io to 168.63.129.16",
    ),
    "a wildcard gives a data endpoint the login server's address": Report(
        estate(
            HUB,
            SPOKE,
            endpoints=(BARE,),
            zones=(
                (
                    "privatelink.azurecr.io: {virtual_network_links: {hub: {}, spoke: {}}, "
                    "records: {'*': {ttl: 10, A: [10.0.0.7]}, contoso: {ttl: 10, A: [10.0.0.7]}}}"
                ),
            ),
        ),
        ("ACR156 contoso.eastus.data.azurecr.io",),
        "records: {'*'",
        "contoso.eastus.data.azurecr.io resolves to 10.0.0.7",
        "add-record -g RESOURCE_GROUP -z privatelink.azurecr.io -n contoso.eastus.data -a 10.0.0.8",
    ),
}


def wrong(topology: Topology) -> list[str]:
    """Return every cell of both matrices that is not as expected, and every error of lint."""
    world = World(topology)
    cells = [f"{at} {row.fqdn}" for kind in (Type.A, Type.AAAA) for row, at, _ in matrix(world, type_=kind).surprises()]
    return cells + errors(topology)


def errors(topology: Topology) -> list[str]:
    """Return the errors that lint finds, by code and subject."""
    return errors_among(lint(topology))


def errors_among(findings: Iterable[Finding]) -> list[str]:
    """Return the errors among findings, by code and subject."""
    severity = Profile().severity
    return [f"{each.code} {each.fqdn}" for each in findings if severity(each.code) == "error"]


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_a_report_has_its_cause_its_words_and_its_fix(report: Report) -> None:
    """As somebody on call reads it."""
    assert errors_among(findings_in(report.text)) == list(report.found)
    first = next(finding for finding in findings_in(report.text) if f"{finding.code} {finding.fqdn}" == report.found[0])
    assert first.place is not None
    assert report.line in report.text.splitlines()[first.place.line - 1]
    assert re.search(report.says, first.message), first.message
    assert report.fix in first.fix


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_the_fixes_of_a_report_mend_it(report: Report) -> None:
    """Each fix in the order of the findings, and nothing is wrong any more."""
    topology = loads(report.text, "estate.yaml")
    for _ in report.found:
        wrongs = [finding for finding in lint(topology) if Profile().severity(finding.code) == "error"]
        found = [finding for finding in wrongs if any(fix.edits(topology) for fix in finding.fixes)]
        if not found:
            break
        for fix in found[0].fixes:
            topology = fix.apply(topology)
        topology = loads(dumps(topology), "estate.yaml")
    assert wrong(topology) == []


SAID = {
    "VPN clients reach an inbound endpoint alone": (
        estate("hub: {address_space: [10.0.0.0/16], clients: {vpn: {dns_servers: [8.8.8.8]}}}", zones=(HUB_LINKED,)),
        "on hub/vpn: ask the inbound endpoint of a private resolver",
    ),
    "whatever the clients are called": (
        estate("hub: {address_space: [10.0.0.0/16], clients: {anna: {dns_servers: [8.8.8.8]}}}", zones=(HUB_LINKED,)),
        "on hub/anna: ask the inbound endpoint of a private resolver",
    ),
    "also where a resolver on their machine asks": (
        estate(
            "hub: {address_space: [10.0.0.0/16], clients: {anna: {dns_servers: [127.0.0.53]}}}",
            zones=(HUB_LINKED,),
            servers=("resolved: {network: hub, client: anna, address: 127.0.0.53, forwarders: [8.8.8.8]}",),
        ),
        "on resolved: forward azurecr.io to the inbound endpoint of a private resolver",
    ),
    "and where that asks in a circle": (
        estate(
            "hub: {address_space: [10.0.0.0/16], clients: {anna: {dns_servers: [127.0.0.53]}}}",
            zones=(HUB_LINKED,),
            servers=("resolved: {network: hub, client: anna, address: 127.0.0.53, forwarders: [127.0.0.53]}",),
            more=INBOUND,
        ),
        "on resolved: forward azurecr.io to 10.0.0.4",
    ),
    "so does a site": (
        estate(HUB, PLANT.replace("192.168.0.53]", "8.8.8.8]"), zones=(HUB_LINKED,)),
        "on the DNS server of plant: forward azurecr.io to the inbound endpoint of a private resolver",
    ),
    "the standby of a site, a domain controller, is mended and stays": (
        estate(
            HUB,
            PLANT.replace("[192.168.0.53]", "[192.168.0.54, 192.168.0.53]"),
            zones=(HUB_LINKED,),
            servers=(
                "192.168.0.53: {network: plant, zones: {corp.example: {}}}",
                "192.168.0.54: {network: plant, conditional_forwarders: {azurecr.io: [10.0.0.4]}}",
            ),
            more=INBOUND,
        ),
        "on 192.168.0.53: forward azurecr.io to 10.0.0.4",
    ),
    "a site's public standby goes": (
        estate(
            HUB,
            PLANT.replace("[192.168.0.53]", "[192.168.0.54, 8.8.8.8]"),
            zones=(HUB_LINKED,),
            servers=("192.168.0.54: {network: plant, conditional_forwarders: {azurecr.io: [10.0.0.4]}}",),
            more=INBOUND,
        ),
        "let machines in plant ask 192.168.0.54",
    ),
}


@pytest.mark.parametrize(("text", "fix"), SAID.values(), ids=SAID)
def test_sites_and_vpn_clients_are_told_what_they_can_do(text: str, fix: str) -> None:
    """No command for virtual networks, and no address that answers in Azure alone."""
    (finding,) = lint(loads(text, "estate.yaml"))
    assert finding.fix.endswith(fix)
    assert "168.63.129.16" not in finding.fix + finding.message.replace(
        "(168.63.129.16 answers machines inside Azure alone)", ""
    )
    assert "network vnet" not in finding.fix


QUIET = {
    "an old record in a zone that a more specific one hides": estate(
        HUB,
        endpoints=(BARE,),
        zones=(
            (
                "privatelink.azurecr.io: {virtual_network_links: {hub: {}}, "
                "records: {contoso: {ttl: 10, A: [10.0.0.7]}, contoso.eastus.data: {ttl: 10, A: [10.0.0.9]}}}"
            ),
            (
                "eastus.data.privatelink.azurecr.io: {virtual_network_links: {hub: {}}, "
                "records: {contoso: {ttl: 10, A: [10.0.0.8]}}}"
            ),
        ),
    ),
    "an old record in a zone without a link": estate(
        HUB, zones=(HUB_LINKED, "b: {name: privatelink.azurecr.io, records: {contoso: {ttl: 10, A: [10.0.0.9]}}}")
    ),
}


@pytest.mark.parametrize("text", QUIET.values(), ids=QUIET)
def test_a_record_that_nobody_asks_for_is_no_error(text: str) -> None:
    """However old its address."""
    assert errors(loads(text, "estate.yaml")) == []


def test_a_finding_shows_an_answer_of_its_own() -> None:
    """Not that of another cause in the same network."""
    records = RECORDS.replace("10.0.0.7", "10.0.0.0").replace("10.0.0.8", "10.0.0.7").replace("10.0.0.0", "10.0.0.8")
    text = estate(
        HUB,
        registries=("beta12: {location: eastus}", PUBLIC),
        endpoints=(BARE, "pb: {registry: beta12, network: hub, addresses: {registry: 10.0.0.17}}"),
        zones=(
            "privatelink.azurecr.io: {virtual_network_links: {hub: {}}, records: "
            + records.replace("{contoso:", "{beta12: {A: [10.0.0.90]}, contoso:")
            + "}",
        ),
    )
    traces = {each.fqdn: each.trace for each in lint(loads(text, "estate.yaml")) if each.code in ("ACR203", "ACR303")}
    assert {fqdn: trace and show(trace.question.name) for fqdn, trace in traces.items()} == {
        "beta12.azurecr.io": "beta12.azurecr.io",
        "contoso.azurecr.io": "contoso.azurecr.io",
    }


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_no_fix_opens_public_access_or_says_prose_to_a_shell(report: Report) -> None:
    """Commands are joined for a shell; whatever is no command stands apart."""
    for finding in findings_in(report.text):
        assert "public-network-enabled" not in finding.fix
        joined = [part.split(" && ") for part in finding.fix.split("; then ")]
        assert all(step.startswith("az ") for steps in joined if len(steps) > 1 for step in steps), finding.fix
