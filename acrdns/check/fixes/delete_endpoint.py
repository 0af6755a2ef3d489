"""Delete a private endpoint; the records of its zone group go with it."""

from __future__ import annotations

from dataclasses import dataclass

from acrdns.check.fixes.fix import GROUP, Edit, Fix, Topology, az, symbol
from acrdns.topology.text.edit import Drop


@dataclass(frozen=True, slots=True)
class DeleteEndpoint(Fix):
    """Records that another endpoint of the registry wrote under the same names may go too."""

    endpoint: str

    @property
    def az(self) -> tuple[str, ...]:
        return (az("network private-endpoint delete", "-g", GROUP, "-n", self.endpoint),)

    @property
    def terraform(self) -> str:
        return f"# remove azurerm_private_endpoint.{symbol(self.endpoint)}"

    @property
    def bicep(self) -> str:
        return f"// remove the Microsoft.Network/privateEndpoints resource '{self.endpoint}'"

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        return (Drop(("private_endpoints", self.endpoint)),)
