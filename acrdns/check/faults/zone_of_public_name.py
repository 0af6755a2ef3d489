"""A private zone replaces the public zone of all registries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acrdns.check.faults.fault import Candidate, Fault
from acrdns.check.fixes.fix import ZoneName
from acrdns.check.fixes.unlink_zone import UnlinkZone
from acrdns.topology.text.edit import Put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.site import Observed, Site
    from acrdns.errors import Path


def find(site: Site, _observed: Observed | None) -> Iterator[Candidate]:
    """Return every virtual network, linked to such a zone, with our own right records in it, or empty."""
    suffix = site.topology.cloud.registry
    regions = dict.fromkeys(region for registry in site.topology.registries.values() for region in registry.regions)
    for key in (suffix, *(f"{region}.data.{suffix}" for region in regions)):
        known = site.topology.private_dns_zones.get(key)
        for network in site.topology.networks.values():
            if network.kind == "virtual_network" and (known is None or network.name not in known.links):
                yield from _linked(site, key, network.name)


def _linked(site: Site, key: str, network: str) -> Iterator[Candidate]:
    path: Path = ("private_dns_zones", key)
    ours = _our_records(site, key, network)
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


def _our_records(site: Site, key: str, network: str) -> dict[str, dict[str, Any]]:
    """Return the record sets of the private endpoints in reach that a zone has room for."""
    own = site.reached[network].items()
    return {fqdn.removesuffix(f".{key}"): {"ttl": 10, "A": [to]} for fqdn, to in own if fqdn.endswith(f".{key}")}


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
