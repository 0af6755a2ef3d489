"""A private DNS zone; those of other services are counted, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.exchange.imports.azure_object import AzureObject, number_of
from acrdns.exchange.imports.estate.found import FoundObject, FoundZone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.exchange.imports.estate.identifier import Identifier
    from acrdns.exchange.imports.notes import Notes

OF_REGISTRIES = "azurecr"
"""A part of the name of every zone that matters to a registry, misspelt ones too."""


def read(found: AzureObject, notes: Notes) -> Iterator[FoundObject]:
    """Return the zone, if it is for registries."""
    if is_ours(found.id, notes, "private zones of other services"):
        yield FoundZone(
            **found.who,
            record_sets=number_of(found.fields, "numberOfRecordSets"),
            links=number_of(found.fields, "numberOfVirtualNetworkLinks"),
        )


def is_ours(id_: Identifier, notes: Notes, what: str) -> bool:
    """Return whether something is a zone for registries or stands in one; others are counted."""
    if OF_REGISTRIES in id_.names[0].lower():
        return True
    notes.skipped_types[what] += 1
    return False
