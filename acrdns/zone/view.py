"""The answers of an authoritative server with several zones: the deepest apex wins, aliases are followed.

This is for zone files: AA, no recursion (RFC 1034 section 4.3.2). Chains are followed through every zone
that is served, as NSD does; Knot and BIND end at the first zone. The end of a chain says rcode and SOA (RFC 6604).

One exception: the zone at the end lacks a name that another zone holds. That is data which a zone has at or below the
apex of one that is served too, or an apex that the zone above it does not delegate. NSD takes such a name as there,
and Knot and BIND have not gone there. So nothing is denied then and no wildcard used: the chain ends open, with
NOERROR, and the asker's own question settles it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns.names import ROOT, Name, deepest
from acrdns.record import NAMES_IN_DATA, Rcode, Type
from acrdns.zone.answer import MAX_CHAIN, Question, Response
from acrdns.zone.lookup import Found, Kind, glue, lookup

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from acrdns.record import RRset
    from acrdns.zone.zone import Zone

_BEYOND = frozenset({Kind.DELEGATION, Kind.DNAME, Kind.YXDOMAIN})
"""Outcomes that do not depend on whether the zone has the name."""
_TARGET_AT = {number: names.start for number, names in NAMES_IN_DATA.items() if names.additional}
"""Where in the data of a type the name is that additional section processing is about."""


Reads = list[tuple["Zone", Name, "str | None"]]
"""Lookups in their order, as `resolve.walk` keeps them: the zone, the name, and no location."""


@dataclass(frozen=True, slots=True)
class View:
    """A set of zones. Make it with `view`."""

    zones: Mapping[Name, Zone]
    """By apex."""
    above: frozenset[Name]
    """The names above the apexes."""
    passes_on: bool = False
    """Whether a real resolver answers for all other names: then it is also asked for DS, which the parent zone has."""

    def zone_of(self, name: Name) -> Zone | None:
        """Return the zone with the deepest apex at or above a name."""
        apex = deepest(name, self.zones)
        return None if apex is None else self.zones[apex]

    def answer(
        self, question: Question, reads: Reads | None = None, *, additional: bool = True, minimal_any: bool = True
    ) -> Response:
        """Answer a question. Outside the zones that is REFUSED.

        `additional` adds the addresses of names in NS, MX and SRV answers, where the zone has them. With `minimal_any`
        a question for ANY gets one record set (RFC 8482 section 4.1), else all. `reads` collects every lookup.
        """
        reads = [] if reads is None else reads
        zone = self.zone_for(question.name, question.type)
        if zone is None:
            return Response(Rcode.REFUSED)
        reads.append((zone, question.name, None))
        found = lookup(zone, question.name, question.type)
        answer, found = (found.answer, found) if found.target is None else self._chase(question, zone, found, reads)
        if question.type == Type.ANY and minimal_any and found.kind is Kind.ANSWER:
            answer = _first(answer, found.answer)
        extra = found.additional
        if additional and found.kind is Kind.ANSWER and question.type in _TARGET_AT:
            extra = self._addresses(found.answer)
        authoritative = found.kind is not Kind.DELEGATION or bool(answer)
        return Response(found.rcode, answer, found.authority, extra, authoritative)

    def zone_for(self, name: Name, number: int) -> Zone | None:
        """Return the zone that answers; a DS set at an apex is in the zone above, if that is served (RFC 4035)."""
        zone = self.zone_of(name)
        if number == Type.DS and zone is not None and zone.apex == name != ROOT:
            return self.zone_of(Name(name[1 + name[0] :])) or (None if self.passes_on else zone)
        return zone

    def _chase(self, question: Question, zone: Zone, found: Found, reads: Reads) -> tuple[tuple[RRset, ...], Found]:
        """Follow a chain to its end, to a name met before, or out of the zones. Returns the whole answer and the end.

        Where the chain has no end in the zones, what was collected is the answer, with NOERROR. An alias to the DS set
        of the apex of its own zone stays there, as in Knot and BIND.
        """
        answer = list(found.answer)
        seen = {question.name}
        first, away = zone, False
        by_name = found.kind not in _BEYOND
        while (target := found.target) is not None:
            next_zone = self.zone_of(target)
            if next_zone is None or target in seen or len(seen) > MAX_CHAIN:
                return tuple(answer), Found(Kind.CNAME, target=target)
            if next_zone is not zone:
                zone = self.zone_for(target, question.type) or next_zone
                away = away or zone is not first
            seen.add(target)
            reads.append((zone, target, None))
            found = lookup(zone, target, question.type)
            if (
                away
                and found.kind not in _BEYOND
                and (self._held_elsewhere(zone, target) or (by_name and self._held_elsewhere(first, question.name)))
            ):
                return tuple(answer), Found(Kind.CNAME, target=target)
            answer += (rrset for rrset in found.answer if rrset not in answer)
        return tuple(answer), found

    def _held_elsewhere(self, zone: Zone, name: Name) -> bool:
        """Return whether a zone lacks a name that another has, or one has a nearer encloser, or a wildcard."""
        nodes = zone.nodes
        if name in nodes:
            return False
        others = [other for other in self._at_or_above(name) if other is not zone]
        while name not in nodes:
            if name in self.above or any(name in other.nodes for other in others):
                return True
            name = Name(name[1 + name[0] :])
        wildcard = Name(b"\x01*" + name)
        return wildcard not in nodes and any(wildcard in other.nodes for other in others)

    def _at_or_above(self, name: Name) -> Iterator[Zone]:
        """Return the zones that a name is in by its labels, the deepest first."""
        while (zone := self.zone_of(name)) is not None:
            yield zone
            if zone.apex == ROOT:
                return
            name = Name(zone.apex[1 + zone.apex[0] :])

    def _addresses(self, answer: Iterable[RRset]) -> tuple[RRset, ...]:
        """Return the addresses of the names that an answer points at, from the zone that the answer is in."""
        extra: list[RRset] = []
        for rrset in answer:
            zone = self.zone_of(rrset.name)
            assert zone is not None
            extra += glue(zone, rrset, _TARGET_AT[rrset.type])
        return tuple(extra)


def _first(answer: tuple[RRset, ...], node: tuple[RRset, ...]) -> tuple[RRset, ...]:
    """Keep a chain and, of the node at its end, the record set with the lowest type."""
    return (*(rrset for rrset in answer if rrset not in node), min(node, key=lambda rrset: rrset.type))


def view(zones: Iterable[Zone], *, passes_on: bool = False) -> View:
    """Make a view of zones. A later one replaces an earlier one of the same apex."""
    by_apex = {zone.apex: zone for zone in zones}
    above: set[Name] = set()
    for name in by_apex:
        while name != ROOT and (name := Name(name[1 + name[0] :])) not in above:
            above.add(name)
    return View(by_apex, frozenset(above), passes_on)
