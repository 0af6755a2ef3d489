"""The rules of the mapping: which field goes where, which source wins, and what is said of the rest."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.exchange.imports.importing import ADDRESSES, GROUP, NETWORK, answers, fixture, of, said, topology

REGISTRY = fixture("az_acr_show")
REPLICAS = fixture("az_acr_replication_list")
ENDPOINT = fixture("az_network_private_endpoint_show")
NIC = fixture("az_network_nic_show")
GROUPS = fixture("az_network_private_endpoint_dns_zone_group_list")
ZONES = fixture("az_network_private_dns_zone_list")
LINKS = fixture("az_network_private_dns_link_vnet_list")
RECORDS = fixture("az_network_private_dns_record_set_a_list")
NETWORKS = fixture("az_network_vnet_list")
ESTATE = (REGISTRY, REPLICAS, ENDPOINT, NIC, GROUPS, ZONES, LINKS, RECORDS, NETWORKS)
ZONE = "privatelink.azurecr.io"


def estate(*without: Any, more: tuple[Any, ...] = ()) -> tuple[Any, ...]:
    """Return the estate, a file each, without some files and with others."""
    return (*(each for each in ESTATE if not any(each is one for one in without)), *more)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {"sku": "Premium", "public_network_access_enabled": False, "dns_label": "contoso"}),
        ({"sku": {"name": "Basic"}, "privateEndpointConnections": None, "dataEndpointHostNames": []}, {"sku": "Basic"}),
        ({"sku": "standard", "privateEndpointConnections": [], "dataEndpointHostNames": None}, {"sku": "Standard"}),
        ({"loginServer": "Contoso-abc123.azurecr.io"}, {"dns_label": "contoso-abc123"}),
        ({"name": "CONTOSO", "id": REGISTRY["id"].replace("/contoso", "/CONTOSO")}, {"name": "contoso", "dns_label": "contoso"}),
        ({"location": "West US 3"}, {"location": "westus3"}),
        ({"publicNetworkAccess": "Enabled", "networkRuleSet": None}, {"public_network_access_enabled": True, "ip_rules": ()}),
        ({"publicNetworkAccess": "Enabled"}, {"public_network_access_enabled": False}),
        ({"publicNetworkAccess": "Enabled", "networkRuleSet": {"defaultAction": "Deny", "ipRules": [{"value": "20.1.2.0/24"}]}},
         {"public_network_access_enabled": True, "ip_rules": ("20.1.2.0/24",)}),
        ({"publicNetworkAccess": "Enabled", "networkRuleSet": {"defaultAction": "Deny", "ipRules": [{"ipAddressOrRange": "20.1.2.3"}]}},
         {"ip_rules": ("20.1.2.3",)}),
        ({"publicNetworkAccess": "Enabled", "networkRuleSet": {"defaultAction": "Allow", "ipRules": [{"value": "20.1.2.3"}]}},
         {"ip_rules": ()}),
        ({"privateEndpointConnections": [], "dataEndpointEnabled": True}, {"data_endpoint_enabled": True}),
        ({"privateEndpointConnections": [], "dataEndpointEnabled": False}, {"data_endpoint_enabled": False}),
        ({"regionalEndpoints": "Enabled"}, {"regional_endpoints_enabled": True}),
        ({}, {"private_link": "elsewhere"}),
        ({"privateEndpointConnections": []}, {"private_link": None}),
    ],
)  # fmt: skip
def test_a_registry_is_mapped_field_by_field(changes: dict[str, Any], expected: dict[str, Any]) -> None:
    """Of the registry alone."""
    (registry,) = topology(of(REGISTRY | changes)).registries.values()
    assert {name: getattr(registry, name) for name in expected} == expected


def test_replicas_are_united() -> None:
    """From replications, names of data endpoints and members; the home region is none, and a difference is said."""
    replicas = [REPLICAS[1] | {"regionEndpointEnabled": False}]
    registry = topology(of(REGISTRY, replicas)).registries["contoso"]
    assert [(each.region, each.global_endpoint_routing) for each in registry.replications] == [("westeurope", False)]
    result = of(REGISTRY | {"dataEndpointHostNames": []}, ENDPOINT, NIC, NETWORKS)
    assert topology(result).registries["contoso"].regions == ("eastus", "westeurope")
    assert any("it has an endpoint in westeurope, and no replica there is listed" in note for note in said(result))


def test_show_endpoints_belongs_by_the_login_server() -> None:
    """It has no identifier."""
    bare = REGISTRY | {"dataEndpointHostNames": None, "dataEndpointEnabled": None, "privateEndpointConnections": None}
    registry = topology(of(bare, fixture("az_acr_show_endpoints"))).registries["contoso"]
    assert registry.regions == ("eastus", "westeurope")
    assert registry.data_endpoint_enabled
    registry = topology(of(bare, fixture("az_acr_show_endpoints_no_data_endpoint"))).registries["contoso"]
    assert not registry.data_endpoint_enabled


@pytest.mark.parametrize("cloud", ["AzureUSGovernment", "AzureChinaCloud"])
def test_the_cloud_is_that_of_the_login_servers(cloud: str) -> None:
    """Of two clouds in one input, the one with more registries is kept."""
    suffix, location = {"AzureUSGovernment": ("us", "usgovvirginia"), "AzureChinaCloud": ("cn", "chinaeast2")}[cloud]
    others = [
        REGISTRY
        | {"id": REGISTRY["id"].replace("contoso", name), "name": name, "loginServer": f"{name}.azurecr.{suffix}"}
        | {"location": location}
        for name in ("alpha", "bravo")
    ]
    result = of([*others, REGISTRY])
    assert topology(result).cloud.name == cloud
    assert sorted(topology(result).registries) == ["alpha", "bravo"]
    assert any(f"it is in AzureCloud, and more registries of the input are in {cloud}" in note for note in said(result))


def test_where_no_name_says_the_cloud_the_regions_do() -> None:
    """A network of another cloud stays, without a location that the topology's cloud does not have."""
    away = json.loads(json.dumps(NETWORKS).replace("eastus", "usgovvirginia"))
    assert topology(of(away)).cloud.name == "AzureUSGovernment"
    beside = topology(of(REGISTRY, away))
    assert (beside.cloud.name, beside.networks["vnet-hub"].location) == ("AzureCloud", None)


