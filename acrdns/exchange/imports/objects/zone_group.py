"""A zone group of a private endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acrdns.exchange.imports.azure_object import AzureObject, children, text_of, texts_of
from acrdns.exchange.imports.estate.found import FoundObject, FoundZoneGroup
from acrdns.exchange.imports.estate.identifier import identifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.exchange.imports.notes import Notes


def read(found: AzureObject, _notes: Notes) -> Iterator[FoundObject]:
    """Return the zone group with its zones, and the records that it says to have written."""
    configurations = children(found.fields, "privateDnsZoneConfigs")
    zones = [zone for each in configurations if (zone := identifier(each.get("privateDnsZoneId")))]
    records = {
        name: addresses[0]
        for each in configurations
        for record in children(each, "recordSets")
        if (name := _whole_name(record, each)) and (addresses := texts_of(record, "ipAddresses"))
    }
    yield FoundZoneGroup(
        **found.who,
        zones={zone.key: zone for zone in zones},
        records=records or None,
    )


def _whole_name(record: dict[str, Any], configuration: dict[str, Any]) -> str | None:
    """Return the name of a record with its zone's."""
    if whole := text_of(record, "fqdn"):
        return whole.lower().rstrip(".")
    zone, name = identifier(configuration.get("privateDnsZoneId")), text_of(record, "recordSetName")
    return f"{name}.{zone.name}".lower() if zone and name else None


def read_inside(fields: dict[str, Any], endpoint: AzureObject, notes: Notes) -> Iterator[FoundObject]:
    """Return a zone group that stands in its endpoint."""
    own = identifier(fields.get("id")) or endpoint.id.child(
        "privateDnsZoneGroups", text_of(fields, "name") or "default"
    )
    yield from read(AzureObject(own, fields, endpoint.origin, endpoint.declared), notes)
