"""Delete a private endpoint that its registry no longer knows, and create it again."""

from __future__ import annotations

from dataclasses import dataclass

from acrdns.check.fixes.delete_endpoint import DeleteEndpoint
from acrdns.check.fixes.fix import GROUP, Edit, Fix, Topology, az, quoted, resource, symbol
from acrdns.topology.text.edit import Put


@dataclass(frozen=True, slots=True)
class RecreateEndpoint(Fix):
    """A rejected or disconnected endpoint stays so for ever (facts.md F22); its successor is to be approved."""

    endpoint: str
    registry: str
    network: str

    @property
    def az(self) -> tuple[str, ...]:
        target = ("--private-connection-resource-id", "REGISTRY_ID", "--group-id", "registry")
        where = ("--vnet-name", self.network, "--subnet", "SUBNET", "--connection-name", self.endpoint)
        created = az("network private-endpoint create", "-g", GROUP, "-n", self.endpoint, *where, *target)
        return (*DeleteEndpoint(self.endpoint).az, created)

    @property
    def terraform(self) -> str:
        return (
            f"# terraform apply -replace=azurerm_private_endpoint.{symbol(self.endpoint)}\n"
            f"{created_endpoint(self.endpoint, self.registry)}"
        )

    @property
    def bicep(self) -> str:
        return f"// delete the Microsoft.Network/privateEndpoints resource '{self.endpoint}', then deploy it as it is"

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        return (Put(("private_endpoints", self.endpoint, "status"), "Approved"),)


def created_endpoint(endpoint: str, registry: str) -> str:
    """Write a private endpoint as Terraform."""
    connection = (
        f"{{\n    name                           = {quoted(endpoint)}\n"
        f"    private_connection_resource_id = azurerm_container_registry.{symbol(registry)}.id\n"
        '    subresource_names              = ["registry"]\n'
        "    is_manual_connection           = false\n  }"
    )
    fields = {
        "name": quoted(endpoint),
        "location": quoted("REGION"),
        "resource_group_name": quoted(GROUP),
        "subnet_id": quoted("SUBNET_ID"),
        "private_service_connection": connection,
    }
    return resource("azurerm_private_endpoint", endpoint, fields)
