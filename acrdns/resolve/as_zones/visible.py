"""The zones that a network sees through Azure-provided DNS or public DNS, put together from what is published.

Where nobody forwards anything, no question has to be asked to know them: linked private zones hide what is public at
and below their apex, and geo-routed names are fixed by the location. Zones that several networks see are the same
objects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns import names
from acrdns.names import ROOT
from acrdns.record import RRset, Type
from acrdns.zone.lookup import Kind, lookup
from acrdns.zone.zone import build, find

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from acrdns.names import Name
    from acrdns.zone.publish.compile import Published
    from acrdns.zone.zone import Zone

NAME_SERVER = names.name("ns.acrdns.invalid")
"""The NS of a zone that has none; nobody is led to it, as a secondary's clients are pointed at it by hand."""
_NS_TTL = 3600
_REDIRECTED = (Type.A, Type.AAAA, Type.CNAME)


def name_servers(apex: Name) -> RRset:
    """Return the NS set of a zone that has none."""
    return RRset(apex, Type.NS, _NS_TTL, (bytes(NAME_SERVER),))


class Visible:
    """Puts views together, and keeps the zones that they share."""

    def __init__(self, published: Published) -> None:
        self._published = published
        self._public: dict[str | None, tuple[Zone, ...]] = {}
        self._whole: dict[int, Zone] = {}

    def zones(
        self, location: str | None, private: Mapping[Name, Zone], redirected: frozenset[Name]
    ) -> tuple[Zone, ...]:
        """Return the zones of a view.

        `private` are those that stand before the public ones, by apex; those in `redirected` fall back to public names.
        Each zone has an SOA and an NS set at its apex, and delegates to those below it.
        """
        public = self._located(location)
        found = {zone.apex: zone for zone in public if names.deepest(zone.apex, private) is None}
        for apex, zone in private.items():
            found[apex] = _merged(zone, private, public) if apex in redirected else self._with_name_servers(zone)
        for apex in private:
            above = None if apex == ROOT else names.deepest(names.parent(apex), found)
            if above is not None:
                found[above] = _delegating(found[above], found[apex])
        return tuple(found.values())

    def _located(self, location: str | None) -> tuple[Zone, ...]:
        """Return the public zones with the geo-routed names as a client at a location gets them."""
        if location not in self._public:
            routed = [self._published.routed(owner, location) for owner in self._published.routes]
            self._public[location] = tuple(_with(zone, routed) for zone in self._published.public)
        return self._public[location]

    def _with_name_servers(self, zone: Zone) -> Zone:
        if id(zone) not in self._whole:  # the world keeps its zones for as long as this is there
            self._whole[id(zone)] = _with_ns(zone)
        return self._whole[id(zone)]


def _records(zone: Zone) -> Iterator[RRset]:
    return (rrset for node in zone.nodes.values() for rrset in node)


def _with(zone: Zone, routed: Iterable[RRset | None]) -> Zone:
    changed = [rrset for rrset in routed if rrset is not None and rrset.name in zone.nodes]
    return build(zone.apex, zone.kind, zone.key, (*_records(zone), *changed)) if changed else zone


def _with_ns(zone: Zone) -> Zone:
    if find(zone.nodes[zone.apex], Type.NS) is not None:
        return zone
    return build(zone.apex, zone.kind, zone.key, (*_records(zone), name_servers(zone.apex)))


def _merged(zone: Zone, private: Mapping[Name, Zone], public: Iterable[Zone]) -> Zone:
    """Add the public names that a private zone does not have (NxDomainRedirect, facts.md behaviour 12)."""
    added = (
        rrset
        for other in public
        for rrset in _records(other)
        if rrset.type in _REDIRECTED
        and names.deepest(rrset.name, private) == zone.apex
        and lookup(zone, rrset.name, rrset.type).kind is Kind.NXDOMAIN
    )
    return _with_ns(build(zone.apex, zone.kind, zone.key, (*_records(zone), *added)))


def _delegating(zone: Zone, below: Zone) -> Zone:
    """Have a zone delegate to one below it, and nothing else there.

    Knot, and BIND without recursion, follow an alias within its zone only: without the cut they would take its target
    for a name that does not exist.
    """
    hidden = [owner for owner in zone.nodes if owner != below.apex and names.is_under(owner, below.apex)]
    if below.apex in zone.cuts and not hidden and len(zone.nodes[below.apex]) == 1:
        return zone
    servers = find(below.nodes[below.apex], Type.NS)
    assert servers is not None
    kept = (rrset for rrset in _records(zone) if not names.is_under(rrset.name, below.apex))
    return build(zone.apex, zone.kind, zone.key, (*kept, servers))
