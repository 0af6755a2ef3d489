"""Files for an import, as tools write them: network interfaces of so many machines in one network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_GROUP = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-contoso"
_NETWORK = f"{_GROUP}/providers/Microsoft.Network/virtualNetworks/vnet-hub"
_TYPE = "Microsoft.Network/networkInterfaces"
_SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"


def _az(number: int) -> list[dict[str, Any]]:
    interfaces = [
        {
            "auxiliaryMode": "None",
            "auxiliarySku": "None",
            "disableTcpStateTracking": False,
            "dnsSettings": {
                "appliedDnsServers": [],
                "dnsServers": [],
                "internalDomainNameSuffix": "x.bx.internal.cloudapp.net",
            },
            "enableAcceleratedNetworking": False,
            "enableIPForwarding": False,
            "etag": 'W/"00000000-0000-0000-0000-000000000000"',
            "id": f"{_GROUP}/providers/{_TYPE}/vm-{at}",
            "ipConfigurations": [
                {
                    "id": f"{_GROUP}/providers/{_TYPE}/vm-{at}/ipConfigurations/ipconfig",
                    "name": "ipconfig",
                    "primary": True,
                    "privateIPAddress": _address(at),
                    "privateIPAddressVersion": "IPv4",
                    "privateIPAllocationMethod": "Dynamic",
                    "provisioningState": "Succeeded",
                    "resourceGroup": "rg-contoso",
                    "subnet": {"id": f"{_NETWORK}/subnets/default", "resourceGroup": "rg-contoso"},
                }
            ],
            "location": "eastus",
            "name": f"vm-{at}",
            "nicType": "Standard",
            "provisioningState": "Succeeded",
            "resourceGroup": "rg-contoso",
            "tapConfigurations": [],
            "type": _TYPE,
            "virtualMachine": {
                "id": f"{_GROUP}/providers/Microsoft.Compute/virtualMachines/vm-{at}",
                "resourceGroup": "rg-contoso",
            },
            "vnetEncryptionSupported": False,
        }
        for at in range(number)
    ]
    network = {
        "id": _NETWORK,
        "name": "vnet-hub",
        "location": "eastus",
        "addressSpace": {"addressPrefixes": ["10.0.0.0/8"]},
    }
    return [*interfaces, network]


def _attributes(at: int) -> dict[str, Any]:
    return {
        "accelerated_networking_enabled": False,
        "applied_dns_servers": [],
        "auxiliary_mode": "",
        "dns_servers": [],
        "id": f"{_GROUP}/providers/{_TYPE}/vm-{at}",
        "internal_domain_name_suffix": "x.bx.internal.cloudapp.net",
        "ip_configuration": [
            {
                "gateway_load_balancer_frontend_ip_configuration_id": "",
                "name": "ipconfig",
                "primary": True,
                "private_ip_address": _address(at),
                "private_ip_address_allocation": "Dynamic",
                "private_ip_address_version": "IPv4",
                "public_ip_address_id": "",
                "subnet_id": f"{_NETWORK}/subnets/default",
            }
        ],
        "ip_forwarding_enabled": False,
        "location": "eastus",
        "mac_address": "00-0D-3A-00-00-00",
        "name": f"vm-{at}",
        "private_ip_address": _address(at),
        "private_ip_addresses": [_address(at)],
        "resource_group_name": "rg-contoso",
        "tags": {},
        "timeouts": None,
        "virtual_machine_id": f"{_GROUP}/providers/Microsoft.Compute/virtualMachines/vm-{at}",
    }


_VNET = {"id": _NETWORK, "name": "vnet-hub", "resource_group_name": "rg-contoso", "address_space": ["10.0.0.0/8"]}


def _resources(number: int) -> Iterator[tuple[str, str, dict[str, Any]]]:
    yield "azurerm_virtual_network", "hub", _VNET
    for at in range(number):
        yield "azurerm_network_interface", f"vm{at}", _attributes(at)


def _state(number: int) -> dict[str, Any]:
    provider = 'provider["registry.terraform.io/hashicorp/azurerm"]'
    resources = [
        {
            "mode": "managed",
            "type": type_,
            "name": name,
            "provider": provider,
            "instances": [
                {
                    "schema_version": 0,
                    "attributes": values,
                    "sensitive_attributes": [],
                    "dependencies": ["azurerm_subnet.a"],
                }
            ],
        }
        for type_, name, values in _resources(number)
    ]
    return {
        "version": 4,
        "terraform_version": "1.9.8",
        "serial": 7,
        "lineage": "x",
        "outputs": {},
        "resources": resources,
    }


def _plan(number: int) -> dict[str, Any]:
    provider = "registry.terraform.io/hashicorp/azurerm"
    found = list(_resources(number))
    resources = [
        {
            "address": f"{type_}.{name}",
            "mode": "managed",
            "type": type_,
            "name": name,
            "provider_name": provider,
            "schema_version": 0,
            "values": values,
            "sensitive_values": {},
        }
        for type_, name, values in found
    ]
    changes = [
        {
            "address": f"{type_}.{name}",
            "mode": "managed",
            "type": type_,
            "name": name,
            "provider_name": provider,
            "change": {"actions": ["no-op"], "before": values, "after": values, "after_unknown": {}},
        }
        for type_, name, values in found
    ]
    values = {"root_module": {"resources": resources}}
    prior = {"format_version": "1.0", "values": values}
    return {"format_version": "1.2", "planned_values": values, "resource_changes": changes, "prior_state": prior}


def _template(number: int) -> dict[str, Any]:
    hub = "parameters('virtualNetworks_vnet_hub_name')"
    subnet = f"[resourceId('Microsoft.Network/virtualNetworks/subnets', {hub}, 'default')]"
    names = [f"networkInterfaces_vm_{at}_name" for at in range(number)]
    interfaces = [
        {
            "type": _TYPE,
            "apiVersion": "2024-05-01",
            "name": f"[parameters('{name}')]",
            "location": "eastus",
            "dependsOn": [subnet],
            "kind": "Regular",
            "properties": {
                "ipConfigurations": [
                    {
                        "name": "ipconfig",
                        "type": f"{_TYPE}/ipConfigurations",
                        "id": f"[concat(resourceId('{_TYPE}', parameters('{name}')), '/ipConfigurations/ipconfig')]",
                        "properties": {
                            "privateIPAddress": _address(at),
                            "privateIPAllocationMethod": "Dynamic",
                            "primary": True,
                            "privateIPAddressVersion": "IPv4",
                            "subnet": {"id": subnet},
                        },
                    }
                ],
                "dnsSettings": {"dnsServers": []},
                "enableAcceleratedNetworking": False,
                "enableIPForwarding": False,
                "disableTcpStateTracking": False,
                "nicType": "Standard",
                "auxiliaryMode": "None",
                "auxiliarySku": "None",
            },
        }
        for at, name in enumerate(names)
    ]
    network = {
        "type": "Microsoft.Network/virtualNetworks",
        "apiVersion": "2024-05-01",
        "location": "eastus",
        "name": "[parameters('virtualNetworks_vnet_hub_name')]",
        "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/8"]}},
    }
    parameters = {name: {"defaultValue": f"vm-{at}", "type": "String"} for at, name in enumerate(names)}
    parameters["virtualNetworks_vnet_hub_name"] = {"defaultValue": "vnet-hub", "type": "String"}
    return {
        "$schema": _SCHEMA,
        "contentVersion": "1.0.0.0",
        "parameters": parameters,
        "variables": {},
        "resources": [network, *interfaces],
    }


def _address(at: int) -> str:
    return f"10.{at >> 16 & 255}.{at >> 8 & 255}.{at & 255}"


KINDS: dict[str, Callable[[int], Any]] = {
    "az": _az,
    "terraform state": _state,
    "terraform plan": _plan,
    "ARM template": _template,
}
