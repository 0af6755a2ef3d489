"""A private zone replaces the public zone of all registries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acrdns.check.faults.fault import Candidate, Fault
from acrdns.check.fixes.fix import ZoneName
from acrdns.check.fixes.unlink_zone import UnlinkZone
from acrdns.topology.text.edit import Put

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from acrdns.check.faults.site import Observed, Site
    from acrdns.errors import Path


def find(site: Site, _observed: Observed | None) -> Iterator[Candidate]:
    """Return every virtual network, linked to such a zone, with our own right records in it, or empty."""
    suffix = site.topology.cloud.registry
    regions = dict.fromkeys(region for registry in site.topology.registries.values() for region in registry.regions)
    for network in site.topology.networks.values():
        ours = _reached(site, network.name) if network.kind == "virtual_network" else {}
        for key in (suffix, *(f"{region}.data.{suffix}" for region in regions)):
            known = site.topology.private_dns_zones.get(key)
            if network.kind == "virtual_network" and (known is None or network.name not in known.links):
                yield from _linked(site, key, network.name, ours)


def _linked(site: Site, key: str, network: str, reached: Mapping[str, str]) -> Iterator[Candidate]:
    path: Path = ("private_dns_zones", key)
    below = f".{key}"
    # The zone has room for the names below its own.
    ours = {n.removesuffix(below): {"ttl": 10, "A": [to]} for n, to in reached.items() if n.endswith(below)}
    for records in (ours, {}) if ours else ({},):
        made: dict[str, Any] = {"virtual_network_links": {network: {}}} | ({"records": records} if records else {})
        known = key in site.topology.private_dns_zones
        yield Candidate(
            network,
            f"the private zone {key} is linked to {network}, {'with our records' if records else 'empty'}",
            (Put((*path, "virtual_network_links", network), {}) if known else Put(path, made),),
            (UnlinkZone(ZoneName(key), network),),
            path,
        )


def _reached(site: Site, network: str) -> dict[str, str]:
    """Return the endpoints that a network reaches privately, by name, with their addresses."""
    labels, cloud = site.topology.registries, site.topology.cloud
    reach = site.layout.reach[network].items()
    every = ((key, *each) for key, near in reach if near for each in near[0].addresses.items())
    return {member.fqdn(labels[key].dns_label, cloud): address for key, member, address in every}


FAULT = Fault(
    "zone-of-public-name",
    summary="a private zone `azurecr.io` (or `<region>.data.azurecr.io`) is linked",
    client="""\
Registries without a record in it are NXDOMAIN: partners' and public ones first, then every image of theirs.""",
    lesson="""\
A zone is authoritative for everything below its name. The zone for private endpoints is privatelink.azurecr.io.""",
    references=("facts F10",),
    find=find,
)
