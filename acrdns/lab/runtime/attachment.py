"""A vantage point that is attached to a lab: its servers, and what changes of its network while it is."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from acrdns.lab.namespace.surroundings import HTTPS, surroundings

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Sequence
    from ssl import SSLContext

    from acrdns.check.firewall.entries import AllowList
    from acrdns.lab.namespace.surroundings import Endpoint, Surroundings
    from acrdns.lab.runtime.serving.dns import DnsProcess
    from acrdns.lab.runtime.serving.https import HttpsServers
    from acrdns.lab.sites import LabSite
    from acrdns.resolve.world import World

    Admits = Callable[[str | None], bool]
    Change = Callable[[Sequence[tuple[str, str]], Sequence[str], Sequence[str]], None]


@dataclass
class Attachment:
    """One vantage point; `close` ends its servers."""

    around: Surroundings
    dns: DnsProcess
    https: HttpsServers
    context: Callable[[LabSite, Admits | None], SSLContext]
    """Return what a server needs to show the certificate of an endpoint, where a firewall admits a server name."""
    change: Change
    """Let the network answer at further addresses, each with the client's for it, of which some are new; and silence
    others."""
    own: bool = False
    """Whether it is the lab's own, for a connected registry."""
    firewall: str | None = None
    """The text of the allow-list that was asked for."""
    at_end: ExitStack = field(default_factory=ExitStack)
    _waiting: list[Endpoint] = field(default_factory=list)
    """Endpoints whose sockets have been asked for."""
    _served: set[str] = field(default_factory=set)
    """Addresses that have a socket, silent ones included."""

    _now: dict[str, Endpoint] = field(default_factory=dict)
    _changing: int = 0
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._now = {endpoint.address: endpoint for endpoint in self.around.endpoints}
        self._served.update(self._now)

    @property
    def network(self) -> str:
        """Return the network that it is in."""
        return self.around.vantage.partition("/")[0]

    def close(self) -> None:
        """End its servers."""
        self.at_end.close()

    def admits(self, address: str, server_name: str | None) -> bool:
        """Return whether the firewall lets a connection to an address pass, by the name in its ClientHello."""
        endpoint, (_, firewall) = self._now.get(address), self.around.asked
        if endpoint is None or firewall is None:
            return firewall is None
        return not endpoint.by_name or firewall.passes(server_name or None, address, HTTPS, endpoint.tags)

    def context_of(self, endpoint: Endpoint) -> SSLContext:
        """Return what a server needs to answer at an endpoint."""
        gated = self.around.asked[1] is not None
        return self.context(endpoint.site, partial(self.admits, endpoint.address) if gated else None)

    async def allow(self, world: World, firewall: AllowList, text: str) -> None:
        """Go on with another allow-list; return when it holds. There must have been one."""
        self.firewall = text
        self.follow(world, firewall)
        if self._changing:
            self._changed.clear()
            await self._changed.wait()

    def follow(self, world: World, firewall: AllowList | None = None) -> None:
        """Let names and addresses follow a change of the topology, or of the firewall."""
        before = set(self._now)
        client, so_far = self.around.asked
        self.around = surroundings(world, self.around.vantage, client=client, firewall=firewall or so_far)
        self._now = {endpoint.address: endpoint for endpoint in self.around.endpoints}
        if firewall is None:
            self.dns.change(self.around.answering)
        added = [endpoint for endpoint in self.around.endpoints if endpoint.address not in before]
        removed = sorted(before - set(self._now))
        if added or removed:
            new = [endpoint for endpoint in added if endpoint.address not in self._served]
            self._served.update(endpoint.address for endpoint in new)
            self._waiting += new
            pairs = [(each.address, self.around.client_for(each.address)) for each in added]
            self._changing += 1
            self.change(pairs, [endpoint.address for endpoint in new], removed)

    def serve(self, sockets: Sequence[socket.socket]) -> None:
        """Serve the sockets that `change` has led to, in their order."""
        endpoints, self._waiting = self._waiting[: len(sockets)], self._waiting[len(sockets) :]
        contexts = [self.context_of(endpoint) for endpoint in endpoints]
        task = asyncio.create_task(self.https.serve(list(zip(sockets, contexts, strict=True))))
        self.at_end.callback(task.cancel)
        for each in sockets:
            self.at_end.callback(each.close)
        self._changing -= 1
        if not self._changing:
            self._changed.set()
