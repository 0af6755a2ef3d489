"""A second private endpoint of the registry, in the file or not, writes the same records later."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault
from acrdns.check.faults.site import of_kind
from acrdns.check.fixes.add_zone_group import AddZoneGroup
from acrdns.check.fixes.advice import Advice
from acrdns.check.fixes.delete_zone_group import DeleteZoneGroup
from acrdns.check.fixes.fix import ZoneName, az
from acrdns.names import deepest, join
from acrdns.topology.text.edit import Drop, Put

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from acrdns.check.faults.site import Held, Observed, Site
    from acrdns.check.fixes.fix import Fix
    from acrdns.topology.model import PrivateZone, ZoneLink


def find(site: Site, observed: Observed | None) -> Iterator[Candidate]:
    """Return each pair of private endpoints of a registry that write zones of one name, which become one zone.

    Answers may also be those after an endpoint has written last that stands earlier in the file, or not at all in it.
    """
    yield from _of_the_file(site)
    observed = observed or {}
    for every in site.by_registry.values() if any(observed.values()) else ():
        yield from _written_last(site, every)
        yield from _of_none(site, every, observed)


def _written_last(site: Site, every: Sequence[Held]) -> Iterator[Candidate]:
    """Return the endpoints of a registry that have other addresses than its records in a zone."""
    registry, zone = every[0].endpoint.registry.name, every[0].zone.key
    for private in site.topology.approved_endpoints(registry):
        given = ((held, private.addresses.get(held.endpoint.member)) for held in every)
        written = [(held, address) for held, address in given if address and held.addresses != (address,)]
        if written:
            message = f"{private.name} writes the same records into {zone} last, and the last writer wins"
            mended = DeleteZoneGroup(private.name, ZoneName.of(every[0].zone))
            yield replace(_candidate(every, written, message, mended), writer=private.name)


def _of_none(site: Site, every: Sequence[Held], observed: Observed) -> Iterator[Candidate]:
    """Return the endpoint that the file does not have, with the addresses observed for a registry's records in a zone.

    One such address alone is rather that of a stale record, and surely so where another record has its own; what a
    zone below answers says nothing of this one's record.
    """
    registry, zone = every[0].endpoint.registry.name, ZoneName.of(every[0].zone)
    found = [(held, tuple(of_kind(observed, held.endpoint.fqdn, 4) or ())) for held in every]
    unknown = [(held, [text for text in texts if text not in site.taken]) for held, texts in found]
    unknown = [(held, texts) for held, texts in unknown if texts]
    listed = az("network private-dns record-set a list", "-g", zone.group, "-z", zone.apex, "-o", "table")
    advice = Advice(
        f"take {zone.apex} out of the zone group of the other private endpoint, which the records' metadata name",
        (f'{listed} --query "[].[name, metadata.creator]"',),
    )
    alone = len(unknown) == 1
    if alone and any(texts and not _is_below(site, held) for held, texts in found if held is not unknown[0][0]):
        return
    for number in range(max((len(texts) for _, texts in unknown), default=0)):
        written = [(held, texts[min(number, len(texts) - 1)]) for held, texts in unknown]
        if not _may_be_of_one(site, [address for _, address in written]):
            continue
        message = (
            f"a private endpoint of {registry} that the file does not have writes the same records into "
            f"{every[0].zone.key}, and the last writer wins: "
            f"{', '.join(f'{held.owner} {address}' for held, address in written)}"
        )
        yield replace(_candidate(every, written, message, advice), likelihood=0.25, unlisted=not alone)


def _may_be_of_one(site: Site, addresses: Sequence[str]) -> bool:
    """Return whether one endpoint may have addresses: each of its names has its own, and all are in one subnet."""
    networks = {network and network.name for network in map(site.topology.network_with, addresses)}
    return len({*addresses}) == len(addresses) and len(networks) == 1


def _is_below(site: Site, held: Held) -> bool:
    """Return whether another zone of the file is closer to a record's name."""
    apexes = {zone.apex for zone in site.topology.private_dns_zones.values()}
    return deepest(join(held.owner, held.zone.apex), apexes) != held.zone.apex


def _candidate(every: Sequence[Held], written: Sequence[tuple[Held, str]], message: str, mended: Fix) -> Candidate:
    """Return the records of a registry in a zone with other addresses; those of the file are written again after."""
    zone = every[0].zone
    writers = dict.fromkeys(writer for held in every for writer in held.writers)
    again = ((DeleteZoneGroup(writer), AddZoneGroup(writer, ZoneName.of(zone))) for writer in writers)
    by_hand = (held.mended(address) for held, address in written if not held.writers)
    return Candidate(
        zone.key,
        message,
        tuple(edit for held, address in written for edit in held.pointed_at(address)),
        (mended, *chain.from_iterable(again), *by_hand),
        ("private_dns_zones", zone.key),
    )


def _of_the_file(site: Site) -> Iterator[Candidate]:
    endpoints = [private for private in site.topology.private_endpoints.values() if private.approved]
    for at, first in enumerate(endpoints):
        for later in endpoints[at + 1 :]:
            for zone, other in site.grouped(first, later):
                path = ("private_dns_zones", zone.key, "virtual_network_links")
                links = (
                    Put((*path, link.network), _written(link))
                    for link in other.links.values()
                    if link.network not in zone.links
                )
                group = [zone.key if key == other.key else key for key in later.dns_zone_group]
                still = any(private is not later and other.key in private.dns_zone_group for private in endpoints)
                yield Candidate(
                    zone.key,
                    f"{first.name} and {later.name} write the same records into {zone.key}, and the last writer wins",
                    (
                        Put(("private_endpoints", later.name, "dns_zone_group"), group),
                        *_dropped(other, keep=still),
                        *links,
                    ),
                    site.separating(first, later, zone, other),
                    ("private_endpoints", later.name, "dns_zone_group"),
                    writer=later.name,
                )


def _dropped(zone: PrivateZone, *, keep: bool) -> tuple[Drop, ...]:
    """Return the edits that take the second zone away, or its links alone where it has other uses."""
    path = ("private_dns_zones", zone.key)
    if not (keep or zone.records):
        return (Drop(path),)
    return (Drop((*path, "virtual_network_links")),) if zone.links else ()


def _written(link: ZoneLink) -> dict[str, str]:
    """Return a link as the file has it, with its policy."""
    return {} if link.resolution_policy == "Default" else {"resolution_policy": link.resolution_policy}


FAULT = Fault(
    "endpoint-records-collide",
    summary="a second private endpoint of the registry writes the same zone later",
    client="""\
Clients of the first network get addresses in the second: timeouts where the two are not peered, a detour where
they are.""",
    lesson="""\
A record set has one owner: of two zone groups the last writer wins. Each network needs a zone of its own.""",
    references=("facts F07",),
    find=find,
)
