"""ACR214: of several zones with one name, the one without the records is linked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.causes.gap import GapCause, gaps_of
from acrdns.check.causes.mend import holder, relink
from acrdns.check.finding import Finding
from acrdns.check.fixes.fix import ZoneName
from acrdns.check.fixes.link_zone import LinkZone
from acrdns.check.fixes.set_record import SetRecord
from acrdns.check.fixes.unlink_zone import UnlinkZone
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import agrees, some
from acrdns.names import relative, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.causes.gap import Gap
    from acrdns.check.facts import Facts
    from acrdns.check.fixes.fix import Fix
    from acrdns.topology.model import PrivateZone


def _find(facts: Facts) -> Iterator[Finding]:
    for gap in gaps_of(facts.gaps, GapCause.ELSEWHERE):
        yield _finding(facts, gap)


def _finding(facts: Facts, gap: Gap) -> Finding:
    other, names = holder(facts.layout, gap), [endpoint.fqdn for endpoint in gap.endpoints]
    if other:
        step = (
            f"the records are in the zone {other.key}; a network can be linked to one zone of a name only: link the "
            "one with the records, or merge the two"
        )
    else:
        step = f"no zone has the records; add {agrees(names, 'it', 'them')}, or give the private endpoint a zone group"
    message = (
        f"{gap.network} is linked to the zone {_called(gap.zone)}, which has no record for {some(names)}, so "
        f"{agrees(names, 'it does', 'they do')} not exist there; {step}"
    )
    place = facts.topology.place("private_dns_zones", gap.zone.key, "virtual_network_links", gap.network)
    fixes = relink(facts.layout, gap) if other else _records(facts, gap)
    return Finding(RULE.code, gap.endpoints[0].fqdn, message, fixes, place, networks=(gap.network,))


def _records(facts: Facts, gap: Gap) -> tuple[Fix, ...]:
    """Return the records that the zone lacks, at the addresses of the private endpoints in reach."""
    zone, reach = gap.zone, facts.layout.reach[gap.network]
    fixes = []
    for endpoint in gap.endpoints:
        near = (private.addresses.get(endpoint.member) for private in reach[endpoint.registry.name])
        if address := next(filter(None, near), None):
            fixes.append(SetRecord(ZoneName.of(zone), relative(endpoint.alias, zone.apex), (address,)))
    return tuple(fixes)


def _called(zone: PrivateZone) -> str:
    apex = show(zone.apex)
    return apex if zone.key == apex else f"{apex} ({zone.key})"


RULE = Rule(
    "ACR214",
    "wrong-zone-linked",
    Page(
        finds="""\
A network with a private endpoint in reach is linked to a private zone that has no record of the registry, while
another place has: mostly a second zone of the same name in another resource group or subscription.""",
        why="""\
Zones of one name in several subscriptions know nothing of each other, and a network can be linked to one of them.
Linked to the wrong one, its own registry is NXDOMAIN there. Teams that each create the zone for their own endpoint
end here.""",
        example="""\
```yaml
private_dns_zones:
  team-a: {name: privatelink.azurecr.io, virtual_network_links: {hub: {}}}
  team-b: {name: privatelink.azurecr.io}       # contoso-pe's zone group writes here
```""",
        fixes=(
            UnlinkZone(ZoneName("privatelink.azurecr.io", "team-a"), "hub"),
            LinkZone(ZoneName("privatelink.azurecr.io", "team-b"), "hub"),
        ),
        note="""\
or keep one zone for all, and give the private endpoint its zone group there:
```
az network private-endpoint dns-zone-group add -g RESOURCE_GROUP --endpoint-name contoso-pe -n default \\
  --private-dns-zone ID_OF_THE_ZONE_OF_TEAM_A --zone-name team-a
```
Elsewhere, refer to that zone with `data "azurerm_private_dns_zone"` in Terraform, and with `existing` and its `scope`
in Bicep.""",
        cannot_tell="""\
Which of the zones is meant to stay: "Creating multiple zones with the same name ... need manual operations to
merge the DNS records".""",
        references=(
            "facts F18, section 3 (zones of one name), behaviour 15",
            "azure-docs#122956",
        ),
    ),
    _find,
)
