"""From a topology to what is published: public zones, private zones, and the names that answer by location."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from acrdns.regions import nearest
from acrdns.zone.publish import private as private_side
from acrdns.zone.publish import public as public_side

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acrdns.names import Name
    from acrdns.record import RRset
    from acrdns.topology.model import PrivateZone, Topology
    from acrdns.zone.publish.private import KnownGroups
    from acrdns.zone.publish.public import KnownRegistries, Route
    from acrdns.zone.zone import Zone


@dataclass(frozen=True, slots=True)
class Published:
    """Everything that a topology publishes."""

    public: tuple[Zone, ...]
    private: Mapping[str, Zone]
    """By the key of the private zone."""
    routes: Mapping[Name, Route]
    """Names of the public zones whose answer depends on where the client is."""
    passes_on: bool = False
    """Whether a real resolver answers for all that the topology does not give rise to."""
    groups: KnownGroups = field(default_factory=dict, compare=False, repr=False)
    """The record sets of zone groups, for topologies that this one is edited into."""
    registries: KnownRegistries = field(default_factory=dict, compare=False, repr=False)
    """The public record sets of registries, likewise."""

    def routed(self, name: Name, location: str | None) -> RRset | None:
        """Return the record set that a geo-routed name has for a client; None where the name is not routed.

        Without a location the client is taken to be next to the home region. Assumption: the nearest region by
        great-circle distance stands for Traffic Manager's latency tables.
        """
        route = self.routes.get(name)
        if route is None:
            return None
        if location is None:
            return route[0][1]
        return dict(route)[nearest(location, [region for region, _ in route])]


def compile(  # noqa: A001 - the step's name in the design
    topology: Topology, *, passes_on: bool = False, services: Mapping[str, str] | None = None
) -> Published:
    """Publish a topology, and `services`: further public hosts, each with its IPv4 address."""
    groups, registries = private_side.groups(topology), public_side.registries(topology)
    hosts = (public_side.host_zone(host, address) for host, address in (services or {}).items())
    public, private = (*public_side.zones(topology, registries), *hosts), private_side.zones(topology, groups)
    return Published(public, private, public_side.routes(topology), passes_on, groups, registries)


def compile_edited(topology: Topology, before: Topology, published: Published) -> Published:
    """Publish a topology that another one was edited into; what no edit concerns is taken from there."""
    if any(getattr(topology, each) is not getattr(before, each) for each in ("cloud", "chains")):
        return compile(topology, passes_on=published.passes_on)
    public, routes, zones = published.public, published.routes, before.private_dns_zones
    same_registries = before.registries is topology.registries
    same = same_registries and before.private_endpoints is topology.private_endpoints
    if not same_registries:
        routes = public_side.routes(topology)
    if not same and not (same_registries and _have_the_same_links(topology, before)):
        public = public_side.zones(topology, published.registries)
    kept = {key for key, zone in topology.private_dns_zones.items() if same and _holds_the_same(zone, zones.get(key))}
    made = private_side.zones(topology, published.groups, kept)
    private = {key: published.private[key] if key in kept else made[key] for key in topology.private_dns_zones}
    return replace(published, public=public, private=private, routes=routes)


def _have_the_same_links(topology: Topology, before: Topology) -> bool:
    """Return whether the same registries have a private endpoint."""
    return all(topology.has_private_link(key) == before.has_private_link(key) for key in topology.registries)


def _holds_the_same(zone: PrivateZone, before: PrivateZone | None) -> bool:
    """Return whether two zones differ in their links at most."""
    return zone is before or (before is not None and replace(before, links=zone.links) == zone)
