"""ACR108: DNS servers that ask Azure-provided DNS in a network that is not linked."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from acrdns.check.causes.mend import choices, seeing
from acrdns.check.finding import Finding, Scope
from acrdns.check.fixes.create_inbound_endpoint import CreateInboundEndpoint
from acrdns.check.fixes.fix import PRIVATELINK
from acrdns.check.fixes.link_zone import LinkZone
from acrdns.check.fixes.set_forwarder import INBOUND, forwarding, targets_for
from acrdns.check.fixes.set_forwarders import SetForwarders
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import agrees, idle_rules, own_zone, some, unlinked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.causes.routed import Routed
    from acrdns.check.facts import Facts


def _find(facts: Facts) -> Iterator[Finding]:
    by_network: defaultdict[str, list[Routed]] = defaultdict(list)
    for routed in facts.layout.unlinked:
        by_network[routed.route.network].append(routed)
    for network, every in by_network.items():
        # Where the network's own clients alone ask there, ACR101 says so.
        if served := next((routed for routed in every if facts.layout.answers_others(routed)), None):
            yield _finding(facts, network, every, served)


def _finding(facts: Facts, network: str, every: list[Routed], served: Routed) -> Finding:
    names = [routed.endpoint.fqdn for routed in every]
    networks = tuple(dict.fromkeys(routed.network for routed in every))
    registry = served.endpoint.registry.name
    missing = unlinked(facts.topology, network)
    no_zone = network not in missing.partition(" is not linked to ")[2]
    link = "create the zone and link it" if no_zone else "link the zone"
    step = f"{link} to {network}, the network of the server that asks, not only to its clients"
    fixes, otherwise = seeing(facts.layout, network, registry), choices(facts.layout, network, registry)
    if facts.topology.networks[network].kind == "virtual_hub":
        suffix, targets = facts.topology.cloud.registry, targets_for(facts.topology, network)
        forward = forwarding(served.route.path, network, suffix, targets)
        if served.route.path[2:3] == ("forwarders",) and targets:  # the proxy of a firewall knows no domains
            fixes = (SetForwarders(forward.server, targets),)
        else:
            fixes = (forward,) if targets else (CreateInboundEndpoint.of(facts.topology), forward)
        step = f"the hub of a virtual WAN takes no link: let {forward.server} ask {some(targets) or INBOUND}"
    message = (
        f"{missing}{'; Azure-provided DNS there' if no_zone else ', whose Azure-provided DNS'} answers for "
        f"{some(networks)} (by way of {served.route}), so {some(names)} {agrees(names, 'is', 'are')} public there; "
        f"{step}{own_zone(facts.layout, served)}{idle_rules(facts.topology, network)}"
    )
    place = facts.place("networks", network)
    about = Scope(frozenset(networks))
    return Finding(RULE.code, network, message, fixes, place, networks=networks, about=about, otherwise=otherwise)


RULE = Rule(
    "ACR108",
    "resolver-network-without-zone-link",
    Page(
        finds="""\
A network's DNS server forwards to 168.63.129.16 or to the inbound endpoint of a private resolver, as it should,
but the virtual network in which that question is asked is not linked to the private zone, and other networks ask that
server. Where clients of its own network alone ask it, that is `vnet-without-zone-link` (ACR101).""",
        why="""\
Azure-provided DNS answers with the links of the network that the question comes from. For a forwarder that is
the forwarder's own network, for an inbound endpoint the resolver's. Links to the clients' networks count for
nothing then. Every client behind that server gets public addresses.""",
        example="""\
```yaml
networks:
  dns: {address_space: [10.9.0.0/16], peerings: [spoke]}
  spoke: {dns_servers: [10.9.0.53]}          # forwards to 168.63.129.16, in network dns
private_dns_zones:
  privatelink.azurecr.io:
    virtual_network_links: {spoke: {}}       # dns is missing
```""",
        fixes=(LinkZone(PRIVATELINK, "dns"),),
        cannot_tell="""\
Whether the server answers from a cache that it filled before the link was there.""",
        references=(
            "facts F03, F15, section 3 (inbound endpoints)",
            "Microsoft support: Can't get private IP address of an Azure Container Registry FQDN, cause 3",
            "Microsoft Learn: Azure DNS Private Resolver endpoints and rulesets",
        ),
    ),
    _find,
)
