"""ACR207: a private zone that replaces the public zone of all registries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.finding import Finding
from acrdns.check.fixes.create_zone import CreateZone
from acrdns.check.fixes.delete_server_zone import DeleteServerZone
from acrdns.check.fixes.delete_zone import DeleteZone
from acrdns.check.fixes.delete_zone_group import leaving
from acrdns.check.fixes.fix import PRIVATELINK, ZoneName
from acrdns.check.fixes.link_zone import LinkZone
from acrdns.check.fixes.unlink_zone import UnlinkZone
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import some
from acrdns.names import is_under, join, labels, name, show

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from acrdns.check.facts import Facts
    from acrdns.names import Name
    from acrdns.record import RRset
    from acrdns.topology.model import DnsServer, PrivateZone, Topology


def _find(facts: Facts) -> Iterator[Finding]:
    topology = facts.topology
    for zone in topology.private_dns_zones.values():
        seen = not zone.links or not facts.asked.isdisjoint(zone.links) or facts.wrong_names
        if seen and _replaces(topology, zone.apex):
            yield _private(topology, zone)
    for server in topology.dns_servers.values():
        for apex in server.zones:
            if _replaces(topology, apex):
                yield _local(topology, server, apex)


def _replaces(topology: Topology, apex: Name) -> bool:
    """Return whether a zone takes names of several registries: the suffix, `data` in it, or a region's `data`."""
    suffix = name(topology.cloud.registry)
    if not is_under(apex, suffix):
        return False
    below = list(labels(apex))[: -len(list(labels(suffix)))]
    return not below or (below[-1] in (b"data", b"geo") and len(below) <= 2)  # noqa: PLR2004 - a region and `data`


def _becomes(apex: Name, records: Iterable[RRset]) -> str:
    """Return what names without a record of their own are: absent, or what the zone's wildcard has (RFC 4592)."""
    wildcard = next((rrset for rrset in records if rrset.name == join("*", apex)), None)
    return f"is {some(wildcard.texts())} by its record *" if wildcard else "does not exist"


def _private(topology: Topology, zone: PrivateZone) -> Finding:
    apex = show(zone.apex)
    networks = some(list(zone.links)) or "no network yet"
    message = (
        f"the private zone {apex} replaces the public one in the networks linked to it ({networks}): every registry "
        f"without a record in it, ours or anybody's, {_becomes(zone.apex, zone.records)} there; use "
        f"{topology.cloud.privatelink} instead"
    )
    fixes = (*leaving(topology, zone), DeleteZone(ZoneName.of(zone), tuple(zone.links)))
    return Finding(
        RULE.code,
        apex,
        message,
        fixes,
        topology.place("private_dns_zones", zone.key, "name"),
        networks=tuple(zone.links),
    )


def _local(topology: Topology, server: DnsServer, apex: Name) -> Finding:
    message = (
        f"{server.address} is authoritative for {show(apex)}: every registry without a record in it, ours or "
        f"anybody's, {_becomes(apex, server.zones[apex])} for its clients; forward "
        f"{topology.cloud.registry} into Azure instead"
    )
    fixes = (DeleteServerZone(server.address, topology.cloud.registry, (), show(apex)),)
    place = topology.place("dns_servers", server.address, "zones", show(apex))
    return Finding(RULE.code, show(apex), message, fixes, place, networks=(server.network,))


RULE = Rule(
    "ACR207",
    "zone-of-public-name",
    Page(
        finds="""\
A private zone, or a zone on a DNS server that people run, with the name `azurecr.io` or one that the data
endpoints of all registries are under.""",
        why="""\
A zone is authoritative for everything below its name. Registries that have no record in it, partners' and
public ones too, end in NXDOMAIN in every linked network: mass pull failures. Microsoft advises against it: "not
recommended to override a zone that's actively in use to resolve public endpoints".""",
        example="""\
```yaml
private_dns_zones:
  azurecr.io:
    virtual_network_links: {hub: {}}
    records: {contoso: {A: [10.0.0.7]}}
```""",
        fixes=(
            UnlinkZone(ZoneName("azurecr.io"), "hub"),
            CreateZone(PRIVATELINK),
            LinkZone(PRIVATELINK, "hub"),
        ),
        note="""\
Give the private endpoint a zone group in the new zone before the old link goes.""",
        cannot_tell="""\
Which other registries the linked networks use.""",
        references=(
            "facts F10, behaviour 18",
            "Microsoft Learn: Azure Private Endpoint DNS integration",
        ),
    ),
    _find,
)
