"""Private zones: their record sets, whether these are all, and the zone groups that write into them.

A listing is what DNS answers. A zone group is written where every record set that its endpoint would write is in the
listing; what the listing has besides is made by hand, or is all that is left of something.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from acrdns.azure import Member
from acrdns.exchange.imports.estate.found import FoundLink, FoundRecordSet, FoundZone, FoundZoneGroup
from acrdns.exchange.imports.sections.keys import keys
from acrdns.names import name, relative
from acrdns.topology.schema.fields import domain_complaint
from acrdns.zone.publish.private import record_owner

if TYPE_CHECKING:
    from acrdns.exchange.imports.estate.identifier import Identifier
    from acrdns.exchange.imports.sections.assembly import Assembly, EndpointFacts

GROUP_TTL = 10
"""Seconds; TTL of what zone groups write (facts.md section 1.1)."""


@dataclass(slots=True)
class ZoneFacts:
    """A private zone, and all that is known of what is in it."""

    id: Identifier
    key: str
    found: FoundZone | None
    sets: dict[tuple[str, str], FoundRecordSet]
    """By owner in lower case and type."""
    listed: bool
    """Whether somebody listed its record sets, and not only manages some."""
    whole: bool
    """Whether what is not in the listing is not there."""
    writers: list[EndpointFacts] = field(default_factory=list)

    @property
    def apex(self) -> str:
        """The zone's name."""
        return self.id.name.lower().rstrip(".")

    def expected(self, facts: EndpointFacts, assembly: Assembly) -> dict[str, str]:
        """Return what the zone group of an endpoint writes here: owner to address."""
        if domain_complaint(self.apex):
            return {}
        label = assembly.labels.get(facts.registry, facts.registry)
        owners = {
            member: record_owner(member, label, name(self.apex), assembly.cloud)
            for text in facts.addresses
            if (member := Member.parse(text))
        }
        apex = name(self.apex)
        return {relative(owner, apex): facts.addresses[str(member)] for member, owner in owners.items() if owner}


def zones_of(assembly: Assembly) -> dict[str, ZoneFacts]:
    """Return every zone that the input has, or refers to, by the key of its identifier."""
    estate = assembly.estate
    ids: dict[str, Identifier] = {}
    for zone in estate.all(FoundZone):
        ids.setdefault(assembly.key(zone.id), zone.id)
    parents = [each.id.parent for kind in (FoundLink, FoundRecordSet) for each in estate.all(kind)]
    groups = [zone for group in estate.all(FoundZoneGroup) for zone in (group.zones or {}).values()]
    for id_ in (*parents, *groups):
        if id_ is not None and assembly.key(id_) not in estate.gone:
            ids.setdefault(assembly.key(id_), id_)
    _note_lack(assembly, ids)
    names = keys(ids.values())
    sets: dict[str, dict[tuple[str, str], FoundRecordSet]] = {}
    for found in estate.all(FoundRecordSet):
        sets.setdefault(assembly.key(found.id.parent), {})[found.name.lower(), found.type] = found
    zones = {
        key: _zone(assembly, id_, names[id_.key], estate.get(FoundZone, id_.key), sets.get(key, {}))
        for key, id_ in ids.items()
    }
    assembly.zones = {key: zone.key for key, zone in zones.items()}
    return zones


def _note_lack(assembly: Assembly, ids: dict[str, Identifier]) -> None:
    """Note zones that a plan deletes while something is in them, and an input that does not speak of zones at all."""
    groups = [zone for group in assembly.estate.all(FoundZoneGroup) for zone in (group.zones or {}).values()]
    for id_ in dict.fromkeys(groups):
        if assembly.key(id_) in assembly.estate.gone:
            origin = next(iter(assembly.estate.all(FoundZoneGroup))).origin
            what = "the plan deletes it while zone groups write to it; its links and records go with it"
            assembly.sketch.notes.add(origin, f"private_dns_zones.{id_.name}", what, "take it out of them, too")
    approved = [facts for facts in assembly.endpoints if facts.status == "Approved"]
    if approved and not ids and not assembly.estate.gone and "zones.json" not in assembly.sketch.notes.empty_files:
        what = "TODO: no private zone is in the input, and findings about zones rest on that"
        remedy = (
            "add az network private-dns zone list, with link vnet list and record-set list of each; create none before"
        )
        facts = approved[0]
        assembly.sketch.note(facts.found.origin, ("private_endpoints", facts.key), what, remedy)


