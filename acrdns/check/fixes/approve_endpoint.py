"""Approve the connection of a private endpoint."""

from __future__ import annotations

from dataclasses import dataclass

from acrdns.check.fixes.fix import Edit, Fix, Topology, az, symbol
from acrdns.topology.text.edit import Put


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
        return tuple(Put(("private_endpoints", name, "status"), "Approved") for name in names)
