"""The hub of a virtual WAN: networks connected to it reach each other; it takes no zone link and has no DNS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.exchange.imports.azure_object import AzureObject, inside, text_of
from acrdns.exchange.imports.estate.found import FoundNetwork, FoundObject
from acrdns.exchange.imports.estate.identifier import identifier
from acrdns.regions import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.exchange.imports.notes import Notes


def read(found: AzureObject, _notes: Notes) -> Iterator[FoundObject]:
    """Return the hub as a network."""
    location, prefix = text_of(found.fields, "location"), text_of(found.fields, "addressPrefix")
    yield FoundNetwork(
        **found.who,
        location=location and normalize(location),
        address_space=(prefix,) if prefix else None,
        wan=identifier(inside(found.fields, "virtualWan").get("id")),
    )
