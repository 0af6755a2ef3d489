"""A DNS forwarding ruleset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.exchange.imports.azure_object import AzureObject, children
from acrdns.exchange.imports.estate.found import FoundObject, FoundRuleset
from acrdns.exchange.imports.estate.identifier import identifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.exchange.imports.notes import Notes


def read(found: AzureObject, _notes: Notes) -> Iterator[FoundObject]:
    """Return the ruleset."""
    outbound = (identifier(each.get("id")) for each in children(found.fields, "dnsResolverOutboundEndpoints"))
    yield FoundRuleset(
        **found.who,
        outbound=tuple(each for each in outbound if each) or None,
    )
