"""ACR201: a linked zone that hides records of a linked zone above it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from acrdns.check.command import delete_link, some
from acrdns.check.finding import Finding
from acrdns.check.layout import Cause, layout
from acrdns.check.rule import Page, Rule
from acrdns.names import ancestors, relative, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.evidence import Evidence
    from acrdns.check.layout import Gap
    from acrdns.topology.model import Topology


def _find(evidence: Evidence) -> Iterator[Finding]:
    if evidence.topology is None:
        return
    by_link: defaultdict[tuple[str, str], list[Gap]] = defaultdict(list)
    for gap in layout(evidence.topology).gaps:
        if gap.cause is Cause.SHADOWED:
            by_link[gap.zone.key, gap.network].append(gap)
    for (_, network), gaps in by_link.items():
        yield _finding(evidence.topology, network, gaps)


def _finding(topology: Topology, network: str, gaps: list[Gap]) -> Finding:
    zone = gaps[0].zone
    view = layout(topology).views[network]
    above = next(apex for apex in ancestors(zone.apex) if apex in view and apex != zone.apex)
    apex = show(zone.apex)
    message = (
        f"{apex} is linked to {network} and is asked instead of {show(above)} for every name below it, but it has no "
        f"record for {some([gap.endpoint.fqdn for gap in gaps])}, which does not exist there; unlink it, {show(above)} "
        f"is all that is needed, or add the record {relative(gaps[0].endpoint.alias, zone.apex)}"
    )
    place = topology.place("private_dns_zones", zone.key, "virtual_network_links", network)
    return Finding(RULE.code, apex, message, delete_link(apex, network), place)


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
        az="""\
```
az network private-dns link vnet delete -g <resource-group> -z eastus.data.privatelink.azurecr.io -n <link-to-hub> -y
```""",
        terraform="""\
Remove the `azurerm_private_dns_zone` `<region>.data.privatelink.azurecr.io` and its links; in the module
`avm-ptn-network-private-link-private-dns-zones`, exclude the zone.""",
        bicep="""\
Remove the `Microsoft.Network/privateDnsZones` resource `<region>.data.privatelink.azurecr.io` and its links.""",
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
