"""Terraform: states shown and raw, plans with values that are known after apply, azurerm and azapi."""

from __future__ import annotations

import json
from typing import Any

import pytest

from acrdns.exchange.imports.importing import imported
from acrdns.exchange.imports.reading import Input
from acrdns.exchange.imports.terraform.resources import without_keys
from tests.exchange.imports.importing import ADDRESSES, GROUP, NETWORK, answers, fixture, of, said, topology


def test_a_state_is_an_estate() -> None:
    """A zone group's own records say the addresses; one of three is said in private_service_connection."""
    result = of(fixture("terraform_show"))
    assert answers(topology(result), "vnet-hub") == ADDRESSES
    assert topology(result).registries["contoso"].regions == ("eastus", "westeurope")
    assert "# terraform: 0.json, azurerm_private_endpoint.acr" in result.text


def raw(shown: dict[str, Any]) -> dict[str, Any]:
    """Return a shown state as a raw one of version 4."""
    resources = []
    waiting = [shown["values"]["root_module"]]
    while waiting:
        module = waiting.pop(0)
        for each in module.get("resources", ()):
            instance = {"schema_version": 0, "attributes": each["values"]}
            if "index" in each:
                instance["index_key"] = each["index"]
            resource = {key: each[key] for key in ("mode", "type", "name")} | {"instances": [instance]}
            resources.append(resource | ({"module": module["address"]} if "address" in module else {}))
        waiting += module.get("child_modules", ())
    return {
        "version": 4,
        "terraform_version": "1.9.8",
        "serial": 7,
        "lineage": "x",
        "outputs": {},
        "resources": resources,
    }


def test_a_raw_state_says_the_same() -> None:
    """But for where each resource stands."""
    shown, state = (of(value).text for value in (fixture("terraform_show"), raw(fixture("terraform_show"))))
    assert shown == state


def test_what_is_deposed_is_gone() -> None:
    """Terraform deletes it when it runs next."""
    state = raw(fixture("terraform_show"))
    for resource in state["resources"]:
        if resource["type"] == "azurerm_private_dns_zone_virtual_network_link":
            resource["instances"][0]["deposed"] = "0a1b2c3d"
    assert topology(of(state)).private_dns_zones["privatelink.azurecr.io"].links == {}


@pytest.mark.parametrize(
    ("value", "note"),
    [
        ({"format_version": "2.0", "values": {}}, "version 2.0 of Terraform's JSON format"),
        ({"format_version": "1.0"}, "this state of Terraform is empty"),
        ({}, "if terraform show -json wrote it, the state is empty"),
        ({"version": 3, "lineage": "x", "modules": []}, "this raw state has version 3"),
        ({"version": 4, "lineage": "x", "resources": []}, "this state of Terraform is empty"),
    ],
)
def test_a_state_with_nothing_in_it_says_why(value: Any, note: str) -> None:
    """It is not taken for an estate without registries."""
    result = of(value)
    assert result.text == ""
    assert note in said(result)[0]


def expression(*references: str) -> dict[str, Any]:
    """Return an argument as a plan's configuration has it: what it refers to, and no more."""
    return {"references": list(references)}


def planned(type_: str, label: str, index: Any = None, module: str = "", /, **values: Any) -> dict[str, Any]:
    """Return a resource as it is planned."""
    key = "" if index is None else f'["{index}"]' if isinstance(index, str) else f"[{index}]"
    address = ".".join(filter(None, (module, type_, f"{label}{key}")))
    found = {"address": address, "mode": "managed", "type": type_, "name": label, "values": values}
    return found | ({} if index is None else {"index": index})


