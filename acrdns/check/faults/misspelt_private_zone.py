"""A zone has a name that the public alias never leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault
from acrdns.check.fixes.advice import Advice
from acrdns.check.fixes.delete_zone import DeleteZone
from acrdns.check.fixes.fix import ZoneName
from acrdns.names import is_under, name, relative, show
from acrdns.topology.text.edit import Drop, Put, Rename

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.site import Observed, Site


def find(site: Site, observed: Observed | None) -> Iterator[Candidate]:
    """Return every privatelink zone, misspelt; and data records by hand in a zone named after their region.

    Answers do not show how a zone is misspelt, so the message says it only where the name is put into a file.
    """
    suffix = site.topology.cloud.registry
    alias = name(site.topology.cloud.privatelink)
    below = (zone for zone in site.topology.private_dns_zones.values() if is_under(zone.apex, alias))
    for zone in (*site.zones, *(zone for zone in below if zone.apex != alias and site.registries_in[zone.key])):
        right = show(zone.apex)
        wrong = "privatelink.azurecr.io" if right != "privatelink.azurecr.io" else "privatelink.azurecr.com"
        if zone.apex != alias:
            wrong = f"privatelink.{relative(zone.apex, alias)}.{suffix}"
        path, own_key = ("private_dns_zones", zone.key), zone.key != right
        if not own_key and wrong in site.topology.private_dns_zones:
            continue
        policies = (
            Drop((*path, "virtual_network_links", link.network, "resolution_policy"))
            for link in zone.links.values()
            if link.resolution_policy != "Default" and not wrong.startswith("privatelink.")
        )
        groups = (
            Put(("private_endpoints", private.name, "dns_zone_group", private.dns_zone_group.index(zone.key)), wrong)
            for private in site.topology.private_endpoints.values()
            if zone.key in private.dns_zone_group and not own_key
        )
        message = f"the zone {zone.key} is called {wrong}, to which no name of a registry leads"
        named, new = wrong, f"create the zone {right}, and move the records, links and zone groups"
        if observed is not None:
            message = f"the zone {zone.key} has another name in Azure, to which no name of a registry leads"
            named, new = "the misspelt one", f"look for a zone with a name like {right}; {new}"
        yield Candidate(
            zone.key,
            message,
            (*policies, Put((*path, "name"), wrong) if own_key else Rename(path, wrong), *groups),
            (Advice(f"{new} of {named} to it"),),
            path,
            likelihood=1.0 if zone.apex == alias else 0.5,
        )
    for held in site.concerned:
        member, key = held.endpoint.member, f"privatelink.{held.endpoint.member.region}.data.{suffix}"
        if member.kind == "data" and not held.writers and key not in site.topology.private_dns_zones:
            owner = held.endpoint.registry.dns_label
            links: dict[str, dict[str, str]] = {network: {} for network in held.zone.links}
            records = {owner: {"ttl": held.zone.ttl, "A": list(held.addresses)}}
            yield Candidate(
                key,
                f"the record of {held.endpoint.fqdn} is in a zone {key}, to which no name of a registry leads",
                (
                    Put(("private_dns_zones", key), {"virtual_network_links": links, "records": records}),
                    *site.without(held),
                ),
                (held.mended(), DeleteZone(ZoneName(key), tuple(links))),
                held.path,
            )


FAULT = Fault(
    "misspelt-private-zone",
    summary="the zone has a name that the public alias never leads to",
    client="""\
The records that belong in the right zone are not found: public addresses where no zone is linked,
NXDOMAIN where one is.""",
    lesson="""\
The alias of every registry leads to a name under privatelink.azurecr.io, data endpoints included.""",
    references=("facts F11",),
    find=find,
)
