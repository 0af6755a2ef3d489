"""Let a hub carry traffic between networks that are peered with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from acrdns.check.fixes.fix import GROUP, Edit, Fix, Topology, az, quoted, resource, symbol
from acrdns.topology.text.edit import Put

if TYPE_CHECKING:
    from collections.abc import Iterable

_FORWARDED = "allowForwardedTraffic=true"
_GATEWAY, _REMOTE = "allowGatewayTransit=true", "useRemoteGateways=true"


def _peering(remote: str) -> str:
    """Return a placeholder for the name of a peering, which the topology file does not have."""
    return f"PEERING_WITH_{symbol(remote).upper()}"


def _route(hub: str, spoke: str, other: str, space: str) -> str:
    """Return the Terraform of a route from a spoke to another network by way of an appliance in a hub."""
    fields = {
        "name": quoted(f"{other}-by-way-of-{hub}"),
        "resource_group_name": quoted(GROUP),
        "route_table_name": quoted(f"ROUTE_TABLE_OF_{symbol(spoke).upper()}"),
        "address_prefix": quoted(space),
        "next_hop_type": quoted("VirtualAppliance"),
        "next_hop_in_ip_address": quoted("APPLIANCE_IP"),
    }
    return resource("azurerm_route", f"{spoke}-to-{other}", fields)


class Joined(NamedTuple):
    """Two networks that a hub joins."""

    one: str
    other: str
    sites: frozenset[str] = frozenset()
    """Those of both that are on premises: they are joined to the hub by its gateway."""
    spaces: tuple[str, str] = ("ADDRESS_SPACE", "ADDRESS_SPACE")
    """The address spaces of `one` and of `other`, for routes between them."""

    @property
    def ways(self) -> tuple[tuple[str, str, str], ...]:
        """The virtual networks of both, each with the other network and its address space."""
        both = (self.one, self.other, self.spaces[1]), (self.other, self.one, self.spaces[0])
        return tuple(way for way in both if way[0] not in self.sites)


@dataclass(frozen=True, slots=True)
class EnableTransit(Fix):
    """Peering is not transitive: a hub needs a gateway that the spoke uses, or an appliance with routes to it."""

    hub: str
    pairs: tuple[Joined, ...]

    @classmethod
    def between(cls, topology: Topology, hub: str, one: str, other: str) -> EnableTransit:
        """Return what lets a hub of a topology join two networks."""
        both = [topology.networks[network] for network in (one, other)]
        near, far = (str(next(iter(network.address_space), "ADDRESS_SPACE")) for network in both)
        sites = frozenset(network.name for network in both if network.kind == "on_premises")
        return cls(hub, (Joined(one, other, sites, (near, far)),))

    @property
    def az(self) -> tuple[str, ...]:
        update, command = ("--set",), "network vnet peering update"
        commands = []
        for pair in self.pairs:
            for spoke, other, space in pair.ways:
                near = ("-g", GROUP, "-n", _peering(self.hub), "--vnet-name", spoke)
                if pair.sites:
                    far = ("-g", GROUP, "-n", _peering(spoke), "--vnet-name", self.hub)
                    commands += [az(command, *far, *update, _GATEWAY), az(command, *near, *update, _REMOTE)]
                else:
                    table = ("-g", GROUP, "--route-table-name", f"ROUTE_TABLE_OF_{symbol(spoke).upper()}")
                    route = ("-n", f"{other}-by-way-of-{self.hub}", "--address-prefix", space)
                    hop = ("--next-hop-type", "VirtualAppliance", "--next-hop-ip-address", "APPLIANCE_IP")
                    commands.append(az(command, *near, *update, _FORWARDED))
                    commands.append(az("network route-table route create", *table, *route, *hop))
        return tuple(dict.fromkeys(commands))

    @property
    def terraform(self) -> str:
        peerings: dict[tuple[str, str], dict[str, str]] = {}
        routes: dict[str, None] = {}
        for pair in self.pairs:
            for spoke, other, space in pair.ways:
                if not pair.sites:
                    routes[_route(self.hub, spoke, other, space)] = None
                said = {"allow_forwarded_traffic": "true"} if not pair.sites else {"use_remote_gateways": "true"}
                if pair.sites:
                    peerings.setdefault((self.hub, spoke), {})["allow_gateway_transit"] = "true"
                peerings.setdefault((spoke, self.hub), {}).update(said)
        kind = "azurerm_virtual_network_peering"
        changed = (
            resource(kind, f"{near}-to-{far}", {"name": quoted(f"{near}-to-{far}"), **said})
            for (near, far), said in peerings.items()
        )
        return "\n\n".join((*changed, *routes))

    @property
    def bicep(self) -> str:
        kind = "Microsoft.Network/virtualNetworks/virtualNetworkPeerings"
        lines: dict[str, None] = {}
        for pair in self.pairs:
            said = _FORWARDED if not pair.sites else f"{_GATEWAY}, {_REMOTE}"
            names = ", ".join(symbol(spoke) for spoke, *_ in pair.ways)
            lines[f"// in the {kind} resources between {symbol(self.hub)} and {names}: {said.replace('=', ': ')}"] = (
                None
            )
            for spoke, other, space in () if pair.sites else pair.ways:
                table = f"the Microsoft.Network/routeTables resource of {symbol(spoke)}"
                lines[f"// in {table}: a route to {other}, {space}, by way of the appliance in {self.hub}"] = None
        return "\n".join(lines)

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        if topology.networks[self.hub].transit:
            return ()
        return (Put(("networks", self.hub, "transit"), True),)  # noqa: FBT003 - a value


def together(fixes: Iterable[Fix]) -> tuple[Fix, ...]:
    """Return fixes with each once; a hub that is to join several networks is told once, with all of them."""
    found: dict[object, Fix] = {}
    for fix in fixes:
        key = (EnableTransit, fix.hub) if isinstance(fix, EnableTransit) else fix
        known = found.get(key)
        if isinstance(known, EnableTransit) and isinstance(fix, EnableTransit):
            found[key] = EnableTransit(fix.hub, tuple(dict.fromkeys((*known.pairs, *fix.pairs))))
        else:
            found[key] = fix
    return tuple(found.values())