def plan() -> dict[str, Any]:
    """Return a plan that makes an estate from nothing: two networks by for_each, endpoint and zone in modules."""
    group = {"resource_group_name": "rg"}
    networks = [
        planned("azurerm_virtual_network", "all", key, "module.net", name=f"vnet-{key}", address_space=[space], **group)
        for key, space in (("hub", "10.0.0.0/16"), ("spoke", "10.1.0.0/16"))
    ]
    subnet = planned("azurerm_subnet", "pe", None, "module.net", name="pe", virtual_network_name="vnet-hub", **group)
    links = [
        planned("azurerm_private_dns_zone_virtual_network_link", "all", key, "module.dns", name=f"{key}-link",
                private_dns_zone_name="privatelink.azurecr.io", **group)
        for key in ("hub", "spoke")
    ]  # fmt: skip
    root = [
        planned("azurerm_container_registry", "acr", name="contoso", location="eastus", sku="Premium",
                georeplications=[{"location": "westeurope"}], **group),
        planned("azurerm_private_endpoint", "acr", name="pe", location="eastus", **group,
                private_service_connection=[{"is_manual_connection": False, "subresource_names": ["registry"]}],
                ip_configuration=[{"member_name": member, "private_ip_address": address} for member, address in (
                    ("registry", "10.0.0.7"), ("registry_data_eastus", "10.0.0.4"), ("registry_data_westeurope", "10.0.0.5"))],
                private_dns_zone_group=[{"name": "default"}]),
    ]  # fmt: skip
    zone = planned("azurerm_private_dns_zone", "acr", None, "module.dns", name="privatelink.azurecr.io", **group)
    return {
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": root, "child_modules": [
            {"address": "module.net", "resources": [*networks, subnet]},
            {"address": "module.dns", "resources": [zone, *links]}]}},
        "configuration": {"root_module": {
            "resources": [
                {"address": "azurerm_container_registry.acr", "expressions": {}},
                {"address": "azurerm_private_endpoint.acr", "expressions": {
                    "subnet_id": expression("module.net.subnet_id", "module.net"),
                    "private_service_connection": [
                        {"private_connection_resource_id": expression("azurerm_container_registry.acr.id", "azurerm_container_registry.acr")}],
                    "private_dns_zone_group": [{"private_dns_zone_ids": expression("module.dns.zone_id", "module.dns")}]}},
            ],
            "module_calls": {
                "net": {"module": {
                    "outputs": {"subnet_id": {"expression": expression("azurerm_subnet.pe.id", "azurerm_subnet.pe")},
                                "networks": {"expression": expression("azurerm_virtual_network.all")}},
                    "resources": [{"address": "azurerm_virtual_network.all", "expressions": {}},
                                  {"address": "azurerm_subnet.pe", "expressions": {}}]}},
                "dns": {"expressions": {"networks": expression("module.net.networks", "module.net")}, "module": {
                    "outputs": {"zone_id": {"expression": expression("azurerm_private_dns_zone.acr.id", "azurerm_private_dns_zone.acr")}},
                    "resources": [
                        {"address": "azurerm_private_dns_zone.acr", "expressions": {}},
                        {"address": "azurerm_private_dns_zone_virtual_network_link.all",
                         "for_each_expression": expression("var.networks"),
                         "expressions": {"virtual_network_id": expression("each.value.id", "each.value")}}]}}}}},
    }  # fmt: skip


def test_a_plan_is_what_will_be() -> None:
    """Identifiers that nobody has yet are joined through outputs, variables and the keys of instances."""
    result = of(plan())
    loaded = topology(result)
    assert answers(loaded, "vnet-hub") == ADDRESSES
    assert list(loaded.private_dns_zones["privatelink.azurecr.io"].links) == ["vnet-hub", "vnet-spoke"]
    assert not any("known after apply" in note for note in said(result))


def test_what_cannot_be_followed_is_reported_by_address() -> None:
    """A local value is not in the configuration of a plan."""
    value = plan()
    value["configuration"]["root_module"]["resources"][1]["expressions"]["subnet_id"] = expression("local.subnet")
    result = of(value)
    (note,) = (note for note in said(result) if "known after apply" in note)
    assert note.startswith(
        "0.json: azurerm_private_endpoint.acr: subnet_id is known after apply, and the configuration"
    )
    assert topology(result).private_endpoints == {}


def test_references_in_a_circle_come_to_an_end() -> None:
    """An import never goes on for ever."""
    value = plan()
    calls = value["configuration"]["root_module"]["module_calls"]
    calls["net"]["module"]["outputs"]["subnet_id"] = {"expression": expression("var.x")}
    calls["net"]["expressions"] = {"x": expression("module.net.subnet_id")}
    assert any("subnet_id is known after apply" in note for note in said(of(value)))