@pytest.mark.parametrize(
    ("configuration", "member"),
    [
        ({"privateLinkConnectionProperties": {"groupId": "registry", "requiredMemberName": "registry_data_eastus"}}, "registry_data_eastus"),
        ({"privateLinkConnectionProperties": {"fqdns": ["contoso.eastus.data.azurecr.io"]}}, "registry_data_eastus"),
        ({"name": "registry-registry_data_eastus.privateEndpoint"}, "registry_data_eastus"),
        ({"name": "registry-registry.privateEndpoint"}, "registry"),
        ({"privateLinkConnectionProperties": {"groupId": "blob", "requiredMemberName": "registry"}}, None),
        ({"name": "ipconfig1"}, None),
    ],
)  # fmt: skip
def test_an_address_belongs_to_a_member_by_what_is_said(configuration: dict[str, Any], member: str | None) -> None:
    """Never by order: the lower address is no sign."""
    nic = NIC | {"ipConfigurations": [{"privateIpAddress": "10.0.0.9", **configuration}]}
    endpoint = ENDPOINT | {"customDnsConfigs": []}
    found = topology(of(REGISTRY, endpoint, nic, NETWORKS)).private_endpoints["pe-contoso"].addresses
    assert {str(each): address for each, address in found.items()} == ({member: "10.0.0.9"} if member else {})


@pytest.mark.parametrize(
    ("nic", "endpoint"),
    [
        ({}, {}),
        ({"privateEndpoint": None}, {}),
        ({"privateEndpoint": None, "name": "mine", "id": f"{NETWORK}/networkInterfaces/mine"},
         {"networkInterfaces": [], "customNetworkInterfaceName": "mine"}),
        ({"privateEndpoint": None}, {"networkInterfaces": None}),
    ],
    ids=["its endpoint", "by identifier", "by its own name", "by the endpoint's name"],
)  # fmt: skip
def test_an_interface_belongs_to_its_endpoint(nic: dict[str, Any], endpoint: dict[str, Any]) -> None:
    """As it says, else by identifier, by the name that was given, by the name that Azure makes."""
    result = of(REGISTRY, ENDPOINT | endpoint | {"customDnsConfigs": []}, NIC | nic, NETWORKS)
    assert len(topology(result).private_endpoints["pe-contoso"].addresses) == 3


