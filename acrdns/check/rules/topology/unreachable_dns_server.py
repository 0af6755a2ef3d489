"""ACR111: a DNS server that cannot be reached from where it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS
from acrdns.check.causes.mend import connecting, other_servers
from acrdns.check.causes.route import RouteEnd
from acrdns.check.finding import Finding
from acrdns.check.fixes.advice import Advice
from acrdns.check.fixes.disable_rule import DisableRule
from acrdns.check.fixes.link_zone import linking
from acrdns.check.fixes.peer_networks import PeerNetworks
from acrdns.check.fixes.set_dns_servers import SetDnsServers
from acrdns.check.fixes.set_forwarder import SetForwarder, client_at, is_inside, targets_for
from acrdns.check.fixes.set_forwarders import SetForwarders, to_nobody
from acrdns.check.fixes.set_rule_targets import SetRuleTargets
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import some

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.causes.routed import Routed
    from acrdns.check.facts import Facts
    from acrdns.check.fixes.fix import Fix
    from acrdns.errors import Path
    from acrdns.topology.model import Topology


def _find(facts: Facts) -> Iterator[Finding]:
    by_cause: dict[Path, list[Routed]] = {}
    for routed in facts.layout.failing(RouteEnd.SILENT):
        if routed.route.servers and routed.route.servers[-1] != AZURE_DNS:
            by_cause.setdefault(routed.route.path, []).append(routed)
    for path, every in by_cause.items():
        yield _finding(facts, path, every)


def _finding(facts: Facts, path: Path, every: list[Routed]) -> Finding:
    topology, route = facts.topology, every[0].route
    server, fqdn = route.servers[-1], every[0].endpoint.fqdn
    networks = tuple(dict.fromkeys(routed.network for routed in every))
    end = f"questions from {some(networks)} for {fqdn} end in a timeout"
    if falls_back := [routed for routed in every if routed.relays_publicly]:
        back = some(routed.network for routed in falls_back)
        end = f"{path[1]} falls back to public DNS, so {fqdn} is public for {back}"
    nobody = to_nobody(path)
    needed = any(topology.endpoints_in_reach(routed.network, routed.endpoint.registry.name) for routed in every)
    instead = f"; let {path[1]} forward to nobody: public DNS is right there" if nobody and not needed else ""
    message = f"{_asks(path, every[0])} {server}, which does not answer there: {route.why}; {end}{instead}"
    others = (*other_servers(topology, networks), *_asking_azure(facts, path, every[0]), *nobody)
    fixes, *otherwise = (*_fixes(facts, path, every[0]), *others)
    place = topology.place(*path)
    return Finding(RULE.code, networks[0], message, fixes, place, networks=networks, otherwise=tuple(otherwise))


def _asks(path: Path, routed: Routed) -> str:
    """Say who asks: a network or a client in it, a server, or a rule."""
    match path:
        case ("networks", network, "clients", client, *_):
            return f"{network}/{client} asks"
        case ("networks", network, *_):
            return f"{network} asks"
        case ("dns_forwarding_rulesets", ruleset, "rules", domain):
            return f"the rule for {domain} of ruleset {ruleset} sends questions to"
        case ("dns_servers", server, "conditional_forwarders", domain):
            return f"{server} in {routed.route.network} forwards {domain} to"
    return f"{path[1]} in {routed.route.network} forwards to"


def _fixes(facts: Facts, path: Path, routed: Routed) -> list[tuple[Fix, ...]]:
    """Return what may lead to an answer, in the order in which to try it."""
    topology, route = facts.topology, routed.route
    server, home = route.servers[-1], facts.layout.routes.home(route.servers[-1])
    found = [connecting(topology, route.network, home)] if home else []
    targets = targets_for(topology, route.network, client_at(topology, path))
    if path[0] == "dns_forwarding_rulesets":
        found += _of_rule(topology, path, route.network, past=_past_a_zone(facts, routed))
    if path[0] == "dns_servers" and targets:
        found += _general(topology, path, route.network)
        domain = str(path[3]) if path[2:3] == ("conditional_forwarders",) else topology.cloud.registry
        forwarder = SetForwarder(str(path[1]), domain, targets)
        linked = linking(
            topology, str(facts.layout.routes.home(targets[0]) or route.network), routed.endpoint.registry.name
        )
        found += [(forwarder,), (forwarder, *linked)]
    asker = _asks(path, routed).partition(" ")[0] if path[0] == "networks" else route.network
    return found or [(Advice(f"name a DNS server that {asker} can reach, or describe {server} under dns_servers"),)]


def _past_a_zone(facts: Facts, routed: Routed) -> bool:
    """Return whether the network whose rule sends a question on has a private zone for the name."""
    rule, layout = routed.route.rule, facts.layout
    return rule is not None and layout.holder(rule[0], routed.endpoint.alias) is not None


def _of_rule(topology: Topology, path: Path, network: str, *, past: bool) -> Iterator[tuple[Fix, ...]]:
    """Return what gives a ruleset's rule a target that answers, an inbound endpoint in reach, or turns it off.

    It is turned off first where it leads past a private zone that is linked.
    """
    ruleset, domain = str(path[1]), str(path[3])
    if past:
        yield (DisableRule(ruleset, domain),)
    near = topology.reach(network) | {network}
    for resolver in topology.private_resolvers.values():
        if resolver.network in near and resolver.inbound_endpoints:
            yield (SetRuleTargets(ruleset, domain, resolver.inbound_endpoints),)
    yield (DisableRule(ruleset, domain),)


def _general(topology: Topology, path: Path, network: str) -> Iterator[tuple[Fix, ...]]:
    """Return what lets a server in a virtual network forward all names again, those of others as well as ours.

    It asks what the machines of its network ask, as far as the file has those servers; else Azure-provided DNS.
    """
    if path[2:3] != ("forwarders",) or not is_inside(topology, network, client_at(topology, path)):
        return
    known = tuple(a for a in topology.networks[network].dns_servers if _answers(topology, a) and a != str(path[1]))
    yield from ((SetForwarders(str(path[1]), targets),) for targets in (known, (AZURE_DNS,)) if targets)


def _answers(topology: Topology, address: str) -> bool:
    """Return whether the file has a server or an inbound endpoint with an address."""
    inbound = (a for resolver in topology.private_resolvers.values() for a in resolver.inbound_endpoints)
    return address in topology.dns_servers or address in inbound


def _asking_azure(facts: Facts, path: Path, routed: Routed) -> Iterator[tuple[Fix, ...]]:
    """Return what lets a virtual network ask Azure-provided DNS again where nothing in the file has its servers."""
    topology, network = facts.topology, facts.topology.networks[routed.route.network]
    stranger = facts.layout.routes.home(routed.route.servers[-1]) is None
    if stranger and path == ("networks", network.name, "dns_servers") and network.kind == "virtual_network":
        back = SetDnsServers(network.name)
        yield from ((back,), (back, *linking(topology, network.name, routed.endpoint.registry.name)))


RULE = Rule(
    "ACR111",
    "unreachable-dns-server",
    Page(
        finds="""\
A network asks, or a DNS server forwards to, addresses none of which answers: the server is in a network that is
not peered with the asker's, or the address is private and nothing in the topology owns it.""",
        why="""\
Questions time out and the client sees SERVFAIL or `i/o timeout` for every name, not only for registries.
Peering is not transitive: two spokes of one hub do not reach each other's servers.""",
        example="""\
```yaml
networks:
  spoke-a: {address_space: [10.1.0.0/16], dns_servers: [10.2.0.53]}
  spoke-b: {address_space: [10.2.0.0/16]}        # not peered with spoke-a
dns_servers:
  10.2.0.53: {network: spoke-b}
```""",
        fixes=(PeerNetworks("spoke-a", "spoke-b"),),
        note="""\
or name a server in the hub.""",
        cannot_tell="""\
Ways that the topology does not describe: network appliances, route tables, virtual WAN hubs.""",
        references=(
            "facts section 3, behaviour 28 (peering)",
            "RFC 8914 (Extended DNS Errors: no reachable authority)",
        ),
    ),
    _find,
)
