"""ACR208: a linked zone that hides somebody else's registry."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from acrdns.check.command import some, update_link
from acrdns.check.finding import Finding
from acrdns.check.layout import Cause, layout
from acrdns.check.rule import Page, Rule
from acrdns.names import LOGIN, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.evidence import Evidence
    from acrdns.check.layout import Gap
    from acrdns.topology.model import Topology


def _find(evidence: Evidence) -> Iterator[Finding]:
    if evidence.topology is None:
        return
    found = layout(evidence.topology)
    by_registry: defaultdict[tuple[str, str], list[Gap]] = defaultdict(list)
    for gap in found.gaps:
        if gap.cause is Cause.THIRD_PARTY and not found.redirects(gap.network, gap.zone):
            by_registry[gap.zone.key, gap.endpoint.registry.name].append(gap)
    for gaps in by_registry.values():
        yield _finding(evidence.topology, gaps)


def _finding(topology: Topology, gaps: list[Gap]) -> Finding:
    zone, registry = gaps[0].zone, gaps[0].endpoint.registry
    networks = list(dict.fromkeys(gap.network for gap in gaps))
    apex = show(zone.apex)
    message = (
        f"{some([gap.endpoint.fqdn for gap in gaps])} does not exist in {some(networks)}: {registry.name} has a "
        f"private endpoint, out of reach from there, so its name is an alias under {apex}, and the linked zone has no "
        "record for it; let the link fall back to public DNS"
    )
    option = "--resolution-policy NxDomainRedirect"
    fix = " && ".join(update_link(apex, network, option) for network in networks)
    place = topology.place("private_dns_zones", zone.key, "virtual_network_links", networks[0])
    return Finding(RULE.code, LOGIN.fqdn(registry.dns_label, topology.cloud), message, fix, place)


RULE = Rule(
    "ACR208",
    "third-party-hidden",
    Page(
        finds="""\
A registry that has a private endpoint, but none within reach of a network, while a private zone
`privatelink.azurecr.io` linked to that network has no record for it.""",
        why="""\
A private endpoint anywhere makes the registry's public name an alias under `privatelink.azurecr.io`, for
everybody. In a network with a zone of that name the alias is looked up there, and the zone is authoritative:
NXDOMAIN, though the registry is public. Partners' registries stop working the day they get a private endpoint.""",
        example="""\
```yaml
registries: {contoso: {location: eastus}, fabrikam: {location: westeurope}}
private_endpoints:
  contoso-pe:  {registry: contoso, network: hub}
  fabrikam-pe: {registry: fabrikam, network: partner}     # not peered with hub
private_dns_zones:
  privatelink.azurecr.io:
    virtual_network_links: {hub: {}}                      # fabrikam.azurecr.io is NXDOMAIN in hub
```""",
        az="""\
```
az network private-dns link vnet update -g <resource-group> -z privatelink.azurecr.io -n <link-to-hub> \\
  --resolution-policy NxDomainRedirect
```
or create a private endpoint to that registry in your own network, which its owner has to approve.""",
        terraform="""\
```hcl
resource "azurerm_private_dns_zone_virtual_network_link" "hub" {
  resolution_policy = "NxDomainRedirect"
}
```""",
        bicep="""\
```bicep
properties: { resolutionPolicy: 'NxDomainRedirect', registrationEnabled: false, virtualNetwork: { id: hub.id } }
```
with API version 2024-06-01 or later.""",
        cannot_tell="""\
Registries that the topology does not name; and whether anybody in that network uses this one. The fallback also
hides records that are missing for your own registries, see ACR209.""",
        references=(
            "facts F17, behaviours 12 and 17",
            "Microsoft Learn: Fallback to internet for Azure Private DNS zones",
            "cloud-adoption-framework#1131, AKS#1839, ALZ-Bicep#961",
        ),
    ),
    _find,
)
