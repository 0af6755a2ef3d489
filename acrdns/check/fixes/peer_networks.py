"""Peer two virtual networks, both ways."""

from __future__ import annotations

from dataclasses import dataclass

from acrdns.check.fixes.fix import GROUP, Edit, Fix, Topology, az, deployed, network_id, quoted, resource, symbol
from acrdns.topology.text.edit import Append


@dataclass(frozen=True, slots=True)
class PeerNetworks(Fix):
    """Peering carries packets, not private zones, and is not transitive."""

    one: str
    other: str

    @property
    def _ways(self) -> tuple[tuple[str, str], ...]:
        return ((self.one, self.other), (self.other, self.one))

    @property
    def az(self) -> tuple[str, ...]:
        return tuple(
            az("network vnet peering create", *self._named(near, far), "--remote-vnet", far, "--allow-vnet-access")
            for near, far in self._ways
        )

    @staticmethod
    def _named(near: str, far: str) -> tuple[str, ...]:
        return ("-g", GROUP, "-n", f"{near}-to-{far}", "--vnet-name", near)

    @property
    def terraform(self) -> str:
        return "\n\n".join(
            resource(
                "azurerm_virtual_network_peering",
                f"{near}-to-{far}",
                {
                    "name": quoted(f"{near}-to-{far}"),
                    "resource_group_name": quoted(GROUP),
                    "virtual_network_name": quoted(near),
                    "remote_virtual_network_id": f"azurerm_virtual_network.{symbol(far)}.id",
                },
            )
            for near, far in self._ways
        )

    @property
    def bicep(self) -> str:
        kind = "Microsoft.Network/virtualNetworks/virtualNetworkPeerings@2024-05-01"
        return "\n\n".join(
            deployed(
                kind,
                f"{near}/{near}-to-{far}",
                f"{{ remoteVirtualNetwork: {{ id: {network_id(far)} }}, allowVirtualNetworkAccess: true }}",
                label=f"{near}-to-{far}",
            )
            for near, far in self._ways
        )

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        if self.other in topology.networks[self.one].peerings:
            return ()
        return (Append(("networks", self.one, "peerings"), self.other),)
