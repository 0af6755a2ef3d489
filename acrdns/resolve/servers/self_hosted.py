"""A self-hosted DNS server (Azure: custom DNS server): own zones, conditional forwarders, forwarders, or public DNS."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from acrdns.names import ROOT, deepest, is_under, show
from acrdns.record import Rcode, Type
from acrdns.resolve.chain import Matched, MatchKind, Question, Response, Step
from acrdns.resolve.chase import Hop, chase
from acrdns.resolve.servers.filters import synthesized, without_private
from acrdns.resolve.servers.public_dns import PUBLIC_DNS, hop_of
from acrdns.zone.lookup import lookup

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from acrdns.names import Name
    from acrdns.record import RRset
    from acrdns.resolve.servers.server import Asks, Describes
    from acrdns.resolve.walk import Walk
    from acrdns.topology.model import DnsServer, Network
    from acrdns.zone.view import View
    from acrdns.zone.zone import Zone


REFUSES_EMPTY = "refuses an empty answer"
"""In the cause of a failure that is an empty answer in truth, whose zone is above the domain that is forwarded."""


class SelfHostedServer:
    """Answers as a DNS server in a virtual machine or on premises does.

    `recursion: forward` hands out the chain that a forwarder returned as it is. `iterate` takes only its first link and
    resolves each alias target itself, through its own conditional forwarders (facts.md behaviour 24). `unbound` keeps
    the chain up to an alias target that another forwarder is for, and looks only the name asked up in its own zones.

    `tests/interop/test_self_hosted.py` holds what else differs between dnsmasq, BIND and unbound, as measured.
    """

    __slots__ = ("_directory", "_network", "_server", "_view", "identity")

    def __init__(self, server: DnsServer, network: Network, zones: View, directory: Asks) -> None:
        self._server = server
        self._network = network
        self._directory = directory
        self._view = zones
        self.identity = identity_of(server)

    def answer(self, question: Question, walk: Walk) -> Response:
        """Answer from own zones first, then from the servers that the configuration names."""
        response = self._chased(question, walk)
        if self._server.dns64 is None or question.type != Type.AAAA or not response.nodata:
            return response
        if self._server.recursion == "unbound" and self._view.zone_for(question.name, question.type) is not None:
            # Its DNS64 is a part of its resolver, which its own zones stand before.
            return response
        walk.comparable = False
        return synthesized(self._chased(Question(question.name, Type.A), walk), response, self._server)

    def _chased(self, question: Question, walk: Walk) -> Response:
        return chase(question, lambda asked: self._hop(asked, walk, first=asked is question))

    def structure(self, describer: Describes) -> Hashable:
        """Return its kind, its zones, and the servers it forwards to."""
        server, network = self._server, self._network
        conditional = sorted(server.conditional_forwarders.items())
        return (
            (server.recursion, server.fallback, server.rebind_protection, server.dns64),
            network.location,
            describer.look_into(self._view),
            tuple((domain, describer.ask_one_of(network, to, server.selection)) for domain, to in conditional),
            describer.ask_one_of(network, server.forwarders, server.selection),
        )

    def _hop(self, question: Question, walk: Walk, *, first: bool) -> Hop:
        zone = self._view.zone_for(question.name, question.type)
        if zone is not None and (first or self._server.recursion != "unbound"):
            local = hop_of(lookup(zone, question.name, question.type))
            walk.reads.append((zone, question.name, None))
            if local.answer or not self._server.forwards_below(zone.apex, question.name):
                return self._local_hop(zone, local, question, walk)
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
        domain = deepest(question.name, self._server.conditional_forwarders)
        if domain is not None:
            targets = self._server.conditional_forwarders[domain]
            why = f"its conditional forwarder sends {show(domain)} to {', '.join(targets)}"
            matched = Matched(MatchKind.CONDITIONAL_FORWARDER, show(domain))
            hop = self._forward(question, walk, targets, matched, why, domain)
            if hop.rcode != Rcode.SERVFAIL or self._server.fallback == "none":
                return hop
            return self._from_public(question, walk, f"{', '.join(targets)} failed, and its fallback is public DNS")
        if self._server.forwarders:
            targets = self._server.forwarders
            matched = Matched(MatchKind.FORWARDER, targets[0])
            why = f"it sends everything that it does not know to {', '.join(targets)}"
            return self._forward(question, walk, targets, matched, why)
        return self._from_public(
            question, walk, f"it has no forwarder for {show(question.name)}, so it asks public DNS"
        )

    def _from_public(self, question: Question, walk: Walk, why: str) -> Hop:
        asked = partial(self._directory.ask_public, self._network, question, walk)
        return self._told(question, walk, asked, Matched(MatchKind.UPSTREAM, PUBLIC_DNS), why)

    def _local_hop(self, zone: Zone, hop: Hop, question: Question, walk: Walk) -> Hop:
        if walk.recording:
            self._note_local(zone, question, hop, walk)
        if hop.target is not None and self._server.recursion == "unbound":
            cause = f"{self._server.address} does not follow an alias of its own zone {show(zone.apex)}"
            return hop._replace(target=None, cause=cause)
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

    def _forward(
        self,
        question: Question,
        walk: Walk,
        targets: tuple[str, ...],
        matched: Matched,
        why: str,
        domain: Name = ROOT,
    ) -> Hop:
        asked = partial(self._directory.ask_one_of, self._network, targets, question, walk, self._server.selection)
        return self._told(question, walk, asked, matched, why, domain)

    def _told(
        self,
        question: Question,
        walk: Walk,
        ask: Callable[[], Response],
        matched: Matched,
        why: str,
        domain: Name = ROOT,
    ) -> Hop:
        """Return what others answer, who were asked for names of a domain. The step of this server precedes theirs."""
        place = walk.reserve()
        response = ask()
        if walk.recording:
            rcode, answer = response.rcode, response.answer
            walk.fill(place, Step(self._server.address, self._network.name, question, matched, rcode, answer, why))
        return self._settle(question, response, walk, domain)

    def _settle(self, question: Question, response: Response, walk: Walk, domain: Name) -> Hop:
        """Take the part of a forwarder's chain that `recursion` keeps."""
        if response.timed_out:
            return Hop(Rcode.SERVFAIL, cause=response.cause, unreached=True)
        kept = () if question.type in (Type.CNAME, Type.ANY) else self._links(question, response.answer)
        # It does not cache the part of the chain that it drops, as BIND does not.
        # A cause is about the end of a chain, which is asked for separately.
        response = Response(Rcode.NOERROR, kept) if kept else self._within(domain, response)
        if not kept and self._server.rebind_protection:
            walk.comparable = False
            response = without_private(response, self._server)
        cache = walk.cache_of(self.identity)
        if cache is not None:
            cache.put(question, response, walk.now)
        target = kept[-1].target if kept else None
        rcode, answer, authority, cause = response.rcode, response.answer, response.authority, response.cause
        return Hop(rcode, answer, authority, target, cause, response.blocked, response.unreached)

    def _within(self, domain: Name, response: Response) -> Response:
        """Return a response without an SOA record of a zone above the domain that it was asked for.

        BIND takes an empty answer with such a record for a failure, unless it is told to `forward first`: then it goes
        by the zone that public DNS has. PowerDNS Recursor and unbound leave the record out.
        """
        if self._server.recursion == "iterate" and self._server.fallback == "public":
            return response
        soa = next((rrset for rrset in response.authority if rrset.type == Type.SOA), None)
        if soa is None or self._server.recursion == "forward" or is_under(soa.name, domain):
            return response
        if self._server.recursion == "iterate" and response.nodata:
            asked, above = show(domain), show(soa.name)
            cause = f"{self._server.address} forwards {asked} and {REFUSES_EMPTY} of {above}, a zone above it"
            return Response(Rcode.SERVFAIL, cause=cause)
        return replace(response, authority=())

    def _links(self, question: Question, answer: tuple[RRset, ...]) -> tuple[RRset, ...]:
        """Return the links of a chain up to the alias whose target the server resolves itself, or nothing."""
        if self._server.recursion == "iterate":
            alias = _alias_at(question, answer)
            return () if alias is None else (alias,)
        if self._server.recursion == "unbound":
            asked = deepest(question.name, self._server.conditional_forwarders)
            for number, rrset in enumerate(answer, 1):
                if rrset.type == Type.CNAME and deepest(rrset.target, self._server.conditional_forwarders) != asked:
                    return answer[:number]
        return ()


def identity_of(server: DnsServer) -> str:
    """Return the identity of a server, which is that of its cache, too."""
    return f"{server.address} of {server.host}" if server.client else server.address


def _alias_at(question: Question, answer: tuple[RRset, ...]) -> RRset | None:
    for rrset in answer:
        if rrset.name == question.name and rrset.type == Type.CNAME:
            return rrset
    return None
