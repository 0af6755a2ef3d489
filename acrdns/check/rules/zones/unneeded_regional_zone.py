"""ACR213: a zone for one region, which a registry does not need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.causes.gap import GapCause
from acrdns.check.finding import Finding
from acrdns.check.fixes.delete_zone import DeleteZone
from acrdns.check.fixes.delete_zone_group import leaving
from acrdns.check.fixes.fix import ZoneName
from acrdns.check.rule import Page, Rule
from acrdns.names import is_under, labels, name, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.facts import Facts
    from acrdns.names import Name
    from acrdns.topology.model import PrivateZone, Topology


def _find(facts: Facts) -> Iterator[Finding]:
    topology = facts.topology
    shadowing = {gap.zone.key for gap in facts.gaps if gap.cause is GapCause.SHADOWED}
    for zone in topology.private_dns_zones.values():
        # One that does harm already is the matter of ACR201.
        if zone.key not in shadowing and _is_regional(topology, zone.apex):
            yield _finding(topology, zone)


def _is_regional(topology: Topology, apex: Name) -> bool:
    """Return whether a zone is `<region>.data.privatelink.azurecr.io`, or one label less of it."""
    suffix = name(topology.cloud.privatelink)
    if apex == suffix or not is_under(apex, suffix):
        return False
    below = list(labels(apex))[: -len(list(labels(suffix)))]
    regions = {region.encode() for registry in topology.registries.values() for region in registry.regions}
    return below[-1] in (b"data", b"geo") or (below == below[:1] and below[0] in regions)


def _finding(topology: Topology, zone: PrivateZone) -> Finding:
    apex, right = show(zone.apex), topology.cloud.privatelink
    below = name(f"data.{right}")
    message = f"the zone {apex} is not needed: {right} holds the records of data endpoints too; " + (
        "linked to a network, it hides theirs as soon as one is missing in it"
        if is_under(zone.apex, below)
        else "no name of a registry lies below it, so nobody asks for its records"
    )
    fixes = (*leaving(topology, zone), DeleteZone(ZoneName.of(zone), tuple(zone.links)))
    return Finding(RULE.code, apex, message, fixes, topology.place("private_dns_zones", zone.key, "name"))


RULE = Rule(
    "ACR213",
    "unneeded-regional-zone",
    Page(
        finds="""\
A private zone for the data endpoints of one region, such as `eastus.data.privatelink.azurecr.io`.""",
        why="""\
It does no harm as long as it is linked nowhere, or has the records of every registry in that region. The next
registry, kept in `privatelink.azurecr.io` as usual, is hidden by it: see ACR201. Microsoft's table of zones
lists it; Azure itself asks for `privatelink.azurecr.io` only.""",
        example="""\
```yaml
private_dns_zones:
  eastus.data.privatelink.azurecr.io:
    virtual_network_links: {hub: {}}
    records: {contoso: {ttl: 10, A: [10.0.0.8]}}
```""",
        fixes=(DeleteZone(ZoneName("eastus.data.privatelink.azurecr.io"), ("hub",)),),
        note="""\
after its records are in `privatelink.azurecr.io`, as `<registry>.<region>.data`.""",
        cannot_tell="""\
Whether a policy of your organisation creates it again.""",
        references=("facts section 1.5 (the regional zone is not needed)", "azure-docs#118511, azure-docs#97249"),
    ),
    _find,
)
