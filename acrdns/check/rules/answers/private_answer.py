"""ACR307: a private answer where a public one is expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.answers.classify import Defect
from acrdns.check.answers.remedy import deciding_zone, zone_of
from acrdns.check.causes.mend import unlink_or_connect, way_to
from acrdns.check.fixes.advice import Advice
from acrdns.check.fixes.fix import NETWORK, PRIVATELINK, ZoneName
from acrdns.check.fixes.unlink_zone import UnlinkZone
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import agrees, expected, finding, listed, seen_from
from acrdns.names import name

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
            f"{case.fqdn} resolves to {listed(addresses)} {seen_from(facts)}, which {_no_public(addresses)}"
            f"{_whose(facts, case)}; {expected(case)}; connections from there time out"
        )
        fixes, path = _fixes(facts, case)
        yield finding(facts, case, RULE.code, message, fixes, path, _way(facts, case))


def _no_public(addresses: tuple[str, ...]) -> str:
    return agrees(addresses, "is not a public address", "are not public addresses")


def _whose(facts: Facts, case: Case) -> str:
    owner = facts.classified.owner(case)
    return f" (private endpoint {owner.endpoint.name} in {owner.endpoint.network})" if owner else ""


def _way(facts: Facts, case: Case) -> str:
    """Say how the endpoint could be used from there."""
    owner, vantage = facts.classified.owner(case), facts.vantage
    if owner is None or vantage not in facts.topology.vantages[1:]:
        return ""
    network = facts.topology.vantage(vantage).name
    home, topology = owner.endpoint.network, facts.topology
    if hubs := topology.joining(network, home):
        return f"{hubs[0]} would join {network} and {home} with `transit: true`"
    return "" if network == home else f"to use the endpoint from there, {way_to(topology, network, home)}"


def _fixes(facts: Facts, case: Case) -> tuple[tuple[Fix, ...], Path]:
    topology, vantage = facts.topology, facts.vantage
    owner = facts.classified.owner(case)
    if not facts.described:
        return (UnlinkZone(ZoneName(zone_of(case)), NETWORK),), ()
    if vantage not in topology.vantages[1:]:
        where = owner.endpoint.network if owner else "NETWORK"
        return (Advice(f"if the resolver asked stands in a network of the topology, say which: --from {where}"),), ()
    network = topology.vantage(vantage).name
    zone = deciding_zone(topology, network, case)
    path: Path = (
        ("private_dns_zones", zone.key, "virtual_network_links", network) if zone else topology.path_of(vantage)
    )
    if owner and owner.endpoint.registry == case.registry and owner.endpoint.network != network:
        end = name(case.observation.chain[-1] if case.observation.chain else case.fqdn)
        choices = unlink_or_connect(facts.layout, network, end, case.registry, owner.endpoint.network)
        return choices[0], path
    return (UnlinkZone(ZoneName.of(zone) if zone else ZoneName(zone_of(case)), network),), path


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
