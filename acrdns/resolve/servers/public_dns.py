"""Public DNS: the resolvers of the internet, for the simulated public zones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from acrdns.names import show
from acrdns.record import Rcode, Type
from acrdns.resolve.chain import Matched, MatchKind, Step
from acrdns.resolve.chase import Hop, chase
from acrdns.zone.lookup import lookup
from acrdns.zone.view import view

if TYPE_CHECKING:
    from collections.abc import Hashable

    from acrdns.names import Name
    from acrdns.resolve.chain import Question, Response
    from acrdns.resolve.servers.server import Describes
    from acrdns.resolve.walk import Walk
    from acrdns.zone.lookup import Found
    from acrdns.zone.publish.compile import Published
    from acrdns.zone.zone import Node, Zone

PUBLIC_DNS = "public DNS"
REMEMBERED_HOPS = 1024
"""Enough for what all vantage points ask about a registry; no more, since a server is asked for anything."""
OUTSIDE = "outside the simulated zones"
"""Why a name is refused. The name is left out, so that a forged query is not amplified by more than a few octets."""


class PublicZones:
    """The public side of a topology: one lookup in the deepest zone, geo-routed names by the client's location.

    Networks in one place see the same public chains, so the last hops are remembered.
    """

    __slots__ = ("_located", "_published", "_remembered", "_view")

    def __init__(self, published: Published) -> None:
        self._published = published
        self._view = view(published.public, passes_on=published.passes_on)
        self._located: dict[tuple[Name, str | None], Located] = {}
        self._remembered: dict[tuple[Name, int, str | None], tuple[Zone | None, Hop]] = {}

    def hop(self, question: Question, location: str | None, walk: Walk) -> tuple[Zone | None, Hop]:
        """Look one name up. Names outside the simulated zones are refused."""
        key = (question.name, question.type, location)
        found = self._remembered.get(key)
        if found is None:
            if len(self._remembered) >= REMEMBERED_HOPS:
                self._remembered.clear()
            found = self._remembered[key] = self._look_up(question, location)
        if found[0] is not None:
            walk.reads.append((found[0], question.name, location))
        return found

    def nodes(self, zone: Zone, location: str | None) -> Nodes:
        """Return what hops from a location look up in a public zone."""
        if not self._published.routes:
            return zone.nodes
        return self._located.setdefault((zone.apex, location), Located(zone, self._published, location))

    def _is_shared(self, zone: Zone, name: Name) -> bool:
        """Return whether a name of a public zone does not follow from the topology.

        Azure's suffixes are shared by all customers: their apexes, and names that the topology has no records for.
        """
        return name in self._view.zones or not zone.nodes.get(name)

    def _look_up(self, question: Question, location: str | None) -> tuple[Zone | None, Hop]:
        zone = self._view.zone_for(question.name, question.type)
        if zone is None or (self._view.passes_on and self._is_shared(zone, question.name)):
            return None, Hop(Rcode.REFUSED, cause=OUTSIDE)
        routed = self._published.routed(question.name, location)
        if routed is not None:
            # An alias is the same for every type that is asked for; who asks for the alias itself stops at it.
            target = None if question.type in (Type.CNAME, Type.ANY) else routed.target
            return zone, Hop(Rcode.NOERROR, (routed,), target=target)
        return zone, hop_of(lookup(zone, question.name, question.type))


class Nodes(Protocol):
    """The nodes of a zone by name; a zone's own are a mapping."""

    def get(self, name: Name, /) -> Node | bytes | None:
        """Return a name's record sets, packed or not (`zone.packed`), or None if the zone has no such name."""


class Located:
    """The nodes of a public zone as a client at one location gets them."""

    __slots__ = ("_location", "_published", "_routed", "_zone")

    def __init__(self, zone: Zone, published: Published, location: str | None) -> None:
        self._zone = zone
        self._published = published
        self._location = location
        self._routed: dict[Name, Node] = {}

    def get(self, name: Name, /) -> Node | None:
        """Return a name's record sets; a routed name has its alias alone."""
        node = self._routed.get(name)
        if node is not None:
            return node
        rrset = self._published.routed(name, self._location)
        if rrset is None:
            return self._zone.nodes.get(name)
        return self._routed.setdefault(name, (rrset,))


def hop_of(found: Found) -> Hop:
    """Return the result of a lookup as a hop of the chain."""
    return Hop(found.rcode, found.answer, found.authority, found.target)


class PublicDns:
    """A public resolver, as a client at one location sees it."""

    __slots__ = ("_location", "_zones", "identity")

    def __init__(self, zones: PublicZones, location: str | None) -> None:
        self._zones = zones
        self._location = location
        self.identity = PUBLIC_DNS

    def answer(self, question: Question, walk: Walk, address: str = PUBLIC_DNS) -> Response:
        """Resolve over the public zones alone; steps are those of the resolver at an address."""
        return chase(question, lambda asked: self._hop(asked, walk, address))

    def structure(self, describer: Describes) -> Hashable:  # noqa: ARG002 - the protocol's signature
        """Return the location it is asked from, which decides geo-routed names."""
        return ("public", self._location)

    def _hop(self, question: Question, walk: Walk, address: str) -> Hop:
        zone, hop = self._zones.hop(question, self._location, walk)
        if walk.recording:
            matched = Matched(MatchKind.PUBLIC_ZONE, zone.key) if zone else Matched(MatchKind.NONE)
            walk.note(Step(address, "", question, matched, hop.rcode, hop.answer, why_public(question, zone, hop)))
        return hop


def why_public(question: Question, zone: Zone | None, hop: Hop) -> str:
    """Describe in a sentence the answer of a public zone."""
    asked = show(question.name)
    if zone is None:
        return f"{asked} is outside the simulated public zones, so nobody here can say what it is"
    if hop.target is not None:
        return f"the public zone {zone.key} makes {asked} an alias of {show(hop.target)}"
    if hop.rcode == Rcode.NXDOMAIN:
        return f"the public zone {zone.key} has no name {asked}"
    if not hop.answer:
        return f"the public zone {zone.key} has {asked}, but not with that type"
    return f"the public zone {zone.key} has the answer for {asked}"
