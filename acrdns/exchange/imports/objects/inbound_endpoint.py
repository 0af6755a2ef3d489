"""An inbound endpoint of a private resolver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.exchange.imports.azure_object import AzureObject, children, inside, text_of
from acrdns.exchange.imports.estate.found import FoundInbound, FoundObject
from acrdns.exchange.imports.objects.private_endpoint import network_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.exchange.imports.notes import Notes


def read(found: AzureObject, _notes: Notes) -> Iterator[FoundObject]:
    """Return the endpoint with its addresses."""
    configurations = children(found.fields, "ipConfigurations")
    addresses = (text_of(each, "privateIpAddress", "privateIPAddress") for each in configurations)
    networks = (network_of(inside(each, "subnet").get("id")) for each in configurations)
    yield FoundInbound(
        **found.who,
        addresses=tuple(filter(None, addresses)) or None,
        network=next((network for network in networks if network), None),
    )
