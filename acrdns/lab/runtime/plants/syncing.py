"""The connected registries of a running lab: each syncs by its schedule, from its own network."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from acrdns.errors import LabError
from acrdns.lab.clock import shown
from acrdns.lab.condition import Condition, SyncFailed, SyncReason
from acrdns.lab.connected.schedule import due, next_after
from acrdns.lab.connected.sync import Sync
from acrdns.lab.connected.uplink import ProxiedUplink
from acrdns.lab.plants import connection_string, gateway, plants, read_connection_string
from acrdns.lab.runtime.control import ControlServer
from acrdns.lab.runtime.plants.network import PlantNetwork

if TYPE_CHECKING:
    from acrdns.lab.connected.uplink import Uplink
    from acrdns.lab.plants import Plant
    from acrdns.lab.runtime.attachment import Attachment
    from acrdns.lab.runtime.control import Handler
    from acrdns.lab.runtime.lab import Lab

_POLL = 20
"""Seconds that a connected registry waits for messages in one request."""
_LONGEST_PAUSE = 30.0
"""Seconds between two attempts of a sync that fails."""
_LONGEST_SLEEP = 3600.0


class Syncing:
    """Keeps the connected registries in step with their parents."""

    def __init__(self, lab: Lab, handle: Handler, only: Attachment | None = None) -> None:
        """Take the lab, what carries its orders out, and the only command, whose allow-list every sync goes by."""
        self._lab = lab
        self._only = only
        self._control = ControlServer(None, handle)
        self._networks: dict[tuple[str, str | None], PlantNetwork] = {}
        self._awake = asyncio.Event()
        self._syncs: dict[str, Sync] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        lab.state.on_change.append(self.wake)
        now = lab.clock.now()
        for plant in plants(lab.state.topology):
            condition = self._condition(plant)
            is_due = due(plant.connected, self._since(plant), now) is not None
            if is_due and condition.activation is not None and condition.last_sync is None:
                lab.state.first_syncs[plant.name] = asyncio.Event()
            self._tasks[plant.name] = asyncio.create_task(self._keep(plant))

    def close(self) -> None:
        """Stop at once."""
        for task in self._tasks.values():
            task.cancel()
        for network in self._networks.values():
            network.close()
        self._control.close()

    def wake(self) -> None:
        """Look again at what is due: the clock was moved, or the topology has changed."""
        self._awake.set()
        self._awake = asyncio.Event()

    # --- one connected registry ---------------------------------------------------------------------------------------

    def find(self, name: str) -> Plant:
        """Return a connected registry by its name, or by `contoso/factory` where two have it. Raises LabError."""
        known = list(plants(self._lab.state.topology))
        found = [plant for plant in known if name in (plant.name, plant.connected.name)]
        if len(found) == 1:
            return found[0]
        named = ", ".join(plant.name for plant in found or known)
        problem = f"{name} is the name of several" if found else f"there is no connected registry {name!r}"
        raise LabError(f"{problem}; there are {named}" if named else f"{problem} in the topology")

    def connection_string(self, plant: Plant) -> str:
        """Return the connection string that the registry has for it."""
        password = self._lab.state.store.keys.password(f"sync token of {plant.name}")
        return connection_string(self._lab.state.topology, plant.registry, plant.connected, password)

    def activate(self, plant: Plant, string: str) -> None:
        """Keep a connection string, which its next sync uses. Raises LabError for another text."""
        activation = read_connection_string(string)
        if activation.name != plant.connected.name:
            raise LabError(f"the connection string is that of {activation.name}, and not of {plant.connected.name}")
        self._condition(plant).activate(string.strip())
        self.wake()

    def deactivate(self, plant: Plant) -> None:
        """Let it sync no more."""
        self._condition(plant).activate("")
        self.wake()

    async def sync(self, plant: Plant) -> SyncReason | None:
        """Sync now, and return why that failed, or None."""
        try:
            await self._sync(plant).run(self._uplink(plant))
        except SyncFailed as error:
            reason = error.reason
        except (OSError, sqlite3.Error) as error:
            host = gateway(self._lab.state.topology, plant)
            reason = SyncReason("content", host, "other", f"the lab's store fails: {error}")
        else:
            return None
        with suppress(sqlite3.Error):  # a full disk may have no room for the reason
            self._condition(plant).failed(reason)
        return reason

    async def settled(self) -> None:
        """Wait until all first syncs that are under way have ended."""
        for event in list(self._lab.state.first_syncs.values()):
            await event.wait()

    def shown(self, plant: Plant) -> dict[str, Any]:
        """Return how it fares."""
        condition, connected = self._condition(plant), plant.connected
        last, reason = condition.last_sync, condition.reason
        return {
            "registry": plant.registry.name,
            "name": connected.name,
            "mode": connected.mode,
            "parent": connected.parent,
            "activation": condition.activation_status,
            "state": condition.state,
            "last_sync": None if last is None else shown(last),
            "pending": self._sync(plant).pending(),
            "reason": reason and asdict(reason),
        }

    # --- schedules ----------------------------------------------------------------------------------------------------

    async def _keep(self, plant: Plant) -> None:
        """Sync by the schedule until this is cancelled."""
        while True:
            now, since = self._lab.clock.now(), self._since(plant)
            end = due(plant.connected, since, now)
            awake = self._awake
            if end is None or self._condition(plant).activation is None:
                seconds = min(next_after(plant.connected, since) - now, _LONGEST_SLEEP)
                await _pause(awake, _LONGEST_SLEEP if end is not None else max(seconds, 0.01))
                continue
            with suppress(sqlite3.Error):  # a full disk: the next sync finds it due, too
                self._lab.state.store.set_note(f"schedule {plant.name}", str(now))
            await self._sync_until(plant, end)

    def _since(self, plant: Plant) -> float:
        """Return when the last scheduled sync began, or when this connected registry was first there."""
        note, now = f"schedule {plant.name}", self._lab.clock.now()
        store = self._lab.state.store
        text = store.note(note)
        if text is None or float(text) > now:  # the clock went back
            store.set_note(note, str(now))
            return now
        return float(text)

    async def _sync_until(self, plant: Plant, end: float) -> None:
        """Sync once, and go on until the window is over."""
        pause = 1.0
        while True:
            reason = await self.sync(plant)
            if (first := self._lab.state.first_syncs.pop(plant.name, None)) is not None:
                first.set()
            active = self._condition(plant).activation is not None
            if self._lab.clock.now() >= end or not active:
                return
            if reason is not None:
                await _pause(self._awake, pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
                continue
            pause = 1.0
            with suppress(SyncFailed):
                await self._sync(plant).wait(self._uplink(plant), _POLL, self._awake)

    def _sync(self, plant: Plant) -> Sync:
        sync = self._syncs.get(plant.name)
        if sync is None or sync.plant != plant:
            sync = self._syncs[plant.name] = Sync(self._lab.state, plant, self._condition(plant))
        return sync

    def _condition(self, plant: Plant) -> Condition:
        return Condition(self._lab.state.store, plant)

    def _uplink(self, plant: Plant) -> Uplink:
        network = plant.connected.network
        if self._lab.environment is not None:
            variables = self._lab.environment(network)
            return ProxiedUplink(variables["HTTPS_PROXY"], variables["SSL_CERT_FILE"])
        key = (network, self._only.firewall if self._only else self._lab.firewall(network))
        found = self._networks.get(key)
        if found is None or found.uplink.closed:
            if found is not None:
                found.close()
            found = self._networks[key] = PlantNetwork(self._control, network, plant.connected.address, key[1])
        return found.uplink


async def _pause(awake: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(awake.wait(), seconds)
