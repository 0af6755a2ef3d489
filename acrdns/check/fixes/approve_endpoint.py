"""Approve the connection of a private endpoint."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from acrdns.check.fixes.fix import Edit, Fix, Topology, az, symbol
from acrdns.topology.text.edit import Put

if TYPE_CHECKING:
    from collections.abc import Iterator
    from ipaddress import IPv4Network, IPv6Network

    from acrdns.topology.model import PrivateEndpoint

_TRIED = 2000
"""A private endpoint has an address for each endpoint of its registry, so that a free one is near."""


@dataclass(frozen=True, slots=True)
class ApproveEndpoint(Fix):
    """The registry's owner lists the connections, whose names Azure makes, and approves one."""

    registry: str
    endpoint: str = ""
    """Empty where only the answers say that none is approved."""

    @property
    def az(self) -> tuple[str, ...]:
        return (
            az("acr private-endpoint-connection list", "-r", self.registry),
            az("acr private-endpoint-connection approve", "-r", self.registry, "-n", "CONNECTION_NAME"),
        )

    @property
    def terraform(self) -> str:
        where = f"azurerm_private_endpoint.{symbol(self.endpoint or f'{self.registry}-pe')}"
        return (
            f"# in {where}: approved without a further step where the deployer may do so\n"
            f'private_service_connection {{\n  name                           = "{self.registry}"\n'
            f"  private_connection_resource_id = azurerm_container_registry.{symbol(self.registry)}.id\n"
            '  subresource_names              = ["registry"]\n'
            "  is_manual_connection           = false\n}"
        )

    @property
    def bicep(self) -> str:
        return (
            "// use privateLinkServiceConnections rather than manualPrivateLinkServiceConnections:\n"
            "// Azure approves it where the deployer has the right to"
        )

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        names = (
            [self.endpoint]
            if self.endpoint
            else [
                endpoint.name
                for endpoint in topology.private_endpoints.values()
                if endpoint.registry == self.registry and not endpoint.approved
            ]
        )
        approved = tuple(Put(("private_endpoints", name, "status"), "Approved") for name in names)
        return (*approved, *(edit for name in names for edit in _addresses(topology, topology.private_endpoints[name])))


def _addresses(topology: Topology, private: PrivateEndpoint) -> Iterator[Edit]:
    """Return the edits that give an endpoint addresses, where the file has none: Azure chose them when it was made."""
    network = topology.networks[private.network]
    spaces = [*network.subnets.values(), *network.address_space]
    # An approved private endpoint turns on dedicated data endpoints.
    registry = replace(topology.registries[private.registry], data_endpoint_enabled=True)
    members = registry.members() if spaces and not private.addresses else ()
    free = _free(topology, spaces[0]) if members else iter(())
    for member, address in zip(members, free, strict=False):
        yield Put(("private_endpoints", private.name, "addresses", str(member)), address)


def _free(topology: Topology, space: IPv4Network | IPv6Network) -> Iterator[str]:
    """Return the addresses of a range that nothing in the file has; Azure keeps the first four and the last one."""
    taken = {address for private in topology.private_endpoints.values() for address in private.addresses.values()}
    taken.update(address for resolver in topology.private_resolvers.values() for address in resolver.inbound_endpoints)
    taken.update(server.address for server in topology.dns_servers.values())
    taken.update(address for network in topology.networks.values() for address in network.dns_servers)
    for number in range(4, min(space.num_addresses - 1, _TRIED)):
        if (address := str(space[number])) not in taken:
            yield address
