"""The directory: which server answers at an address, depending on the network of the asker.

168.63.129.16 is inside every virtual network and nowhere else. A server in a network is reached from that network and
from those that reach it (`Topology.reach`); a server of one client is reached from that client only. A public address
that the file does not own is a public resolver, a private one does not answer (topology.md).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS
from acrdns.names import is_under, name
from acrdns.record import Rcode, is_private
from acrdns.resolve.chain import Matched, MatchKind, Response, Step
from acrdns.resolve.servers.azure_dns import AzureDns
from acrdns.resolve.servers.public_dns import PUBLIC_DNS, PublicDns, PublicZones
from acrdns.resolve.servers.ruleset import Rulesets
from acrdns.resolve.servers.self_hosted import SelfHostedServer
from acrdns.zone.publish.local import local_zones
from acrdns.zone.view import view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.resolve.chain import Question
    from acrdns.resolve.servers.public_dns import Nodes
    from acrdns.resolve.servers.server import SimulatedServer
    from acrdns.resolve.walk import Walk
    from acrdns.topology.model import Network, Selection, Topology
    from acrdns.zone.publish.compile import Published
    from acrdns.zone.zone import Zone


class Directory:
    """Finds and asks servers on behalf of a client or server in a network."""

    def __init__(self, topology: Topology, published: Published) -> None:
        self._topology = topology
        self._privatelink = name(topology.cloud.privatelink)
        self._public = PublicZones(published)
        self._published = published
        self._azure: dict[tuple[str, str], AzureDns] = {}
        self._resolvers: dict[str | None, PublicDns] = {}
        self._owned = self._servers_by_address()

    def _servers_by_address(self) -> dict[str, list[tuple[Network, SimulatedServer]]]:
        owned: dict[str, list[tuple[Network, SimulatedServer]]] = {}
        for server in self._topology.dns_servers.values():
            client = server.client
            network = self._topology.vantage(server.host) if client else self._topology.networks[server.network]
            zones = view(local_zones(server, self._topology), passes_on=self._published.passes_on)
            self_hosted = SelfHostedServer(server, network, zones, self)
            owned.setdefault(server.address, []).append((network, self_hosted))
        for resolver in self._topology.private_resolvers.values():
            network = self._topology.networks[resolver.network]
            for address in resolver.inbound_endpoints:
                owned.setdefault(address, []).append((network, self.azure_dns(network, address)))
        return owned

    def azure_dns(self, network: Network, address: str = AZURE_DNS) -> AzureDns:
        """Return Azure-provided DNS of a virtual network; at an inbound endpoint's address it answers the same."""
        key = (network.name, address)
        if key not in self._azure:
            rulesets = Rulesets(network, self._topology, self)
            self._azure[key] = AzureDns(
                network, self._topology, self._published, self._public, rulesets, address=address
            )
        return self._azure[key]

    def nodes(self, zone: Zone, location: str | None) -> Nodes:
        """Return the nodes of a zone for an asker at a location, which matters in public zones only."""
        return self._public.nodes(zone, location) if zone.kind == "public" else zone.nodes

    def public_dns(self, asker: Network | None) -> PublicDns:
        """Return public DNS as an asker in a network sees it; None is the internet at large."""
        location = asker.location if asker else None
        if location not in self._resolvers:
            self._resolvers[location] = PublicDns(self._public, location)
        return self._resolvers[location]

    def ask_public(self, asker: Network | None, question: Question, walk: Walk, address: str = PUBLIC_DNS) -> Response:
        """Ask public DNS, or the public resolver at an address.

        For an asker in a network `cause` says so, where a private zone could have had the answer.
        """
        resolver = self.public_dns(asker)
        walk.enter_last(resolver.identity, question, address, asker.vantage if asker else "")
        response = resolver.answer(question, walk, address)
        walk.leave()
        if asker is None or response.cause or not self._over_privatelink(question, response):
            return response
        return replace(response, cause=f"public DNS was asked from {asker.name}, and it sees no private zone")

    def _over_privatelink(self, question: Question, response: Response) -> bool:
        suffix = self._privatelink
        return is_under(question.name, suffix) or any(is_under(rrset.name, suffix) for rrset in response.answer)

    def ask_one_of(
        self, asker: Network, targets: Sequence[str], question: Question, walk: Walk, selection: Selection = "order"
    ) -> Response:
        """Ask several servers until one answers, with any rcode; one that does not respond is passed over."""
        response = _NO_ANSWER
        if selection != "order" and len(targets) > 1:
            first = walk.choose(len(targets))
            targets = [*targets[first:], *targets[:first]]
        for address in targets:
            response = self.ask(asker, address, question, walk)
            if not response.timed_out:
                break
        return response

    def ask(self, asker: Network, address: str, question: Question, walk: Walk) -> Response:
        """Ask the server at an address from a network."""
        server, why = self.find(asker, address)
        if server is None:
            walk.note_unanswered(_unanswered(address, question, why, asker))
            return Response(Rcode.SERVFAIL, timed_out=True, cause=why)
        if isinstance(server, PublicDns):
            return self.ask_public(asker, question, walk, address)
        loop = walk.enter(server.identity, question, address, asker.vantage)
        if loop:
            why = f"{FORWARDING_LOOP}: {loop}"
            walk.note_unanswered(_unanswered(address, question, why, asker))
            return Response(Rcode.SERVFAIL, cause=why)
        try:
            return server.answer(question, walk)
        finally:
            walk.leave()

    def find(self, asker: Network, address: str) -> tuple[SimulatedServer | None, str]:
        """Return the server that answers at an address, or None and why nobody does."""
        if address == AZURE_DNS:
            if asker.kind == "virtual_network" or (asker.kind == "virtual_hub" and not asker.client):
                return self.azure_dns(self._topology.networks[asker.name]), ""
            where = "on premises" if asker.kind == "on_premises" else "a client of a virtual WAN"
            return None, f"{AZURE_DNS} is answered inside Azure only, and {asker.vantage} is {where}"
        if address in self._owned:
            return self._find_owned(asker, address)
        if is_private(address) or self._topology.in_a_network(address):
            return None, f"no DNS server answers at {address}"
        return self.public_dns(asker), ""

    def _find_owned(self, asker: Network, address: str) -> tuple[SimulatedServer | None, str]:
        owners = self._owned[address]
        for home, server in sorted(owners, key=lambda owner: owner[0].vantage != asker.vantage):
            if self._reaches(asker, home):
                return server, ""
        home = owners[0][0]
        if home.client:
            return None, f"{address} belongs to {home.vantage}, and no other host reaches it"
        return None, f"{address} is in network {self._topology.out_of_reach(asker.name, home.name)}"

    def _reaches(self, asker: Network, home: Network) -> bool:
        if home.client:
            return home.vantage == asker.vantage
        return home.name == asker.name or home.name in self._topology.reach(asker.name)


FORWARDING_LOOP = "forwarding loop"
"""How the cause of a loop begins; the path follows."""

_NO_ANSWER = Response(Rcode.SERVFAIL, timed_out=True, cause="no DNS server is configured")


def _unanswered(address: str, question: Question, why: str, asker: Network) -> Step:
    return Step(address, "", question, Matched(MatchKind.NONE), Rcode.SERVFAIL, (), why, sent_from=asker.vantage)
