"""ACR209: a record that is missing, which the link's fallback hides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.command import ADDRESS, add_record, some
from acrdns.check.finding import Finding
from acrdns.check.layout import Cause, layout
from acrdns.check.rule import Page, Rule
from acrdns.names import relative, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.evidence import Evidence
    from acrdns.check.layout import Gap
    from acrdns.topology.model import Topology


def _find(evidence: Evidence) -> Iterator[Finding]:
    if evidence.topology is None:
        return
    for gaps in layout(evidence.topology).gaps_by_record(Cause.REDIRECTED).values():
        yield _finding(evidence.topology, gaps)


def _finding(topology: Topology, gaps: list[Gap]) -> Finding:
    zone, endpoint, network = gaps[0].zone, gaps[0].endpoint, gaps[0].network
    near = layout(topology).reach[network][endpoint.registry.name]
    address = next(
        (private.addresses[endpoint.member] for private in near if endpoint.member in private.addresses), ADDRESS
    )
    message = (
        f"{show(zone.apex)} has no record {relative(endpoint.alias, zone.apex)}, and NxDomainRedirect on its link "
        f"hides it: {endpoint.fqdn} is public in {some([gap.network for gap in gaps])}, past the private endpoint "
        f"{near[0].name} in {near[0].network}; add the record"
    )
    place = topology.place("private_dns_zones", zone.key, "virtual_network_links", network, "resolution_policy")
    return Finding(RULE.code, endpoint.fqdn, message, add_record(zone, endpoint.alias, address), place)


RULE = Rule(
    "ACR209",
    "redirect-masks-missing-record",
    Page(
        finds="""\
A linked private zone lacks the record of an endpoint whose private endpoint is in reach, and the link's policy is
NxDomainRedirect.""",
        why="""\
Without the fallback the name would not exist, and somebody would notice. With it the answer is the public
address: login private, layers public, a split brain. Where public access is off, layers are refused with 403;
where it is on, they leave the private network unseen.""",
        example="""\
```yaml
private_dns_zones:
  privatelink.azurecr.io:
    virtual_network_links: {hub: {resolution_policy: NxDomainRedirect}}
    records: {contoso: {A: [10.0.0.7]}}        # contoso.eastus.data is missing
```""",
        az="""\
```
az network private-dns record-set a add-record -g <resource-group> -z privatelink.azurecr.io \\
  -n contoso.eastus.data -a 10.0.0.8
```""",
        terraform="""\
Give the `azurerm_private_endpoint` a `private_dns_zone_group`, or add the missing `azurerm_private_dns_a_record`.""",
        bicep="""\
Give the private endpoint a `privateDnsZoneGroups` resource, or add the missing
`Microsoft.Network/privateDnsZones/A`.""",
        cannot_tell="""\
Whether the fallback is wanted for other registries. It may stay: with the record in place it does not apply here.""",
        references=("facts F06, behaviour 12", "Microsoft Learn: Fallback to internet for Azure Private DNS zones"),
    ),
    _find,
)
