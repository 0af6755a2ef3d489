"""ACR111: a DNS server that cannot be reached from where it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS
from acrdns.check.causes.route import RouteEnd
from acrdns.check.finding import Finding
from acrdns.check.fixes.advice import Advice
from acrdns.check.fixes.peer_networks import PeerNetworks
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import some

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.causes.layout import Routed
    from acrdns.check.facts import Facts
    from acrdns.check.fixes.fix import Fix
    from acrdns.errors import Path
    from acrdns.topology.model import Topology


def _find(facts: Facts) -> Iterator[Finding]:
    by_cause: dict[Path, list[Routed]] = {}
    for routed in facts.layout.routed_everywhere:
        if routed.route.end is RouteEnd.SILENT and routed.route.servers and routed.route.servers[-1] != AZURE_DNS:
            by_cause.setdefault(routed.route.path, []).append(routed)
    for path, every in by_cause.items():
        yield _finding(facts, path, every)


def _finding(facts: Facts, path: Path, every: list[Routed]) -> Finding:
    route = every[0].route
    server, home = route.servers[-1], facts.layout.routes.home(route.servers[-1])
    asker = every[0].network if path[0] == "networks" else route.network
    message = (
        f"{asker} asks {server}, which does not answer there: {route.why}; questions from "
        f"{some(routed.network for routed in every)} for {every[0].endpoint.fqdn} end in a timeout"
    )
    fix: Fix = Advice(f"name a DNS server that {asker} can reach, or describe {server} under dns_servers")
    if home and _both_in_azure(facts.topology, route.network, home):
        fix = PeerNetworks(route.network, home)
    elif home:
        fix = Advice(
            f"connect {route.network} and {home} by VPN or ExpressRoute, or name a DNS server that it can reach"
        )
    networks = tuple(dict.fromkeys(routed.network for routed in every))
    return Finding(RULE.code, networks[0], message, (fix,), facts.topology.place(*path), networks=networks)


def _both_in_azure(topology: Topology, *networks: str) -> bool:
    return all(topology.networks[network].kind == "virtual_network" for network in networks)


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
