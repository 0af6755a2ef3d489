"""Private endpoints of one registry in one network: one has the records, and the others are to be deleted."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from acrdns.check.fixes.add_zone_group import AddZoneGroup
from acrdns.check.fixes.delete_endpoint import DeleteEndpoint
from acrdns.check.fixes.fix import ZoneName

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.causes.layout import Layout
    from acrdns.check.fixes.fix import Fix
    from acrdns.topology.model import PrivateEndpoint


def doubled(layout: Layout) -> Iterator[tuple[PrivateEndpoint, PrivateEndpoint]]:
    """Return the approved endpoints that their network has no need of, each after the one that stays.

    An endpoint with records in a zone that its network sees stays, before one with other records, before one with more
    addresses, before the first in the file.
    """
    zones = layout.topology.private_dns_zones
    found: defaultdict[tuple[str, str], list[PrivateEndpoint]] = defaultdict(list)
    for private in layout.topology.private_endpoints.values():
        if private.approved and len(layout.topology.approved_endpoints(private.registry)) > 1:
            found[private.registry, private.network].append(private)
    for several in found.values():
        if len(several) > 1:
            stays = min(
                several,
                key=lambda each: (
                    not any(each.network in zones[key].links for key in each.dns_zone_group),
                    each.name not in layout.recorded,
                    -len(each.addresses),
                ),
            )
            yield from ((stays, each) for each in several if each is not stays)


def deleting(layout: Layout, stays: PrivateEndpoint, goes: PrivateEndpoint) -> tuple[Fix, ...]:
    """Return what deletes an endpoint, and writes the records again that the other has under the same names."""
    shared = [key for key in stays.dns_zone_group if key in goes.dns_zone_group]
    zones = [ZoneName.of(layout.topology.private_dns_zones[key]) for key in shared]
    several = len(stays.dns_zone_group) > 1
    return (DeleteEndpoint(goes.name), *(AddZoneGroup(stays.name, zone, several) for zone in zones))