def test_the_best_source_of_an_address_wins() -> None:
    """The interface, then the zone group, then customDnsConfigs; a contradiction is said."""
    configs = [{"fqdn": "contoso.azurecr.io", "ipAddresses": ["10.0.0.99"]}]
    result = of(*estate(ENDPOINT, more=(ENDPOINT | {"customDnsConfigs": configs},)))
    assert answers(topology(result), "vnet-hub") == ADDRESSES
    assert any(
        "registry is 10.0.0.7 at the network interface, and 10.0.0.99 at customDnsConfigs" in n for n in said(result)
    )
    result = of(*estate(ENDPOINT, NIC, more=(ENDPOINT | {"customDnsConfigs": configs},)))
    assert answers(topology(result), "vnet-hub") == ADDRESSES
    result = of(*estate(NIC, GROUPS, RECORDS))
    addresses = topology(result).private_endpoints["pe-contoso"].addresses
    assert sorted(addresses.values()) == ["10.0.0.4", "10.0.0.5", "10.0.0.7"]


def state(status: str) -> dict[str, Any]:
    """Return the connections of an endpoint in a state."""
    connection = ENDPOINT["privateLinkServiceConnections"][0] | {
        "privateLinkServiceConnectionState": {"status": status}
    }
    return {"privateLinkServiceConnections": [], "manualPrivateLinkServiceConnections": [connection]}


def test_the_registry_decides_on_the_status() -> None:
    """Where the two differ."""
    result = of(*estate(ENDPOINT, more=(ENDPOINT | state("Pending"),)))
    assert topology(result).private_endpoints["pe-contoso"].status == "Approved"
    assert any("the endpoint says Pending, and the registry says Approved" in note for note in said(result))
    result = of(ENDPOINT | state("Rejected"), NIC, NETWORKS)
    assert topology(result).private_endpoints["pe-contoso"].status == "Rejected"


def test_other_services_are_counted() -> None:
    """Their endpoints, zones, links and records, and all other types."""
    vault = ENDPOINT | {
        "id": f"{NETWORK}/privateEndpoints/vault",
        "privateLinkServiceConnections": [
            {"groupIds": ["vault"], "privateLinkServiceId": f"{GROUP}/providers/Microsoft.KeyVault/vaults/v"}
        ],
    }
    zone = ZONES[0] | {"id": f"{NETWORK}/privateDnsZones/privatelink.vaultcore.azure.net"}
    machine = {"id": f"{GROUP}/providers/Microsoft.Compute/virtualMachines/vm", "name": "vm"}
    result = of(*estate(more=([vault, zone, machine, machine | {"id": machine["id"] + "2"}],)))
    assert topology(result).private_endpoints.keys() == {"pe-contoso"}
    assert topology(result).private_dns_zones.keys() == {ZONE}
    counts = result.notes.counts()
    assert "2 microsoft.compute/virtualmachines" in counts
    assert "1 private endpoints of other services" in counts
    assert "1 private zones of other services" in counts


def record(owner: str, address: str | None, **fields: Any) -> dict[str, Any]:
    """Return an A record set of the zone."""
    addresses = [] if address is None else [{"ipv4Address": address}]
    return {"id": f"{NETWORK}/privateDnsZones/{ZONE}/A/{owner}", "name": owner, "type": "Microsoft.Network/privateDnsZones/A",
            "ttl": 10, "aRecords": addresses, **fields}  # fmt: skip


