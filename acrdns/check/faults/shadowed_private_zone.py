"""An empty zone of one region hides the right one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault
from acrdns.check.fixes.fix import ZoneName
from acrdns.check.fixes.unlink_zone import UnlinkZone
from acrdns.names import show
from acrdns.topology.text.edit import Put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.site import Observed, Site


def find(site: Site, _observed: Observed | None) -> Iterator[Candidate]:
    """Return every linked network with every region that a registry has data endpoints in."""
    regions = {(held.zone.key, held.endpoint.member.region): None for held in site.records}
    for zone, link in site.links:
        for region in (region for key, region in regions if key == zone.key and region):
            key = f"{region}.data.{show(zone.apex)}"
            known = site.topology.private_dns_zones.get(key)
            if known is None or link.network not in known.links:
                path = ("private_dns_zones", key, "virtual_network_links", link.network)
                yield Candidate(
                    f"{key} @ {link.network}",
                    f"the zone {key} is linked to {link.network} and hides {show(zone.apex)} there",
                    (Put(path, {}),),
                    (UnlinkZone(ZoneName(key), link.network),),
                    ("private_dns_zones", zone.key, "virtual_network_links", link.network),
                )


FAULT = Fault(
    "shadowed-private-zone",
    summary="an empty `<region>.data.privatelink.azurecr.io` is linked beside the right one",
    client="""\
Login and manifests work, layers from that region are NXDOMAIN: `no such host`.""",
    lesson="""\
The most specific linked zone decides. The zone of a region is not needed, and hides what is missing in it.""",
    references=("facts F12",),
    find=find,
)
