"""Public reports about zones, records and private endpoints, each with what was seen: cause and remedy are the thread's.

The tests of `test_public_reports` and `test_public_answers` hold them.
"""

from __future__ import annotations

from tests.check.public_tickets import Ticket, seen
from tests.check.test_reports import (
    BARE,
    CLOSED,
    ENDPOINT,
    ENDPOINT_WEST,
    HUB,
    HUB_LINKED,
    PUBLIC,
    RECORDS,
    SPOKE,
    Report,
    estate,
)

ADD = "az network private-dns record-set a add-record -g RESOURCE_GROUP -z privatelink.azurecr.io"
REMOVE = "az network private-dns record-set a remove-record -g RESOURCE_GROUP -z privatelink.azurecr.io"
GROUP = "az network private-endpoint dns-zone-group create -g RESOURCE_GROUP --endpoint-name"
RING = "registry: 10.{0}.0.7, registry_data_eastus: 10.{0}.0.8, registry_data_westus: 10.{0}.0.9"
STATE, GOVERNMENT = ("contoso: {location: usgovvirginia}",), "cloud: AzureUSGovernment\n"
STATE_DATA = "contoso.usgovvirginia.data.azurecr.us"


def by_hand(records: str) -> str:
    """Return a zone linked to hub, with records made by hand."""
    return f"privatelink.azurecr.io: {{virtual_network_links: {{hub: {{}}}}, records: {records}}}"


