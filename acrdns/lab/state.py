"""Everything that changes while a lab runs, and what all of its endpoints share.

The clock is an argument: links, tokens and replication go by it, and `lab clock` moves it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from acrdns.lab.plants import connection_string, local_name, sync_actions, sync_token
from acrdns.lab.sites import Sites, lab_world
from acrdns.lab.storage.content import Arrival, RepositoryAt
from acrdns.lab.storage.journal import LOCAL
from acrdns.lab.storage.layout import hello_world, load
from acrdns.lab.storage.store import Store
from acrdns.zone.publish.routed import regions_up, serving

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable
    from pathlib import Path

    from acrdns.lab.clock import Clock
    from acrdns.lab.plants import Plant
    from acrdns.lab.sites import LabSite
    from acrdns.lab.storage.journal import JournalEntry
    from acrdns.topology.model import Registry, Topology

_BOUNCED = 10_000
"""Connections that are remembered while the lab bounces."""
USER = "lab"
"""The user who has every right at every registry."""


@dataclass(slots=True)
class RegionState:
    """The state of a region."""

    down: bool = False
    lag: float = 0.0
    """Seconds after a push until content shows in this region's replicas."""


class LabState:
    """A running lab. Used from one thread; a request that waits for the disk comes back to it."""

    def __init__(self, topology: Topology, directory: Path, clock: Clock) -> None:
        self.written = topology
        """The topology as its file has it."""
        self.topology = topology
        self.world = lab_world(topology)
        self.sites = Sites(topology)
        self.clock = clock
        self.store = Store(directory)
        self.user = USER
        self.password = self.store.keys.password(USER)
        self.regions: dict[str, RegionState] = {}
        self.bouncing = False
        """Whether each connection to a login server reaches another replica than the one before (facts.md F29)."""
        self._bounced: dict[object, int] = {}
        """Connections by what tells them apart, with their numbers."""
        self.first_syncs: dict[str, asyncio.Event] = {}
        """By the name of a connected registry: set when its first sync has ended."""
        self.on_change: list[Callable[[], None]] = []
        """Called after the topology or a region's state has changed: names and flows follow."""
        self._latest = clock.now()
        self.store.content.settle(self._latest)
        self.store.gc(self._latest)
        self._furnish()
        self._enrol()

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    def change(self, topology: Topology) -> None:
        """Go on with another topology, as the management plane changes it."""
        self.topology, self.world, self.sites = topology, lab_world(topology), Sites(topology)
        self._furnish()
        self._enrol()
        self._changed()

    def _furnish(self) -> None:
        """Put `hello-world:latest` into each registry that is new to the store, in all of its replicas."""
        for key, registry in self.topology.registries.items():
            if self.store.note(f"furnished {key}") is None:
                place = self.place(key, registry.location, "hello-world")
                arrivals = [Arrival(region, place.now) for region in registry.regions]
                load(self.store, hello_world(), place, arrivals, "latest")
                self.store.set_note(f"furnished {key}", "hello-world")

    def _enrol(self) -> None:
        """Make the sync token of each connected registry that is new to the store, and activate it with that."""
        for key, registry in self.topology.registries.items():
            for connected in registry.connected_registries.values():
                own = local_name(key, connected.name)
                password = self.store.keys.password(f"sync token of {own}")
                token = sync_token(connected)
                if self.store.credentials.check(key, token, password) is None:
                    self.store.credentials.put(key, token, sync_actions(connected), password)
                if self.store.note(f"activation {own}") is None:
                    string = connection_string(self.topology, registry, connected, password)
                    self.store.set_note(f"activation {own}", string)

    def bounce(self, *, on: bool) -> None:
        """Let each connection to a login server reach another replica than the one before, or end that."""
        self.bouncing = on
        self._bounced.clear()

    def set_region(self, region: str, *, down: bool | None = None, lag: float | None = None) -> None:
        """Take a region down or up, or set its lag in seconds."""
        state = self.regions.setdefault(region, RegionState())
        state.down = state.down if down is None else down
        state.lag = state.lag if lag is None else lag
        self._changed()

    def _changed(self) -> None:
        for listener in self.on_change:
            listener()

    @property
    def down(self) -> frozenset[str]:
        """Return the regions that are down."""
        return frozenset(region for region, state in self.regions.items() if state.down)

    def is_up(self, region: str) -> bool:
        """Return whether a region is up."""
        return region not in self.down

    def serving(self, registry: Registry, vantage: str, connection: object = None) -> str | None:
        """Return the region whose replica answers at the login server for a vantage point, or None where all are down.

        While the lab bounces, the number of the connection decides. Ports do not
        do: Linux takes even ones.
        """
        up = regions_up(registry, self.down)
        if up and self.bouncing:
            if len(self._bounced) > _BOUNCED:
                self._bounced.clear()
            key = registry.name, vantage, connection
            return up[self._bounced.setdefault(key, len(self._bounced)) % len(up)]
        return serving(self.topology, registry, vantage, self.down)

    def admits(self, site: LabSite, client: str) -> bool:
        """Return whether a registry's firewall lets a client in at an endpoint (facts.md F21, F22)."""
        if site.private_endpoint:
            return site.approved
        if site.kind == "connected":
            return True
        registry = self.topology.registries[site.registry]
        if not registry.public_network_access_enabled:
            return False
        address = ip_address(client)
        return not registry.ip_rules or any(address in ip_network(rule, strict=False) for rule in registry.ip_rules)

    def knows_token(self, registry: str, token: str) -> bool:
        """Return whether a registry's token may be used at a registry, or at a connected one of it.

        There its client tokens count, and the sync tokens of its children; all tokens are client tokens where none
        were named.
        """
        cloud, _, connected = registry.partition("/")
        if not connected:
            return True
        children = self.topology.registries[cloud].connected_registries
        if token in map(sync_token, children.values()):
            return any(sync_token(c) == token and c.parent == connected for c in children.values())
        named = self.store.note(f"client tokens {registry}")
        return named is None or token in json.loads(named)

    def pending(self, plant: Plant, after: int) -> list[JournalEntry]:
        """Return the changes at a connected registry's parent behind a number, in its repositories, made elsewhere."""
        registry, region = plant.upstream
        found = self.store.content.journal.after(
            registry, region, after, self.clock.now(), without=plant.connected.name
        )
        return [change for change in found if change.repository in plant.connected.repositories]

    async def ready(self, plant: str) -> None:
        """Wait until a connected registry can serve clients: its first sync, where one is under way, has ended."""
        if (waiting := self.first_syncs.get(plant)) is not None:
            await waiting.wait()

    def place(self, registry: str, region: str, repository: str) -> RepositoryAt:
        """Return a repository in a replica, now."""
        now = self.clock.now()
        if now < self._latest - 1:
            self.store.content.settle(now)
        self._latest = now
        return RepositoryAt(registry, region, repository, now)

    def arrivals(self, place: RepositoryAt) -> list[Arrival]:
        """Return when each replica has what is pushed to one of them now."""
        if place.region == LOCAL:
            return [Arrival(LOCAL, place.now)]
        regions = self.topology.registries[place.registry].regions
        lags = {region: self.regions[region].lag if region in self.regions else 0.0 for region in regions}
        return [Arrival(region, place.now + (lag if region != place.region else 0)) for region, lag in lags.items()]
