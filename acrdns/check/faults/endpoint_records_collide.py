"""A second private endpoint of the registry writes the same records later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault
from acrdns.topology.text.edit import Drop, Put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.site import Observed, Site
    from acrdns.topology.model import PrivateZone, ZoneLink


def find(site: Site, _observed: Observed | None) -> Iterator[Candidate]:
    """Return each pair of private endpoints of a registry that write zones of one name, which become one zone."""
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
