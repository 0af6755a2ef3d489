"""A lab that runs: the state of its registries, its authority, and the vantage points that are attached to it."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from acrdns.lab.authority.authority import Authority
from acrdns.lab.authority.certificates import certificate_names
from acrdns.lab.namespace.files import LabAccess
from acrdns.lab.registry_api.app import app
from acrdns.lab.runtime.https import HttpsServers

if TYPE_CHECKING:
    from acrdns.lab.namespace.enclosure import Passed
    from acrdns.lab.namespace.surroundings import Surroundings
    from acrdns.lab.runtime.dns import DnsProcess
    from acrdns.lab.state import LabState


class Lab:
    """The registries of one topology, and everything that its vantage points share."""

    def __init__(self, state: LabState) -> None:
        self.state = state
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
        return LabAccess(self._authority.certificate, self.state.user, self.state.password, tuple(login_servers))

    async def attach(self, around: Surroundings, passed: Passed, dns: DnsProcess) -> ExitStack:
        """Serve a vantage point on its sockets; return when all of them answer. The stack ends that when it closes."""
        topology = self.state.topology
        with ExitStack() as undo:
            undo.callback(passed.close)
            https = HttpsServers(self._seen_from(around))
            undo.callback(https.close)
            contexts = [self._authority.context(certificate_names(topology, each.site)) for each in around.endpoints]
            await https.serve(zip(passed.https, contexts, strict=True))
            vantages = [resolver.vantage for resolver in around.resolvers]
            await dns.serve(around.answering, list(zip(vantages, passed.dns, strict=True)))
            return undo.pop_all()

    def _seen_from(self, around: Surroundings) -> Any:
        """Return the application as the clients of a vantage point reach it."""
        application = self._application

        async def seen(scope: dict[str, Any], receive: Any, send: Any) -> None:
            scope["vantage"] = around.vantage
            if scope["client"][0] == scope["server"][0]:  # IPv6: see `routing`
                scope["client"] = (around.public_client_6, scope["client"][1])
            await application(scope, receive, send)

        return seen
