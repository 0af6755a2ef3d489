"""A second private endpoint of the registry writes the same records later: one of the file, or one it does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault
from acrdns.check.faults.site import of_kind
from acrdns.check.fixes.add_zone_group import AddZoneGroup
from acrdns.check.fixes.advice import Advice
from acrdns.check.fixes.delete_zone_group import DeleteZoneGroup
from acrdns.check.fixes.fix import ZoneName, az
from acrdns.topology.text.edit import Drop, Put

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from acrdns.check.faults.site import Held, Observed, Site
    from acrdns.check.fixes.fix import Fix
    from acrdns.topology.model import PrivateZone, ZoneLink


def find(site: Site, observed: Observed | None) -> Iterator[Candidate]:
    """Return each pair of private endpoints of a registry that write zones of one name, which become one zone.

    Where several records of a registry have addresses that nothing in the file has, an endpoint that is not in the file
    may have written them.
    """
    yield from _of_the_file(site)
    for every in site.by_registry.values() if observed else ():
        yield from _of_none(site, every, observed or {})


def _of_none(site: Site, every: Sequence[Held], observed: Observed) -> Iterator[Candidate]:
    """Return the endpoint that the file does not have, with the addresses observed for a registry's records in a zone.

    One such address alone is rather that of a stale record.
    """
    zone, registry = every[0].zone, every[0].endpoint.registry.name
    found = [(held, tuple(of_kind(observed, held.endpoint.fqdn, 4) or ())) for held in every]
    unknown = [(held, [text for text in texts if text not in site.taken]) for held, texts in found]
    unknown = [(held, texts) for held, texts in unknown if texts]
    for number in range(max(len(texts) for _, texts in unknown) if len(unknown) > 1 else 0):
        written = [(held, texts[min(number, len(texts) - 1)]) for held, texts in unknown]
        yield Candidate(
            zone.key,
            f"a private endpoint of {registry} that the file does not have writes the same records into {zone.key}, "
            f"and the last writer wins: {', '.join(f'{held.owner} {address}' for held, address in written)}",
            tuple(edit for held, address in written for edit in held.pointed_at(address)),
            tuple(_written_anew(ZoneName.of(zone), every, written)),
            ("private_dns_zones", zone.key),
            likelihood=0.25,
            unlisted=True,
        )


def _written_anew(zone: ZoneName, every: Sequence[Held], written: Sequence[tuple[Held, str]]) -> Iterator[Fix]:
    """Return the fixes after which the other endpoint writes no more, and those of the file have written again."""
    listed = az("network private-dns record-set a list", "-g", zone.group, "-z", zone.apex, "-o", "table")
    yield Advice(
        f"take {zone.apex} out of the zone group of the other private endpoint, which the records' metadata name",
        (f'{listed} --query "[].[name, metadata.creator]"',),
    )
    for writer in dict.fromkeys(writer for held in every for writer in held.writers):
        yield DeleteZoneGroup(writer)
        yield AddZoneGroup(writer, zone)
    for held, address in written:
        if not held.writers:
            yield held.mended(address)


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
