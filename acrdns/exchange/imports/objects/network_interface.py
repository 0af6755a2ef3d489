"""A network interface: the truth about a private endpoint's addresses (facts.md section 2.2, rule 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acrdns.exchange.imports.azure_object import AzureObject, children, inside, text_of, texts_of
from acrdns.exchange.imports.endpoint_names import endpoint_name, member_in, member_of
from acrdns.exchange.imports.estate.found import FoundInterface, FoundObject
from acrdns.exchange.imports.estate.identifier import identifier
from acrdns.exchange.imports.objects.private_endpoint import network_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.exchange.imports.notes import Notes


def read(found: AzureObject, _notes: Notes) -> Iterator[FoundObject]:
    """Return the interface, with an address for each member of the group `registry`."""
    fields = found.fields
    configurations = children(fields, "ipConfigurations")
    members: dict[str, str] = {}
    addresses: list[str] = []
    for each in configurations:
        address = text_of(each, "privateIPAddress", "privateIpAddress")
        if address is None:
            continue
        addresses.append(address)
        if member := _member(each):
            members.setdefault(member, address)
    endpoint = identifier(inside(fields, "privateEndpoint").get("id"))
    subnets = (network_of(inside(each, "subnet").get("id")) for each in configurations)
    yield FoundInterface(
        **found.who,
        endpoint=endpoint.key if endpoint else None,
        machine=not endpoint and not any("privateLinkConnectionProperties" in each for each in configurations),
        network=next((network for network in subnets if network), None),
        members=members or None,
        addresses=tuple(addresses) or None,
        dns_servers=texts_of(inside(fields, "dnsSettings"), "dnsServers") or None,
    )


def _member(configuration: dict[str, Any]) -> str | None:
    """Return the member that an address is of: as said, by its public name, or by the configuration's name."""
    link = inside(configuration, "privateLinkConnectionProperties")
    if (group := text_of(link, "groupId")) and group.lower() != "registry":
        return None
    hosts = (endpoint_name(host) for host in texts_of(link, "fqdns") or ())
    named = next((host[1] for host in hosts if host), None)
    return member_of(text_of(link, "requiredMemberName")) or named or member_in(text_of(configuration, "name"))
