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


def find(site: Site, _observed: Observed | None) -> Iterator[Candidate]:
    """Return every link, led to an empty zone of the name, which may be a new one, or to one with other records."""
    for zone, link in site.links:
        others = [other for other in site.zones if other is not zone and not site.registries_in[other.key]]
        key = others[0].key if others else site.unused_key("second-zone")
        made = () if others else (Put(("private_dns_zones", key), {"name": show(zone.apex)}),)
        yield Candidate(
            link.network,
            f"{link.network} is linked to another zone called {show(zone.apex)}, which has none of its records",
            (
                Drop(("private_dns_zones", zone.key, "virtual_network_links", link.network)),
                *made,
                Put(("private_dns_zones", key, "virtual_network_links", link.network), {}),
            ),
            (UnlinkZone(ZoneName(show(zone.apex), key), link.network), *site.relinking(zone, link)),
            ("private_dns_zones", zone.key, "virtual_network_links", link.network),
        )
        for other in site.zones:
            if other is not zone and site.registries_in[other.key]:
                yield Candidate(
                    link.network,
                    f"{link.network} is linked to {other.key} in place of {zone.key}, both called {show(zone.apex)}",
                    (
                        Drop(("private_dns_zones", zone.key, "virtual_network_links", link.network)),
                        Put(("private_dns_zones", other.key, "virtual_network_links", link.network), {}),
                    ),
                    (UnlinkZone(ZoneName.of(other), link.network), *site.relinking(zone, link)),
                    ("private_dns_zones", zone.key, "virtual_network_links", link.network),
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
