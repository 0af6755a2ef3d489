"""A virtual network link of a private zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.exchange.imports.azure_object import AzureObject, flag_of, inside, text_of
from acrdns.exchange.imports.estate.found import FoundLink, FoundObject
from acrdns.exchange.imports.estate.identifier import identifier
from acrdns.exchange.imports.objects.private_zone import is_ours

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.exchange.imports.notes import Notes


def read(found: AzureObject, notes: Notes) -> Iterator[FoundObject]:
    """Return the link, if its zone is for registries."""
    if is_ours(found.id, notes, "links of private zones of other services"):
        yield FoundLink(
            **found.who,
            network=identifier(inside(found.fields, "virtualNetwork").get("id")),
            state=text_of(found.fields, "virtualNetworkLinkState"),
            policy=text_of(found.fields, "resolutionPolicy"),
            registration=flag_of(found.fields, "registrationEnabled"),
        )
