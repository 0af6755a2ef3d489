"""A firewall of Azure, or a policy for firewalls: a DNS server where its DNS proxy is on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.exchange.imports.azure_object import AzureObject, children, flag_of, inside, text_of, texts_of
from acrdns.exchange.imports.estate.found import FoundFirewall, FoundObject
from acrdns.exchange.imports.estate.identifier import identifier
from acrdns.exchange.imports.objects.private_endpoint import network_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.exchange.imports.notes import Notes


def read(found: AzureObject, _notes: Notes) -> Iterator[FoundObject]:
    """Return the firewall or the policy. A firewall without a policy has its settings in `additionalProperties`."""
    fields = found.fields
    configurations = children(fields, "ipConfigurations")
    hub = inside(fields, "hubIPAddresses") or inside(fields, "hubIpAddresses")
    addresses = [text_of(each, "privateIPAddress", "privateIpAddress") for each in (*configurations, hub)]
    networks = [network_of(inside(each, "subnet").get("id")) for each in configurations]
    own = {**fields, **inside(fields, "additionalProperties")}
    policy, settings = found.id.type.endswith("/firewallpolicies"), inside(fields, "dnsSettings")
    listed = text_of(own, "Network.DNS.Servers")
    yield FoundFirewall(
        **found.who,
        addresses=tuple(address for address in addresses if address) or None,
        network=next(filter(None, (*networks, identifier(inside(fields, "virtualHub").get("id")))), None),
        policy=identifier(inside(fields, "basePolicy" if policy else "firewallPolicy").get("id")),
        proxy=flag_of(settings, "enableProxy") if policy else flag_of(own, "Network.DNS.EnableProxy"),
        servers=texts_of(settings, "servers") or (tuple(listed.replace(",", " ").split()) if listed else None),
    )
