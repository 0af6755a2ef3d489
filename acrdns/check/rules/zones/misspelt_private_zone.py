"""ACR202: a private zone whose name no alias of a registry is under."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import CLOUDS
from acrdns.check.finding import Finding
from acrdns.check.fixes.add_zone_group import AddZoneGroup
from acrdns.check.fixes.create_zone import CreateZone
from acrdns.check.fixes.delete_zone import DeleteZone
from acrdns.check.fixes.delete_zone_group import DeleteZoneGroup
from acrdns.check.fixes.fix import PRIVATELINK, ZoneName
from acrdns.check.fixes.link_zone import LinkZone
from acrdns.check.fixes.set_record import SetRecord
from acrdns.check.rule import Page, Rule
from acrdns.names import is_under, join, labels, name, show
from acrdns.record import Type

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from acrdns.azure import Cloud
    from acrdns.check.facts import Facts
    from acrdns.check.fixes.fix import Fix
    from acrdns.names import Name
    from acrdns.topology.model import PrivateZone, Topology

_CLOSE = 0.85
"""Similarity (0 to 1) from which on a name is taken for a slip of the keyboard."""
_SERVICE = ("azurecr", "containerregistry")
"""Parts of names that are meant for registries, and for no other service."""


def _find(facts: Facts) -> Iterator[Finding]:
    topology = facts.topology
    for zone in topology.private_dns_zones.values():
        if _is_misspelt(zone.apex, topology.cloud) or _stands_for_all(facts, zone):
            yield _finding(topology, zone)


def _is_misspelt(apex: Name, cloud: Cloud) -> bool:
    right = name(cloud.privatelink)
    suffix = name(cloud.registry)
    if is_under(apex, right) or is_under(right, apex):
        return False
    if is_under(apex, suffix):
        # Below azurecr.io only names with a label like privatelink in the wrong place are meant as privatelink zones.
        return any(
            "link" in text or _similar(text, "privatelink")
            for text in (label.decode("latin-1") for label in labels(apex))
        )
    text = show(apex)
    return any(part in text for part in _SERVICE) or _similar(text, cloud.privatelink)


def _stands_for_all(facts: Facts, zone: PrivateZone) -> bool:
    """Return whether a zone is `<region>.privatelink.azurecr.io`, where networks are linked to it and to no right one.

    Microsoft's table listed that name until 2023, and does for Azure Government (facts.md section 1.5).
    """
    right, views = name(facts.topology.cloud.privatelink), facts.layout.views
    if not zone.links or any(right in views.get(network, {}) for network in zone.links):
        return False
    regions = {region for registry in facts.topology.registries.values() for region in registry.regions}
    return zone.apex in {join(region, right) for region in regions}


def _similar(text: str, right: str) -> bool:
    from difflib import SequenceMatcher

    return SequenceMatcher(None, text, right).ratio() >= _CLOSE


def _finding(topology: Topology, zone: PrivateZone) -> Finding:
    apex, right = show(zone.apex), topology.cloud.privatelink
    message = (
        f"no name of a registry leads to a zone called {apex}, so its records are never asked for; "
        f"did you mean {right}{_other_cloud(apex, topology.cloud)}? it holds the data endpoints too, as "
        "<registry>.<region>.data"
    )
    place = topology.place("private_dns_zones", zone.key, "name")
    first, *otherwise = _fixes(topology, zone)
    return Finding(RULE.code, apex, message, first, place, networks=tuple(zone.links), otherwise=tuple(otherwise))


def _fixes(topology: Topology, zone: PrivateZone) -> Iterator[tuple[Fix, ...]]:
    """Return what moves a zone's contents to one with the right name: to one that is there, or to a new one."""
    right = topology.cloud.privatelink
    named = [other for other in topology.private_dns_zones.values() if other.apex == name(right)]
    linked = {network: other for other in named for network in other.links}
    there = next((linked[network] for network in zone.links if network in linked), named[0] if named else None)
    if there:
        yield _moving(topology, zone, ZoneName.of(there), linked)
    # Other networks may need other records in the zone that is there.
    own = ZoneName.new(right, next(iter(zone.links), zone.key)) if named else ZoneName(right)
    yield (CreateZone(own), *_moving(topology, zone, own, linked))


def _moving(topology: Topology, zone: PrivateZone, right: ZoneName, linked: Container[str]) -> tuple[Fix, ...]:
    """Return what moves links, zone groups and records of private endpoints to another zone."""
    writing = [e.name for e in topology.private_endpoints.values() if zone.key in e.dns_zone_group]
    return (
        *(fix for endpoint in writing for fix in (DeleteZoneGroup(endpoint), AddZoneGroup(endpoint, right))),
        *_records(topology, zone, right),
        *(LinkZone(right, network) for network in zone.links if network not in linked),
        DeleteZone(ZoneName.of(zone), tuple(zone.links)),
    )


def _records(topology: Topology, zone: PrivateZone, right: ZoneName) -> Iterator[Fix]:
    """Return the records at addresses of private endpoints, under the names that these addresses belong to."""
    for rrset in zone.records:
        for address in rrset.texts() if rrset.type == Type.A else ():
            if owner := topology.owner_of(address):
                label = topology.registries[owner.endpoint.registry].dns_label
                yield SetRecord(right, owner.member.relative(label), (address,))


def _other_cloud(apex: str, cloud: Cloud) -> str:
    for other in CLOUDS.values():
        if other.name != cloud.name and apex.endswith(other.registry):
            return f" (or is the topology's cloud {other.name}, not {cloud.name})"
    return ""


RULE = Rule(
    "ACR202",
    "misspelt-private-zone",
    Page(
        finds="""\
A private zone whose name looks like the one for registries, and is not: `privatelink.eastus.data.azurecr.io`,
`privatelink.azurecr.com`, `private-link.azurecr.io`, or the zone of another cloud.""",
        why="""\
The public alias of a registry leads to a name under `privatelink.azurecr.io`, always. A zone with any other
name is never asked, however right its records are. What should have been in the right zone is missing there:
the name stays public, or ends in NXDOMAIN. `privatelink.<region>.data.azurecr.io` is taught by public guides
and does not work.""",
        example="""\
```yaml
private_dns_zones:
  privatelink.eastus.data.azurecr.io:        # privatelink.azurecr.io is meant
    records: {contoso: {A: [10.0.0.8]}}
```""",
        fixes=(
            CreateZone(PRIVATELINK),
            SetRecord(PRIVATELINK, "contoso.eastus.data", ("10.0.0.8",)),
        ),
        note="""\
It is the only zone that a registry needs. In Bicep, `'privatelink${environment().suffixes.acrLoginServer}'` is its name
in every cloud.""",
        cannot_tell="""\
Whether the zone is meant for something else that happens to have a similar name.""",
        references=(
            "facts F11, section 1.5 (clouds and zones)",
            "azure-docs#119605, azure-docs#97249",
        ),
    ),
    _find,
)
