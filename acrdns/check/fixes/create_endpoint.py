"""Create a private endpoint for a registry."""

from __future__ import annotations

from dataclasses import dataclass

from acrdns.check.fixes.fix import GROUP, NETWORK, Fix, az, deployed
from acrdns.check.fixes.recreate_endpoint import created_endpoint


@dataclass(frozen=True, slots=True)
class CreateEndpoint(Fix):
    """Azure gives the addresses, and people choose the network, so the file is not edited."""

    registry: str

    @property
    def _name(self) -> str:
        return f"{self.registry}-pe"

    @property
    def az(self) -> tuple[str, ...]:
        target = ("--private-connection-resource-id", "REGISTRY_ID", "--group-id", "registry")
        where = ("--vnet-name", NETWORK, "--subnet", "SUBNET", "--connection-name", self._name)
        return (az("network private-endpoint create", "-g", GROUP, "-n", self._name, *where, *target),)

    @property
    def terraform(self) -> str:
        return created_endpoint(self._name, self.registry)

    @property
    def bicep(self) -> str:
        service = f"resourceId('Microsoft.ContainerRegistry/registries', '{self.registry}')"
        connection = f"{{ privateLinkServiceId: {service}, groupIds: ['registry'] }}"
        properties = (
            f"{{ subnet: {{ id: 'SUBNET_ID' }}, privateLinkServiceConnections: "
            f"[{{ name: '{self._name}', properties: {connection} }}] }}"
        )
        kind = "Microsoft.Network/privateEndpoints@2024-05-01"
        return deployed(kind, self._name, properties, location="REGION")
