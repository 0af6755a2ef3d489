"""The addresses that private endpoints need, now and after regions are added (facts.md section 2.1).

A private endpoint has one address for the login server, one for the data endpoint of each region, and one for each
regional endpoint: 1 + 3 + 3 = 7. A new region adds addresses to every private endpoint of the registry at once; where a
subnet is full, the whole operation fails.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network, IPv6Network
from typing import TYPE_CHECKING

from acrdns.topology.model import Replication

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from acrdns.azure import Member
    from acrdns.topology.model import PrivateEndpoint, Registry, Topology

KEPT_BY_AZURE = 5
"""Addresses of each subnet: the network, the gateway, two for DNS, and the broadcast address."""


@dataclass(frozen=True, slots=True)
class EndpointNeed:
    """The addresses of one private endpoint."""

    endpoint: PrivateEndpoint
    subnet: str | None
    """The subnet of its network that holds its addresses; None where the file has none."""
    now: tuple[Member, ...]
    """The endpoints that need an address now."""
    after: tuple[Member, ...]
    """The endpoints that need one after the change."""

    @property
    def added(self) -> tuple[Member, ...]:
        """The endpoints that the change adds."""
        return tuple(member for member in self.after if member not in self.now)

    @property
    def absent(self) -> tuple[Member, ...]:
        """The endpoints that need an address now, and have none in the file."""
        return tuple(member for member in self.now if member not in self.endpoint.addresses)


@dataclass(frozen=True, slots=True)
class SubnetNeed:
    """The addresses of one subnet that has private endpoints."""

    network: str
    subnet: str
    prefix: IPv4Network | IPv6Network
    usable: int
    """Without those that Azure keeps."""
    used: int
    """Those of the file's private endpoints."""
    after: int

    @property
    def full(self) -> bool:
        """Whether the addresses after the change do not fit."""
        return self.after > self.usable


@dataclass(frozen=True, slots=True)
class AddressPlan:
    """The addresses of all private endpoints."""

    endpoints: tuple[EndpointNeed, ...]
    subnets: tuple[SubnetNeed, ...]

    @property
    def fits(self) -> bool:
        """Whether every subnet has room."""
        return not any(subnet.full for subnet in self.subnets)


def address_plan(
    topology: Topology, regions: Sequence[str] = (), *, regional: bool = False, registries: Collection[str] = ()
) -> AddressPlan:
    """Return the addresses now, and after regions are added to registries and regional endpoints enabled there.

    No registries means all.
    """
    changed = {
        key: _changed(registry, regions, regional=regional) if not registries or key in registries else registry
        for key, registry in topology.registries.items()
    }
    needs = tuple(
        EndpointNeed(
            endpoint,
            _subnet(topology, endpoint),
            _members(topology.registries[endpoint.registry]),
            _members(changed[endpoint.registry]),
        )
        for endpoint in topology.private_endpoints.values()
    )
    return AddressPlan(needs, tuple(_subnets(topology, needs)))


def _members(registry: Registry) -> tuple[Member, ...]:
    """Return the endpoints of a registry; a private endpoint enables the dedicated data endpoints."""
    return replace(registry, data_endpoint_enabled=True).members()


def _changed(registry: Registry, regions: Sequence[str], *, regional: bool) -> Registry:
    new = tuple(Replication(region) for region in dict.fromkeys(regions) if region not in registry.regions)
    return replace(
        registry,
        replications=(*registry.replications, *new),
        regional_endpoints_enabled=regional or registry.regional_endpoints_enabled,
    )


def _subnet(topology: Topology, endpoint: PrivateEndpoint) -> str | None:
    addresses = [IPv4Address(address) for address in endpoint.addresses.values()]
    subnets = topology.networks[endpoint.network].subnets.items()
    holds = (key for key, prefix in subnets if addresses and all(address in prefix for address in addresses))
    return next(holds, None)


def _subnets(topology: Topology, needs: Sequence[EndpointNeed]) -> list[SubnetNeed]:
    found = []
    for network in topology.networks.values():
        for key, prefix in network.subnets.items():
            there = [need for need in needs if (need.endpoint.network, need.subnet) == (network.name, key)]
            if there:
                used = sum(len(need.endpoint.addresses) for need in there)
                more = sum(len(set(need.after) - set(need.endpoint.addresses)) for need in there)
                usable = max(0, prefix.num_addresses - KEPT_BY_AZURE)
                found.append(SubnetNeed(network.name, key, prefix, usable, used, used + more))
    return found
