"""Enable a registry's dedicated data endpoints."""

from __future__ import annotations

from dataclasses import dataclass

from acrdns.check.fixes.fix import Edit, Fix, Topology, az, literal, symbol
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
        return f"# in azurerm_container_registry.{symbol(self.registry)}\ndata_endpoint_enabled = true"

    @property
    def bicep(self) -> str:
        place = f"// in the Microsoft.ContainerRegistry/registries resource {literal(self.registry)}, properties"
        return f"{place}\ndataEndpointEnabled: true"

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        return (Put(("registries", self.registry, "data_endpoint_enabled"), True),)  # noqa: FBT003 - a value
