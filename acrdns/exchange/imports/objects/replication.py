"""A replica of a registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.exchange.imports.azure_object import AzureObject, flag_of, text_of
from acrdns.exchange.imports.estate.found import FoundObject, FoundReplica
from acrdns.regions import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.exchange.imports.notes import Notes


def read(found: AzureObject, _notes: Notes) -> Iterator[FoundObject]:
    """Return the replica; its name is its region where the location is not said."""
    yield FoundReplica(
        **found.who,
        location=normalize(text_of(found.fields, "location") or found.id.name),
        routing=flag_of(found.fields, "regionEndpointEnabled"),
    )
