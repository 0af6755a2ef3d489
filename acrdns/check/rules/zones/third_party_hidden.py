"""ACR208: a linked zone that hides somebody else's registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.causes.gap import GapCause, gaps_of, redirects
from acrdns.check.finding import Finding
from acrdns.check.fixes.fix import PRIVATELINK, ZoneName
from acrdns.check.fixes.set_link import SetLink
from acrdns.check.rule import Page, Rule
from acrdns.check.wording import some
from acrdns.names import show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.causes.gap import Gap
    from acrdns.check.facts import Facts
    from acrdns.topology.model import Topology


def _find(facts: Facts) -> Iterator[Finding]:
    for gap in gaps_of(facts.gaps, GapCause.THIRD_PARTY):
        if not redirects(gap.network, gap.zone):
            yield _finding(facts.topology, gap)


def _finding(topology: Topology, gap: Gap) -> Finding:
    apex = show(gap.zone.apex)
    registries = some(endpoint.registry.name for endpoint in gap.endpoints)
    message = (
        f"{some(endpoint.fqdn for endpoint in gap.endpoints)} does not exist in {gap.network}: the private endpoint "
        f"of {registries} is out of reach from there, but makes the name an alias under {apex}, and the zone linked to "
        f"{gap.network} has no record for it; let the link fall back to public DNS"
    )
    place = topology.place("private_dns_zones", gap.zone.key, "virtual_network_links", gap.network)
    fixes = (SetLink(ZoneName.of(gap.zone), gap.network, "resolution_policy", "NxDomainRedirect"),)
    return Finding(RULE.code, apex, message, fixes, place, networks=(gap.network,))


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
        fixes=(SetLink(PRIVATELINK, "hub", "resolution_policy", "NxDomainRedirect"),),
        note="""\
or create a private endpoint to that registry in your own network, which its owner has to approve. The policy needs
version 2024-06-01 of the API, or later.""",
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
