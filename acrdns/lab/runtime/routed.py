"""The topology as Traffic Manager routes: no client of a login server's name is led to a region that is down.

With documented chains a login server has one public address whatever the region: there nothing changes but the replica
that answers. Private addresses never change either.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acrdns.azure import LOGIN, Member
from acrdns.topology.model import Replication
from acrdns.zone.publish import derive

if TYPE_CHECKING:
    from acrdns.lab.state import LabState
    from acrdns.topology.model import Registry, Topology


def as_routed(state: LabState) -> Topology:
    """Return the topology that gives the answers of now."""
    if state.topology.chains == "documented":
        return state.topology
    registries = {key: _registry(state, registry) for key, registry in state.topology.registries.items()}
    return replace(state.topology, registries=registries)


def _registry(state: LabState, registry: Registry) -> Registry:
    up = [region for region in registry.routed_regions if state.is_up(region)]
    if not up or len(up) == len(registry.routed_regions):
        return registry
    home = registry.location if registry.location in up else up[0]
    others = tuple(Replication(region, region in up) for region in registry.regions if region != home)
    if home == registry.location:
        return replace(registry, replications=others)
    # The file's home region is always routed to: another one takes its place, and all keep their addresses.
    regional = [Member("regional", region) for region in registry.regions]
    kept = {member: derive.public_addresses(registry, member) for member in (*registry.members(), *regional)}
    kept[Member("regional", registry.location)] = kept[LOGIN]
    kept[LOGIN] = kept[Member("regional", home)]
    return replace(
        registry, location=home, replications=others, public_addresses=kept, frontend=None, traffic_manager=None
    )
