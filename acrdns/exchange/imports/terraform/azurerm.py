"""Resources of the azurerm provider as the objects of Azure that they stand for (facts.md section 2.4).

Each function returns the object's identifier, which a plan may not know yet, and its fields as az writes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acrdns.exchange.imports.azure_object import children, text_of, texts_of
from acrdns.exchange.imports.estate.identifier import UNKNOWN, Identifier, identifier, made, written
from acrdns.exchange.imports.terraform import routed

if TYPE_CHECKING:
    from collections.abc import Callable

    Values = dict[str, Any]
    Convert = Callable[[Values], Values]

_NETWORK = "microsoft.network"
_ZONE = f"{_NETWORK}/privatednszones"
_RESOLVER = f"{_NETWORK}/dnsresolvers"
_RULESET = f"{_NETWORK}/dnsforwardingrulesets"


def identity(type_: str, values: Values) -> Identifier | None:
    """Return the identifier of a resource: its own, or one made of its name and of what it is in; else None."""
    own = identifier(values.get("id"))
    if own is not None:
        return own
    arm, parent = _TYPES.get(type_, ("", ""))
    name = text_of(values, "name")
    if not arm or name is None:
        return None
    if parent.endswith("_id"):
        above = identifier(values.get(parent))
        return above.child(arm.rpartition("/")[2], name) if above else None
    group = text_of(values, "resource_group_name") or UNKNOWN
    if parent:
        above_name = text_of(values, parent)
        return made(arm, above_name, name, group=group) if above_name else None
    return made(arm, name, group=group)


def fields(type_: str, values: Values) -> Values:
    """Return the fields of the object that a resource stands for. Raises KeyError for an unknown type."""
    return _FIELDS[type_](values)


def known(type_: str) -> bool:
    """Return whether a type of resource stands for something that a topology has."""
    return type_ in _FIELDS


def _reference(values: Values, name: str) -> Values:
    return {"id": values.get(name)}


def _first(values: Values, name: str) -> Values:
    return next(iter(children(values, name)), {})


def _enabled(value: Any) -> str | None:
    return None if value is None else "Enabled" if value is True or value == "Enabled" else "Disabled"


def _registry(values: Values) -> Values:
    rules = _first(values, "network_rule_set")
    replicas = [
        {"location": text_of(each, "location"), "regionEndpointEnabled": each.get("regional_endpoint_enabled")}
        for each in children(values, "georeplications")
    ] + [{"location": region} for region in texts_of(values, "georeplication_locations") or ()]
    return {
        "location": values.get("location"),
        "sku": values.get("sku"),
        "loginServer": values.get("login_server"),
        "publicNetworkAccess": _enabled(values.get("public_network_access_enabled")),
        "dataEndpointEnabled": values.get("data_endpoint_enabled"),
        "networkRuleSet": {
            "defaultAction": rules.get("default_action"),
            "ipRules": [{"value": each.get("ip_range")} for each in children(rules, "ip_rule")],
        }
        if rules
        else None,
        "replications": replicas,
    }


def _endpoint(values: Values) -> Values:
    automatic: list[Values] = []
    manual: list[Values] = []
    lone = None
    for each in children(values, "private_service_connection"):
        lone = lone or text_of(each, "private_ip_address")
        is_manual = each.get("is_manual_connection") is True
        connection = {
            "groupIds": each.get("subresource_names"),
            "privateLinkServiceId": each.get("private_connection_resource_id"),
            "assumedStatus": "Pending" if is_manual else None,
        }
        (manual if is_manual else automatic).append(connection)
    static = children(values, "ip_configuration")
    return {
        "location": values.get("location"),
        "subnet": _reference(values, "subnet_id"),
        "privateLinkServiceConnections": automatic,
        "manualPrivateLinkServiceConnections": manual,
        "networkInterfaces": [_reference(each, "id") for each in children(values, "network_interface")],
        "customNetworkInterfaceName": values.get("custom_network_interface_name"),
        "customDnsConfigs": [
            {"fqdn": each.get("fqdn"), "ipAddresses": each.get("ip_addresses")}
            for each in children(values, "custom_dns_configs")
        ],
        "ipConfigurations": [
            {"memberName": each.get("member_name"), "privateIPAddress": each.get("private_ip_address")}
            for each in static
        ],
        "loneAddress": lone,
        "zoneGroupsKnown": True,
        "privateDnsZoneGroups": [_group(values, each) for each in children(values, "private_dns_zone_group")],
    }


def _group(values: Values, group: Values) -> Values:
    written_to = [
        {
            "privateDnsZoneId": each.get("private_dns_zone_id"),
            "recordSets": [
                {
                    "recordSetName": record.get("name"),
                    "fqdn": record.get("fqdn"),
                    "ipAddresses": record.get("ip_addresses"),
                }
                for record in children(each, "record_sets")
            ],
        }
        for each in children(values, "private_dns_zone_configs")
    ]
    zones = [{"privateDnsZoneId": zone} for zone in texts_of(group, "private_dns_zone_ids") or ()]
    return {"id": group.get("id"), "name": group.get("name"), "privateDnsZoneConfigs": [*zones, *written_to]}


def _link(values: Values) -> Values:
    return {
        "virtualNetwork": _reference(values, "virtual_network_id"),
        "registrationEnabled": values.get("registration_enabled"),
        "resolutionPolicy": values.get("resolution_policy"),
    }


def _records(kind: str) -> Convert:
    def convert(values: Values) -> Values:
        tags = values.get("tags") if isinstance(values.get("tags"), dict) else {}
        records = values.get("records") or values.get("record") or []
        return {
            "ttl": values.get("ttl"),
            "metadata": {"creator": tags.get("creator") if isinstance(tags, dict) else None},
            f"{kind}Records": [_record(kind, each) for each in records] if isinstance(records, list) else [],
            "cnameRecord": {"cname": values.get("record")} if kind == "cname" else None,
        }

    return convert


def _record(kind: str, record: Any) -> Values:
    if not isinstance(record, dict):
        return {{"a": "ipv4Address", "aaaa": "ipv6Address"}.get(kind, "ptrdname"): record}
    return {**record, "value": [record.get("value")]}


def _network(values: Values) -> Values:
    return {
        "location": values.get("location"),
        "addressSpace": {"addressPrefixes": values.get("address_space")},
        # An empty list may also mean that another resource manages them.
        "dhcpOptions": {"dnsServers": values.get("dns_servers") or None},
        "serversOf": values.get("dns_servers_of"),
    }


def _network_servers(values: Values) -> Values:
    return {"dhcpOptions": {"dnsServers": values.get("dns_servers")}, "serversOf": values.get("dns_servers_of")}


def _peering(values: Values) -> Values:
    return {"remoteVirtualNetwork": _reference(values, "remote_virtual_network_id")}


def _in_network(values: Values) -> Values:
    return {"virtualNetwork": _reference(values, "virtual_network_id")}


def _inbound(values: Values) -> Values:
    return {
        "ipConfigurations": [
            {"privateIpAddress": each.get("private_ip_address"), "subnet": _reference(each, "subnet_id")}
            for each in children(values, "ip_configurations")
        ]
    }


def _outbound(values: Values) -> Values:
    return {"subnet": _reference(values, "subnet_id")}


def _ruleset(values: Values) -> Values:
    outbound = texts_of(values, "private_dns_resolver_outbound_endpoint_ids") or ()
    return {"dnsResolverOutboundEndpoints": [{"id": each} for each in outbound]}


def _rule(values: Values) -> Values:
    return {
        "domainName": values.get("domain_name"),
        "forwardingRuleState": _enabled(values.get("enabled")),
        "targetDnsServers": [
            {"ipAddress": each.get("ip_address"), "port": each.get("port")}
            for each in children(values, "target_dns_servers")
        ],
    }


def _interface(values: Values) -> Values:
    return {
        "ipConfigurations": [
            {
                "name": each.get("name"),
                "privateIPAddress": each.get("private_ip_address"),
                "subnet": _reference(each, "subnet_id"),
            }
            for each in children(values, "ip_configuration")
        ],
        "dnsSettings": {"dnsServers": values.get("dns_servers")},
    }


_DNS = "azurerm_private_dns"
_KINDS = ("a", "aaaa", "cname", "txt", "mx", "srv", "ptr")
_TYPES: dict[str, tuple[str, str]] = {
    "azurerm_container_registry": ("microsoft.containerregistry/registries", ""),
    "azurerm_private_endpoint": (f"{_NETWORK}/privateendpoints", ""),
    f"{_DNS}_zone": (_ZONE, ""),
    f"{_DNS}_zone_virtual_network_link": (f"{_ZONE}/virtualnetworklinks", "private_dns_zone_name"),
    **{f"{_DNS}_{kind}_record": (f"{_ZONE}/{kind}", "zone_name") for kind in _KINDS},
    "azurerm_virtual_network": (f"{_NETWORK}/virtualnetworks", ""),
    "azurerm_subnet": (f"{_NETWORK}/virtualnetworks/subnets", "virtual_network_name"),
    "azurerm_virtual_network_peering": (
        f"{_NETWORK}/virtualnetworks/virtualnetworkpeerings",
        "virtual_network_name",
    ),
    f"{_DNS}_resolver": (_RESOLVER, ""),
    f"{_DNS}_resolver_inbound_endpoint": (f"{_RESOLVER}/inboundendpoints", "private_dns_resolver_id"),
    f"{_DNS}_resolver_outbound_endpoint": (f"{_RESOLVER}/outboundendpoints", "private_dns_resolver_id"),
    f"{_DNS}_resolver_dns_forwarding_ruleset": (_RULESET, ""),
    f"{_DNS}_resolver_forwarding_rule": (f"{_RULESET}/forwardingrules", "dns_forwarding_ruleset_id"),
    f"{_DNS}_resolver_virtual_network_link": (f"{_RULESET}/virtualnetworklinks", "dns_forwarding_ruleset_id"),
    "azurerm_network_interface": (f"{_NETWORK}/networkinterfaces", ""),
    **routed.TYPES,
}
"""Type of the object, and the field that says what it is in: an identifier or a name."""

_FIELDS: dict[str, Convert] = {
    "azurerm_container_registry": _registry,
    "azurerm_private_endpoint": _endpoint,
    f"{_DNS}_zone": lambda _values: {"location": "global"},
    f"{_DNS}_zone_virtual_network_link": _link,
    **{f"{_DNS}_{kind}_record": _records(kind) for kind in _KINDS},
    "azurerm_virtual_network": _network,
    "azurerm_virtual_network_dns_servers": _network_servers,
    "azurerm_virtual_network_peering": _peering,
    f"{_DNS}_resolver": _in_network,
    f"{_DNS}_resolver_inbound_endpoint": _inbound,
    f"{_DNS}_resolver_outbound_endpoint": _outbound,
    f"{_DNS}_resolver_dns_forwarding_ruleset": _ruleset,
    f"{_DNS}_resolver_forwarding_rule": _rule,
    f"{_DNS}_resolver_virtual_network_link": _in_network,
    "azurerm_network_interface": _interface,
    **routed.FIELDS,
}


def identity_of(type_: str, values: Values) -> Identifier | None:
    """Return the identifier of what a resource changes: that of a network for its list of DNS servers."""
    if type_ == "azurerm_virtual_network_dns_servers":
        return identifier(values.get("virtual_network_id"))
    return identity(type_, values)


def reference(type_: str, values: Values) -> str | None:
    """Return the identifier of a resource as other resources refer to it, or None."""
    found = identity(type_, values)
    return written(found) if found else None
