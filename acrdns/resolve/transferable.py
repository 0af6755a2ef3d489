"""The zones that a secondary of one vantage point serves: the vantage point's answers, written down as zones.

An authoritative server has no forwarders, rulesets or redirects. So every name that the topology knows is resolved at
the vantage point, and what comes out is put into the zones that can be seen there. A resolver that asks the secondary
name by name then gets what the vantage point's own address answers. It follows that a geo-routed name is fixed by the
network's location, that a private zone hides the public one where it is linked, and that a network behind conditional
forwarders sees what those show it.

What zones cannot express, and what is done instead:

- A private zone has no NS record in Azure, and a zone must have one: it gets `ns.acrdns.invalid`.
- A link's NxDomainRedirect holds for A, AAAA and CNAME questions only; the public names are merged into the private
  zone, so other types at such a name are NODATA instead of NXDOMAIN.
- A forwarder that trusts foreign chains may give a privatelink name another answer inside a chain than by itself. The
  chain of the public name, which is what clients ask for, decides.
- A zone that nobody answers for (a timeout) is left out: a secondary says REFUSED instead of SERVFAIL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns import names
from acrdns.names import ROOT
from acrdns.record import RRset, Type
from acrdns.resolve.chain import Question
from acrdns.zone.local import connected_registry_zones, local_zones
from acrdns.zone.zone import build, find

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from acrdns.names import Name
    from acrdns.resolve.world import World
    from acrdns.zone.zone import Zone, ZoneKind

NAME_SERVER = names.name("ns.acrdns.invalid")
"""The NS of a zone that has none; nobody is led to it, as a secondary's clients are pointed at it by hand."""
_NS_TTL = 3600

_Records = dict[tuple["Name", int], RRset]


class Transferable:
    """Gives the zones of each vantage point of a world; vantage points that resolve alike share them."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._candidates = tuple(_candidates(world))
        self._found: dict[object, tuple[Zone, ...]] = {}

    def zones(self, vantage: str) -> tuple[Zone, ...]:
        """Give the zones of a vantage point, each with an SOA and an NS set at its apex."""
        key = self._world.signature(vantage)
        if key not in self._found:
            self._found[key] = tuple(_Writer(self._world, vantage, self._candidates).zones())
        return self._found[key]


def _candidates(world: World) -> Iterator[Zone]:
    """Give every zone that a name may come from. Public ones first: whose chains decide."""
    topology = world.topology
    yield from world.published.public
    yield from world.published.private.values()
    for server in topology.dns_servers.values():
        yield from local_zones(server, topology)
    for network in topology.networks:
        yield from connected_registry_zones(network, topology)


class _Writer:
    """Asks at one vantage point, and writes the answers down."""

    def __init__(self, world: World, vantage: str, candidates: tuple[Zone, ...]) -> None:
        self._world = world
        self._vantage = vantage
        self._candidates = candidates
        self._zones: dict[Name, _Records] = {}
        self._aliases: dict[Name, bool] = {}

    def zones(self) -> Iterator[Zone]:
        for apex in dict.fromkeys(zone.apex for zone in self._candidates):
            soa = find(self._ask(apex, Type.SOA), Type.SOA)
            if soa is not None and soa.name == apex:
                self._zones[apex] = {(apex, Type.SOA): soa}
        for owner, number in dict.fromkeys(_questions(self._candidates)):
            for rrset in self._ask(owner, number):
                self._put(rrset)
        self._delegate()
        for apex, records in self._zones.items():
            yield build(apex, self._kind(apex), names.show(apex), records.values())

    def _ask(self, owner: Name, number: int) -> tuple[RRset, ...]:
        return self._world.resolve(self._vantage, Question(owner, number)).response.answer

    def _put(self, rrset: RRset) -> None:
        """Add a record set to its zone. An alias stands alone: what came first at a name stays."""
        apex = _home(rrset.name, self._zones)
        alias = rrset.type == Type.CNAME
        if apex is not None and self._aliases.setdefault(rrset.name, alias) == alias:
            self._zones[apex].setdefault((rrset.name, rrset.type), rrset)

    def _delegate(self) -> None:
        """Give every zone an NS set, and have the zone above delegate to it.

        Knot, and BIND without recursion, follow an alias within its zone only: without the cut they would take its
        target for a name that does not exist.
        """
        for apex, records in self._zones.items():
            records.setdefault((apex, Type.NS), RRset(apex, Type.NS, _NS_TTL, (bytes(NAME_SERVER),)))
        for apex, records in self._zones.items():
            above = None if apex == ROOT else _home(names.parent(apex), self._zones)
            if above is not None:
                self._zones[above][apex, Type.NS] = records[apex, Type.NS]

    def _kind(self, apex: Name) -> ZoneKind:
        return next(zone.kind for zone in self._candidates if zone.apex == apex)


def _questions(candidates: tuple[Zone, ...]) -> Iterator[tuple[Name, int]]:
    """Give every name and type that a zone has something for. An alias is asked for as an address, as clients do."""
    for zone in candidates:
        for owner, node in zone.nodes.items():
            for rrset in node:
                if rrset.type == Type.CNAME:
                    yield from ((owner, Type.A), (owner, Type.AAAA))
                elif rrset.type != Type.SOA:
                    yield owner, rrset.type


def _home(owner: Name, zones: Mapping[Name, object]) -> Name | None:
    return next((apex for apex in names.ancestors(owner) if apex in zones), None)
