"""Let a hub carry traffic between networks that are peered with it."""

from __future__ import annotations

from dataclasses import dataclass

from acrdns.check.fixes.fix import GROUP, Edit, Fix, Topology, az, quoted, resource, symbol
from acrdns.topology.text.edit import Put

_FORWARDED = "allowForwardedTraffic=true"
_GATEWAY, _REMOTE = "allowGatewayTransit=true", "useRemoteGateways=true"


def _peering(remote: str) -> str:
    """Return a placeholder for the name of a peering, which the topology file does not have."""
    return f"PEERING_WITH_{symbol(remote).upper()}"


@dataclass(frozen=True, slots=True)
class EnableTransit(Fix):
    """Peering is not transitive: a hub needs a gateway that the spoke uses, or an appliance with routes to it."""

    hub: str
    one: str
    other: str
    sites: frozenset[str] = frozenset()
    """Those of `one` and `other` that are on premises: they are joined to the hub by its gateway."""
    spaces: tuple[str, str] = ("ADDRESS_SPACE", "ADDRESS_SPACE")
    """The address spaces of `one` and of `other`, for routes between them."""

    @classmethod
    def between(cls, topology: Topology, hub: str, one: str, other: str) -> EnableTransit:
        """Return what lets a hub of a topology join two networks."""
        both = [topology.networks[network] for network in (one, other)]
        near, far = (str(next(iter(network.address_space), "ADDRESS_SPACE")) for network in both)
        return cls(hub, one, other, frozenset(n.name for n in both if n.kind == "on_premises"), (near, far))

    @property
    def _spokes(self) -> tuple[str, ...]:
        return tuple(network for network in (self.one, self.other) if network not in self.sites)

    @property
    def az(self) -> tuple[str, ...]:
        update, command = ("--set",), "network vnet peering update"
        commands = []
        for spoke in self._spokes:
            near = ("-g", GROUP, "-n", _peering(self.hub), "--vnet-name", spoke)
            if self.sites:
                far = ("-g", GROUP, "-n", _peering(spoke), "--vnet-name", self.hub)
                commands += [az(command, *far, *update, _GATEWAY), az(command, *near, *update, _REMOTE)]
            else:
                route = ("-g", GROUP, "--route-table-name", "ROUTE_TABLE", "-n", f"by-way-of-{self.hub}")
                hop = ("--next-hop-type", "VirtualAppliance", "--next-hop-ip-address", "APPLIANCE_IP")
                space = self.spaces[spoke == self.one]
                commands.append(az(command, *near, *update, _FORWARDED))
                commands.append(az("network route-table route create", *route, "--address-prefix", space, *hop))
        return tuple(commands)

    @property
    def terraform(self) -> str:
        return "\n\n".join(
            resource(
                "azurerm_virtual_network_peering", f"{near}-to-{far}", {"name": quoted(f"{near}-to-{far}"), **also}
            )
            for spoke in self._spokes
            for near, far, also in self._peerings(spoke)
        )

    def _peerings(self, spoke: str) -> tuple[tuple[str, str, dict[str, str]], ...]:
        if not self.sites:
            return ((spoke, self.hub, {"allow_forwarded_traffic": "true"}),)
        return (
            (self.hub, spoke, {"allow_gateway_transit": "true"}),
            (spoke, self.hub, {"use_remote_gateways": "true"}),
        )

    @property
    def bicep(self) -> str:
        kind = "Microsoft.Network/virtualNetworks/virtualNetworkPeerings"
        said = _FORWARDED if not self.sites else f"{_GATEWAY}, {_REMOTE}"
        names = ", ".join(symbol(spoke) for spoke in self._spokes)
        return f"// in the {kind} resources between {symbol(self.hub)} and {names}: {said.replace('=', ': ')}"

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        if topology.networks[self.hub].transit:
            return ()
        return (Put(("networks", self.hub, "transit"), True),)  # noqa: FBT003 - a value
