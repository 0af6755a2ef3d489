"""An Azure DNS Private Resolver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.exchange.imports.azure_object import AzureObject, inside
from acrdns.exchange.imports.estate.found import FoundObject, FoundResolver
from acrdns.exchange.imports.estate.identifier import identifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.exchange.imports.notes import Notes


def read(found: AzureObject, _notes: Notes) -> Iterator[FoundObject]:
    """Return the resolver."""
    network = identifier(inside(found.fields, "virtualNetwork").get("id"))
    yield FoundResolver(**found.who, network=network)
