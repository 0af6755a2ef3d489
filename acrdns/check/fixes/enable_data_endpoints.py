"""Enable a registry's dedicated data endpoints."""

from __future__ import annotations

from dataclasses import dataclass

from acrdns.check.fixes.fix import Edit, Fix, Topology, az, deployed, resource
from acrdns.topology.text.edit import Put


@dataclass(frozen=True, slots=True)
class EnableDataEndpoints(Fix):
    """Azure lists the endpoints that the registry has; then those for data are enabled."""

    registry: str

    @property
    def az(self) -> tuple[str, ...]:
        shown = az("acr show-endpoints", "-n", self.registry)
        return (shown, az("acr update", "-n", self.registry, "--data-endpoint-enabled", "true"))

    @property
    def terraform(self) -> str:
        return resource("azurerm_container_registry", self.registry, {"data_endpoint_enabled": "true"})

    @property
    def bicep(self) -> str:
        kind = "Microsoft.ContainerRegistry/registries@2023-07-01"
        return deployed(kind, self.registry, "{ dataEndpointEnabled: true }")

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        return (Put(("registries", self.registry, "data_endpoint_enabled"), True),)  # noqa: FBT003 - a value
