"""Let a registry's public addresses serve clients."""

from __future__ import annotations

from dataclasses import dataclass

from acrdns.check.fixes.fix import Edit, Fix, Topology, az, deployed, resource
from acrdns.topology.text.edit import Put


@dataclass(frozen=True, slots=True)
class EnablePublicAccess(Fix):
    """The other way in is a private endpoint."""

    registry: str

    @property
    def az(self) -> tuple[str, ...]:
        return (az("acr update", "-n", self.registry, "--public-network-enabled", "true"),)

    @property
    def terraform(self) -> str:
        return resource("azurerm_container_registry", self.registry, {"public_network_access_enabled": "true"})

    @property
    def bicep(self) -> str:
        kind = "Microsoft.ContainerRegistry/registries@2023-07-01"
        return deployed(kind, self.registry, "{ publicNetworkAccess: 'Enabled' }")

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        return (Put(("registries", self.registry, "public_network_access_enabled"), True),)  # noqa: FBT003 - a value
