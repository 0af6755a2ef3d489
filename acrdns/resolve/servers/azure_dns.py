"""Azure-provided DNS (168.63.129.16) as one virtual network sees it.

The order is Azure's (facts.md section 3): private zones linked to the same network, then forwarding rulesets linked to
it, then public DNS. It applies to each name of an alias chain, which is how a public alias leads into a private zone.
A linked zone is authoritative: what it does not have does not exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns import names
from acrdns.azure import AZURE_DNS
from acrdns.names import show
from acrdns.record import Rcode, Type
from acrdns.resolve.chain import Matched, MatchKind, Step
from acrdns.resolve.chase import Hop, chase
from acrdns.resolve.servers.public_dns import hop_of, why_public
from acrdns.zone.lookup import lookup
from acrdns.zone.view import view

if TYPE_CHECKING:
    from collections.abc import Hashable

    from acrdns.names import Name
    from acrdns.resolve.chain import Question, Response
    from acrdns.resolve.servers.public_dns import PublicZones
    from acrdns.resolve.servers.ruleset import Rulesets
    from acrdns.resolve.servers.server import Describes
    from acrdns.resolve.walk import Walk
    from acrdns.topology.model import Network, Topology
    from acrdns.zone.publish.compile import Published
    from acrdns.zone.zone import Zone

_REDIRECTED_TYPES = frozenset((Type.A, Type.AAAA, Type.CNAME))


class AzureDns:
    """Answers as 168.63.129.16 does inside one virtual network, or as an inbound endpoint in it does."""

    __slots__ = (
        "_address",
        "_assumptions",
        "_links",
        "_network",
        "_privatelink",
        "_public",
        "_rulesets",
        "_unlinked",
        "_view",
        "identity",
    )

    def __init__(
        self,
        network: Network,
        topology: Topology,
        published: Published,
        public: PublicZones,
        rulesets: Rulesets,
        *,
        address: str = AZURE_DNS,
    ) -> None:
        self._network = network
        self._address = address
        self._public = public
        self._rulesets = rulesets
        self._assumptions = topology.assumptions
        self._links = {
            key: zone.links[network.name]
            for key, zone in topology.private_dns_zones.items()
            if network.name in zone.links and zone.links[network.name].active
        }
        self._view = view((published.private[key] for key in self._links), passes_on=published.passes_on)
        self._privatelink = names.name(topology.cloud.privatelink)
        self._unlinked = f"zone {topology.cloud.privatelink} not linked to {network.name}"
        self.identity = f"{address} of {network.name}"

    def structure(self, describer: Describes) -> Hashable:
        """Return its location, the zones linked there with their policies, and the rules."""
        policies = sorted((zone.apex, self._links[zone.key].resolution_policy) for zone in self._view.zones.values())
        zones = describer.look_into(self._view)
        return ("azure", self._network.location, tuple(policies), zones, self._rulesets.structure(describer))

    def answer(self, question: Question, walk: Walk) -> Response:
        """Resolve in Azure's order, alias by alias."""
        return chase(question, lambda asked: self._hop(asked, walk, first=asked is question))

    def _hop(self, question: Question, walk: Walk, *, first: bool) -> Hop:
        zone = self._view.zone_for(question.name, question.type)
        if zone is not None:
            return self._private_hop(zone, question, walk)
        forwarded = self._rulesets.forward(question, walk, self._address, alias=not first)
        if forwarded is not None:
            return forwarded
        return self._public_hop(question, walk, first=first)

    def _private_hop(self, zone: Zone, question: Question, walk: Walk) -> Hop:
        hop = hop_of(lookup(zone, question.name, question.type))
        walk.reads.append((zone, question.name, None))
        redirected = self._redirects(zone, question, hop)
        cause = self._private_cause(zone, question, hop)
        if walk.recording:
            why = self._why_private(zone, question, hop, redirected=redirected)
            self._note(walk, question, self._matched(zone), hop, why)
        if redirected:
            # The alias stays in the answer; the public chain follows it (facts.md behaviour 12).
            public = self._public_hop(question, walk, redirected=True)
            return Hop(public.rcode, public.answer, public.authority, public.target, cause=cause)
        return Hop(hop.rcode, hop.answer, hop.authority, hop.target, cause=cause)

    def _redirects(self, zone: Zone, question: Question, hop: Hop) -> bool:
        """Return whether an answer falls back to public DNS: only NXDOMAIN, by the link's policy, for these types."""
        nodata = hop.rcode == Rcode.NOERROR and not hop.answer and self._assumptions.redirect_on_nodata
        policy = self._links[zone.key].resolution_policy
        return (
            policy == "NxDomainRedirect"
            and question.type in _REDIRECTED_TYPES
            and (hop.rcode == Rcode.NXDOMAIN or nodata)
        )

    def _public_hop(self, question: Question, walk: Walk, *, redirected: bool = False, first: bool = True) -> Hop:
        zone, hop = self._public.hop(question, self._network.location, walk)
        if walk.recording:
            matched = Matched(MatchKind.PUBLIC_ZONE, zone.key) if zone else Matched(MatchKind.NONE)
            why = why_public(question, zone, hop)
            if not redirected:
                disabled = self._rulesets.disabled(question.name, alias=not first)
                why = f"no private zone linked to {self._network.name} holds {show(question.name)}{disabled}; {why}"
            self._note(walk, question, matched, hop, why)
        unlinked = not redirected and names.is_under(question.name, self._privatelink)
        return hop._replace(cause=self._unlinked) if unlinked else hop

    def _matched(self, zone: Zone) -> Matched:
        apex = show(zone.apex)
        return Matched(MatchKind.PRIVATE_ZONE, apex, key=zone.key if zone.key != apex else "", link=self._network.name)

    def _note(self, walk: Walk, question: Question, matched: Matched, hop: Hop, why: str) -> None:
        walk.note(Step(self._address, self._network.name, question, matched, hop.rcode, hop.answer, why))

    def _private_cause(self, zone: Zone, question: Question, hop: Hop) -> str:
        if hop.rcode != Rcode.NXDOMAIN:
            return ""
        return f"{in_zone(zone)}{self._network.name}{no_record(question.name, zone)}"

    def _why_private(self, zone: Zone, question: Question, hop: Hop, *, redirected: bool) -> str:
        here = f"the private zone {show(zone.apex)} is linked to {self._network.name}"
        asked = show(question.name)
        if redirected:
            return f"{here} and has no name {asked}, but its link says NxDomainRedirect: public DNS is asked"
        if hop.rcode == Rcode.NXDOMAIN:
            return f"{here} and is authoritative: it has no record for {asked}, so the answer is NXDOMAIN"
        if hop.target is not None:
            return f"{here} and makes {asked} an alias of {show(hop.target)}"
        if not hop.answer:
            return f"{here} and has {asked}, but not with that type"
        return f"{here} and has the answer for {asked}"


def in_zone(zone: Zone) -> str:
    """Begin the cause of an answer that a private zone has no record for; the network's name follows."""
    return f"zone {show(zone.apex)}, linked to "


def no_record(name: Name, zone: Zone) -> str:
    """End it; this part alone has the name that was asked for."""
    return f", has no record {names.relative(name, zone.apex)}"
