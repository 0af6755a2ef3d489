"""Connect a virtual network with the hub of a virtual WAN."""

from __future__ import annotations

from dataclasses import dataclass

from acrdns.check.fixes.fix import (
    GROUP,
    Edit,
    Fix,
    Topology,
    az,
    deployed,
    network_id,
    quoted,
    resource,
    symbol,
)
from acrdns.topology.text.edit import Append


@dataclass(frozen=True, slots=True)
class ConnectToHub(Fix):
    """Networks connected with a hub of the WAN reach each other; a virtual network is connected with one hub."""

    hub: str
    network: str

    @property
    def az(self) -> tuple[str, ...]:
        where = ("-g", GROUP, "--vhub-name", self.hub, "-n", f"{self.network}-connection")
        return (az("network vhub connection create", *where, "--remote-vnet", self.network),)

    @property
    def terraform(self) -> str:
        fields = {
            "name": quoted(f"{self.network}-connection"),
            "virtual_hub_id": f"azurerm_virtual_hub.{symbol(self.hub)}.id",
            "remote_virtual_network_id": f"azurerm_virtual_network.{symbol(self.network)}.id",
        }
        return resource("azurerm_virtual_hub_connection", self.network, fields)

    @property
    def bicep(self) -> str:
        kind = "Microsoft.Network/virtualHubs/hubVirtualNetworkConnections@2024-05-01"
        properties = f"{{ remoteVirtualNetwork: {{ id: {network_id(self.network)} }} }}"
        name = f"{self.hub}/{self.network}-connection"
        return deployed(kind, name, properties, label=f"{self.network}-connection")

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        if self.hub in topology.networks[self.network].peerings:
            return ()
        return (Append(("networks", self.hub, "peerings"), self.network),)
