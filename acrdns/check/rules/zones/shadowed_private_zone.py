"""ACR201: a linked zone that hides records of a linked zone above it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.causes.gap import GapCause, gaps_of
from acrdns.check.finding import Finding
from acrdns.check.fixes.fix import ZoneName
from acrdns.check.fixes.unlink_zone import UnlinkZone
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import agrees, some
from acrdns.names import ancestors, relative, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.causes.gap import Gap
    from acrdns.check.facts import Facts


def _find(facts: Facts) -> Iterator[Finding]:
    for gap in gaps_of(facts.gaps, GapCause.SHADOWED):
        yield _finding(facts, gap)


def _finding(facts: Facts, gap: Gap) -> Finding:
    view = facts.layout.views[gap.network]
    above = next(apex for apex in ancestors(gap.zone.apex) if apex in view and apex != gap.zone.apex)
    apex = show(gap.zone.apex)
    names = [endpoint.fqdn for endpoint in gap.endpoints]
    message = (
        f"{apex} is linked to {gap.network} and is asked instead of {show(above)} for every name below it, but it has "
        f"no record for {some(names)}, which {agrees(names, 'does', 'do')} not exist there; unlink it, "
        f"{show(above)} is all that is needed, or add the record {relative(gap.endpoints[0].alias, gap.zone.apex)}"
    )
    place = facts.topology.place("private_dns_zones", gap.zone.key, "virtual_network_links", gap.network)
    return Finding(
        RULE.code, apex, message, (UnlinkZone(ZoneName.of(gap.zone), gap.network),), place, networks=(gap.network,)
    )


RULE = Rule(
    "ACR201",
    "shadowed-private-zone",
    Page(
        finds="""\
A private zone such as `eastus.data.privatelink.azurecr.io` is linked to a network beside
`privatelink.azurecr.io` and lacks a record that a registry needs there. Most often it is empty.""",
        why="""\
The most specific linked zone is authoritative for every name below it. The right record one zone higher is not
looked at, and the name ends in NXDOMAIN. Login and manifests work, layers fail: `lookup
contoso.eastus.data.azurecr.io: no such host`. Microsoft's table of zones lists the regional zone, and modules
that create every zone of that table create it empty. It is not needed.""",
        example="""\
```yaml
private_dns_zones:
  privatelink.azurecr.io:
    virtual_network_links: {hub: {}}          # has contoso.eastus.data
  eastus.data.privatelink.azurecr.io:
    virtual_network_links: {hub: {}}          # empty, and asked first
```""",
        fixes=(UnlinkZone(ZoneName("eastus.data.privatelink.azurecr.io"), "hub"),),
        note="""\
In the Terraform module `avm-ptn-network-private-link-private-dns-zones`, exclude the zone
`<region>.data.privatelink.azurecr.io`.""",
        cannot_tell="""\
Who else uses the zone that hides the other. That the most specific zone wins is inferred from how DNS works;
Microsoft says so for forwarding rules only.""",
        references=(
            "facts F12, section 1.5 (the regional zone is not needed), behaviour 16",
            "terraform-azurerm-avm-ptn-network-private-link-private-dns-zones#96",
            "azure-docs#118511, azure-docs#97249",
        ),
    ),
    _find,
)
