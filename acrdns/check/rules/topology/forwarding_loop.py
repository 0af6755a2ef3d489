"""ACR112: DNS servers that forward a question in a circle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS
from acrdns.check.causes.mend import passing
from acrdns.check.causes.route import RouteEnd
from acrdns.check.finding import Finding
from acrdns.check.fixes.advice import Advice
from acrdns.check.fixes.disable_rule import DisableRule
from acrdns.check.fixes.set_forwarder import SetForwarder, is_inside, targets_for
from acrdns.check.fixes.set_forwarders import SetForwarders
from acrdns.check.fixes.unlink_ruleset import UnlinkRuleset
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import some

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.causes.routed import Routed
    from acrdns.check.facts import Facts
    from acrdns.check.fixes.fix import Fix


def _find(facts: Facts) -> Iterator[Finding]:
    by_circle: dict[frozenset[str], list[Routed]] = {}
    for routed in facts.layout.failing(RouteEnd.LOOP):
        by_circle.setdefault(frozenset(routed.route.circle), []).append(routed)
    for every in by_circle.values():
        yield _finding(facts, every)


def _finding(facts: Facts, every: list[Routed]) -> Finding:
    first = every[0]
    message = (
        f"{first.endpoint.fqdn} is forwarded in a circle, {' -> '.join(first.route.circle)}{_by(facts, first)}, so "
        f"questions from {some(routed.network for routed in every)} end in SERVFAIL: no server of the circle answers"
    )
    networks = tuple(dict.fromkeys(routed.network for routed in every))
    place = facts.topology.place(*first.route.path)
    fixes, *otherwise = _fixes(facts, first)
    return Finding(RULE.code, first.network, message, fixes, place, networks=networks, otherwise=tuple(otherwise))


def _by(facts: Facts, routed: Routed) -> str:
    """Return the ruleset that closes a circle, to follow it; or empty."""
    rule = passing(facts.layout, routed)
    return f" (ruleset {rule[0]} sends it there from {routed.route.rule[0]})" if rule and routed.route.rule else ""


def _fixes(facts: Facts, routed: Routed) -> list[tuple[Fix, ...]]:
    """Return what may end the circle, in the order in which to try it."""
    topology, last = facts.topology, routed.route.servers[-1]
    if rule := passing(facts.layout, routed):
        home = facts.layout.routes.home(last)
        linked = home in topology.dns_forwarding_rulesets[rule[0]].links
        unlinked = [(UnlinkRuleset(rule[0], str(home)),)] if linked else []
        return [*unlinked, (DisableRule(*rule),)]
    name = str(routed.route.path[1])
    elsewhere = Advice(f"on {name}: forward {topology.cloud.registry} elsewhere than to {last}")
    if routed.route.path[0] != "dns_servers":
        return [(elsewhere,)]
    server = topology.dns_servers[topology.server_key(name)]
    general: list[tuple[Fix, ...]] = [(SetForwarders(name, (AZURE_DNS,)),)] if _closed(facts, routed) else []
    if targets := targets_for(topology, server.network, server.client):
        return [*general, (SetForwarder(name, topology.cloud.registry, targets),)]
    inside = (s for s in facts.layout.servers_on(routed) if is_inside(topology, s.network, s.client))
    opened = [(SetForwarder(s.key or s.address, topology.cloud.registry, (AZURE_DNS,)),) for s in inside]
    return [*opened, (elsewhere,)]


def _closed(facts: Facts, routed: Routed) -> bool:
    """Return whether servers of virtual networks forward all names in a circle, so that nobody answers any of them."""
    servers = [*facts.layout.servers_on(routed)]
    return len(servers) == len(routed.route.servers) and not any(
        server.zones or server.conditional_forwarders or not is_inside(facts.topology, server.network, server.client)
        for server in servers
    )


RULE = Rule(
    "ACR112",
    "forwarding-loop",
    Page(
        finds="""\
DNS servers, inbound endpoints and ruleset rules that hand a registry's name on until it comes back to one that
had it.""",
        why="""\
Nobody in the circle answers. The question is dropped after some time or some hops, and the client sees
SERVFAIL. The usual circle in Azure: a ruleset with a rule for `azurecr.io` to an inbound endpoint, linked to
that endpoint's own network.""",
        example="""\
```yaml
private_resolvers:
  hub-resolver: {network: hub, inbound_endpoints: [10.0.1.4], outbound_endpoints: [hub-out]}
dns_forwarding_rulesets:
  all:
    outbound_endpoint: hub-out
    virtual_network_links: [hub]               # unlink it: hub answers 10.0.1.4
    rules: {azurecr.io: [10.0.1.4]}
```""",
        fixes=(UnlinkRuleset("all", "hub"),),
        cannot_tell="""\
Circles for names other than those of registries.""",
        references=(
            "facts F16, section 3 (loops), behaviour 27",
            "Microsoft Learn: Azure DNS Private Resolver endpoints and rulesets",
        ),
    ),
    _find,
)
