"""ACR214: of several zones with one name, the one without the records is linked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.causes.gap import GapCause, gaps_of
from acrdns.check.command import create_link, delete_link
from acrdns.check.finding import Finding
from acrdns.check.rule import Page, Rule
from acrdns.check.wording import some
from acrdns.names import show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.causes.gap import Gap
    from acrdns.check.facts import Facts
    from acrdns.topology.model import PrivateZone


def _find(facts: Facts) -> Iterator[Finding]:
    for gap in gaps_of(facts.gaps, GapCause.ELSEWHERE):
        yield _finding(facts, gap)


def _finding(facts: Facts, gap: Gap) -> Finding:
    apex, other = show(gap.zone.apex), _holder(facts, gap)
    where = f"the zone {other.key} has it" if other else "what has it is not asked there"
    message = (
        f"{gap.network} is linked to the zone {_called(gap.zone)}, which has no record for "
        f"{some(endpoint.fqdn for endpoint in gap.endpoints)}, so it does not exist there; {where}; a network can be "
        "linked to one zone of a name only: link the one with the records, or merge the two"
    )
    place = facts.topology.place("private_dns_zones", gap.zone.key, "virtual_network_links", gap.network)
    fix = f"{delete_link(apex, gap.network)} && {create_link(apex, gap.network)}"
    if other and other.key != apex:
        fix += f", the second with the resource group of {other.key}"
    return Finding(RULE.code, gap.endpoints[0].fqdn, message, fix, place, networks=(gap.network,))


def _called(zone: PrivateZone) -> str:
    apex = show(zone.apex)
    return apex if zone.key == apex else f"{apex} ({zone.key})"


def _holder(facts: Facts, gap: Gap) -> PrivateZone | None:
    zones = facts.topology.private_dns_zones.values()
    return next((zone for zone in zones if facts.layout.holds(zone, gap.endpoints[0].alias)), None)


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
        az="""\
```
az network private-dns link vnet delete -g <group-of-team-a> -z privatelink.azurecr.io -n <link-to-hub> -y
az network private-dns link vnet create -g <group-of-team-b> -z privatelink.azurecr.io -n hub-link -v hub -e false
```
or keep one zone for all, and give the private endpoint its zone group there:
```
az network private-endpoint dns-zone-group add -g <resource-group> --endpoint-name contoso-pe -n default \\
  --private-dns-zone <id of the zone of team-a> --zone-name team-a
```""",
        terraform="""\
Use one `azurerm_private_dns_zone` for all endpoints, read elsewhere with `data "azurerm_private_dns_zone"`.""",
        bicep="""\
Use one `Microsoft.Network/privateDnsZones` for all endpoints, referred to elsewhere with `existing` and its
`scope`.""",
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
