"""Hubs of a virtual WAN, firewalls and clusters of the azurerm provider, as az writes them: see `azurerm`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acrdns.exchange.imports.azure_object import children, texts_of

if TYPE_CHECKING:
    from collections.abc import Callable

    Values = dict[str, Any]

_NETWORK = "microsoft.network"


def _hub(values: Values) -> Values:
    return {
        "location": values.get("location"),
        "addressPrefix": values.get("address_prefix"),
        "virtualWan": {"id": values.get("virtual_wan_id")},
    }


def _connection(values: Values) -> Values:
    return {"remoteVirtualNetwork": {"id": values.get("remote_virtual_network_id")}}


def _firewall(values: Values) -> Values:
    """Return a firewall; one without a policy has its own settings, which the provider writes either way."""
    hub = next(iter(children(values, "virtual_hub")), {})
    policy = values.get("firewall_policy_id")
    own = {
        "Network.DNS.EnableProxy": values.get("dns_proxy_enabled"),
        "Network.DNS.Servers": ",".join(texts_of(values, "dns_servers") or ()),
    }
    return {
        "location": values.get("location"),
        "ipConfigurations": [
            {"privateIPAddress": each.get("private_ip_address"), "subnet": {"id": each.get("subnet_id")}}
            for each in children(values, "ip_configuration")
        ],
        "hubIPAddresses": {"privateIPAddress": hub.get("private_ip_address")},
        "virtualHub": {"id": hub.get("virtual_hub_id")},
        "firewallPolicy": {"id": policy},
        "additionalProperties": None if policy else own,
    }


def _policy(values: Values) -> Values:
    """Return a policy; without a block `dns` it says nothing of its own, and a policy that it is based on counts."""
    settings = next(iter(children(values, "dns")), None)
    return {
        "location": values.get("location"),
        "basePolicy": {"id": values.get("base_policy_id")},
        "dnsSettings": settings and {"enableProxy": settings.get("proxy_enabled"), "servers": settings.get("servers")},
    }


def _cluster(values: Values) -> Values:
    profile = next(iter(children(values, "network_profile")), {})
    return {
        "location": values.get("location"),
        "agentPoolProfiles": [
            {"vnetSubnetId": each.get("vnet_subnet_id")} for each in children(values, "default_node_pool")
        ],
        "networkProfile": {"dnsServiceIp": profile.get("dns_service_ip")},
    }


TYPES: dict[str, tuple[str, str]] = {
    "azurerm_virtual_wan": (f"{_NETWORK}/virtualwans", ""),
    "azurerm_virtual_hub": (f"{_NETWORK}/virtualhubs", ""),
    "azurerm_virtual_hub_connection": (f"{_NETWORK}/virtualhubs/hubvirtualnetworkconnections", "virtual_hub_id"),
    "azurerm_firewall": (f"{_NETWORK}/azurefirewalls", ""),
    "azurerm_firewall_policy": (f"{_NETWORK}/firewallpolicies", ""),
    "azurerm_kubernetes_cluster": ("microsoft.containerservice/managedclusters", ""),
}
"""Type of the object, and the field that says what it is in."""
FIELDS: dict[str, Callable[[Values], Values]] = {
    "azurerm_virtual_hub": _hub,
    "azurerm_virtual_hub_connection": _connection,
    "azurerm_firewall": _firewall,
    "azurerm_firewall_policy": _policy,
    "azurerm_kubernetes_cluster": _cluster,
}
