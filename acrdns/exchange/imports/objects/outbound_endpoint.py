"""An outbound endpoint of a private resolver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.exchange.imports.azure_object import AzureObject, inside
from acrdns.exchange.imports.estate.found import FoundObject, FoundOutbound
from acrdns.exchange.imports.objects.private_endpoint import network_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.exchange.imports.notes import Notes


def read(found: AzureObject, _notes: Notes) -> Iterator[FoundObject]:
    """Return the endpoint."""
    network = network_of(inside(found.fields, "subnet").get("id"))
    yield FoundOutbound(**found.who, network=network)