@pytest.mark.parametrize(
    ("records", "group", "owners", "words"),
    [
        (RECORDS, True, {}, ""),
        (RECORDS[:2], False, {"contoso.eastus.data": "10.0.0.4", "contoso.westeurope.data": "10.0.0.5"}, "contoso in privatelink.azurecr.io, and they are deleted"),
        ([*RECORDS[:2], record("contoso", "10.0.0.99")], True, {"contoso": "10.0.0.99"}, "somebody wrote 10.0.0.99 at contoso"),
        ([*RECORDS[:2], record("contoso", "10.0.0.7", ttl=3600)], True, {"contoso": "10.0.0.7"}, ""),
        ([record("other", "10.0.0.9")], False, {"other": "10.0.0.9"}, "its zone group never filled"),
        ([*RECORDS, record("empty", None)], True, {}, "the A record set empty of privatelink.azurecr.io has no values"),
        ([*RECORDS, record("old", "10.0.0.9", metadata={"creator": "created by private endpoint gone with resource guid 1"})],
         True, {"old": "10.0.0.9"}, "created by the private endpoint gone, which is not in the input"),
    ],
    ids=["as written", "deleted", "overwritten", "other TTL", "never filled", "empty", "stale"],
)  # fmt: skip
def test_a_listing_is_what_dns_answers(records: list[Any], group: bool, owners: dict[str, str], words: str) -> None:
    """The zone group is written where all of its records are there; the rest is records."""
    zone = [ZONES[0] | {"numberOfRecordSets": len(records) + 1}]
    result = of(*estate(RECORDS, ZONES, more=(records, zone)))
    loaded = topology(result)
    assert loaded.private_endpoints["pe-contoso"].dns_zone_group == ((ZONE,) if group else ())
    found = loaded.private_dns_zones[ZONE].records
    assert {rrset.texts()[0] for rrset in found} == set(owners.values())
    assert not words or any(words in note for note in said(result))


def test_a_part_of_a_listing_proves_no_absence() -> None:
    """Azure counts more record sets than there are in the input, or a page is missing."""
    result = of(*estate(RECORDS, more=(RECORDS[:1],)))
    assert topology(result).private_endpoints["pe-contoso"].dns_zone_group == (ZONE,)
    assert any("Azure counts 4 record sets in it, and the input has 2" in note for note in said(result))
    bare = [{key: value for key, value in ZONES[0].items() if key != "numberOfRecordSets"}]
    page = {"value": RECORDS[:1], "nextLink": "https://more"}
    assert topology(of(*estate(RECORDS, ZONES, more=(bare, page)))).private_endpoints["pe-contoso"].dns_zone_group == (
        ZONE,
    )


def test_a_zone_group_is_inferred_from_the_creator() -> None:
    """Resource Graph has no zone groups. Another creator, or other addresses, prove nothing."""
    result = of(*estate(GROUPS))
    assert topology(result).private_endpoints["pe-contoso"].dns_zone_group == (ZONE,)
    assert any("is inferred from the creator of the records" in note for note in said(result))
    others = [each | {"metadata": None} for each in RECORDS]
    loaded = topology(of(*estate(GROUPS, RECORDS, more=(others,))))
    assert loaded.private_endpoints["pe-contoso"].dns_zone_group == ()
    assert len(loaded.private_dns_zones[ZONE].records) == 3
    assert answers(loaded, "vnet-hub") == ADDRESSES


def test_the_last_writer_of_two_stands_last() -> None:
    """Both keep their groups, so that lint tells the collision."""
    second = {
        key: value.replace("pe-contoso", "pe-a") if isinstance(value, str) else value for key, value in ENDPOINT.items()
    } | {"networkInterfaces": [], "customDnsConfigs": []}
    nic = NIC | {"id": f"{NETWORK}/networkInterfaces/pe-a.nic.1", "name": "pe-a.nic.1", "privateEndpoint": {"id": second["id"]},
                 "ipConfigurations": [each | {"privateIPAddress": each["privateIPAddress"].replace("10.0.0.", "10.0.1.")}
                                      for each in NIC["ipConfigurations"]]}  # fmt: skip
    group = [GROUPS[0] | {"id": GROUPS[0]["id"].replace("pe-contoso", "pe-a"), "privateDnsZoneConfigs": [
        {"privateDnsZoneId": GROUPS[0]["privateDnsZoneConfigs"][0]["privateDnsZoneId"]}]}]  # fmt: skip
    for order in ((second, nic, group, *ESTATE), (*ESTATE, second, nic, group)):
        result = of(*order)
        loaded = topology(result)
        assert list(loaded.private_endpoints) == ["pe-a", "pe-contoso"]
        assert all(each.dns_zone_group == (ZONE,) for each in loaded.private_endpoints.values())
        assert answers(loaded, "vnet-hub") == ADDRESSES
        assert any("pe-contoso wrote 10.0.0.7 at contoso" in note for note in said(result))


