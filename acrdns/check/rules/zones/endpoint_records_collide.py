"""ACR205: two private endpoints that write one record set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import LOGIN
from acrdns.check.finding import Finding
from acrdns.check.fixes.add_zone_group import AddZoneGroup
from acrdns.check.fixes.create_zone import CreateZone
from acrdns.check.fixes.delete_zone_group import DeleteZoneGroup
from acrdns.check.fixes.fix import PRIVATELINK, ZoneName
from acrdns.check.fixes.link_zone import LinkZone
from acrdns.check.fixes.unlink_zone import UnlinkZone
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import some
from acrdns.names import show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.facts import Facts
    from acrdns.topology.model import PrivateZone, Topology


def _find(facts: Facts) -> Iterator[Finding]:
    topology = facts.topology
    for zone in topology.private_dns_zones.values():
        colliding: dict[tuple[str, ...], None] = {}
        for writers in facts.layout.written[zone.key].values():
            if len(writers) > 1:
                colliding[tuple(dict.fromkeys(written.endpoint for written in writers))] = None
        for endpoints in colliding:
            if len(endpoints) > 1:
                yield _finding(topology, zone, endpoints)


def _finding(topology: Topology, zone: PrivateZone, endpoints: tuple[str, ...]) -> Finding:
    last = topology.private_endpoints[endpoints[-1]]
    registry = topology.registries[last.registry]
    message = (
        f"private endpoints {some(list(endpoints))} write the same records of {registry.name} into {show(zone.apex)}, "
        f"and the last writer wins: clients everywhere get the addresses of {last.name} in {last.network}, and "
        "deleting one endpoint deletes the records of all; give each network a zone of its own"
    )
    place = topology.place("private_endpoints", last.name, "dns_zone_group")
    own = ZoneName(show(zone.apex), f"{last.network}-zone")
    fixes = (
        DeleteZoneGroup(last.name),
        *((UnlinkZone(ZoneName.of(zone), last.network),) if last.network in zone.links else ()),
        CreateZone(own),
        LinkZone(own, last.network),
        AddZoneGroup(last.name, own),
        # Its records went with the first step.
        *(AddZoneGroup(name, ZoneName.of(zone)) for name in endpoints[:-1]),
    )
    fqdn = LOGIN.fqdn(registry.dns_label, topology.cloud)
    return Finding(RULE.code, fqdn, message, fixes, place, networks=tuple(zone.links))


RULE = Rule(
    "ACR205",
    "endpoint-records-collide",
    Page(
        finds="""\
The zone groups of two approved private endpoints of one registry write the same record set in the same private
zone.""",
        why="""\
A record set written by a zone group has one owner. The later endpoint overwrites the earlier one's addresses, so
clients of the first network are sent to addresses in the second, and time out unless the networks are peered.
Deleting or rejecting either endpoint deletes the records, and every network sees NXDOMAIN.""",
        example="""\
```yaml
private_endpoints:
  contoso-pe-east: {registry: contoso, network: east, dns_zone_group: [privatelink.azurecr.io]}
  contoso-pe-west: {registry: contoso, network: west, dns_zone_group: [privatelink.azurecr.io]}
```""",
        fixes=(
            DeleteZoneGroup("contoso-pe-west"),
            UnlinkZone(PRIVATELINK, "west"),
            CreateZone(ZoneName("privatelink.azurecr.io", "west")),
            LinkZone(ZoneName("privatelink.azurecr.io", "west"), "west"),
            AddZoneGroup("contoso-pe-west", ZoneName("privatelink.azurecr.io", "west")),
            AddZoneGroup("contoso-pe-east", PRIVATELINK),
        ),
        note="""\
Each network gets a zone of its own, in a resource group of its own. The last step creates the zone group of the other
endpoint again: its records went with the first one.""",
        cannot_tell="""\
Which of the two wrote last in Azure: the topology takes the later in the file. The record's metadata says who
wrote it.""",
        references=(
            "facts F07, F08, behaviour 29",
            "Microsoft Learn: Azure Private Endpoint DNS integration",
            "aks-baseline-multi-region#46, azure-docs#58044, azure-docs#122192",
        ),
    ),
    _find,
)
