"""The connection of a virtual network to the hub of a virtual WAN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.exchange.imports.azure_object import AzureObject, inside, text_of
from acrdns.exchange.imports.estate.found import FoundObject, FoundPeering
from acrdns.exchange.imports.estate.identifier import identifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.exchange.imports.notes import Notes


def read(found: AzureObject, _notes: Notes) -> Iterator[FoundObject]:
    """Return the connection as a peering of the hub."""
    state = text_of(found.fields, "provisioningState") or "Succeeded"
    yield FoundPeering(
        **found.who,
        remote=identifier(inside(found.fields, "remoteVirtualNetwork").get("id")),
        state="Connected" if state == "Succeeded" else state,
    )