OF_RECORDS: dict[str, tuple[Report, Ticket | None]] = {
    "mspnp/aks-baseline-multi-region#46: the second cluster's endpoint takes the records of the first one's": (
        Report(
            estate(
                "east: {address_space: [10.1.0.0/16]}",
                "west: {address_space: [10.2.0.0/16]}",
                registries=(
                    "contoso: {location: eastus, replications: [westus], public_network_access_enabled: false}",
                ),
                endpoints=tuple(
                    f"{name}: {{registry: contoso, network: {network}, addresses: {{{RING.format(number)}}}, "
                    "dns_zone_group: [privatelink.azurecr.io]}"
                    for name, network, number in (("pe", "east", 1), ("pw", "west", 2))
                ),
                zones=("privatelink.azurecr.io: {virtual_network_links: {east: {}, west: {}}}",),
            ),
            ("ACR205 contoso.azurecr.io",),
            "pw: {registry: contoso",
            "the last writer wins: clients everywhere get the addresses of pw in west",
            "az network private-dns zone create -g RESOURCE_GROUP_OF_WEST_ZONE -n privatelink.azurecr.io",
        ),
        Ticket(
            "east contoso.azurecr.io 10.2.0.7\neast contoso.eastus.data.azurecr.io 10.2.0.8\n"
            "west contoso.azurecr.io 10.2.0.7\n",
            "endpoint-records-collide privatelink.azurecr.io",
        ),
    ),
    "MicrosoftDocs/azure-docs#122192: each spoke has an endpoint, all behind one hub and in one zone": (
        Report(
            estate(
                "hub: {address_space: [10.0.0.0/16], transit: true}",
                "a: {address_space: [10.1.0.0/16], peerings: [hub]}",
                "b: {address_space: [10.2.0.0/16], peerings: [hub]}",
                endpoints=(
                    ENDPOINT.replace("network: hub", "network: a").replace("10.0.0", "10.1.0"),
                    ENDPOINT_WEST.format("[privatelink.azurecr.io]").replace("network: west", "network: b"),
                ),
                zones=("privatelink.azurecr.io: {virtual_network_links: {hub: {}, a: {}, b: {}}}",),
            ),
            ("ACR205 contoso.azurecr.io",),
            "pw: {registry: contoso",
            "deleting one endpoint deletes the records of all; give each network a zone of its own",
            "az network private-endpoint dns-zone-group delete -g RESOURCE_GROUP --endpoint-name pw -n default",
        ),
        None,
    ),
    "Azure/azure-policy#1018: the policy makes no zone group for an endpoint that was approved by hand": (
        Report(
            estate(
                HUB,
                registries=(PUBLIC, "fabrikam: {location: westus}"),
                endpoints=(
                    ENDPOINT,
                    "pf: {registry: fabrikam, network: hub, addresses: {registry: 10.0.0.27, registry_data_westus: 10.0.0.28}}",
                ),
                zones=(HUB_LINKED,),
            ),
            ("ACR103 fabrikam.azurecr.io",),
            "pf: {registry: fabrikam",
            "no zone has a record of fabrikam .*: it has no zone group, and nobody made a record by hand",
            f"{GROUP} pf",
        ),
        Ticket(
            seen(hub="private") + "hub fabrikam.azurecr.io NXDOMAIN\nhub fabrikam.westus.data.azurecr.io NXDOMAIN\n",
            "shared-record-deleted privatelink.azurecr.io/fabrikam",
            ("shared-record-deleted privatelink.azurecr.io/fabrikam",),
        ),
    ),
    "Microsoft Learn, manage private endpoint connections: it waits for approval": (
        Report(
            estate(
                HUB,
                registries=(CLOSED,),
                endpoints=(ENDPOINT.replace("network: hub", "network: hub, status: Pending"),),
                zones=(HUB_LINKED,),
            ),
            ("ACR104 contoso.azurecr.io",),
            "status: Pending",
            "private endpoint pe is pending, so it writes no records .*; approve the connection",
            "az acr private-endpoint-connection approve -r contoso",
        ),
        Ticket("hub contoso.azurecr.io 20.45.122.144\n", "endpoint-not-approved pe", ("endpoint-not-approved pe",)),
    ),
    "Microsoft Learn, private endpoint states: the registry was deleted and made again": (
        Report(
            estate(
                HUB,
                registries=(CLOSED,),
                endpoints=(BARE.replace("network: hub", "network: hub, status: Disconnected"),),
                zones=(by_hand(RECORDS),),
            ),
            ("ACR104 contoso.azurecr.io",),
            "status: Disconnected",
            "it stays so for ever: delete the endpoint and create it again",
            "az network private-endpoint delete -g RESOURCE_GROUP -n pe",
        ),
        Ticket("hub contoso.azurecr.io 20.45.122.144\n", "endpoint-not-approved pe"),
    ),
    "hashicorp/terraform-provider-azurerm#5622: a private zone of the public name, with records for one registry": (
        Report(
            estate(
                HUB,
                registries=(PUBLIC, "fabrikam: {location: westus}"),
                endpoints=(BARE,),
                zones=(f"azurecr.io: {{virtual_network_links: {{hub: {{}}}}, records: {RECORDS}}}",),
            ),
            ("ACR207 azurecr.io",),
            "azurecr.io: {virtual_network_links",
            "every registry without a record in it, ours or anybody's, does not exist there; use privatelink.azurecr.io",
            "az network private-dns link vnet delete -g RESOURCE_GROUP -z azurecr.io -n LINK_OF_HUB -y",
        ),
        Ticket(
            seen(hub="private") + "hub fabrikam.azurecr.io NXDOMAIN\n",
            "zone-of-public-name hub",
            ("zone-of-public-name hub",),
        ),
    ),
    "MicrosoftDocs/azure-docs#51933: a zone with a name of one's own": (
        Report(
            estate(
                HUB,
                endpoints=(ENDPOINT.replace("[privatelink.", "[privatelink-nprd."),),
                zones=("privatelink-nprd.azurecr.io: {virtual_network_links: {hub: {}}}",),
            ),
            ("ACR202 privatelink-nprd.azurecr.io",),
            "privatelink-nprd.azurecr.io: {virtual_network_links",
            "so its records are never asked for; did you mean privatelink.azurecr.io",
            "az network private-dns zone create -g RESOURCE_GROUP -n privatelink.azurecr.io",
        ),
        Ticket(
            seen(hub="public"),
            "misspelt-private-zone privatelink-nprd.azurecr.io",
            ("misspelt-private-zone privatelink.azurecr.io", "vnet-without-zone-link hub"),
        ),
    ),
    "MicrosoftDocs/azure-docs#109086: a zone of the public cloud for a registry of the government's": (
        Report(
            estate(
                HUB,
                endpoints=(ENDPOINT.replace("eastus", "usgovvirginia"),),
                zones=(HUB_LINKED,),
                registries=STATE,
                more=GOVERNMENT,
            ),
            ("ACR202 privatelink.azurecr.io",),
            "privatelink.azurecr.io: {virtual_network_links",
            r"did you mean privatelink.azurecr.us \(or is the topology's cloud AzureCloud",
            "az network private-dns zone create -g RESOURCE_GROUP -n privatelink.azurecr.us",
        ),
        Ticket(
            f"hub contoso.azurecr.us 20.45.122.144\nhub {STATE_DATA} 20.45.122.150\n",
            "misspelt-private-zone privatelink.azurecr.io",
            ("misspelt-private-zone privatelink.azurecr.us",),
        ),
    ),
    "Microsoft Learn, zones of private endpoints, Government: the data endpoint's record in the region's zone": (
        Report(
            estate(
                HUB,
                endpoints=(BARE.replace("eastus", "usgovvirginia"),),
                zones=(
                    "privatelink.azurecr.us: {virtual_network_links: {hub: {}}, records: {contoso: {ttl: 10, A: [10.0.0.7]}}}",
                    (
                        "usgovvirginia.privatelink.azurecr.us: {virtual_network_links: {hub: {}}, "
                        "records: {contoso.data: {ttl: 10, A: [10.0.0.8]}}}"
                    ),
                ),
                registries=STATE,
                more=GOVERNMENT,
            ),
            (f"ACR204 {STATE_DATA}",),
            "privatelink.azurecr.us: {virtual_network_links",
            "privatelink.azurecr.us has no record contoso.usgovvirginia.data",
            "-z privatelink.azurecr.us -n contoso.usgovvirginia.data -a 10.0.0.8",
        ),
        Ticket(
            f"hub contoso.azurecr.us 10.0.0.7\nhub {STATE_DATA} NXDOMAIN\n",
            "missing-record privatelink.azurecr.us/contoso.usgovvirginia.data",
            ("missing-record privatelink.azurecr.us/contoso.usgovvirginia.data",),
        ),
    ),
    "hashicorp/terraform-provider-azurerm#7246: every record has all addresses of the endpoint": (
        Report(
            estate(
                HUB,
                endpoints=(BARE,),
                zones=(
                    by_hand(
                        "{contoso: {ttl: 10, A: [10.0.0.7, 10.0.0.8]}, "
                        "contoso.eastus.data: {ttl: 10, A: [10.0.0.7, 10.0.0.8]}}"
                    ),
                ),
            ),
            ("ACR304 contoso.azurecr.io", "ACR304 contoso.eastus.data.azurecr.io"),
            "privatelink.azurecr.io: {virtual_network_links",
            "sends contoso.azurecr.io to 10.0.0.8, the address of contoso.eastus.data.azurecr.io .* it should be 10.0.0.7",
            f"{REMOVE} -n contoso -a 10.0.0.8",
        ),
        Ticket(
            "hub contoso.azurecr.io 10.0.0.7 10.0.0.8\nhub contoso.eastus.data.azurecr.io 10.0.0.8 10.0.0.7\n",
            "shared-address privatelink.azurecr.io/contoso and shared-address privatelink.azurecr.io/contoso.eastus.data",
        ),
    ),
    "hashicorp/terraform-provider-azurerm#21781: an endpoint with fixed addresses has none for the replica": (
        Report(
            estate(
                HUB,
                registries=("contoso: {location: eastus, replications: [westus, northeurope]}",),
                endpoints=(ENDPOINT.replace("10.0.0.8}", "10.0.0.8, registry_data_northeurope: 10.0.0.9}"),),
                zones=(HUB_LINKED,),
            ),
            ("ACR102 contoso.westus.data.azurecr.io",),
            "pe: {registry: contoso",
            "private endpoint pe has no address for registry_data_westus",
            "ip-config add -g RESOURCE_GROUP --endpoint-name pe -n registry-data-westus",
        ),
        Ticket(
            seen(hub="private") + "hub contoso.westus.data.azurecr.io NXDOMAIN\n",
            "replica-without-address pe/registry_data_westus",
        ),
    ),
    "Microsoft Learn, regional endpoints: records by hand, and none for the new name": (
        Report(
            estate(
                HUB,
                registries=("contoso: {location: eastus, regional_endpoints_enabled: true}",),
                endpoints=(BARE.replace("10.0.0.8}", "10.0.0.8, registry_eastus: 10.0.0.9}"),),
                zones=(by_hand(RECORDS),),
            ),
            ("ACR204 contoso.eastus.geo.azurecr.io",),
            "privatelink.azurecr.io: {virtual_network_links",
            "privatelink.azurecr.io has no record contoso.eastus.geo",
            f"{ADD} -n contoso.eastus.geo -a 10.0.0.9",
        ),
        Ticket(
            seen(hub="private") + "hub contoso.eastus.geo.azurecr.io NXDOMAIN\n",
            "missing-record privatelink.azurecr.io/contoso.eastus.geo",
            ("missing-record privatelink.azurecr.io/contoso.eastus.geo",),
        ),
    ),
    "MicrosoftDocs/cloud-adoption-framework#1103: the policy lets the endpoint write into another zone of the name": (
        Report(
            estate(
                HUB,
                endpoints=(ENDPOINT.replace("[privatelink.azurecr.io]", "[app-zone]"),),
                zones=(HUB_LINKED, "app-zone: {name: privatelink.azurecr.io}"),
            ),
            ("ACR214 contoso.azurecr.io",),
            "privatelink.azurecr.io: {virtual_network_links",
            "there; the records of pe in hub are in another zone of the same name, app-zone in the file; a network can be linked",
            "link vnet create -g RESOURCE_GROUP_OF_APP_ZONE -z privatelink.azurecr.io -n hub-link",
        ),
        Ticket(seen(hub="NXDOMAIN"), "wrong-zone-linked hub", ("wrong-zone-linked hub",)),
    ),
    "Azure/acr#488, two environments: each network has a zone with its own registry alone": (
        Report(
            estate(
                "prod: {address_space: [10.0.0.0/16]}",
                "dev: {address_space: [10.1.0.0/16], peerings: [prod]}",
                endpoints=(
                    ENDPOINT.replace("network: hub", "network: prod").replace(
                        "[privatelink.azurecr.io]", "[prod-zone]"
                    ),
                ),
                zones=(
                    "prod-zone: {name: privatelink.azurecr.io, virtual_network_links: {prod: {}}}",
                    "dev-zone: {name: privatelink.azurecr.io, virtual_network_links: {dev: {}}}",
                ),
            ),
            ("ACR214 contoso.azurecr.io",),
            "dev-zone: {name",
            r"dev is linked to .* \(dev-zone\), .* the records of pe in prod are in another zone of the same name, prod-z",
            "",
        ),
        Ticket(seen(prod="private", dev="NXDOMAIN"), "wrong-zone-linked dev"),
    ),
    "MicrosoftDocs/azure-docs#91558: the private zone's record has the public address": (
        Report(
            estate(
                HUB,
                endpoints=(BARE,),
                zones=(
                    by_hand("{contoso: {ttl: 10, A: [20.45.122.144]}, contoso.eastus.data: {ttl: 10, A: [10.0.0.8]}}"),
                ),
            ),
            ("ACR203 contoso.azurecr.io",),
            "privatelink.azurecr.io: {virtual_network_links",
            "to 20.45.122.144, which no private endpoint has; traffic goes past the private endpoint, and is refused with 403",
            f"{REMOVE} -n contoso -a 20.45.122.144",
        ),
        Ticket(seen(hub="20.45.122.144 private"), ""),
    ),
    "hashicorp/terraform-provider-azurerm#14564: the record is an alias of the public name": (
        Report(
            estate(
                HUB,
                endpoints=(BARE,),
                zones=(
                    by_hand("{contoso: {CNAME: contoso.azurecr.io}, contoso.eastus.data: {ttl: 10, A: [10.0.0.8]}}"),
                ),
            ),
            ("ACR155 contoso.azurecr.io",),
            "privatelink.azurecr.io: {virtual_network_links",
            "contoso.azurecr.io ends in SERVFAIL: alias loop at contoso.azurecr.io",
            "az network private-dns record-set cname delete -g RESOURCE_GROUP -z privatelink.azurecr.io -n contoso -y",
        ),
        Ticket(seen(hub="SERVFAIL private"), ""),
    ),
    "Azure/azure-quickstart-templates#12091: two registries' records have each other's addresses": (
        Report(
            estate(
                HUB,
                registries=(PUBLIC, "fabrikam: {location: eastus}"),
                endpoints=(
                    BARE,
                    (
                        "pf: {registry: fabrikam, network: hub, addresses: {registry: 10.0.0.27, registry_data_eastus: 10.0.0.28}, "
                        "dns_zone_group: [privatelink.azurecr.io]}"
                    ),
                ),
                zones=(
                    by_hand("{contoso: {ttl: 10, A: [10.0.0.27]}, contoso.eastus.data: {ttl: 10, A: [10.0.0.28]}}"),
                ),
            ),
            ("ACR310 contoso.azurecr.io", "ACR310 contoso.eastus.data.azurecr.io"),
            "privatelink.azurecr.io: {virtual_network_links",
            "to 10.0.0.27, the address of fabrikam.azurecr.io .*; clients reach the wrong registry; it should be 10.0.0.7",
            f"{REMOVE} -n contoso -a 10.0.0.27",
        ),
        None,
    ),
    "MicrosoftDocs/azure-docs#58044: the first of two endpoints is gone, and took the records of both": (
        Report(
            estate(
                HUB,
                endpoints=(
                    (
                        "old: {registry: contoso, network: hub, status: Disconnected, "
                        "addresses: {registry: 10.0.0.17, registry_data_eastus: 10.0.0.18}}"
                    ),
                    BARE,
                ),
                zones=(HUB_LINKED,),
            ),
            ("ACR103 contoso.azurecr.io",),
            "pe: {registry: contoso",
            "no zone has a record of contoso at an address of private endpoint pe: it has no zone group",
            f"{GROUP} pe",
        ),
        Ticket(
            seen(hub="NXDOMAIN"),
            "shared-record-deleted privatelink.azurecr.io",
            ("shared-record-deleted privatelink.azurecr.io",),
        ),
    ),
    "hashicorp/terraform-provider-azurerm#8495: one record, at the endpoint's first address, the data endpoint's": (
        Report(
            estate(HUB, endpoints=(BARE,), zones=(by_hand("{contoso: {ttl: 10, A: [10.0.0.8]}}"),)),
            ("ACR204 contoso.eastus.data.azurecr.io", "ACR304 contoso.azurecr.io"),
            "privatelink.azurecr.io: {virtual_network_links",
            "privatelink.azurecr.io has no record contoso.eastus.data",
            f"{ADD} -n contoso.eastus.data -a 10.0.0.8",
        ),
        None,
    ),
    "MicrosoftDocs/azure-docs#110694: the labels of the record's name stand in another order": (
        Report(
            estate(
                HUB,
                endpoints=(BARE,),
                zones=(by_hand("{contoso: {ttl: 10, A: [10.0.0.7]}, contoso.data.eastus: {ttl: 10, A: [10.0.0.8]}}"),),
            ),
            ("ACR204 contoso.eastus.data.azurecr.io",),
            "privatelink.azurecr.io: {virtual_network_links",
            r"\(its record contoso.data.eastus has 10.0.0.8, and nobody asks for contoso.data.eastus.privatelink.azurecr.io\)",
            f"{ADD} -n contoso.eastus.data -a 10.0.0.8",
        ),
        Ticket(
            seen(hub="private NXDOMAIN"),
            "missing-record privatelink.azurecr.io/contoso.eastus.data",
            ("missing-record privatelink.azurecr.io/contoso.eastus.data",),
        ),
    ),
    "Microsoft Learn, relocation of a registry: the record of the old region is there": (
        Report(
            estate(
                HUB,
                registries=("contoso: {location: westeurope}",),
                endpoints=(BARE.replace("eastus", "westeurope"),),
                zones=(by_hand(RECORDS),),
            ),
            ("ACR204 contoso.westeurope.data.azurecr.io",),
            "privatelink.azurecr.io: {virtual_network_links",
            "its record contoso.eastus.data has 10.0.0.8, and nobody asks for",
            f"{ADD} -n contoso.westeurope.data -a 10.0.0.8",
        ),
        Ticket(
            "hub contoso.azurecr.io 10.0.0.7\nhub contoso.westeurope.data.azurecr.io NXDOMAIN\n",
            "missing-record privatelink.azurecr.io/contoso.westeurope.data",
        ),
    ),
    "hashicorp/terraform-provider-azurerm#7726: the endpoint was made again elsewhere, and its old network stays linked": (
        Report(
            estate(
                "old: {address_space: [10.9.0.0/16]}",
                HUB,
                endpoints=(BARE,),
                zones=(
                    (
                        "privatelink.azurecr.io: {virtual_network_links: {hub: {}, old: {}}, records: "
                        "{contoso: {ttl: 10, A: [10.9.0.7]}, contoso.eastus.data: {ttl: 10, A: [10.9.0.8]}}}"
                    ),
                ),
            ),
            (
                "ACR156 contoso.azurecr.io",
                "ACR203 contoso.azurecr.io",
                "ACR203 contoso.eastus.data.azurecr.io",
            ),
            "old: {address_space",
            "no private endpoint is in reach from there: unlink the zone, and clients use the public address",
            "link vnet delete -g RESOURCE_GROUP -z privatelink.azurecr.io -n LINK_OF_OLD -y",
        ),
        None,
    ),
    "Azure/Azure-Landing-Zones#1446: the zone was restored with old records, and the endpoint writes into another one": (
        Report(
            estate(
                HUB,
                SPOKE,
                endpoints=(ENDPOINT.replace("[privatelink.azurecr.io]", "[app-zone]"),),
                zones=(
                    (
                        "privatelink.azurecr.io: {virtual_network_links: {hub: {}, spoke: {}}, records: "
                        "{contoso: {ttl: 10, A: [10.0.0.47]}, contoso.eastus.data: {ttl: 10, A: [10.0.0.48]}}}"
                    ),
                    "app-zone: {name: privatelink.azurecr.io}",
                ),
            ),
            ("ACR203 contoso.azurecr.io",),
            "privatelink.azurecr.io: {virtual_network_links",
            "sends contoso.azurecr.io to 10.0.0.47, which no private endpoint has",
            "link vnet create -g RESOURCE_GROUP_OF_APP_ZONE -z privatelink.azurecr.io -n hub-link -v hub",
        ),
        None,
    ),
}
