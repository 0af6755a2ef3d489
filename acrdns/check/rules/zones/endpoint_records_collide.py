"""ACR205: two private endpoints that write one record set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import LOGIN
from acrdns.check.causes.doubled import deleting, doubled
from acrdns.check.finding import Finding
from acrdns.check.fixes.add_zone_group import AddZoneGroup
from acrdns.check.fixes.create_zone import CreateZone
from acrdns.check.fixes.delete_zone_group import DeleteZoneGroup
from acrdns.check.fixes.fix import PRIVATELINK, ZoneName
from acrdns.check.fixes.link_zone import LinkZone
from acrdns.check.fixes.unlink_zone import UnlinkZone
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import called, some
from acrdns.names import show

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from acrdns.check.causes.layout import Layout
    from acrdns.check.facts import Facts
    from acrdns.check.fixes.fix import Fix
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
                yield _finding(facts.layout, zone, endpoints)


def _finding(layout: Layout, zone: PrivateZone, endpoints: tuple[str, ...]) -> Finding:
    topology = layout.topology
    last = topology.private_endpoints[endpoints[-1]]
    registry = topology.registries[last.registry]
    own = {name: linked for name in endpoints if (linked := _zone_at(topology, zone, name)) and linked.key != zone.key}
    step = "give each network a zone of its own"
    if own:
        step = "; ".join(_elsewhere(topology, name, linked) for name, linked in own.items())
    double = [pair for pair in doubled(layout) if {each.name for each in pair} <= set(endpoints)]
    if double:
        step = f"keep one in {double[0][0].network}"
    message = (
        f"private endpoints {some(list(endpoints))} write the same records of {registry.name} into {called(zone)}, "
        f"and the last writer wins: clients everywhere get the addresses of {last.name} in {last.network}, and "
        f"deleting one endpoint deletes the records of all; {step}"
    )
    place = topology.place("private_endpoints", next(iter(own), last.name), "dns_zone_group")
    fqdn = LOGIN.fqdn(registry.dns_label, topology.cloud)
    surplus = tuple(fix for stays, goes in double for fix in deleting(layout, stays, goes))
    rest = tuple(name for name in endpoints if all(goes.name != name for _, goes in double))
    own = {name: linked for name, linked in own.items() if name in rest}
    apart = _fixes(topology, zone, rest, own) if len(rest) > 1 else [()]
    first, *otherwise = ((*surplus, *fixes) for fixes in apart)
    return Finding(RULE.code, fqdn, message, first, place, networks=tuple(zone.links), otherwise=tuple(otherwise))


def _zone_at(topology: Topology, zone: PrivateZone, endpoint: str) -> PrivateZone | None:
    """Return the zone of the same name that is linked to an endpoint's network."""
    network = topology.private_endpoints[endpoint].network
    zones = topology.private_dns_zones.values()
    return next((each for each in zones if each.apex == zone.apex and network in each.links), None)


def _elsewhere(topology: Topology, endpoint: str, linked: PrivateZone) -> str:
    network = topology.private_endpoints[endpoint].network
    return f"{network} is linked to {called(linked)}, so let {endpoint} write there"


def _fixes(
    topology: Topology, zone: PrivateZone, endpoints: tuple[str, ...], own: Mapping[str, PrivateZone]
) -> Iterator[tuple[Fix, ...]]:
    """Return what separates the writers: each into the zone that its network is linked to, else a new one."""
    here = ZoneName.of(zone)
    if own:
        yield (
            *(fix for name, linked in own.items() for fix in _moved(topology, name, here, ZoneName.of(linked))),
            *(_again(topology, name, here) for name in endpoints if name not in own),
        )
    last = topology.private_endpoints[endpoints[-1]]
    used = {key for each in topology.private_endpoints.values() for key in each.dns_zone_group}
    zones = topology.private_dns_zones.values()
    free = (each for each in zones if each.apex == zone.apex and not each.links and each.key not in used)
    known = next(free, None)
    new = ZoneName.of(known) if known else ZoneName(show(zone.apex), f"{last.network}-zone")
    leaves, joins = _moved(topology, last.name, here, new)
    yield (
        *(() if known else (CreateZone(new),)),
        # The records of all go with the first zone group, so those that stay are written at once.
        leaves,
        *(_again(topology, name, here) for name in endpoints[:-1]),
        joins,
        *((UnlinkZone(here, last.network),) if last.network in zone.links else ()),
        LinkZone(new, last.network),
    )


def _moved(topology: Topology, endpoint: str, here: ZoneName, there: ZoneName) -> tuple[Fix, Fix]:
    """Return what lets an endpoint write into another zone; its records in zones of other names stay."""
    others = len(topology.private_endpoints[endpoint].dns_zone_group) > 1
    return DeleteZoneGroup(endpoint, here if others else None), AddZoneGroup(endpoint, there, others)


def _again(topology: Topology, endpoint: str, zone: ZoneName) -> Fix:
    """Return what writes the records of an endpoint that stays again, in a zone of its group."""
    return AddZoneGroup(endpoint, zone, len(topology.private_endpoints[endpoint].dns_zone_group) > 1)


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
