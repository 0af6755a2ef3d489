"""Connect a network on premises with one in Azure."""

from __future__ import annotations

from dataclasses import dataclass

from acrdns.check.fixes.fix import Edit, FixOutsideAzure, Topology
from acrdns.topology.text.edit import Append


@dataclass(frozen=True, slots=True)
class ConnectSite(FixOutsideAzure):
    """A VPN or an ExpressRoute circuit is built on both sides, and no single command does it."""

    site: str
    network: str

    @property
    def text(self) -> str:
        """The change in one line, as reports show it."""
        return f"connect {self.site} with {self.network} by VPN or ExpressRoute"

    @property
    def terraform(self) -> str:
        return f"# azurerm_virtual_network_gateway_connection: {self.text}"

    @property
    def bicep(self) -> str:
        return f"// Microsoft.Network/connections: {self.text}"

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        if self.network in topology.networks[self.site].peerings:
            return ()
        return (Append(("networks", self.site, "peerings"), self.network),)