def _zone(
    assembly: Assembly,
    id_: Identifier,
    key: str,
    found: FoundZone | None,
    sets: dict[tuple[str, str], FoundRecordSet],
) -> ZoneFacts:
    listings = [each for each in sets.values() if not each.declared]
    count = found.record_sets if found else None
    number = len(listings) + (not any(each.type == "SOA" for each in listings))
    cut = any(origin.file in assembly.estate.incomplete for each in listings for origin in each.origins)
    if listings and count is not None and number < count and found:
        what = f"Azure counts {count} record sets in it, and the input has {number}, so that it proves no absence"
        path = ("private_dns_zones", key)
        remedy = f"add az network private-dns record-set list {id_.options('-z')}"
        assembly.sketch.note(found.origin, path, what, remedy)
        cut = True
    empty = count == 1
    return ZoneFacts(id_, key, found, sets, bool(listings) or empty, (bool(listings) or empty) and not cut)


def settle(assembly: Assembly, zones: dict[str, ZoneFacts]) -> None:
    """Decide which zone groups are written, and put endpoints in an order in which the last writer wins."""
    losers: list[tuple[EndpointFacts, EndpointFacts]] = []
    for zone in zones.values():
        for facts in assembly.endpoints:
            if facts.zones is None:
                _infer(assembly, zone, facts)
            elif assembly.key(zone.id) in facts.zones:
                losers += _write_group(assembly, zone, facts)
    for loser, winner in losers:
        endpoints = assembly.endpoints
        if endpoints.index(loser) > endpoints.index(winner):
            endpoints.remove(winner)
            endpoints.insert(endpoints.index(loser) + 1, winner)
    order = {id(facts): at for at, facts in enumerate(assembly.endpoints)}
    for zone in zones.values():
        zone.writers.sort(key=lambda facts: order[id(facts)])
    for facts in assembly.endpoints:
        if facts.zones is None and not facts.written and not any(zone.whole for zone in zones.values()):
            what = "TODO: whether it has a zone group is not in the input"
            remedy = f"add az network private-endpoint dns-zone-group list {facts.found.id.options('--endpoint-name')}"
            assembly.sketch.note(facts.found.origin, ("private_endpoints", facts.key), what, remedy)


def _write_group(
    assembly: Assembly, zone: ZoneFacts, facts: EndpointFacts
) -> list[tuple[EndpointFacts, EndpointFacts]]:
    """Write a zone group, unless its record sets are gone; returns the endpoints that overwrote it."""
    path = ("private_endpoints", facts.key)
    expected = zone.expected(facts, assembly) if facts.status == "Approved" else {}
    missing = [owner for owner in expected if (owner, "A") not in zone.sets]
    if missing and zone.whole:
        what = (
            f"its zone group never filled {zone.key}"
            if len(missing) == len(expected)
            else f"its zone group writes {', '.join(missing)} in {zone.key}, and they are deleted there"
        )
        remedy = "the zone group is left out, and what the zone has is written as records"
        assembly.sketch.note(facts.found.origin, path, what, remedy)
        return []
    facts.written.append(zone.key)
    zone.writers.append(facts)
    lost = []
    for owner, address in expected.items():
        found = zone.sets.get((owner, "A"))
        if found is None or not zone.listed or found.data == (address,):
            continue
        others = [
            other
            for other in assembly.endpoints
            if other is not facts
            and other.zones
            and assembly.key(zone.id) in other.zones
            and found.data == (zone.expected(other, assembly).get(owner),)
        ]
        lost += [(facts, other) for other in others[:1]]
        who = f"{others[0].key} wrote" if others else "somebody wrote"
        data = ", ".join(map(str, found.data or ()))
        what = f"{who} {data} at {owner} in {zone.key}, where its zone group wrote {address}"
        assembly.sketch.note(found.origin, path, what, "the record set of the zone is kept")
    return lost


def _infer(assembly: Assembly, zone: ZoneFacts, facts: EndpointFacts) -> None:
    """Write a zone group of which only the creator of its records tells."""
    expected = zone.expected(facts, assembly)
    mine = [each for each in zone.sets.values() if (each.creator or "").lower() == facts.found.name.lower()]
    if not mine or not expected:
        return
    path = ("private_endpoints", facts.key)
    found = {owner: zone.sets.get((owner, "A")) for owner in expected}
    if all(each is not None and each.data == (expected[owner],) for owner, each in found.items()):
        facts.written.append(zone.key)
        zone.writers.append(facts)
        what = f"its zone group for {zone.key} is inferred from the creator of the records"
        remedy = f"add az network private-endpoint dns-zone-group list {facts.found.id.options('--endpoint-name')}"
        assembly.sketch.note(mine[0].origin, path, what, remedy)
    else:
        what = f"it created records of {zone.key}, which are not those that its addresses ask for now"
        assembly.sketch.note(mine[0].origin, path, what, "the records are written as they are, without a zone group")
