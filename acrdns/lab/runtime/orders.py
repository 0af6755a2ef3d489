"""The orders that a lab takes at its control socket, each a method from its arguments to an answer."""

from __future__ import annotations

import os
import re
import socket
from typing import TYPE_CHECKING, Any

from acrdns.check.firewall import allow_list
from acrdns.check.firewall.rules import sources_of
from acrdns.errors import LabError
from acrdns.lab.clock import offset, shown
from acrdns.lab.namespace.enclosure import Passed
from acrdns.lab.namespace.surroundings import surroundings
from acrdns.lab.plants import plants
from acrdns.lab.runtime.lab import digest
from acrdns.lab.runtime.serving.dns import DnsProcess
from acrdns.lab.storage.layout import Folder, load
from acrdns.regions import normalize
from acrdns.topology.dump import dumps

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from acrdns.lab.runtime.control import Caller
    from acrdns.lab.runtime.lab import Lab
    from acrdns.lab.runtime.plants.syncing import Syncing

_REFERENCE = re.compile(r"([^/]+)/([a-z0-9]+(?:(?:[._]|__|-+|/)[a-z0-9]+)*):([A-Za-z0-9_][A-Za-z0-9._-]{0,127})")


class Orders:
    """Carries orders out. Each raises LabError, or an error of what it reads, where it cannot be carried out."""

    def __init__(self, lab: Lab, end: Callable[[], None] | None = None) -> None:
        """Take the lab, and how to end it; None for one that ends with its command."""
        self._lab = lab
        self._end = end
        self.syncing: Syncing | None = None
        """The connected registries, while they run."""

    async def handle(self, caller: Caller, order: dict[str, Any], descriptors: Sequence[int]) -> dict[str, Any]:
        """Carry an order out and return its answer; the descriptors that came with it are used up."""
        name = order.pop("order")
        if name == "sockets":
            if caller.attachment is None:
                raise LabError("no vantage point is attached to this connection")
            caller.attachment.serve([socket.socket(fileno=each) for each in descriptors])
            return {}
        if name == "join":
            return await self._join(caller, order, descriptors)
        if name == "connected":
            return await self._connected(**order)
        if name == "down":
            os.dup(caller.connection.fileno())  # it is closed by the end of this process, which the caller waits for
        orders: dict[str, Callable[..., dict[str, Any]]] = {
            "status": self._status,
            "topology": self._topology,
            "clock": self._clock,
            "region": self._region,
            "bounce": self._bounce,
            "load": self._load,
            "environment": self._environment,
            "firewall": self._firewall,
            "down": self._down,
        }
        try:
            if name not in orders:
                raise LabError(f"there is no order {name!r}; there are {', '.join(orders)}")
            return orders[name](*descriptors, **order)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    async def _join(self, caller: Caller, order: dict[str, Any], descriptors: Sequence[int]) -> dict[str, Any]:
        """Attach a vantage point whose sockets have come along; it is detached when the caller hangs up."""
        firewall = order["firewall"]
        world, vantage = self._lab.state.world, order["vantage"]
        clients = sources_of(world.topology, vantage) if firewall is not None else ()
        allowed = allow_list.read(firewall, "--firewall", clients) if firewall is not None else None
        around = surroundings(world, vantage, client=order["client"], firewall=allowed)
        dns = DnsProcess()
        caller.at_end.callback(dns.close)
        if len(descriptors) != 2 * len(around.resolvers) + len(around.endpoints) + 1:
            for descriptor in descriptors:
                os.close(descriptor)
            raise LabError("the topology has changed in this moment; try again")
        passed = Passed.of(around, descriptors)
        attachment = await self._lab.attach(around, passed, dns, self.handle, caller.change)
        attachment.own, attachment.firewall = order.get("own", False), None if order.get("own") else firewall
        if caller.gone:
            attachment.close()
            raise LabError("the caller has hung up")
        caller.at_end.callback(attachment.close)
        caller.attachment = attachment
        access = self._lab.access
        return {"access": (access.certificate, access.user, access.password, access.login_servers)}

    def _status(self) -> dict[str, Any]:
        lab = self._lab
        return {
            "version": 1,
            "file": lab.file,
            "digest": digest(lab.state.written),
            "namespaces": lab.environment is None,
            "clock": shown(lab.clock.now()),
            "offset_seconds": lab.clock.offset,
            "regions": {
                region: {"down": state.down, "lag_seconds": state.lag} for region, state in lab.state.regions.items()
            },
            "bouncing": lab.state.bouncing,
            "vantages": lab.attached,
            "changes": lab.changes(),
        }

    def _topology(self, descriptor: int) -> dict[str, Any]:
        """Write the topology into the caller's file: it may be too large for a message."""
        with open(descriptor, "w", encoding="utf-8", closefd=False) as file:
            file.write(dumps(self._lab.state.topology))
        return {}

    def _clock(self, *, when: str) -> dict[str, Any]:
        self._lab.clock.offset += offset(when, self._lab.clock.now())
        if self.syncing is not None:
            self.syncing.wake()
        return {"now": shown(self._lab.clock.now())}

    async def _connected(self, *, name: str | None, action: str, string: str = "") -> dict[str, Any]:
        """List connected registries, or let one do something; the reason comes back where it is not in step then."""
        syncing = self.syncing
        if syncing is None:
            raise LabError("the connected registries of this lab do not run")
        if name is None:
            await syncing.settled()
            return {"connected": [syncing.shown(plant) for plant in plants(self._lab.state.topology)]}
        plant = syncing.find(name)
        if action == "list":
            await syncing.settled()
        if action == "string":
            return {"string": syncing.connection_string(plant)}
        if action == "activate":
            syncing.activate(plant, string)
        elif action == "deactivate":
            syncing.deactivate(plant)
        reason = await syncing.sync(plant) if action in ("activate", "sync") else None
        return {"connected": [syncing.shown(plant)], "reason": reason and str(reason)}

    def _environment(self, *, vantage: str) -> dict[str, Any]:
        if self._lab.environment is None:
            raise LabError("this lab has namespaces: acrdns lab run and acrdns lab shell lead into them")
        known = self._lab.state.topology.vantages
        if vantage not in known:
            raise LabError(f"the topology has no vantage point {vantage!r}; there are {', '.join(known)}")
        return {"variables": self._lab.environment(vantage)}

    def _firewall(self, **_: str) -> dict[str, Any]:
        raise LabError("a command's allow-list is changed from inside: acrdns lab run --firewall LIST -- ...")

    def _region(self, *, region: str, down: bool | None, lag: float | None) -> dict[str, Any]:
        written, region = region, normalize(region)
        registries = self._lab.state.topology.registries.values()
        known = sorted({each for registry in registries for each in registry.regions})
        if region not in known:
            raise LabError(f"no registry is in region {written!r}; there are {', '.join(known)}")
        self._lab.state.set_region(region, down=down, lag=lag)
        return {"region": region}

    def _bounce(self, *, on: bool) -> dict[str, Any]:
        self._lab.state.bounce(on=on)
        return {}

    def _load(self, directory: int, *, reference: str, image: str | None) -> dict[str, Any]:
        found = _REFERENCE.fullmatch(reference)
        if not found:
            raise LabError(f"{reference!r} is no image; write contoso.azurecr.io/repository:tag")
        host, repository, tag = found.groups()
        state = self._lab.state
        registries = {
            f"{registry.dns_label}.{state.topology.cloud.registry}": key
            for key, registry in state.topology.registries.items()
        }
        if host not in registries:
            raise LabError(f"{host} is no login server of the topology; there are {', '.join(registries)}")
        registry = state.topology.registries[registries[host]]
        place = state.place(registry.name, registry.location, repository)
        layout = Folder(directory)
        return {"digest": load(state.store, layout, place, state.arrivals(place), tag, name=image)}

    def _down(self) -> dict[str, Any]:
        if self._end is None:
            raise LabError("this lab ends with its command")
        self._end()
        return {}