def test_keys_say_the_group_where_names_are_equal() -> None:
    """All of them do, and the subscription where that is not enough."""
    others = [
        NETWORKS[0] | {"id": NETWORKS[0]["id"].replace("rg-contoso", "rg-other"), "addressSpace": {"addressPrefixes": ["10.9.0.0/16"]}},
        NETWORKS[1] | {"id": NETWORKS[1]["id"].replace("00000000-", "99999999-"), "addressSpace": {"addressPrefixes": ["10.8.0.0/16"]}},
    ]  # fmt: skip
    loaded = topology(of(NETWORKS, others))
    zero = "00000000-0000-0000-0000-000000000000"
    assert set(loaded.networks) == {
        "vnet-hub@rg-contoso",
        "vnet-hub@rg-other",
        f"vnet-spoke@rg-contoso@{zero}",
        f"vnet-spoke@rg-contoso@99999999{zero[8:]}",
    }


def test_the_same_object_twice_is_united() -> None:
    """A field that differs keeps the value of the file named first, and both places are said."""
    result = of(NETWORKS[0], NETWORKS[0] | {"location": "westus", "dhcpOptions": None})
    assert topology(result).networks["vnet-hub"].location == "eastus"
    (note,) = (note for note in said(result) if "location" in note)
    assert note.startswith("0.json:1: ")
    assert "location is eastus here, and westus in 1.json:1; the first is taken" in note


def test_az_says_what_is_where_terraform_differs() -> None:
    """In any order of the files."""
    terraform = fixture("terraform_show")
    terraform["values"]["root_module"]["resources"][1]["values"]["address_space"] = ["10.200.0.0/16"]
    for order in ((terraform, NETWORKS), (NETWORKS, terraform)):
        loaded = topology(of(*order))
        assert [str(space) for space in loaded.networks["vnet-hub"].address_space] == ["10.0.0.0/16"]


def test_what_is_only_referred_to_is_a_todo() -> None:
    """A partner's registry, a zone of another subscription, a network nobody listed."""
    result = of(ENDPOINT, NIC, GROUPS)
    loaded = topology(result)
    assert loaded.registries["contoso"].regions == ("eastus", "westeurope")
    assert list(loaded.networks) == ["vnet-hub"]
    assert list(loaded.private_dns_zones) == [ZONE]
    notes = "\n".join(said(result))
    assert "registries.contoso: TODO: not in the input" in notes
    assert "networks.vnet-hub: TODO: not in the input; address space and DNS servers unknown" in notes
    assert "TODO: links unknown, so every network looks unlinked; it is in resource group rg-contoso" in notes
    assert "# TODO: not in the input" in result.text


@pytest.mark.parametrize("peering", ["Initiated", "Disconnected", None])
def test_a_peering_that_is_not_connected_carries_nothing(peering: str | None) -> None:
    """It is said, and not written."""
    hub = NETWORKS[0] | {"virtualNetworkPeerings": [
        {"name": "to-spoke", "peeringState": peering, "remoteVirtualNetwork": {"id": NETWORKS[1]["id"]}}]}  # fmt: skip
    result = of(hub, NETWORKS[1])
    assert topology(result).networks["vnet-hub"].peerings == frozenset()
    assert any("the peering to-spoke is" in note and "carries nothing" in note for note in said(result))


def test_a_peering_alone_makes_no_network() -> None:
    """It is said that the other side is not in the input."""
    hub = NETWORKS[0] | {"virtualNetworkPeerings": [
        {"name": "to-x", "peeringState": "Connected", "remoteVirtualNetwork": {"id": NETWORKS[1]["id"].replace("spoke", "x")}}]}  # fmt: skip
    result = of(hub)
    assert list(topology(result).networks) == ["vnet-hub"]
    assert any("leads to vnet-x, which is not in the input" in note for note in said(result))


def vm(address: str, **fields: Any) -> dict[str, Any]:
    """Return the interface of a machine in the hub."""
    subnet = {"id": f"{NETWORK}/virtualNetworks/vnet-hub/subnets/x"}
    return {"id": f"{NETWORK}/networkInterfaces/dns-nic", "name": "dns-nic", "virtualMachine": {"id": "x"},
            "ipConfigurations": [{"privateIPAddress": address, "subnet": subnet}], **fields}  # fmt: skip


