"""From an object of Azure to what is known of it: one type a file, found by this table."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from acrdns.exchange.imports.azure_object import AzureObject
    from acrdns.exchange.imports.estate.found import FoundObject
    from acrdns.exchange.imports.notes import Notes

    Read = Callable[[AzureObject, Notes], Iterable[FoundObject]]

_ZONE = "microsoft.network/privatednszones"
_RULESET = "microsoft.network/dnsforwardingrulesets"
TYPES = {
    "microsoft.containerregistry/registries": "registry",
    "microsoft.containerregistry/registries/replications": "replication",
    "microsoft.containerregistry/registries/privateendpointconnections": "private_endpoint_connection",
    "microsoft.containerregistry/registries/connectedregistries": "connected_registry",
    "microsoft.network/privateendpoints": "private_endpoint",
    "microsoft.network/privateendpoints/privatednszonegroups": "zone_group",
    "microsoft.network/networkinterfaces": "network_interface",
    _ZONE: "private_zone",
    f"{_ZONE}/virtualnetworklinks": "zone_link",
    **{f"{_ZONE}/{kind}": "record_set" for kind in ("a", "aaaa", "cname", "txt", "mx", "srv", "ptr", "caa", "soa")},
    "microsoft.network/virtualnetworks": "virtual_network",
    "microsoft.network/virtualnetworks/virtualnetworkpeerings": "peering",
    "microsoft.network/virtualhubs": "virtual_hub",
    "microsoft.network/virtualhubs/hubvirtualnetworkconnections": "hub_connection",
    "microsoft.network/azurefirewalls": "firewall",
    "microsoft.network/firewallpolicies": "firewall",
    "microsoft.containerservice/managedclusters": "cluster",
    "microsoft.network/dnsresolvers": "private_resolver",
    "microsoft.network/dnsresolvers/inboundendpoints": "inbound_endpoint",
    "microsoft.network/dnsresolvers/outboundendpoints": "outbound_endpoint",
    _RULESET: "ruleset",
    f"{_RULESET}/forwardingrules": "forwarding_rule",
    f"{_RULESET}/virtualnetworklinks": "ruleset_link",
}
"""The module of each type that a topology has something of."""


def reader(type_: str) -> Read | None:
    """Return what reads objects of a type, or None for a type that a topology has nothing of."""
    module = TYPES.get(type_)
    if module is None:
        return None
    found: Read = import_module(f"{__name__}.{module}").read
    return found
