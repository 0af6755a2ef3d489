"""The route of a question: which DNS servers it passes, and whether it ends where private zones count.

Derived from the topology without the engine, so that a rule of `lint` and the simulation check each other. The order
is that of facts.md section 3: a network's own DNS servers, else Azure-provided DNS; there private zones, then the rule
with the longest suffix, then public DNS. Whether rules apply to alias targets is an assumption (facts.md section 7).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from ipaddress import ip_address
from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS
from acrdns.names import ROOT, ancestors, deepest, is_under, name, show
from acrdns.record import Type, is_private
from acrdns.topology.inbound import inbound_endpoints
from acrdns.zone.lookup import lookup
from acrdns.zone.zone import build

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acrdns.errors import Path
    from acrdns.names import Name
    from acrdns.topology.model import DnsServer, ForwardingRule, ForwardingRuleset, Network, Topology
    from acrdns.zone.zone import Zone

PUBLIC_DNS = "public DNS"


class RouteEnd(StrEnum):
    """The zone or server that decides about a name at the end of a route."""

    ZONE = "zone"
    """A private zone linked to a network."""
    UNLINKED = "unlinked"
    """Azure-provided DNS of a network to which no zone for the name is linked: the answer is public."""
    PUBLIC = "public"
    """A public resolver."""
    LOCAL = "local"
    """A zone that a self-hosted DNS server is authoritative for."""
    SILENT = "silent"
    """A server that does not answer."""
    LOOP = "loop"


@dataclass(frozen=True, slots=True)
class Route:
    """The end of a question and the servers that it passed."""

    end: RouteEnd
    network: str
    """The network whose links count, or the network of the last asker."""
    servers: tuple[str, ...]
    """The addresses asked, in order; `public DNS` for the resolvers of the internet; empty if the client itself asks
    Azure-provided DNS."""
    path: Path
    """The path in the topology that names the last server."""
    why: str = ""
    """For `SILENT`: why no server answers."""
    rule: tuple[str, str, str] | None = None
    """The last forwarding rule that sent the question on: the network whose Azure-provided DNS applied it, the ruleset,
    and the domain."""
    relayed: bool = False
    """For `SILENT`: whether a server before it answers SERVFAIL, so that no asker tries the next server."""
    failed: Route | None = None
    """The route that the last server would take, where that fails and its fallback is public DNS."""

    def __str__(self) -> str:
        return " -> ".join(self.servers)

    @property
    def direct(self) -> bool:
        """Whether the client itself asks the Azure-provided DNS of its own network."""
        return self.servers in ((), (AZURE_DNS,))

    @property
    def circle(self) -> tuple[str, ...]:
        """For `LOOP`: the servers of the loop, which begins and ends with the server asked twice."""
        *before, last = self.servers
        return (last, *self.servers[-before[::-1].index(last) - 1 :])


@dataclass(frozen=True, slots=True)
class _Target:
    """An endpoint's name and its alias under privatelink; `public` is None once only the alias is asked."""

    public: Name | None
    alias: Name
    rest: bool = True
    """Whether the public chain continues after the alias."""
    since: int = 0
    """The number of servers passed when the name was first asked for: only later ones make a loop."""

    @property
    def first(self) -> Name:
        return self.alias if self.public is None else self.public


@dataclass(frozen=True, slots=True)
class _Step:
    """A network asks servers: the asker, the servers, the path that names them, and the servers passed before."""

    asker: Network
    targets: tuple[str, ...]
    path: Path
    passed: tuple[str, ...] = ()

    def end(self, end: RouteEnd, *servers: str, why: str = "") -> Route:
        return Route(end, self.asker.name, (*self.passed, *servers), self.path, why)


