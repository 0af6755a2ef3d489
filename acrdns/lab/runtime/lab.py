"""A lab that runs: the state of its registries, its authority, and the vantage points that are attached to it."""

from __future__ import annotations

import asyncio
import hashlib
import os
from contextlib import ExitStack
from difflib import unified_diff
from typing import TYPE_CHECKING, Any

from acrdns.check.firewall import allow_list
from acrdns.check.firewall.rules import sources_of
from acrdns.errors import LabError
from acrdns.lab.authority.authority import Authority
from acrdns.lab.authority.certificates import certificate_names
from acrdns.lab.namespace.files import LabAccess
from acrdns.lab.plants import plants
from acrdns.lab.registry_api.app import app
from acrdns.lab.runtime.attachment import Attachment
from acrdns.lab.runtime.control import ControlServer
from acrdns.lab.runtime.serving.https import HttpsServers
from acrdns.lab.sites import lab_world
from acrdns.topology.dump import dumps
from acrdns.zone.publish.routed import as_routed

if TYPE_CHECKING:
    from collections.abc import Callable
    from ssl import SSLContext

    from acrdns.lab.clock import LabClock
    from acrdns.lab.namespace.enclosure import Passed
    from acrdns.lab.namespace.surroundings import Surroundings
    from acrdns.lab.runtime.attachment import Admits, Change
    from acrdns.lab.runtime.control import Caller, Handler
    from acrdns.lab.runtime.serving.dns import DnsProcess
    from acrdns.lab.sites import LabSite
    from acrdns.lab.state import LabState
    from acrdns.topology.model import Topology


def digest(topology: Topology) -> str:
    """Return what tells the topology of a file from what the file says later."""
    return hashlib.sha256(dumps(topology).encode()).hexdigest()


class Lab:
    """The registries of one topology, and everything that its vantage points share."""

    def __init__(self, state: LabState, clock: LabClock) -> None:
        """Take the state, and the clock that it goes by."""
        self.state = state
        self.clock = clock
        self.file = os.path.realpath(state.written.file)
        self.environment: Callable[[str], dict[str, str]] | None = None
        """Return the variables that lead clients to a vantage point, in a lab without namespaces."""
        self._attachments: list[Attachment] = []
        state.on_change.append(self._change)
        self._authority = Authority()
        self._application: Any = app(state)

    @property
    def access(self) -> LabAccess:
        """Return the authority and the user, for clients."""
        topology = self.state.topology
        login_servers = [
            member.fqdn(registry.dns_label, topology.cloud)
            for registry in topology.registries.values()
            for member in registry.members()
            if member.kind != "data"
        ]
        login_servers += [each.connected.login_server for each in plants(topology) if each.connected.login_server]
        return LabAccess(self._authority.certificate, self.state.user, self.state.password, tuple(login_servers))

    async def attach(
        self, around: Surroundings, passed: Passed, dns: DnsProcess, handle: Handler, change: Change
    ) -> Attachment:
        """Serve a vantage point on its sockets; return when all of them answer.

        `handle` carries out orders from inside, `change` changes the network of the vantage point.
        """
        https = HttpsServers(self.seen_from(around))
        attachment = Attachment(around, dns, https, self.context, change)

        async def handle_here(caller: Caller, order: dict[str, Any], descriptors: list[int]) -> dict[str, Any]:
            if order["order"] == "firewall":
                await self._allow(attachment, order["text"], order["file"])
                return {}
            return await handle(caller, order, descriptors)

        with ExitStack() as undo:
            undo.callback(passed.close)
            undo.callback(ControlServer(passed.control, handle_here).close)
            undo.callback(https.close)
            contexts = [attachment.context_of(each) for each in around.endpoints]
            await https.serve(zip(passed.https, contexts, strict=True))
            vantages = [resolver.vantage for resolver in around.resolvers]
            await dns.serve(around.answering, list(zip(vantages, passed.dns, strict=True)))
            undo.callback(asyncio.create_task(dns.keep()).cancel)
            self._attachments.append(attachment)
            undo.callback(self._attachments.remove, attachment)
            attachment.at_end.push(undo.pop_all())
        return attachment

    @property
    def attached(self) -> list[str]:
        """Return the vantage points that are attached."""
        return [attachment.around.vantage for attachment in self._attachments if not attachment.own]

    def firewall(self, network: str) -> str | None:
        """Return the allow-list of a network: that of the last command with one that runs there."""
        here = (each for each in reversed(self._attachments) if each.network == network)
        return next((each.firewall for each in here if each.firewall is not None), None)

    async def _allow(self, attachment: Attachment, text: str, file: str) -> None:
        """Let a vantage point go on with another allow-list."""
        if attachment.around.asked[1] is None:
            raise LabError("this command has no firewall: start it with acrdns lab run --firewall LIST")
        clients = sources_of(self.state.topology, attachment.around.vantage)
        world = lab_world(as_routed(self.state.topology, self.state.down))
        await attachment.allow(world, allow_list.read(text, file, clients), text)

    def changes(self) -> list[str]:
        """Return the lines in which the topology as it is now differs from its file."""
        before, after = (dumps(topology).splitlines() for topology in (self.state.written, self.state.topology))
        return [line for line in unified_diff(before, after, n=0, lineterm="") if line[:3] not in ("---", "+++", "@@ ")]

    def _change(self) -> None:
        """Let names and addresses follow a change of the topology or of a region."""
        world = lab_world(as_routed(self.state.topology, self.state.down))
        for attachment in self._attachments:
            attachment.follow(world)

    def context(self, site: LabSite, admits: Admits | None = None) -> SSLContext:
        """Return what a server needs to show the certificate of an endpoint, where a firewall admits a server name."""
        names = certificate_names(self.state.topology, site)
        return self._authority.gated(names, admits) if admits else self._authority.context(names)

    def seen_from(self, around: Surroundings) -> Any:
        """Return the application as the clients of a vantage point reach it."""
        application = self._application

        async def seen(scope: dict[str, Any], receive: Any, send: Any) -> None:
            scope["vantage"] = around.vantage
            if scope["client"][0] == scope["server"][0]:  # IPv6: see `routing`
                scope["client"] = (around.public_client_6, scope["client"][1])
            await application(scope, receive, send)

        return seen
