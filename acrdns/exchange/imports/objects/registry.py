"""A registry: `az acr show`, and what stands in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.exchange.imports.azure_object import AzureObject, children, flag_of, inside, text_of, texts_of
from acrdns.exchange.imports.endpoint_names import endpoint_name
from acrdns.exchange.imports.estate.found import FoundObject, FoundRegistry
from acrdns.exchange.imports.objects import private_endpoint_connection
from acrdns.regions import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.exchange.imports.notes import Notes


def read(found: AzureObject, notes: Notes) -> Iterator[FoundObject]:
    """Return the registry, and the private endpoint connections that it lists."""
    fields = found.fields
    rules = inside(fields, "networkRuleSet")
    location, sku = text_of(fields, "location"), fields.get("sku")
    yield FoundRegistry(
        **found.who,
        location=location and normalize(location),
        sku=sku if isinstance(sku, str) else text_of(inside(fields, "sku"), "name", "tier"),
        login_server=(text_of(fields, "loginServer") or "").lower() or None,
        public_access=flag_of(fields, "publicNetworkAccess"),
        default_action=text_of(rules, "defaultAction"),
        ip_rules=tuple(
            filter(None, (text_of(rule, "value", "ipAddressOrRange") for rule in children(rules, "ipRules")))
        )
        if rules
        else None,
        data_endpoint_enabled=flag_of(fields, "dataEndpointEnabled"),
        regional_endpoints=flag_of(fields, "regionalEndpoints"),
        data_regions=regions_in(texts_of(fields, "dataEndpointHostNames") or ()),
    )
    for connection in children(fields, "privateEndpointConnections"):
        yield from private_endpoint_connection.read_inside(connection, found, notes)


def regions_in(hosts: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the regions in names of data endpoints; None for an empty list, which may mean "may not read"."""
    members = (endpoint_name(host) for host in hosts)
    return (
        tuple(member[1].removeprefix("registry_data_") for member in members if member and "_data_" in member[1])
        or None
    )
