"""A cluster of Azure Kubernetes Service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.exchange.imports.azure_object import AzureObject, children, inside, text_of
from acrdns.exchange.imports.estate.found import FoundCluster, FoundObject
from acrdns.exchange.imports.objects.private_endpoint import network_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.exchange.imports.notes import Notes


def read(found: AzureObject, _notes: Notes) -> Iterator[FoundObject]:
    """Return the cluster, with the network of its node pools."""
    pools = children(found.fields, "agentPoolProfiles")
    subnets = (network_of(text_of(pool, "vnetSubnetId", "vnetSubnetID")) for pool in pools)
    yield FoundCluster(
        **found.who,
        network=next((subnet for subnet in subnets if subnet), None),
        dns_service=text_of(inside(found.fields, "networkProfile"), "dnsServiceIp", "dnsServiceIP"),
    )