@pytest.mark.parametrize(
    ("servers", "more", "expected", "words"),
    [
        (["10.0.0.53"], [], ["10.0.0.53"], "an address of vnet-hub; that it forwards to Azure-provided DNS is assumed"),
        (["10.0.0.53"], [vm("10.0.0.53")], ["10.0.0.53"], "the network interface dns-nic; that it forwards"),
        (["10.0.0.9", "10.0.0.8"], [], ["10.0.0.9", "10.0.0.8"], "an address of vnet-hub"),
        (["172.31.0.4"], [], [], "the DNS server 172.31.0.4 lies in no network of the input"),
        (["8.8.8.8"], [], [], ""),
        (["168.63.129.16"], [], [], ""),
        (["not an address"], [], [], "dns_servers"),
    ],
)
def test_a_dns_server_is_what_the_input_knows(
    servers: list[str], more: list[Any], expected: list[str], words: str
) -> None:
    """What it forwards to is assumed, and says so."""
    spoke = NETWORKS[1] | {"dhcpOptions": {"dnsServers": servers}}
    result = of(NETWORKS[0], spoke, *more)
    assert list(topology(result).dns_servers) == expected
    assert not words or any(words in note for note in said(result))


def test_a_machine_with_servers_of_its_own_is_said() -> None:
    """One machine may ask elsewhere than its network."""
    result = of(NETWORKS, vm("10.0.0.20", dnsSettings={"dnsServers": ["10.0.0.53"]}))
    assert any(
        "networks.vnet-hub: the network interface dns-nic has DNS servers of its own: 10.0.0.53" in n
        for n in said(result)
    )


def test_two_zones_of_one_name_are_not_linked_to_one_network() -> None:
    """Azure refuses it, so one source is old: the first link is kept."""
    others = [
        [{**each, "id": each["id"].replace("rg-contoso", "rg-b")} for each in listed] for listed in (ZONES, LINKS)
    ]
    result = of(ZONES, LINKS, NETWORKS, *others)
    zones = topology(result).private_dns_zones
    assert {key: list(zone.links) for key, zone in zones.items()} == {
        f"{ZONE}@rg-contoso": ["vnet-hub"],
        f"{ZONE}@rg-b": [],
    }
    assert any("Azure refuses two zones of one name" in note for note in said(result))
    assert "# resource group rg-b" in result.text


def test_a_port_that_a_topology_does_not_have_is_said() -> None:
    """Rules are asked at port 53."""
    rule = fixture("az_dns_resolver_forwarding_rule_list")
    rule[0]["targetDnsServers"][0]["port"] = 5353
    resolver = [
        fixture(f"az_dns_resolver_{part}_list")
        for part in ("inbound_endpoint", "outbound_endpoint", "forwarding_ruleset")
    ]
    result = of(rule, *resolver, NETWORKS)
    assert any("its target 10.0.1.4 is asked at port 5353" in note for note in said(result))
    assert len(topology(result).dns_forwarding_rulesets["rs-hub"].rules) == 1


def test_a_hundred_registries_of_a_subscription() -> None:
    """Each with its own endpoint and zone group in one zone."""
    values: list[Any] = [NETWORKS, ZONES, LINKS]
    import json

    for number in range(100):
        text = json.dumps([REGISTRY, REPLICAS, ENDPOINT, NIC, GROUPS[0]])
        own = text.replace("contoso", f"contoso{number:03d}").replace("rg-contoso" + f"{number:03d}", "rg-contoso")
        for last in ("4", "5", "7"):
            own = own.replace(f'"10.0.0.{last}"', f'"10.0.{number + 10}.{last}"')
        values.append([item for value in json.loads(own) for item in (value if isinstance(value, list) else [value])])
    loaded = topology(of(*values))
    assert len(loaded.registries) == len(loaded.private_endpoints) == 100
    assert loaded.private_endpoints["pe-contoso042"].dns_zone_group == (ZONE,)
    assert sorted(loaded.private_endpoints["pe-contoso042"].addresses.values()) == [
        "10.0.52.4",
        "10.0.52.5",
        "10.0.52.7",
    ]
