"""A network is linked to another zone of the same name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault
from acrdns.check.fixes.fix import ZoneName
from acrdns.check.fixes.unlink_zone import UnlinkZone
from acrdns.names import show
from acrdns.topology.text.edit import Drop, Put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.site import Observed, Site
    from acrdns.topology.model import PrivateZone, ZoneLink

REDIRECT = "NxDomainRedirect"


def find(site: Site, _observed: Observed | None) -> Iterator[Candidate]:
    """Return every link, led to an empty zone of the name, which may be a new one, or to one with other records.

    A link to a zone of the file may have either policy: its own, or that of the link which it stands for.
    """
    for zone, link in site.links:
        others = [o for o in site.topology.private_dns_zones.values() if o.apex == zone.apex and o is not zone]
        empty = [other for other in others if not site.registries_in[other.key]][:1]
        full = [other for other in others if site.registries_in[other.key]]
        if not empty:
            yield _led_to(site, zone, link, None)
        for policy in ("Default", REDIRECT):
            for other in (*empty, *full):
                # A link to a zone that the file lacks, which another fault has made, has no policy of its own.
                if policy == "Default" or ("private_dns_zones", other.key) in site.topology.places:
                    yield _led_to(site, zone, link, other, policy)


def _led_to(
    site: Site, zone: PrivateZone, link: ZoneLink, other: PrivateZone | None, policy: str = "Default"
) -> Candidate:
    """Return a network's link, of another zone of the name: one of the file, or a new one."""
    network, title = link.network, show(zone.apex)
    key = other.key if other else site.unused_key("second-zone")
    if other and site.registries_in[other.key]:
        message = f"{network} is linked to {other.key} in place of {zone.key}, both called {title}"
    else:
        message = f"{network} is linked to another zone called {title}, which has none of its records"
    falls_back = policy == REDIRECT
    return Candidate(
        network,
        f"{message}; the link falls back to public DNS" if falls_back else message,
        (
            Drop(("private_dns_zones", zone.key, "virtual_network_links", network)),
            *(() if other else (Put(("private_dns_zones", key), {"name": title}),)),
            Put(
                ("private_dns_zones", key, "virtual_network_links", network),
                {"resolution_policy": policy} if falls_back else {},
            ),
        ),
        (UnlinkZone(ZoneName(title, key), network), *site.relinking(zone, link)),
        ("private_dns_zones", zone.key, "virtual_network_links", network),
        likelihood=1.0 if policy in ("Default", link.resolution_policy) else 0.5,
    )


FAULT = Fault(
    "wrong-zone-linked",
    summary="the network is linked to another zone of the same name, without the records",
    client="""\
Every name of the registry is NXDOMAIN there: `no such host` at login already.""",
    lesson="""\
Zones of one name know nothing of each other, and a network can be linked to one of them only.""",
    references=("facts F18",),
    find=find,
)
