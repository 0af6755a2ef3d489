"""A topology while regions are down: which replica serves, and where Traffic Manager leads the login servers' names.

With documented chains a login server has one public address whatever the region: there nothing changes but the replica
that answers. Private addresses never change either.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acrdns.azure import INTERNET, LOGIN, Member
from acrdns.regions import nearest
from acrdns.topology.model import Replication
from acrdns.zone.publish import derive

if TYPE_CHECKING:
    from collections.abc import Container

    from acrdns.topology.model import Registry, Topology


def regions_up(registry: Registry, down: Container[str]) -> list[str]:
    """Return the regions that the login server may route to while others are down."""
    return [region for region in registry.routed_regions if region not in down]


def serving(topology: Topology, registry: Registry, vantage: str, down: Container[str] = ()) -> str | None:
    """Return the region whose replica answers at the login server for a vantage point, or None where all are down.

    It is the nearest to the network's location that is up and takes part in routing; without a location the home one.
    """
    up = regions_up(registry, down)
    location = None if vantage == INTERNET else topology.vantage(vantage).location
    return None if not up else nearest(location, up) if location else up[0]


def as_routed(topology: Topology, down: Container[str]) -> Topology:
    """Return the topology that gives the answers of DNS while regions are down."""
    if topology.chains == "documented":
        return topology
    registries = {key: _registry(registry, down) for key, registry in topology.registries.items()}
    return replace(topology, registries=registries)


def _registry(registry: Registry, down: Container[str]) -> Registry:
    up = regions_up(registry, down)
    if not up or len(up) == len(registry.routed_regions):
        return registry
    home = registry.location if registry.location in up else up[0]
    others = tuple(Replication(region, region in up) for region in registry.regions if region != home)
    if home == registry.location:
        return replace(registry, replications=others)
    # The file's home region is always routed to: another one takes its place, and all keep their addresses.
    regional = [Member("regional", region) for region in registry.regions]
    kept = {member: derive.public_addresses(registry, member) for member in (*registry.members(), *regional)}
    was_home = Member("regional", registry.location)
    if not derive.has_own_stamp(registry, was_home):
        kept[was_home] = kept[LOGIN]
    kept[LOGIN] = kept[Member("regional", home)]
    return replace(
        registry, location=home, replications=others, public_addresses=kept, frontend=None, traffic_manager=None
    )