def test_addresses_that_nobody_knows_yet_are_a_todo() -> None:
    """One address without its member is in the comment alone."""
    value = plan()
    endpoint = value["planned_values"]["root_module"]["resources"][1]["values"]
    del endpoint["ip_configuration"]
    endpoint["private_service_connection"][0] |= {"private_ip_address": "10.0.0.4", "is_manual_connection": True}
    result = of(value)
    assert topology(result).private_endpoints["pe"].addresses == {}
    assert topology(result).private_endpoints["pe"].status == "Pending"
    assert any("whether this connection was approved is not said; Pending is assumed" in note for note in said(result))
    endpoint["private_service_connection"][0]["is_manual_connection"] = False
    result = of(value)
    assert topology(result).private_endpoints["pe"].addresses == {}
    assert any("TODO: the addresses are not in the input; one address is 10.0.0.4" in note for note in said(result))


def azapi(type_: str, name: str, parent: str, body: Any, **values: Any) -> dict[str, Any]:
    """Return an object of the azapi provider."""
    return planned("azapi_resource", name, type=f"{type_}@2024-06-01", name=name, parent_id=parent, body=body, **values)


@pytest.mark.parametrize("as_text", [False, True], ids=["object", "text of version 1"])
@pytest.mark.parametrize("known", [False, True], ids=["to be made", "made"])
def test_azapi_resources_are_objects_of_azure(as_text: bool, known: bool) -> None:
    """Verified modules keep networks, zones, links and records so."""
    zone = f"{NETWORK}/privateDnsZones/privatelink.azurecr.io"
    network = f"{NETWORK}/virtualNetworks/vnet"
    made = [
        ("Microsoft.Network/virtualNetworks", "vnet", GROUP, {"properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}}, network),
        ("Microsoft.Network/privateDnsZones", "privatelink.azurecr.io", GROUP, {}, zone),
        ("Microsoft.Network/privateDnsZones/virtualNetworkLinks", "l", zone, {"properties": {"virtualNetwork": {"id": network}}},
         f"{zone}/virtualNetworkLinks/l"),
        ("Microsoft.Network/privateDnsZones/A", "x", zone, {"properties": {"ttl": 60, "aRecords": [{"ipv4Address": "10.0.0.9"}]}},
         f"{zone}/A/x"),
    ]  # fmt: skip
    resources = [
        azapi(type_, name, parent, json.dumps(body) if as_text else body, **({"id": id_} if known else {}))
        for type_, name, parent, body, id_ in made
    ]
    loaded = topology(of({"format_version": "1.0", "values": {"root_module": {"resources": resources}}}))
    found = loaded.private_dns_zones["privatelink.azurecr.io"]
    assert list(found.links) == ["vnet"]
    assert [rrset.texts() for rrset in found.records] == [("10.0.0.9",)]


def test_old_providers_are_read() -> None:
    """Before version 3 of azurerm: a list of locations, and no resolution policy."""
    value = fixture("terraform_show")
    resources = value["values"]["root_module"]["resources"]
    registry = resources[0]["values"]
    del registry["georeplications"]
    registry["georeplication_locations"] = ["West Europe"]
    for each in resources:
        each["values"].pop("resolution_policy", None)
        each["values"].pop("ip_configuration", None)
    assert answers(topology(of(value)), "vnet-hub") == ADDRESSES


def test_a_record_that_terraform_manages_proves_no_absence() -> None:
    """It is an addition to what the zone group writes."""
    value = fixture("terraform_show")
    group = {"resource_group_name": "rg-contoso"}
    value["values"]["root_module"]["resources"].append(
        planned("azurerm_private_dns_a_record", "x", name="x", zone_name="privatelink.azurecr.io", ttl=300,
                records=["10.0.0.99"], tags={"creator": "created by private endpoint gone with resource guid 1"}, **group)
    )  # fmt: skip
    result = of(value)
    assert answers(topology(result), "vnet-hub") == ADDRESSES
    assert any("was created by the private endpoint gone, which is not in the input" in note for note in said(result))


@pytest.mark.parametrize(
    ("address", "bare"),
    [
        ("", ""),
        ("module.a", "module.a"),
        ("module.a[0].module.b", "module.a.module.b"),
        ('module.a["x.y"].module.b["c\\"]d"]', "module.a.module.b"),
    ],
)
def test_a_module_has_an_address_without_keys(address: str, bare: str) -> None:
    """Keys are texts with any character in them."""
    assert without_keys(address) == bare


def test_a_plan_knows_what_was_before() -> None:
    """The state that it starts from, beside the one that it leads to."""
    value = plan()
    octets = json.dumps(value | {"prior_state": {"values": {"root_module": {}}}}).encode()
    assert imported([Input("plan.json", octets)], moment="before").text == ""
    assert imported([Input("plan.json", octets)]).text


def test_addresses_after_apply_are_made_up_for_a_comparison() -> None:
    """Free ones in the network, one a member, and always the same."""
    value = plan()
    del value["planned_values"]["root_module"]["resources"][1]["values"]["ip_configuration"]
    result = imported([Input("plan.json", json.dumps(value).encode())], spaces={})
    addresses = topology(result).private_endpoints["pe"].addresses
    assert list(map(str, addresses)) == ["registry", "registry_data_eastus", "registry_data_westeurope"]
    assert list(addresses.values()) == ["10.0.255.254", "10.0.255.253", "10.0.255.252"]
    assert any("registry is known after apply; 10.0.255.254 stands for it" in note for note in said(result))


HUB_IDS = {name: f"{NETWORK}/{kind}/{name}" for name, kind in (
    ("vnet-app", "virtualNetworks"), ("wan", "virtualWans"), ("vhub", "virtualHubs"), ("base", "firewallPolicies"),
    ("policy", "firewallPolicies"), ("fw", "azureFirewalls"))}  # fmt: skip
AKS = f"{GROUP}/providers/Microsoft.ContainerService/managedClusters/aks"
CONNECTION = f"{HUB_IDS['vhub']}/hubVirtualNetworkConnections/app"


def of_azurerm() -> list[dict[str, Any]]:
    """Return a secured hub whose firewall, by a policy based on another, is the DNS server of a network."""
    ids = HUB_IDS
    own = {
        name: {"id": id_, "name": name, "resource_group_name": "rg-contoso", "location": "eastus"}
        for name, id_ in ids.items()
    }
    return [
        planned("azurerm_virtual_network", "app", address_space=["10.5.0.0/16"], dns_servers=["10.9.0.132"], **own["vnet-app"]),
        planned("azurerm_virtual_wan", "wan", type="Standard", **own["wan"]),
        planned("azurerm_virtual_hub", "vhub", address_prefix="10.9.0.0/24", virtual_wan_id=ids["wan"], **own["vhub"]),
        planned("azurerm_virtual_hub_connection", "app", id=CONNECTION, name="app", virtual_hub_id=ids["vhub"],
                remote_virtual_network_id=ids["vnet-app"], internet_security_enabled=True),
        planned("azurerm_firewall_policy", "base", base_policy_id="", dns=[{"proxy_enabled": True, "servers": ["8.8.8.8"]}], **own["base"]),
        planned("azurerm_firewall_policy", "policy", base_policy_id=ids["base"], dns=[], **own["policy"]),
        planned("azurerm_firewall", "fw", sku_name="AZFW_Hub", firewall_policy_id=ids["policy"], dns_servers=None, dns_proxy_enabled=False,
                ip_configuration=[], virtual_hub=[{"virtual_hub_id": ids["vhub"], "private_ip_address": "10.9.0.132"}], **own["fw"]),
        planned("azurerm_kubernetes_cluster", "aks", id=AKS, name="aks", network_profile=[{"dns_service_ip": "10.0.0.10"}],
                default_node_pool=[{"vnet_subnet_id": f"{ids['vnet-app']}/subnets/aks"}], kube_config_raw="SECRET"),
    ]  # fmt: skip


def of_azapi() -> list[dict[str, Any]]:
    """Return the same by the azapi provider."""
    ids, network = HUB_IDS, "Microsoft.Network"
    bodies: list[tuple[str, str, str, dict[str, Any]]] = [
        ("virtualNetworks", "vnet-app", ids["vnet-app"], {"addressSpace": {"addressPrefixes": ["10.5.0.0/16"]}, "dhcpOptions": {"dnsServers": ["10.9.0.132"]}}),
        ("virtualHubs", "vhub", ids["vhub"], {"addressPrefix": "10.9.0.0/24", "virtualWan": {"id": ids["wan"]}}),
        ("virtualHubs/hubVirtualNetworkConnections", "app", CONNECTION, {"remoteVirtualNetwork": {"id": ids["vnet-app"]}}),
        ("firewallPolicies", "base", ids["base"], {"dnsSettings": {"enableProxy": True, "servers": ["8.8.8.8"]}}),
        ("firewallPolicies", "policy", ids["policy"], {"basePolicy": {"id": ids["base"]}}),
        ("azureFirewalls", "fw", ids["fw"], {"virtualHub": {"id": ids["vhub"]}, "firewallPolicy": {"id": ids["policy"]}, "hubIPAddresses": {"privateIPAddress": "10.9.0.132"}}),
    ]  # fmt: skip
    made = [
        azapi(f"{network}/{type_}", name, id_.rsplit("/", 2)[0], {"properties": properties}, id=id_)
        for type_, name, id_, properties in bodies
    ]
    cluster = {"properties": {"agentPoolProfiles": [{"vnetSubnetID": f"{ids['vnet-app']}/subnets/aks"}]}}
    return [*made, azapi("Microsoft.ContainerService/managedClusters", "aks", GROUP, cluster, id=AKS)]


@pytest.mark.parametrize("made", [of_azurerm, of_azapi])
def test_a_firewall_of_a_virtual_hub_is_a_server(made: Any) -> None:
    """The hub joins what is connected to it; the firewall forwards as the policy says that its own is based on."""
    result = of({"format_version": "1.0", "values": {"root_module": {"resources": made()}}})
    loaded = topology(result)
    assert loaded.networks["vhub"].kind == "virtual_hub"
    assert loaded.reach("vnet-app") == {"vhub"}
    assert loaded.dns_servers["10.9.0.132"].network == "vhub"
    assert loaded.dns_servers["10.9.0.132"].forwarders == ("8.8.8.8",)
    assert [note.partition(": ")[2] for note in said(result) if "aks" not in note] == []
    assert any("the cluster aks is in this network" in note for note in said(result))
    assert not result.notes.skipped_types
    assert "SECRET" not in result.text


def test_a_firewall_without_a_policy_has_settings_of_its_own() -> None:
    """In a network, with its proxy off: it answers nobody."""
    resources = of_azurerm()[:1]
    resources[0]["values"]["address_space"].append("10.9.0.0/24")
    firewall = {"dns_proxy_enabled": False, "dns_servers": ["8.8.8.8"], "firewall_policy_id": "", "virtual_hub": []}
    subnet = f"{HUB_IDS['vnet-app']}/subnets/AzureFirewallSubnet"
    at = {"ip_configuration": [{"private_ip_address": "10.9.0.132", "subnet_id": subnet}]}
    for proxy in (False, True):
        values = firewall | at | {"id": HUB_IDS["fw"], "name": "fw", "dns_proxy_enabled": proxy}
        result = of({"format_version": "1.0", "values": {"root_module": {"resources": [*resources, planned("azurerm_firewall", "fw", **values)]}}})  # fmt: skip
        assert bool(topology(result).dns_servers) is proxy
        assert any("which has no DNS proxy: nobody answers there" in note for note in said(result)) is not proxy


def test_a_body_that_is_known_in_part_is_filled_in() -> None:
    """Azapi 2 has a body as an object: what is known after apply is absent, and the configuration says of whom it is."""
    resources, configuration = of_azapi(), []
    joints = {"vhub": (["virtualWan"], []), "app": (["remoteVirtualNetwork"], ["vnet-app"]), "policy": (["basePolicy"], ["base"]),
              "fw": (["virtualHub", "firewallPolicy"], ["vhub", "policy"])}  # fmt: skip
    for each in resources:
        values = each["values"]
        del values["id"]
        for field in joints.get(values["name"], ([], []))[0]:
            values["body"]["properties"][field] = {}
        if values["name"] == "app":
            del values["parent_id"]
        targets = joints.get(values["name"], ([], []))[1]
        references = [
            text for target in targets for text in (f"azapi_resource.{target}.id", f"azapi_resource.{target}")
        ]
        found = {"body": expression(*references)} | ({"parent_id": expression("azapi_resource.vhub.id")} if values["name"] == "app" else {})  # fmt: skip
        configuration.append({"address": each["address"], "expressions": found})
    for each in resources:
        if each["values"]["name"] == "app":
            each["values"]["parent_id"] = None
    root = {"resources": configuration}
    result = of({"format_version": "1.2", "planned_values": {"root_module": {"resources": resources}}, "configuration": {"root_module": root}})  # fmt: skip
    loaded = topology(result)
    assert loaded.reach("vnet-app") == {"vhub"}
    assert loaded.dns_servers["10.9.0.132"].forwarders == ("8.8.8.8",)
    assert not any("known after apply" in note for note in said(result))


@pytest.mark.parametrize("kind", ["resolver", "firewall"])
@pytest.mark.parametrize("known", [None, [None]], ids=["unknown", "in part"])
def test_dns_servers_that_are_known_after_apply_are_followed(kind: str, known: Any) -> None:
    """Of a new estate: the address of the inbound endpoint or firewall is made up for a comparison, and is a TODO otherwise."""
    value = plan()
    group = {"resource_group_name": "rg"}
    root = value["planned_values"]["root_module"]
    (spoke,) = (each for each in root["child_modules"][0]["resources"] if each.get("index") == "spoke")
    spoke["values"] |= {"dns_servers": known, "name": "vnet-spoke"}
    server = {"resolver": "azurerm_private_dns_resolver_inbound_endpoint.in", "firewall": "azurerm_firewall.fw"}[kind]
    made = [
        planned("azurerm_private_dns_resolver", "dns", name="dns", **group),
        planned("azurerm_private_dns_resolver_inbound_endpoint", "in", name="in", ip_configurations=[{}]),
        planned("azurerm_firewall_policy", "p", name="p", dns=[{"proxy_enabled": True}], **group),
        planned("azurerm_firewall", "fw", name="fw", ip_configuration=[{}], **group),
    ]
    root["resources"] += made
    subnet = {"subnet_id": expression("module.net.subnet_id", "module.net")}
    configuration = value["configuration"]["root_module"]
    configuration["resources"] += [
        {"address": "azurerm_private_dns_resolver.dns", "expressions": {"virtual_network_id": expression("module.net.hub")}},
        {"address": "azurerm_private_dns_resolver_inbound_endpoint.in", "expressions": {
            "private_dns_resolver_id": expression("azurerm_private_dns_resolver.dns.id"), "ip_configurations": [subnet]}},
        {"address": "azurerm_firewall_policy.p", "expressions": {}},
        {"address": "azurerm_firewall.fw", "expressions": {
            "firewall_policy_id": expression("azurerm_firewall_policy.p.id"), "ip_configuration": [subnet]}},
    ]  # fmt: skip
    net = configuration["module_calls"]["net"]
    net["expressions"] = {"servers": expression(f"{server}.ip_configuration[0].private_ip_address", server)}
    net["module"]["resources"][0]["expressions"] = {"dns_servers": expression("var.servers")}
    result = of(value)
    assert topology(result).networks["vnet-spoke"].dns_servers == ()
    assert any("its DNS servers are known after apply" in note for note in said(result))
    loaded = topology(imported([Input("plan.json", json.dumps(value).encode())], spaces={}))
    (address,) = loaded.networks["vnet-spoke"].dns_servers
    assert address in (loaded.dns_servers if kind == "firewall" else loaded.private_resolvers["dns"].inbound_endpoints)


def test_dns_servers_that_nobody_can_follow_are_reported() -> None:
    """A local value is not in the configuration of a plan; a list of the root's variable is what it is, empty or not."""
    for reference, noted in (("local.servers", True), ("var.servers", False)):
        network = planned(
            "azurerm_virtual_network", "v", name="v", resource_group_name="rg", address_space=["10.0.0.0/16"]
        )
        found = [{"address": "azurerm_virtual_network.v", "expressions": {"dns_servers": expression(reference)}}]
        value = {"format_version": "1.2", "planned_values": {"root_module": {"resources": [network]}}, "configuration": {"root_module": {"resources": found}}}  # fmt: skip
        assert any("dns_servers is known after apply" in note for note in said(of(value))) is noted


def test_an_address_space_that_is_none_does_not_stop_a_comparison() -> None:
    """It is left out and said, and addresses that are made up come from elsewhere."""
    value = plan()
    value["planned_values"]["root_module"]["child_modules"][0]["resources"][0]["values"]["address_space"] = [
        "x",
        "10.0.0.0/33",
    ]
    del value["planned_values"]["root_module"]["resources"][1]["values"]["ip_configuration"]
    result = imported([Input("plan.json", json.dumps(value).encode())], spaces={})
    assert str(next(iter(topology(result).private_endpoints["pe"].addresses.values()))).startswith("10.255.")
    assert any("networks.vnet-hub: address_space.0" in note for note in said(result)), said(result)
