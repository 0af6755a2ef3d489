"""A self-hosted DNS server (Azure: custom DNS server): own zones, conditional forwarders, forwarders, or public DNS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.names import deepest, show
from acrdns.record import Rcode, Type
from acrdns.resolve.chain import Matched, MatchKind, Response, Step
from acrdns.resolve.chase import Hop, chase
from acrdns.resolve.servers.public_dns import hop_of
from acrdns.zone.lookup import lookup

if TYPE_CHECKING:
    from collections.abc import Hashable

    from acrdns.record import RRset
    from acrdns.resolve.chain import Question
    from acrdns.resolve.servers.server import Asks, Describes
    from acrdns.resolve.walk import Walk
    from acrdns.topology.model import DnsServer, Network
    from acrdns.zone.view import View
    from acrdns.zone.zone import Zone


class SelfHostedServer:
    """Answers as a DNS server in a virtual machine or on premises does.

    `recursion: forward` hands out the chain that a forwarder returned as it is. `iterate` takes only its first link and
    resolves each alias target itself, through its own conditional forwarders (facts.md behaviour 24).
    """

    __slots__ = ("_directory", "_network", "_server", "_view", "identity")

    def __init__(self, server: DnsServer, network: Network, zones: View, directory: Asks) -> None:
        self._server = server
        self._network = network
        self._directory = directory
        self._view = zones
        self.identity = server.address

    def answer(self, question: Question, walk: Walk) -> Response:
        """Answer from own zones first, then from the servers that the configuration names."""
        return chase(question, lambda asked: self._hop(asked, walk))

    def structure(self, describer: Describes) -> Hashable:
        """Return its kind, its zones, and the servers it forwards to."""
        conditional = sorted(self._server.conditional_forwarders.items())
        return (
            self._server.recursion,
            self._network.location,
            describer.look_into(self._view),
            tuple((domain, describer.ask_in_order(self._network, targets)) for domain, targets in conditional),
            describer.ask_in_order(self._network, self._server.forwarders),
        )

    def _hop(self, question: Question, walk: Walk) -> Hop:
        zone = self._view.zone_for(question.name, question.type)
        if zone is not None:
            return self._local_hop(zone, question, walk)
        return self._cached_hop(question, walk) or self._asking_hop(question, walk)

    def _cached_hop(self, question: Question, walk: Walk) -> Hop | None:
        cache = walk.cache_of(self.identity)
        hop = cache.get(question, walk.now) if cache else None
        if hop is not None and walk.recording:
            why = f"it remembers what it was told about {show(question.name)}"
            step = Step(
                self._server.address,
                self._network.name,
                question,
                Matched(MatchKind.NONE),
                hop.rcode,
                hop.answer,
                why,
                remembered=True,
            )
            walk.note(step)
        return hop

    def _asking_hop(self, question: Question, walk: Walk) -> Hop:
        domain, targets = self._conditional(question)
        if targets:
            why = f"its conditional forwarder sends {domain} to {', '.join(targets)}"
            return self._forward(question, walk, targets, Matched(MatchKind.CONDITIONAL_FORWARDER, domain), why)
        if self._server.forwarders:
            targets = self._server.forwarders
            matched = Matched(MatchKind.FORWARDER, targets[0])
            why = f"it sends everything that it does not know to {', '.join(targets)}"
            return self._forward(question, walk, targets, matched, why)
        return self._settle(question, self._directory.ask_public(self._network, question, walk), walk)

    def _local_hop(self, zone: Zone, question: Question, walk: Walk) -> Hop:
        hop = hop_of(lookup(zone, question.name, question.type))
        walk.reads.append((zone, question.name, None))
        if walk.recording:
            self._note_local(zone, question, hop, walk)
        if hop.rcode != Rcode.NXDOMAIN:
            return hop
        return hop._replace(cause=f"zone {show(zone.apex)} on {self._server.address} has no such name")

    def _note_local(self, zone: Zone, question: Question, hop: Hop, walk: Walk) -> None:
        apex = show(zone.apex)
        says = (
            "has the answer"
            if hop.answer
            else "has no such name"
            if hop.rcode == Rcode.NXDOMAIN
            else "has no such type"
        )
        matched = Matched(MatchKind.LOCAL_ZONE, apex)
        why = f"it is authoritative for {apex}, which {says}"
        walk.note(Step(self._server.address, self._network.name, question, matched, hop.rcode, hop.answer, why))

    def _conditional(self, question: Question) -> tuple[str, tuple[str, ...]]:
        """Find the conditional forwarder with the longest suffix."""
        domain = deepest(question.name, self._server.conditional_forwarders)
        return ("", ()) if domain is None else (show(domain), self._server.conditional_forwarders[domain])

    def _forward(self, question: Question, walk: Walk, targets: tuple[str, ...], matched: Matched, why: str) -> Hop:
        place = walk.reserve()
        response = self._directory.ask_in_order(self._network, targets, question, walk)
        if walk.recording:
            rcode, answer = response.rcode, response.answer
            walk.fill(place, Step(self._server.address, self._network.name, question, matched, rcode, answer, why))
        return self._settle(question, response, walk)

    def _settle(self, question: Question, response: Response, walk: Walk) -> Hop:
        """Take a forwarder's whole chain, or its first link only, by `recursion`."""
        if response.timed_out:
            return Hop(Rcode.SERVFAIL, cause=response.cause, unreached=True)
        alias = None
        if self._server.recursion == "iterate" and question.type not in (Type.CNAME, Type.ANY):
            alias = _alias_at(question, response.answer)
        if alias is not None:
            # It does not cache the part of the chain that it drops, as BIND does not.
            # A cause is about the end of a chain, which is asked for separately.
            response = Response(Rcode.NOERROR, (alias,))
        cache = walk.cache_of(self.identity)
        if cache is not None:
            cache.put(question, response, walk.now)
        target = alias.target if alias is not None else None
        return Hop(response.rcode, response.answer, response.authority, target, response.cause, response.unreached)


def _alias_at(question: Question, answer: tuple[RRset, ...]) -> RRset | None:
    for rrset in answer:
        if rrset.name == question.name and rrset.type == Type.CNAME:
            return rrset
    return None
