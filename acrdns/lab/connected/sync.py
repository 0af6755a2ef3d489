"""One pass of a sync: what was pushed here goes up, then what changed at the parent comes down.

A change counts once, and with all that belongs to it: layers and manifests come first, and the row that says that the
change is here is written in one transaction with it. A pass that is cut off goes on where it was with the next one.
"""

from __future__ import annotations

import asyncio
import json
import os
from dataclasses import asdict
from typing import TYPE_CHECKING

from acrdns.lab.condition import Condition, SyncFailed, SyncReason
from acrdns.lab.connected.parent import Parent
from acrdns.lab.plants import gateway
from acrdns.lab.storage.content import Arrival
from acrdns.lab.storage.journal import LOCAL, PARENT, ChangeOrigin, JournalEntry
from acrdns.lab.storage.manifest import details, manifest_of, referenced

if TYPE_CHECKING:
    from acrdns.lab.condition import SyncStep
    from acrdns.lab.connected.uplink import Uplink
    from acrdns.lab.plants import Activation, Plant
    from acrdns.lab.state import LabState
    from acrdns.lab.storage.content import RepositoryAt
    from acrdns.probe.pull.result import PullCause


_STEP = 0.2
"""Seconds between two looks at what was pushed here."""


class Sync:
    """Syncs one connected registry."""

    def __init__(self, state: LabState, plant: Plant, condition: Condition) -> None:
        self.plant = plant
        self._state = state
        self._condition = condition
        self._lock = asyncio.Lock()

    async def run(self, uplink: Uplink) -> None:
        """Make one pass. Raises SyncFailed."""
        async with self._lock:
            parent = Parent(self._state.topology, self.plant, self._activation(), uplink)
            await parent.sign_in()
            await self._send_up(parent)
            while await self._bring_down(parent):
                pass
            self._condition.synced(self._state.clock.now())

    async def wait(self, uplink: Uplink, seconds: int, awake: asyncio.Event) -> None:
        """Wait until there is something to do here or at the parent, or for so many seconds. Raises SyncFailed."""
        parent = Parent(self._state.topology, self.plant, self._activation(), uplink)
        await parent.sign_in()
        known = self._state.store.received(self.plant.name, PARENT)
        tasks = [
            asyncio.create_task(parent.messages(known, seconds)),
            asyncio.create_task(self._pushed()),
            asyncio.create_task(awake.wait()),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()

    async def _pushed(self) -> None:
        while not self._unsent(1):  # noqa: ASYNC110 -- the store has no event
            await asyncio.sleep(_STEP)

    def pending(self) -> int:
        """Return how many changes are under way, in both directions."""
        down = self._state.pending(self.plant, self._state.store.received(self.plant.name, PARENT))
        return len(down) + len(self._unsent())

    def _activation(self) -> Activation:
        """Return how it is activated. Raises SyncFailed where it is not, or its parent is not."""
        name, found = self.plant.connected.name, self._condition.activation
        if found is None:
            raise self._failed("activation", f"{name} is not active: acrdns lab connected {name} --activate STRING")
        if found.name != name:
            raise self._failed("activation", f"the connection string is that of {found.name}, and this is {name}")
        above = self.plant.parent
        if above is not None and not above.connected.address:
            raise self._failed(
                "parent", f"{above.connected.name}, the parent of {name}, has no address to be reached at"
            )
        if above is not None and Condition(self._state.store, above).activation is None:
            parent = above.connected.name
            remedy = f"acrdns lab connected {parent} --activate STRING"
            raise self._failed("parent", f"{parent}, the parent of {name}, is not active: {remedy}", "unreachable")
        return found

    def _failed(self, step: SyncStep, message: str, cause: PullCause = "other") -> SyncFailed:
        host = gateway(self._state.topology, self.plant)
        return SyncFailed(SyncReason(step, host, cause, message))

    def _place(self, repository: str) -> RepositoryAt:
        return self._state.place(self.plant.name, LOCAL, repository)

    # --- up -----------------------------------------------------------------------------------------------------------

    def _unsent(self, limit: int = -1) -> list[JournalEntry]:
        """Return the changes that were made here, and that the parent has not."""
        if self.plant.connected.mode != "ReadWrite":
            return []
        sent = int(self._state.store.note(f"sent {self.plant.name}") or 0)
        now = self._state.clock.now()
        return self._state.store.content.journal.after(self.plant.name, LOCAL, sent, now, without=PARENT, limit=limit)

    async def _send_up(self, parent: Parent) -> None:
        for change in self._unsent():
            await self._send_change(parent, change)
            self._state.store.set_note(f"sent {self.plant.name}", str(change.number))

    async def _send_change(self, parent: Parent, change: JournalEntry) -> None:
        if change.kind == "put" and not await self._send_manifest(parent, change.repository, change.digest):
            return  # it was deleted since, and the journal says so further on
        await parent.report(json.dumps(asdict(change)).encode())

    async def _send_manifest(self, parent: Parent, repository: str, digest: str) -> bool:
        """Send a manifest after everything that it refers to; return False where it is gone."""
        content, place = self._state.store.content, self._place(repository)
        manifest = content.manifest(place, digest)
        if manifest is None:
            return False
        if await parent.has(repository, digest, manifest=True):
            return True
        document = json.loads(manifest.content)
        for child in document.get("manifests") or []:
            await self._send_manifest(parent, repository, child["digest"])
        for blob in referenced(document):
            if content.layer_size(place, blob) is None or await parent.has(repository, blob, manifest=False):
                continue
            descriptor = os.open(self._state.store.blobs.path(blob), os.O_RDONLY)
            try:
                await parent.put(repository, blob, descriptor)
            finally:
                os.close(descriptor)
        await parent.put(repository, digest, manifest.content, manifest.media_type)
        return True

    # --- down ---------------------------------------------------------------------------------------------------------

    async def _bring_down(self, parent: Parent) -> bool:
        """Bring the next changes of the parent here; return whether there may be more."""
        store = self._state.store
        known = store.received(self.plant.name, PARENT)
        changes = await parent.messages(known, 0)
        if changes is None:
            await self._compare(parent)
            return True
        for change in changes:
            await self._receive(parent, change)
        if changes:
            await parent.acknowledge(changes[-1].number)
        return bool(changes)

    async def _receive(self, parent: Parent, change: JournalEntry) -> None:
        place = self._place(change.repository)
        if change.kind == "put" and not await self._fetch_manifest(parent, place, change.digest):
            # Deleted since, or pushed again: the messages behind this one say so.
            self._state.store.skip(self.plant.name, PARENT, change.number)
            return
        self._state.store.deliver(place, [Arrival(LOCAL, place.now)], change, PARENT)

    async def _fetch_manifest(self, parent: Parent, place: RepositoryAt, digest: str) -> bool:
        """Bring a manifest here after everything that it refers to; return False where something is gone."""
        store = self._state.store
        if store.content.has_manifest(place, digest):
            return True
        found = await parent.manifest(place.repository, digest)
        if found is None:
            return False
        manifest = manifest_of(*found, digest.partition(":")[0])
        if manifest.digest != digest:
            raise self._failed("content", f"the manifest {digest} has another content: {manifest.digest}")
        document = json.loads(manifest.content)
        for child in document.get("manifests") or []:
            if not await self._fetch_manifest(parent, place, child["digest"]):
                return False
        for blob in referenced(document):
            if store.content.layer_size(place, blob) is None and not await self._fetch_blob(parent, place, blob):
                return False
        store.content.put_manifest(place, manifest, [Arrival(LOCAL, place.now)], origin=None, details=details(document))
        return True

    async def _fetch_blob(self, parent: Parent, place: RepositoryAt, digest: str) -> bool:
        """Bring a layer here; it counts when it is whole."""
        store = self._state.store
        upload = store.uploads.begin(*place)
        upload.busy = True
        descriptor = os.open(upload.file, os.O_RDWR)
        try:
            if not await parent.fetch(place.repository, digest, descriptor):
                return False
            await asyncio.to_thread(upload.read_again)
            if await asyncio.to_thread(upload.digest, digest.partition(":")[0]) != digest:
                raise self._failed("content", f"the layer {digest} has another content")
            await asyncio.to_thread(store.keep, upload, digest)
            store.record(upload, place, digest, [Arrival(LOCAL, place.now)])
            return True
        finally:
            os.close(descriptor)
            store.uploads.end(upload)

    async def _compare(self, parent: Parent) -> None:
        """Take over all that the parent has, where messages have expired; what is no longer there goes."""
        store, own = self._state.store, self.plant.name
        found = await parent.contents()
        for repository, tag, digest, at in found["entries"]:
            place = self._place(repository)
            here = store.content.tagged(place, tag) == digest if tag else store.content.has_manifest(place, digest)
            if not here and await self._fetch_manifest(parent, place, digest):
                change = JournalEntry(found["last"], "put", repository, tag, digest, 0, at)
                store.take_over(place, [Arrival(LOCAL, place.now)], change, PARENT)
        there = {(repository, name) for repository, tag, digest, _ in found["entries"] for name in (tag, digest)}
        for repository in self.plant.connected.repositories:
            place = self._place(repository)
            origin = ChangeOrigin(PARENT, None, place.now)
            for tag_here in store.content.tags(place):
                if (repository, tag_here.name) not in there:
                    store.content.delete_tag(place, tag_here.name, origin)
            for manifest in store.content.manifests(place):
                if (repository, manifest.digest) not in there:
                    store.content.delete_manifest(place, manifest.digest, origin)
        store.skip(own, PARENT, found["last"])
        await parent.acknowledge(found["last"])
