"""ACR307: a private answer where a public one is expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.answers.classify import Defect
from acrdns.check.answers.remedy import deciding_zone, delete_link, zone_of
from acrdns.check.rule import Page, Rule
from acrdns.check.wording import expected, finding, listed, seen_from
from acrdns.names import show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.evidence import Case
    from acrdns.check.facts import Facts
    from acrdns.check.finding import Finding
    from acrdns.errors import Path


def _find(facts: Facts) -> Iterator[Finding]:
    for case in facts.classified.cases_with(Defect.PRIVATE_ANSWER):
        addresses = facts.classified.not_public(case.observation.addresses + case.observation.ipv6_addresses)
        message = (
            f"{case.fqdn} resolves to {listed(addresses)} {seen_from(facts)}, which is not a public address"
            f"{_whose(facts, case)}; {expected(case)}; connections from there time out"
        )
        fix, path = _fix(facts, case)
        yield finding(facts, case, RULE.code, message, fix, path)


def _whose(facts: Facts, case: Case) -> str:
    owner = facts.classified.owner(case)
    return f" (private endpoint {owner.endpoint.name} in {owner.endpoint.network})" if owner else ""


def _fix(facts: Facts, case: Case) -> tuple[str, Path]:
    topology, vantage = facts.topology, facts.vantage
    owner = facts.classified.owner(case)
    if vantage not in topology.networks:
        where = owner.endpoint.network if owner else "<network>"
        return f"if the resolver asked stands in a network of the topology, say which: --from {where}", ()
    zone = deciding_zone(topology, vantage, case)
    unlink = delete_link(show(zone.apex) if zone else zone_of(case), vantage)
    path: Path = ("private_dns_zones", zone.key, "virtual_network_links", vantage) if zone else ("networks", vantage)
    if owner is None:
        return unlink, path
    peering = (
        f"az network vnet peering create -g <resource-group> -n {vantage}-to-{owner.endpoint.network} "
        f"--vnet-name {vantage} --remote-vnet {owner.endpoint.network} --allow-vnet-access"
    )
    return f"{unlink}; or, to use the endpoint from there: {peering}", path


RULE = Rule(
    "ACR307",
    "private-answer",
    Page(
        finds="""\
An endpoint resolves to a private (or otherwise unroutable) address from a place that has no way to a private endpoint
of that registry: the internet, or a network without an endpoint of its own or a direct peering to one.""",
        why="""\
The name resolves, and nothing answers at the address: every pull ends in a timeout. A private zone linked to a network
that is not peered with the endpoint's does this, and so does an office network that forwards `azurecr.io` to Azure
without a VPN or ExpressRoute to carry the traffic. Peering is not transitive.""",
        example="""\
```yaml
networks:
  hub: {address_space: [10.0.0.0/16]}        # the private endpoint is here
  island: {address_space: [10.9.0.0/16]}     # no peering
private_dns_zones:
  privatelink.azurecr.io:
    virtual_network_links: {hub: {}, island: {}}
```""",
        az="""\
Take the zone away, so that the public address is used:
```
az network private-dns link vnet delete -g <resource-group> -z privatelink.azurecr.io -n <link of island> -y
```
or make a way: `az network vnet peering create`, or a private endpoint in that network.""",
        terraform="""\
Remove the `azurerm_private_dns_zone_virtual_network_link` of that network, or add `azurerm_virtual_network_peering` in
both directions.""",
        bicep="""\
Remove `Microsoft.Network/privateDnsZones/virtualNetworkLinks` of that network, or add
`Microsoft.Network/virtualNetworks/virtualNetworkPeerings` in both directions.""",
        cannot_tell="""\
Whether there is a way that the topology does not list, for example through a virtual WAN or a firewall that routes
between spokes: write it as a peering. And whether the resolver asked stands where `--from` says.""",
        references=(
            "facts section 3 (links are for each network; peering), behaviour 28",
            "Microsoft Learn: Virtual network peering",
        ),
    ),
    _find,
)
