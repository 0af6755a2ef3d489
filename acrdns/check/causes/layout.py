"""The zones, links, endpoints and routes of a topology, by the names that the rules of `lint` need."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

from acrdns.azure import LOGIN
from acrdns.check.causes.route import RouteEnd, Routes
from acrdns.check.causes.routed import ByName, EndpointNames, OneRoute, Routed, ends_of, routes_of
from acrdns.check.causes.zone_records import ZoneRecords
from acrdns.check.estate.reach import Reach
from acrdns.names import deepest, is_under, name, show
from acrdns.record import Type

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, KeysView, Mapping

    from acrdns.check.causes.route import Route
    from acrdns.names import Name
    from acrdns.record import RRset
    from acrdns.topology.model import DnsServer, PrivateEndpoint, PrivateZone, Registry, Topology


class Layout(ZoneRecords):
    """The zones, links and endpoints of one topology; `before` are those of one that it was edited from."""

    def __init__(self, topology: Topology, before: Layout | None = None) -> None:
        before = before if before and before.topology.cloud == topology.cloud else None
        super().__init__(topology, before)
        self.before: Layout | None = before
        self.missing: dict[str, Any] = {}
        """For `gap`: the endpoints without a record in a zone, by its key, with all that these depend on."""

    def forget(self) -> None:
        """Let go of the earlier topology."""
        super().forget()
        self.before = None

    def _same(self, *sections: str) -> bool:
        """Return whether the earlier topology has these very sections; equal ones may be in another order."""
        earlier = self.before and self.before.topology
        return bool(earlier) and all(getattr(earlier, each) is getattr(self.topology, each) for each in sections)

    @cached_property
    def views(self) -> Mapping[str, Mapping[Name, str]]:
        """The zones linked to each network, without links in progress: apex to zone key."""
        found: dict[str, dict[Name, str]] = {network: {} for network in self.topology.networks}
        for zone in self.topology.private_dns_zones.values():
            for network, link in zone.links.items():
                if link.active:
                    found[network][zone.apex] = zone.key
        return found

    def holder(self, network: str, owner: Name) -> PrivateZone | None:
        """Return the private zone that decides about a name in a network: the most specific one linked."""
        view = self.views[network]
        apex = deepest(owner, view)
        return self.topology.private_dns_zones[view[apex]] if apex else None

    @cached_property
    def routes(self) -> Routes:
        """The routes of questions."""
        return Routes(self.topology, self.views)

    @cached_property
    def endpoints(self) -> Mapping[str, tuple[EndpointNames, ...]]:
        """The endpoints of each registry."""
        known, found = self.before.endpoints if self.before else {}, {}
        for key, registry in self.topology.registries.items():
            names = known.get(key)
            same = names if names and names[0].registry is registry else None
            found[key] = same or tuple(self._endpoints_of(registry))
        return found

    def _endpoints_of(self, registry: Registry) -> Iterator[EndpointNames]:
        cloud, label = self.topology.cloud, registry.dns_label
        for member in registry.members():
            fqdn = member.fqdn(label, cloud)
            yield EndpointNames(registry, member, fqdn, name(fqdn), name(member.privatelink(label, cloud)))

    @cached_property
    def by_name(self) -> Mapping[Name, EndpointNames]:
        """The endpoints by their public names and by their aliases."""
        return ByName(self.endpoints)

    @cached_property
    def reach(self) -> Mapping[str, Mapping[str, tuple[PrivateEndpoint, ...]]]:
        """The private endpoints that count at each vantage point but the internet, by registry; none without one.

        Vantage points that reach the same private endpoints have the same object.
        """
        same = self.before and self._same("networks", "private_endpoints")
        if self.before and same and self.before.private_registries == self.private_registries:
            return self.before.reach
        return Reach(self.topology, self.topology.vantages[1:]).by_vantage(self.private_registries)

    @property
    def waiting(self) -> KeysView[str]:
        """The registries with a private endpoint that is not approved."""
        return self._not_approved.keys()

    def is_waiting(self, vantage: str, registry: str) -> bool:
        """Return whether clients at a vantage point would use a private endpoint of a registry that is not approved."""
        homes, near = self._not_approved.get(registry, frozenset()), self.reach[vantage].get(registry, ())
        network = vantage.partition("/")[0]
        if network in homes:
            return all(endpoint.network != network for endpoint in near)
        return not near and not homes.isdisjoint(self.topology.reach(network))

    @cached_property
    def _not_approved(self) -> Mapping[str, frozenset[str]]:
        """The networks of private endpoints that are not approved, by registry."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for endpoint in self.topology.private_endpoints.values():
            if not endpoint.approved:
                found[endpoint.registry].add(endpoint.network)
        return {registry: frozenset(homes) for registry, homes in found.items()}

    @cached_property
    def routed(self) -> Mapping[str, tuple[Routed, ...] | OneRoute]:
        """For each network, the endpoints of registries with a private endpoint in reach, and their routes."""
        return {network: self._all_routed(network, reach) for network, reach in self.reach.items()}

    def _all_routed(self, network: str, registries: Mapping[str, object]) -> tuple[Routed, ...] | OneRoute:
        if not registries or not self.routes.uniform:
            return tuple(self._ask(network, registries))
        # Without zones and forwarders of single names, one login server stands for all endpoints.
        route = self._route(network, self.endpoints[next(iter(registries))][0])
        return OneRoute(network, route, registries, self.endpoints)

    @cached_property
    def _ends(self) -> Mapping[str, frozenset[RouteEnd]]:
        """The ends of the routes from each network, and those that a fallback hides."""
        return {network: frozenset(ends_of(routes_of(found))) for network, found in self.routed.items()}

    def routed_to(self, end: RouteEnd) -> Iterator[Routed]:
        """Return those of `routed` that have an end."""
        for network, found in self.routed.items():
            if end in self._ends[network]:
                yield from (each for each in found if each.route.end is end)

    @property
    def routed_everywhere(self) -> Iterator[Routed]:
        """As `routed`, for all networks; a network with nothing in reach asks for the first registry."""
        return chain.from_iterable(map(self._routed_from, self.routed))

    def _routed_from(self, network: str) -> Iterable[Routed]:
        return self.routed[network] or self._ask(network, list(self.topology.registries)[:1])

    def failing(self, *ends: RouteEnd) -> Iterator[Routed]:
        """Return those of `routed_everywhere` that fail with one of some ends, before a fallback to public DNS."""
        for network, found in self.routed.items():
            if found and self._ends[network].isdisjoint(ends):
                continue
            for each in self._routed_from(network):
                failed = each.route.failed
                if (failed or each.route).end in ends:
                    yield each._replace(route=failed, relays_publicly=True) if failed else each

    def _ask(self, network: str, registries: Iterable[str]) -> Iterator[Routed]:
        for registry in registries:
            for endpoint in self.endpoints[registry][: 1 if self.routes.uniform else None]:
                yield Routed(network, endpoint, self._route(network, endpoint))

    def _route(self, network: str, endpoint: EndpointNames) -> Route:
        rest = endpoint.member == LOGIN or self.topology.chains == "observed"
        return self.routes.find(network, endpoint.public, self._target(endpoint, rest=rest), rest=rest)

    def _target(self, endpoint: EndpointNames, *, rest: bool) -> Name:
        """Return the target of an endpoint's alias, or the name itself where it has an address and no alias."""
        if self.topology.has_private_link(endpoint.registry.name):
            return endpoint.alias
        return name(self.topology.cloud.frontend) if rest else endpoint.public

    @cached_property
    def unlinked(self) -> tuple[Routed, ...]:
        """The routes that end at the Azure-provided DNS of a network without a link, not even one in progress."""
        return tuple(
            routed
            for routed in self.routed_to(RouteEnd.UNLINKED)
            if not self.in_progress(routed.route.network, routed.endpoint.alias)
        )

    def answers_others(self, routed: Routed) -> bool:
        """Return whether a question is answered in another network than the client's, or is a VPN client's of a hub."""
        home = routed.route.network
        return home != routed.network.partition("/")[0] or (
            self.topology.networks[home].kind == "virtual_hub" and not routed.route.direct
        )

    def in_progress(self, network: str, owner: Name) -> PrivateZone | None:
        """Return a private zone that a name is under, with a link to a network, in progress or completed."""
        zones = self.topology.private_dns_zones.values()
        return next((zone for zone in zones if network in zone.links and is_under(owner, zone.apex)), None)

    def assigned(self, endpoint: EndpointNames) -> list[str]:
        """Return the addresses that private endpoints have for an endpoint, whether approved or not."""
        every = self.topology.endpoints_of(endpoint.registry.name)
        return [each.addresses[endpoint.member] for each in every if endpoint.member in each.addresses]

    @cached_property
    def complete(self) -> Mapping[str, tuple[PrivateEndpoint, tuple[EndpointNames, ...]]]:
        """The private endpoints that have an address for each endpoint of their registry, with these."""
        known, found = self.before.complete if self.before else {}, {}
        for key, private in self.topology.private_endpoints.items():
            names, earlier = self.endpoints[private.registry], known.get(key)
            if earlier and earlier[0] is private and earlier[1] is names:
                found[key] = earlier
            elif all(each.member in private.addresses for each in names):
                found[key] = (private, names)
        return found

    @cached_property
    def private_registries(self) -> tuple[str, ...]:
        """The registries whose public names are aliases into privatelink."""
        return tuple(key for key in self.topology.registries if self.topology.has_private_link(key))

    @cached_property
    def recorded(self) -> frozenset[str]:
        """The private endpoints of which any private zone or self-hosted server has an address."""
        by_hand = {(self._registry_named(rrset), text) for rrset in self._hand_made() for text in rrset.texts()}
        addresses = {
            endpoint.name
            for endpoint in self.topology.private_endpoints.values()
            for address in (endpoint.addresses.values() if by_hand else ())
            if (None, address) in by_hand or (endpoint.registry, address) in by_hand
        }
        return self.writers | addresses if addresses else self.writers

    @cached_property
    def writers(self) -> frozenset[str]:
        """The private endpoints that write into a zone."""
        before = self.before.written_in if self.before else {}
        same = before.keys() == self.written_in.keys()
        if self.before and same and all(each is before[key] for key, each in self.written_in.items()):
            return self.before.writers
        return frozenset(group[0].endpoint for groups in self.written_in.values() for group in groups if group)

    def _registry_named(self, rrset: RRset) -> str | None:
        """Return the registry whose name a record set has, or None for a name of no registry, as in a misspelt zone."""
        endpoint = self.by_name.get(rrset.name)
        return endpoint.registry.name if endpoint else None

    def _hand_made(self) -> Iterator[RRset]:
        zones = [zone.records for zone in self.topology.private_dns_zones.values()]
        zones += [records for server in self.topology.dns_servers.values() for records in server.zones.values()]
        yield from (rrset for records in zones for rrset in records if rrset.type == Type.A)

    @cached_property
    def private_groups(self) -> tuple[tuple[EndpointNames, ...], ...]:
        """The endpoints whose public names are aliases under privatelink, registry by registry."""
        return tuple([self.endpoints[registry] for registry in self.private_registries])

    @cached_property
    def fresh(self) -> frozenset[str]:
        """The registries among them that the earlier topology lacks there, or has with other endpoints."""
        known = {every[0].registry.name: every for every in self.before.private_groups} if self.before else {}
        return frozenset(key for key in self.private_registries if known.get(key) is not self.endpoints[key])

    @property
    def private(self) -> Iterator[EndpointNames]:
        """The endpoints whose public names are aliases under privatelink."""
        return chain.from_iterable(self.private_groups)

    def unused_zone(self, routed: Routed) -> tuple[str, str, str] | None:
        """Return a server on a route with a zone for the alias that it never looks into, its recursion, and the zone.

        A forwarding server hands out the chain that it gets, and unbound uses its own zone for the name asked alone.
        """
        for server in self.servers_on(routed):
            apex = deepest(routed.endpoint.alias, server.zones)
            if apex is not None and server.recursion != "iterate":
                return server.key or server.address, server.recursion, show(apex)
        return None

    def servers_on(self, routed: Routed) -> Iterator[DnsServer]:
        """Return the self-hosted servers on a route, also one on the client's own machine."""
        asker = self.topology.vantage(routed.network)
        yield from (s for address in routed.route.servers if (s := self.topology.server_at(asker, address)))

    def forwarder_for_alias(self, routed: Routed) -> tuple[str, Name] | None:
        """Return the server on a route with a conditional forwarder for the alias that it never uses, and the domain.

        A forwarding server hands out the chain that it gets, so it never asks about the alias itself (facts.md F13).
        """
        suffix = name(self.topology.cloud.privatelink)
        for server in self.servers_on(routed):
            domain = deepest(routed.endpoint.alias, server.conditional_forwarders)
            if domain is not None and server.recursion == "forward" and is_under(domain, suffix):
                return server.key or server.address, domain
        return None
