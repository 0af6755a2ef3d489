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


def find(site: Site, _observed: Observed | None) -> Iterator[Candidate]:
    """Return every virtual network, linked to such a zone, with our own right records in it, or empty."""
    topology = site.topology
    key = topology.cloud.registry
    for network in topology.networks.values():
        if network.kind == "on_premises" or network.name in getattr(topology.private_dns_zones.get(key), "links", ()):
            continue
        ours = {
            member.relative(topology.registries[registry].dns_label): {"ttl": 10, "A": [address]}
            for registry, near in site.layout.reach[network.name].items()
            for member, address in (near[0].addresses.items() if near else ())
        }
        for records in (ours, {}) if ours else ({},):
            linked: dict[str, Any] = {"virtual_network_links": {network.name: {}}} | (
                {"records": records} if records else {}
            )
            path = ("private_dns_zones", key)
            known = key in topology.private_dns_zones
            yield Candidate(
                network.name,
                f"the private zone {key} is linked to {network.name}, {'with our records' if records else 'empty'}",
                (Put((*path, "virtual_network_links", network.name), {}) if known else Put(path, linked),),
                (UnlinkZone(ZoneName(key), network.name),),
                path,
            )


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
