"""A virtual network, with its side of its peerings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.exchange.imports.azure_object import AzureObject, children, inside, text_of, texts_of
from acrdns.exchange.imports.estate.found import FoundNetwork, FoundObject
from acrdns.exchange.imports.estate.identifier import identifier
from acrdns.exchange.imports.objects import peering
from acrdns.regions import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.exchange.imports.notes import Notes


def read(found: AzureObject, notes: Notes) -> Iterator[FoundObject]:
    """Return the network and its peerings. No DNS servers means Azure-provided DNS (facts.md section 2.2, rule 7)."""
    fields = found.fields
    location = text_of(fields, "location")
    yield FoundNetwork(
        **found.who,
        location=location and normalize(location),
        address_space=texts_of(inside(fields, "addressSpace"), "addressPrefixes"),
        dns_servers=texts_of(inside(fields, "dhcpOptions"), "dnsServers"),
        servers_of=tuple(filter(None, map(identifier, texts_of(fields, "serversOf") or ()))) or None,
    )
    for each in children(fields, "virtualNetworkPeerings"):
        name = text_of(each, "name") or text_of(inside(each, "remoteVirtualNetwork"), "id") or "-"
        own = identifier(each.get("id")) or found.id.child("virtualNetworkPeerings", name)
        yield from peering.read(AzureObject(own, each, found.origin, found.declared), notes)
