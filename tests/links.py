"""Virtual network links that Azure is still carrying out, as they will be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acrdns.topology.model import Topology


def with_links_completed(topology: Topology) -> Topology:
    """Return a topology once Azure has carried out every virtual network link (facts.md F19)."""
    zones = {
        key: replace(zone, links={name: replace(link, state="Completed") for name, link in zone.links.items()})
        for key, zone in topology.private_dns_zones.items()
    }
    return replace(topology, private_dns_zones=zones)
