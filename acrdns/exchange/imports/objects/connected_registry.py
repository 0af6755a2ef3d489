"""A connected registry. No input says in which network it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.exchange.imports.azure_object import AzureObject, inside, text_of
from acrdns.exchange.imports.estate.found import FoundConnectedRegistry, FoundObject
from acrdns.exchange.imports.estate.identifier import identifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.exchange.imports.notes import Notes


def read(found: AzureObject, _notes: Notes) -> Iterator[FoundObject]:
    """Return the connected registry."""
    sync = inside(found.fields, "parent", "syncProperties")
    yield FoundConnectedRegistry(
        **found.who,
        mode=text_of(found.fields, "mode"),
        parent=identifier(inside(found.fields, "parent").get("id")),
        login_server=text_of(inside(found.fields, "loginServer"), "host"),
        schedule=text_of(sync, "schedule"),
        message_ttl=text_of(sync, "messageTtl"),
        sync_window=text_of(sync, "syncWindow"),
    )
