"""A topology as it will be: every virtual network link that is in progress has been completed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acrdns.topology.model import PrivateZone, Topology


def with_links_completed(topology: Topology) -> Topology:
    """Return the topology in which Azure has carried all links out (facts.md F19); nothing else is changed."""
    return replace(topology, private_dns_zones={key: _linked(zone) for key, zone in topology.private_dns_zones.items()})


def _linked(zone: PrivateZone) -> PrivateZone:
    return replace(zone, links={network: replace(link, state="Completed") for network, link in zone.links.items()})
