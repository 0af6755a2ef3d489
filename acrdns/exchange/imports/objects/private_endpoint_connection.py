"""A registry's side of a private endpoint: it says who was approved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acrdns.exchange.imports.azure_object import AzureObject, inside, text_of
from acrdns.exchange.imports.estate.found import FoundConnection, FoundObject
from acrdns.exchange.imports.estate.identifier import identifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.exchange.imports.notes import Notes


def read(found: AzureObject, _notes: Notes) -> Iterator[FoundObject]:
    """Return the connection."""
    fields = found.fields
    endpoint = identifier(inside(fields, "privateEndpoint").get("id"))
    status = text_of(inside(fields, "privateLinkServiceConnectionState"), "status")
    if endpoint is not None or status is not None:
        yield FoundConnection(
            **found.who,
            endpoint=endpoint.key if endpoint else None,
            endpoint_name=endpoint.name if endpoint else None,
            status=status,
        )


def read_inside(fields: dict[str, Any], registry: AzureObject, notes: Notes) -> Iterator[FoundObject]:
    """Return a connection that stands in its registry."""
    name = text_of(fields, "name") or text_of(inside(fields, "privateEndpoint"), "id")
    own = identifier(fields.get("id")) or registry.id.child("privateEndpointConnections", name or "-")
    yield from read(AzureObject(own, fields, registry.origin, registry.declared), notes)