class Routes:
    """Finds the routes of one topology. `views` are the zones linked to each network: apex to key."""

    def __init__(self, topology: Topology, views: Mapping[str, Mapping[Name, str]]) -> None:
        self._topology = topology
        self._views = views
        resolvers = topology.private_resolvers.values()
        self._inbound = inbound_endpoints(topology)
        self._outbound = {endpoint: r.network for r in resolvers for endpoint in r.outbound_endpoints}
        self._special = self._special_names()
        self._known: dict[tuple[str, Name, Name, bool], Route] = {}
        self._zones: dict[tuple[str, Name], Zone] = {}

    def find(self, network: str, public: Name, alias: Name, *, rest: bool = True) -> Route:
        """Return the route of an endpoint's name and then of its alias, asked by a client at a vantage point.

        `rest` says that the public chain continues after the alias, over names of front ends. Where the name is no
        alias, `alias` is the name itself.
        """
        # Names that no forwarder, rule or zone distinguishes take the same route.
        key = (network, self._nearest(public), self._nearest(alias), rest)
        if key not in self._known:
            self._known[key] = self._from_client(self._topology.vantage(network), _Target(public, alias, rest))
        return self._known[key]

    def home(self, address: str) -> str | None:
        """Return the network of a DNS server of the topology, or None if no server has the address."""
        server = self._topology.dns_servers.get(address)
        return server.network if server else self._inbound.get(address)

    @cached_property
    def uniform(self) -> bool:
        """Whether all endpoints take the same route, since no zone, forwarder or rule distinguishes them."""
        cloud = self._topology.cloud
        suffix = name(cloud.registry)
        return not any(is_under(s, suffix) and s not in (suffix, name(cloud.privatelink)) for s in self._special)

    def _special_names(self) -> frozenset[Name]:
        found: set[Name] = {apex for view in self._views.values() for apex in view}
        for server in self._topology.dns_servers.values():
            found.update(server.conditional_forwarders, server.zones)
            if server.recursion == "forward" and server.conditional_forwarders:
                # An own zone's names and those above them decide which wildcard there is an answer for a name.
                owners = {rrset.name for records in server.zones.values() for rrset in records}
                found.update(above for owner in owners for above in ancestors(owner) if deepest(above, server.zones))
        for ruleset in self._topology.dns_forwarding_rulesets.values():
            found.update(rule.domain for rule in ruleset.rules)
        for vantage in self._topology.vantages[1:]:
            found.update(self._topology.vantage(vantage).hosts)
        return frozenset(found)

    def _nearest(self, owner: Name) -> Name:
        return deepest(owner, self._special) or ROOT

    def _from_client(self, network: Network, asked: _Target) -> Route:
        path = self._topology.path_of(network.vantage)
        pinned = deepest(asked.first, network.hosts)
        if pinned == asked.first:
            return Route(RouteEnd.LOCAL, network.name, (), (*path, "hosts", show(pinned)))
        if network.dns_servers:
            servers = self._topology.dns_path_of(network.vantage)
            return self._ask_in_order(_Step(network, network.dns_servers, servers), asked)
        if network.kind == "virtual_network":
            return self._azure(network, asked, (), path)
        return Route(RouteEnd.PUBLIC, network.name, (PUBLIC_DNS,), path)

    def _ask_in_order(self, step: _Step, asked: _Target) -> Route:
        """Return the route of the first server that answers."""
        route = step.end(RouteEnd.SILENT, why="no DNS server is configured")
        for address in step.targets:
            route = self._ask(step, address, asked)
            if route.end is not RouteEnd.SILENT or route.relayed:
                break
        return route

    def _ask(self, step: _Step, address: str, asked: _Target) -> Route:
        if address == AZURE_DNS:
            return self._ask_azure(step, asked)
        server = self._topology.server_at(step.asker, address)
        home = server.network if server else self._inbound.get(address)
        if home is None:
            return self._ask_stranger(step, address)
        if home != step.asker.name and home not in self._topology.reach(step.asker.name):
            why = f"it is in {self._topology.out_of_reach(step.asker.name, home)}"
            return step.end(RouteEnd.SILENT, address, why=why)
        if address in step.passed[asked.since :]:
            return step.end(RouteEnd.LOOP, address)
        servers = (*step.passed, address)
        network = self._topology.vantage(server.host) if server and server.client else self._topology.networks[home]
        if address in self._inbound:
            return self._azure(network, asked, servers, step.path)
        assert server is not None
        return self._self_hosted(server, network, asked, servers)

    def _ask_azure(self, step: _Step, asked: _Target) -> Route:
        if step.asker.kind == "virtual_network" or (step.asker.kind == "virtual_hub" and not step.asker.client):
            return self._azure(step.asker, asked, (*step.passed, AZURE_DNS), step.path)
        return step.end(RouteEnd.SILENT, AZURE_DNS, why="it is answered inside Azure only")

    def _ask_stranger(self, step: _Step, address: str) -> Route:
        if is_private(address) or self._topology.in_a_network(address):
            why = "no DNS server of the topology has this address (describe it under dns_servers if one has)"
            if ip_address(address).is_loopback:
                itself = ", so that a server asks itself there" if step.passed else ""
                own = f"a loopback address is the asking machine's own{itself}"
                why = f"{own}, and the file has no server of that machine"
            return step.end(RouteEnd.SILENT, address, why=why)
        return step.end(RouteEnd.PUBLIC, address)

    def _azure(self, network: Network, asked: _Target, servers: tuple[str, ...], path: Path) -> Route:
        view = self._views.get(network.name, {})
        if deepest(asked.first, view) is not None:
            return Route(RouteEnd.ZONE, network.name, servers, path)
        route = self._by_rule(network, asked.first, asked, servers)
        if route is not None:
            return route
        if deepest(asked.alias, view) is not None:
            return Route(RouteEnd.ZONE, network.name, servers, path)
        unlinked = Route(RouteEnd.UNLINKED, network.name, servers, path)
        return self._alias_by_rule(network, asked, servers) or unlinked

    def _by_rule(self, network: Network, owner: Name, asked: _Target, servers: tuple[str, ...]) -> Route | None:
        """Return the route of a name by a forwarding rule, or None if no rule applies."""
        applies = self._rule(network, owner)
        if applies is None:
            return None
        ruleset, rule = applies
        outbound = self._topology.networks[self._outbound[ruleset.outbound_endpoint]]
        written = ("dns_forwarding_rulesets", ruleset.name, "rules", show(rule.domain))
        route = _relay(self._ask_in_order(_Step(outbound, rule.targets, written, servers), asked))
        return route if route.rule else replace(route, rule=(network.name, ruleset.name, show(rule.domain)))

    def _alias_by_rule(self, network: Network, asked: _Target, servers: tuple[str, ...]) -> Route | None:
        """Return the route of the alias or the rest of the public chain, where rules are assumed to apply to those."""
        if not self._topology.assumptions.rules_apply_to_aliases:
            return None
        since = len(servers)
        alias = self._by_rule(network, asked.alias, _Target(None, asked.alias, asked.rest, since), servers)
        if alias is not None:
            return alias
        for suffix in map(name, self._rest_of_chain if asked.rest else ()):
            rest = self._by_rule(network, suffix, _Target(None, suffix, rest=False, since=since), servers)
            if rest and rest.end in (RouteEnd.SILENT, RouteEnd.LOOP):
                return rest
        return None

    def _rule(self, network: Network, asked: Name) -> tuple[ForwardingRuleset, ForwardingRule] | None:
        """Return the enabled rule with the longest suffix; `.` skips registry names (facts.md section 3)."""
        rules: dict[Name, tuple[ForwardingRuleset, ForwardingRule]] = {}
        for ruleset in self._topology.dns_forwarding_rulesets.values():
            for rule in ruleset.rules if network.name in ruleset.links else ():
                if rule.enabled:
                    rules.setdefault(rule.domain, (ruleset, rule))
        domain = deepest(asked, rules)
        skipped = self._topology.assumptions.wildcard_rule_skips_registries
        if domain is None or (domain == ROOT and skipped and is_under(asked, name(self._topology.cloud.registry))):
            return None
        return rules[domain]

    def _self_hosted(self, server: DnsServer, network: Network, asked: _Target, servers: tuple[str, ...]) -> Route:
        own = asked.public is not None or server.recursion != "unbound"
        if own and self._answers_itself(server, asked.first):
            return Route(RouteEnd.LOCAL, network.name, servers, ("dns_servers", server.key or server.address, "zones"))
        route = _relay(self._onward(server, network, asked, servers))
        conditional = server.conditional_forwarders
        elsewhere = deepest(asked.alias, conditional) != deepest(asked.first, conditional)
        if server.recursion == "forward" or (server.recursion == "unbound" and not elsewhere):
            return route
        if asked.alias == asked.public or not self._gives_alias(route, asked.first):
            return route
        # The server keeps the first alias and resolves its target itself, and so on to the end of the public chain.
        if asked.public is None:
            return self._rest(server, network, route, servers) if asked.rest else route
        return self._self_hosted(server, network, _Target(None, asked.alias, asked.rest, len(servers) - 1), servers)

    def _answers_itself(self, server: DnsServer, asked: Name) -> bool:
        """Return whether a server answers for a name from a zone of its own; wildcards there count."""
        apex = deepest(asked, server.zones)
        if apex is None or not server.forwards_below(apex, asked):
            return apex is not None
        key = (server.key or server.address, apex)
        if key not in self._zones:
            self._zones[key] = build(apex, "local", server.address, server.zones[apex])
        return bool(lookup(self._zones[key], asked, Type.A).answer)

    def _gives_alias(self, route: Route, asked: Name) -> bool:
        """Return whether the answer at the end of a route begins with the public alias."""
        if route.end in (RouteEnd.SILENT, RouteEnd.LOOP, RouteEnd.LOCAL):
            return False
        return route.end is not RouteEnd.ZONE or deepest(asked, self._views[route.network]) is None

    def _rest(self, server: DnsServer, network: Network, route: Route, servers: tuple[str, ...]) -> Route:
        """Return the route of the first unanswered name in the rest of the public chain, or `route`."""
        for suffix in self._rest_of_chain:
            asked = _Target(None, name(suffix), rest=False, since=len(servers) - 1)
            rest = _relay(self._onward(server, network, asked, servers))
            if rest.end in (RouteEnd.SILENT, RouteEnd.LOOP):
                return rest
        return route

    @property
    def _rest_of_chain(self) -> tuple[str, str]:
        """The suffixes of the public names after the alias."""
        return self._topology.cloud.frontend, self._topology.cloud.traffic_manager

    def _onward(self, server: DnsServer, network: Network, asked: _Target, servers: tuple[str, ...]) -> Route:
        path: Path = ("dns_servers", server.key or server.address)
        domain = deepest(asked.first, server.conditional_forwarders)
        if domain is not None:
            written = (*path, "conditional_forwarders", show(domain))
            step = _Step(network, server.conditional_forwarders[domain], written, servers)
            route = self._ask_in_order(step, asked)
            if server.fallback == "none" or route.end not in (RouteEnd.SILENT, RouteEnd.LOOP):
                return route
            return Route(RouteEnd.PUBLIC, network.name, (*servers, PUBLIC_DNS), path, failed=route)
        if server.forwarders:
            return self._ask_in_order(_Step(network, server.forwarders, (*path, "forwarders"), servers), asked)
        return Route(RouteEnd.PUBLIC, network.name, (*servers, PUBLIC_DNS), path)


def _relay(route: Route) -> Route:
    """Mark that a server answers SERVFAIL for a silent one behind it."""
    return replace(route, relayed=True) if route.end is RouteEnd.SILENT else route
