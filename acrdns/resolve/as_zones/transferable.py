"""The zones that a secondary of one vantage point serves: the vantage point's answers, written down as zones.

An authoritative server has no forwarders, rulesets or redirects. Where the vantage point has none either, its zones are
those that it sees (`visible`). Elsewhere every name of the topology is asked for at the vantage point, and the answers
are put into the zones that it sees. In both cases a resolver that asks the secondary name by name gets the answers of
the vantage point's own address.

Zones cannot express everything:

- A private zone has no NS record in Azure, and a zone must have one: it gets `ns.acrdns.invalid`.
- A link's NxDomainRedirect holds for A, AAAA and CNAME questions only; the public names are merged into the private
  zone, so other types at such a name are NODATA instead of NXDOMAIN.
- A forwarder that trusts foreign chains may give a privatelink name another answer inside a chain than by itself. The
  chain of the public name, which is what clients ask for, decides.
- Where any of several servers may answer, the first one's answers are written.
- A name of a hosts file is written only where a zone holds it.
- A zone that nobody answers for (a timeout) is left out: a secondary says REFUSED instead of SERVFAIL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns import names
from acrdns.azure import INTERNET
from acrdns.names import ROOT
from acrdns.record import RRset, Type
from acrdns.resolve.as_zones.visible import Visible, name_servers
from acrdns.resolve.chain import Question
from acrdns.zone.publish.local import connected_registry_zones, local_zones
from acrdns.zone.zone import build, find

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.names import Name
    from acrdns.resolve.world import World
    from acrdns.topology.model import Network
    from acrdns.zone.zone import Zone, ZoneKind

_Records = dict[tuple["Name", int], RRset]


class Transferable:
    """The zones of each vantage point of a world; vantage points with equal answers share them."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._visible = Visible(world.published)
        self._written: dict[object, tuple[Zone, ...]] = {}

    def zones(self, vantage: str) -> tuple[Zone, ...]:
        """Return the zones of a vantage point, each with an SOA and an NS set at its apex."""
        if vantage == INTERNET:
            return self._visible.zones(None, {}, frozenset())
        network = self._world.topology.vantage(vantage)
        if self._forwards(network):
            return self.written(vantage)
        return self._seen(network)

    def written(self, vantage: str) -> tuple[Zone, ...]:
        """Return the same by asking for every name."""
        key = self._world.signature(vantage)
        if key not in self._written:
            self._written[key] = tuple(_Writer(self._world, vantage).zones())
        return self._written[key]

    def _forwards(self, network: Network) -> bool:
        rulesets = self._world.topology.dns_forwarding_rulesets.values()
        ruled = any(network.name in ruleset.links for ruleset in rulesets)
        return (
            bool(network.dns_servers or network.hosts) or ruled or self._world.topology.assumptions.redirect_on_nodata
        )

    def _seen(self, network: Network) -> tuple[Zone, ...]:
        topology, published = self._world.topology, self._world.published
        linked = {
            key: zone.links[network.name]
            for key, zone in topology.private_dns_zones.items()
            if network.kind == "virtual_network" and network.name in zone.links and zone.links[network.name].active
        }
        private = {published.private[key].apex: published.private[key] for key in linked}
        redirected = {
            published.private[key].apex for key, link in linked.items() if link.resolution_policy == "NxDomainRedirect"
        }
        for zone in connected_registry_zones(network.name, topology):
            private[zone.apex] = zone
            redirected.discard(zone.apex)
        return self._visible.zones(network.location, private, frozenset(redirected))


def _candidates(world: World) -> Iterator[Zone]:
    """Return every zone that a name may come from. Public ones first: whose chains decide."""
    topology = world.topology
    yield from world.published.public
    yield from world.published.private.values()
    for server in topology.dns_servers.values():
        yield from local_zones(server, topology)
    for network in topology.networks:
        yield from connected_registry_zones(network, topology)


class _Writer:
    """Asks at one vantage point, and writes the answers down."""

    def __init__(self, world: World, vantage: str) -> None:
        self._world = world
        self._vantage = vantage
        self._candidates = tuple(_candidates(world))
        self._zones: dict[Name, _Records] = {}
        self._aliases: dict[Name, bool] = {}

    def zones(self) -> Iterator[Zone]:
        for apex in dict.fromkeys(zone.apex for zone in self._candidates):
            soa = find(self._ask(apex, Type.SOA), Type.SOA)
            if soa is not None and soa.name == apex:
                self._zones[apex] = {(apex, Type.SOA): soa}
        for owner, number in dict.fromkeys(_questions(self._candidates)):
            if not self._aliases.get(owner):  # the target of an alias is asked for by its own name
                for rrset in self._ask(owner, number):
                    self._put(rrset)
        self._delegate()
        for apex, records in self._zones.items():
            yield build(apex, self._kind(apex), names.show(apex), records.values())

    def _ask(self, owner: Name, number: int) -> tuple[RRset, ...]:
        return self._world.answer(self._vantage, Question(owner, number)).answer

    def _put(self, rrset: RRset) -> None:
        """Add a record set to its zone. An alias stands alone: what came first at a name stays."""
        apex = names.deepest(rrset.name, self._zones)
        alias = rrset.type == Type.CNAME
        if apex is not None and self._aliases.setdefault(rrset.name, alias) == alias:
            self._zones[apex].setdefault((rrset.name, rrset.type), rrset)

    def _delegate(self) -> None:
        """Put an NS set into every zone, and have the zone above delegate to it; `visible` says why."""
        for apex, records in self._zones.items():
            records.setdefault((apex, Type.NS), name_servers(apex))
        for apex, records in self._zones.items():
            above = None if apex == ROOT else names.deepest(names.parent(apex), self._zones)
            if above is not None:
                self._zones[above][apex, Type.NS] = records[apex, Type.NS]

    def _kind(self, apex: Name) -> ZoneKind:
        return next(zone.kind for zone in self._candidates if zone.apex == apex)


def _questions(candidates: tuple[Zone, ...]) -> Iterator[tuple[Name, int]]:
    """Return every name and type that a zone has something for. An alias is asked for as an address, as clients do.

    AAAA is asked for wherever there is A: a server with DNS64 makes one of the other (RFC 6147).
    """
    for zone in candidates:
        for owner, node in zone.nodes.items():
            for rrset in node:
                if rrset.type in (Type.A, Type.CNAME):
                    yield owner, Type.A
                    yield owner, Type.AAAA
                elif rrset.type != Type.SOA:
                    yield owner, rrset.type
