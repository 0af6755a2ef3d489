"""ACR101: a virtual network that reaches a private endpoint, but does not see its zone."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from acrdns.check.causes.mend import choices, seeing
from acrdns.check.finding import Finding, Scope
from acrdns.check.fixes.create_zone import CreateZone
from acrdns.check.fixes.fix import PRIVATELINK
from acrdns.check.fixes.link_zone import LinkZone
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import agrees, idle_rules, own_zone, some, unlinked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.causes.routed import Routed
    from acrdns.check.facts import Facts
    from acrdns.topology.model import PrivateEndpoint


def _find(facts: Facts) -> Iterator[Finding]:
    found = facts.layout
    by_network: defaultdict[str, list[Routed]] = defaultdict(list)
    served = {routed.route.network for routed in found.unlinked if found.answers_others(routed)}
    for routed in found.unlinked:
        # Where others' questions are answered in this network, too, ACR108 says so.
        if routed.route.network not in served:
            by_network[routed.route.network].append(routed)
    for network, every in by_network.items():
        private = found.reach[every[0].network][every[0].endpoint.registry.name][0]
        yield _finding(facts, network, every, private)


def _finding(facts: Facts, network: str, every: list[Routed], private: PrivateEndpoint) -> Finding:
    names = [routed.endpoint.fqdn for routed in every]
    resolves = agrees(names, "resolves to its public address", "resolve to their public addresses")
    fixes = seeing(facts.layout, network, private.registry)
    is_new = any(isinstance(fix, CreateZone) for fix in fixes)
    step = f"create the zone and link it to {network}" if is_new else "link the zone"
    networks = tuple(dict.fromkeys(routed.network for routed in every))
    where = "there" if networks == (network,) else f"from {some(networks)}"
    message = (
        f"{unlinked(facts.topology, network)}, so {some(names)} {resolves} {where}{_by_way(every)}, although private "
        f"endpoint {private.name} in {private.network} is in reach; {step}, since peering does not carry it"
        f"{_own_zone(facts, every)}{idle_rules(facts.topology, network)}"
    )
    otherwise = choices(facts.layout, network, private.registry)
    place = facts.place("networks", network)
    about = Scope(frozenset(networks))
    return Finding(RULE.code, network, message, fixes, place, networks=networks, about=about, otherwise=otherwise)


def _by_way(every: list[Routed]) -> str:
    """Return by which of its DNS servers a network asks itself, to follow a sentence; empty where clients do."""
    return next((f" (by way of {routed.route})" for routed in every if not routed.route.direct), "")


def _own_zone(facts: Facts, every: list[Routed]) -> str:
    return next((said for routed in every if (said := own_zone(facts.layout, routed))), "")


RULE = Rule(
    "ACR101",
    "vnet-without-zone-link",
    Page(
        finds="""\
A virtual network asks Azure-provided DNS, an approved private endpoint is in it or in a network peered with it,
and no private zone that covers the registry's privatelink name is linked to it.""",
        why="""\
Azure-provided DNS looks into a private zone only for the virtual networks that are linked to it. Without a link
the privatelink alias is followed through public DNS, and the client goes to the public front end: 403 where
public access is off, a way around the private network where it is on. Peering carries packets, not private
zones.""",
        example="""\
```yaml
networks:
  hub: {peerings: [spoke]}
  spoke: {}                       # reaches contoso-pe, and is not linked
private_dns_zones:
  privatelink.azurecr.io:
    virtual_network_links: {hub: {}}
```""",
        fixes=(LinkZone(PRIVATELINK, "spoke"),),
        cannot_tell="""\
Whether anything in that network pulls from the registry; and whether machines there have DNS servers of their own,
set on the machine or on its network interface.""",
        references=(
            "facts F01, F20, section 3 (links are per virtual network)",
            "Microsoft Learn: What is a virtual network link?",
            "dmauser/PrivateLink#1, ALZ-Bicep#450",
        ),
    ),
    _find,
)
