"""An empty zone of one region hides the right one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault
from acrdns.check.fixes.fix import ZoneName
from acrdns.check.fixes.unlink_zone import UnlinkZone
from acrdns.names import name, show
from acrdns.topology.text.edit import Put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.site import Observed, Site
    from acrdns.errors import Path


def find(site: Site, _observed: Observed | None) -> Iterator[Candidate]:
    """Return every virtual network with every region in which a registry has data endpoints behind the private alias.

    Networks that the right zone is linked to come first, with the regions whose records are in it.
    """
    regions = tuple(_regions(site))
    recorded = dict.fromkeys((held.zone.key, held.endpoint.member.region) for held in site.records)
    for zone, link in (each for each in site.links if each[0] in site.zones):
        own = [region for key, region in recorded if key == zone.key and region]
        path: Path = ("private_dns_zones", zone.key, "virtual_network_links", link.network)
        for region in (*own, *(region for region in regions if region not in own)):
            hides = f"hides {show(zone.apex)} there"
            yield from _linked(site, region, link.network, hides, path, 1.0 if region in own else 0.5)
    for network in site.topology.networks.values():
        if network.kind == "virtual_network" and network.name not in site.linked:
            for region in regions:
                hides = "hides the public addresses of that region there"
                yield from _linked(site, region, network.name, hides, ("networks", network.name), 0.3)


def _regions(site: Site) -> Iterator[str]:
    """Return the regions of the data endpoints whose public names are aliases under privatelink."""
    registries = filter(site.topology.has_private_link, site.topology.registries)
    endpoints = (endpoint for key in registries for endpoint in site.layout.endpoints[key])
    yield from dict.fromkeys(e.member.region for e in endpoints if e.member.kind == "data" and e.member.region)


def _linked(site: Site, region: str, network: str, hides: str, path: Path, likelihood: float) -> Iterator[Candidate]:
    """Return each zone of a region in the file, linked to a network, and a new one where all have records.

    A network is linked to one zone of a name only.
    """
    title = f"{region}.data.{site.topology.cloud.privatelink}"
    zones = [zone for zone in site.topology.private_dns_zones.values() if zone.apex == name(title)]
    if any(network in zone.links for zone in zones):
        return
    keys = [zone.key for zone in zones]
    if all(site.registries_in[key] for key in keys):
        keys.append(site.unused_key(title))
    for key in keys:
        known = key in site.topology.private_dns_zones
        called = f"the zone {key}" if known else f"another zone called {title}" if zones else f"the zone {title}"
        own = () if known or key == title else (Put(("private_dns_zones", key), {"name": title}),)
        yield Candidate(
            f"{title} @ {network}",
            f"{called} is linked to {network} and {hides}",
            (*own, Put(("private_dns_zones", key, "virtual_network_links", network), {})),
            (UnlinkZone(ZoneName(title, key), network),),
            path,
            likelihood=likelihood,
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
