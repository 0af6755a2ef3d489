"""Private zones: links and record sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acrdns.exchange.imports.estate.found import FoundLink, FoundZoneGroup
from acrdns.exchange.imports.notes import MARK
from acrdns.exchange.imports.sections.assembly import network
from acrdns.exchange.imports.sections.zone_facts import GROUP_TTL
from acrdns.topology.schema.fields import domain_complaint
from acrdns.topology.schema.record_sets import HAND_MADE_TTL

if TYPE_CHECKING:
    from acrdns.exchange.imports.estate.found import FoundRecordSet
    from acrdns.exchange.imports.sections.assembly import Assembly
    from acrdns.exchange.imports.sections.zone_facts import ZoneFacts


def write(assembly: Assembly, zones: dict[str, ZoneFacts]) -> None:
    """Write every zone."""
    linked: dict[tuple[str, str], str] = {}
    links: dict[str, list[FoundLink]] = {}
    for link in assembly.estate.all(FoundLink):
        links.setdefault(assembly.key(link.id.parent), []).append(link)
    for id_key, zone in zones.items():
        path = ("private_dns_zones", zone.key)
        first = zone.found or next(iter(links.get(id_key, ())), None) or next(iter(zone.sets.values()), None)
        named = not domain_complaint(zone.key) and zone.key.lower() == zone.apex
        soa = zone.sets.get(("@", "SOA"))
        entry: dict[str, Any] = {
            "name": None if named else zone.apex,
            "soa_minimum": soa.minimum if soa and soa.minimum not in (None, 10) else None,
            "virtual_network_links": _links(assembly, zone, links.get(id_key, ()), linked),
            "records": _records(assembly, zone),
        }
        assembly.sketch.put(*path, entry, first)
        if zone.key != zone.id.name:
            assembly.sketch.comment(path, f"resource group {zone.id.group}{MARK}")
        _note_links(assembly, zone, links.get(id_key, ()))


def _note_links(assembly: Assembly, zone: ZoneFacts, links: list[FoundLink] | tuple[()]) -> None:
    """Note where links are not known, or not all of them."""
    sketch, path = assembly.sketch, ("private_dns_zones", zone.key)
    remedy = f"add az network private-dns link vnet list {zone.id.options('-z')}"
    if zone.found is None and not links:
        groups: list[FoundZoneGroup] = list(assembly.estate.all(FoundZoneGroup))
        writing = [each for each in groups if assembly.key(zone.id) in map(assembly.key, (each.zones or {}).values())]
        origin = next(each.origin for each in (*writing, *zone.sets.values()))
        what = f"TODO: links unknown, so every network looks unlinked; it is in resource group {zone.id.group}"
        sketch.note(origin, path, what, remedy)
    elif zone.found is not None and zone.found.links is not None and zone.found.links > len(links):
        what = f"TODO: Azure counts {zone.found.links} links, and the input has {len(links)}"
        sketch.note(zone.found.origin, path, what, remedy)


def _links(
    assembly: Assembly,
    zone: ZoneFacts,
    links: list[FoundLink] | tuple[()],
    linked: dict[tuple[str, str], str],
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    sketch, path = assembly.sketch, ("private_dns_zones", zone.key)
    for link in links:
        key = network(assembly, link.network, link.origin)
        if key is None:
            sketch.note(link.origin, path, f"the link {link.name} does not say to which network", "it is left out")
            continue
        other = linked.setdefault((key, zone.apex), zone.key)
        if other != zone.key:
            what = f"{key} is linked to {other}, too, and Azure refuses two zones of one name"
            sketch.note(link.origin, path, what, "the first link is taken; one of the inputs is old")
            continue
        policy = "NxDomainRedirect" if (link.policy or "").lower() == "nxdomainredirect" else None
        entry = {
            "resolution_policy": policy,
            "registration_enabled": link.registration or None,
            "state": "InProgress" if (link.state or "").lower() == "inprogress" else None,
        }
        found[key] = {name: value for name, value in entry.items() if value is not None}
    return found


def _records(assembly: Assembly, zone: ZoneFacts) -> dict[str, Any]:
    """Return the record sets that no zone group writes just so."""
    written = {
        owner: address
        for facts in zone.writers
        if facts.status == "Approved"
        for owner, address in zone.expected(facts, assembly).items()
    }
    names = {facts.found.name.lower() for facts in assembly.endpoints}
    records: dict[str, Any] = {}
    for (owner, kind), found in zone.sets.items():
        if kind == "SOA":
            continue
        path = ("private_dns_zones", zone.key, "records", found.name)
        if not found.data:
            what = f"the {kind} record set {found.name} of {zone.key} has no values"
            assembly.sketch.note(found.origin, path[:2], what, "it was created and never filled; it is left out")
            continue
        if kind == "A" and found.data == (written.get(owner),) and found.ttl in (GROUP_TTL, None):
            continue
        if found.creator and found.creator.lower() not in names:
            what = f"it was created by the private endpoint {found.creator}, which is not in the input"
            assembly.sketch.note(found.origin, path, what, "a stale record, unless that endpoint is elsewhere")
        _add(records.setdefault(found.name, {}), kind, found)
    return records


def _add(entry: dict[str, Any], kind: str, found: FoundRecordSet) -> None:
    ttl = HAND_MADE_TTL if found.ttl is None else found.ttl
    if not entry and ttl != HAND_MADE_TTL:
        entry["ttl"] = ttl
    elif entry.get("ttl", HAND_MADE_TTL) != ttl:
        entry.setdefault("ttls", {})[kind] = ttl
    data = [list(each) if isinstance(each, tuple) else each for each in found.data or ()]
    entry[kind] = data[0] if kind == "CNAME" else data
