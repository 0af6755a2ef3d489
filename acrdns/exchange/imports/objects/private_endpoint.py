"""A private endpoint; those of other services are counted, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acrdns.exchange.imports.azure_object import AzureObject, children, flag_of, inside, text_of, texts_of
from acrdns.exchange.imports.endpoint_names import member_of
from acrdns.exchange.imports.estate.found import FoundEndpoint, FoundObject
from acrdns.exchange.imports.estate.identifier import Identifier, identifier
from acrdns.exchange.imports.objects import zone_group
from acrdns.regions import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.exchange.imports.notes import Notes

REGISTRY = "microsoft.containerregistry/registries"
_CONNECTIONS = ("privateLinkServiceConnections", "manualPrivateLinkServiceConnections")


def read(found: AzureObject, notes: Notes) -> Iterator[FoundObject]:
    """Return the endpoint with its zone groups, if it is one of a registry."""
    fields = found.fields
    connections = [each for name in _CONNECTIONS for each in children(fields, name)]
    of_registry = [each for each in connections if _is_registry(each)]
    if connections and not of_registry:
        notes.skipped_types["private endpoints of other services"] += 1
        return
    connection = of_registry[0] if of_registry else {}
    if len(of_registry) > 1:
        what = f"it has {len(of_registry)} connections to registries"
        notes.add(found.origin, f"private_endpoints.{found.id.name}", what, "the first is taken")
    location = text_of(fields, "location")
    interfaces = (identifier(each.get("id")) for each in children(fields, "networkInterfaces"))
    yield FoundEndpoint(
        **found.who,
        registry=identifier(connection.get("privateLinkServiceId")),
        network=network_of(inside(fields, "subnet").get("id")),
        status=text_of(inside(connection, "privateLinkServiceConnectionState"), "status"),
        assumed_status=text_of(connection, "assumedStatus"),
        location=location and normalize(location),
        interfaces=tuple(each.key for each in interfaces if each) or None,
        interface_name=text_of(fields, "customNetworkInterfaceName"),
        public_names=_public_names(fields),
        static=_static(fields),
        lone_address=text_of(fields, "loneAddress"),
        groups_known=flag_of(fields, "zoneGroupsKnown"),
    )
    for group in children(fields, "privateDnsZoneGroups"):
        yield from zone_group.read_inside(group, found, notes)


def _is_registry(connection: dict[str, Any]) -> bool:
    target = identifier(connection.get("privateLinkServiceId"))
    if target is not None:
        return target.type == REGISTRY
    return "registry" in [group.lower() for group in texts_of(connection, "groupIds") or ()]


def network_of(subnet: object) -> Identifier | None:
    """Return the virtual network of a subnet's identifier, or None."""
    found = identifier(subnet)
    return found.above("microsoft.network/virtualnetworks") if found else None


def _public_names(fields: dict[str, Any]) -> dict[str, str] | None:
    found = {
        host.lower().rstrip("."): addresses[0]
        for each in children(fields, "customDnsConfigs")
        if (host := text_of(each, "fqdn")) and (addresses := texts_of(each, "ipAddresses"))
    }
    return found or None


def _static(fields: dict[str, Any]) -> dict[str, str] | None:
    found = {
        member: address
        for each in children(fields, "ipConfigurations")
        if (member := member_of(text_of(each, "memberName")))
        and (address := text_of(each, "privateIPAddress", "privateIpAddress"))
    }
    return found or None
