"""ACR307: a private answer where a public one is expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.answers.classify import Defect
from acrdns.check.answers.remedy import deciding_zone, zone_of
from acrdns.check.fixes.advice import Advice
from acrdns.check.fixes.fix import PRIVATELINK, ZoneName
from acrdns.check.fixes.unlink_zone import UnlinkZone
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import expected, finding, listed, seen_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.evidence import Case
    from acrdns.check.facts import Facts
    from acrdns.check.finding import Finding
    from acrdns.check.fixes.fix import Fix
    from acrdns.errors import Path


def _find(facts: Facts) -> Iterator[Finding]:
    for case in facts.classified.cases_with(Defect.PRIVATE_ANSWER):
        addresses = facts.classified.not_public(case.observation.addresses + case.observation.ipv6_addresses)
        message = (
            f"{case.fqdn} resolves to {listed(addresses)} {seen_from(facts)}, which is not a public address"
            f"{_whose(facts, case)}; {expected(case)}; connections from there time out{_way(facts, case)}"
        )
        fix, path = _fix(facts, case)
        yield finding(facts, case, RULE.code, message, (fix,), path)


def _whose(facts: Facts, case: Case) -> str:
    owner = facts.classified.owner(case)
    return f" (private endpoint {owner.endpoint.name} in {owner.endpoint.network})" if owner else ""


def _way(facts: Facts, case: Case) -> str:
    """Say how the endpoint could be used from there."""
    owner, vantage = facts.classified.owner(case), facts.vantage
    if owner is None or vantage not in facts.topology.vantages[1:]:
        return ""
    network = facts.topology.vantage(vantage).name
    return f"; to use the endpoint from there, peer {network} with {owner.endpoint.network} both ways"


def _fix(facts: Facts, case: Case) -> tuple[Fix, Path]:
    topology, vantage = facts.topology, facts.vantage
    owner = facts.classified.owner(case)
    if vantage not in topology.vantages[1:]:
        where = owner.endpoint.network if owner else "NETWORK"
        return Advice(f"if the resolver asked stands in a network of the topology, say which: --from {where}"), ()
    network = topology.vantage(vantage).name
    if zone := deciding_zone(topology, network, case):
        path: Path = ("private_dns_zones", zone.key, "virtual_network_links", network)
        return UnlinkZone(ZoneName.of(zone), network), path
    return UnlinkZone(ZoneName(zone_of(case)), network), topology.path_of(vantage)


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
        fixes=(UnlinkZone(PRIVATELINK, "island"),),
        note="""\
The public address is used then. Or make a way: `az network vnet peering create` in both directions, or a private
endpoint in that network.""",
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
