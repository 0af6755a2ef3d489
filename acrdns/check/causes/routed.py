"""The endpoints of a topology by name, and each with a network whose clients ask for it and the route they take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from acrdns.names import labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from acrdns.azure import Member
    from acrdns.check.causes.route import Route, RouteEnd
    from acrdns.names import Name
    from acrdns.topology.model import Registry


@dataclass(frozen=True, slots=True)
class EndpointNames:
    """One endpoint of a registry and its names."""

    registry: Registry
    member: Member
    fqdn: str
    public: Name
    alias: Name
    """The name in the privatelink zone."""


class Routed(NamedTuple):
    """An endpoint, a network whose clients ask for it, and the route of the question."""

    network: str
    endpoint: EndpointNames
    route: Route
    relays_publicly: bool = False
    """Whether the route fails, and a server on it falls back to public DNS."""


@dataclass(frozen=True, slots=True)
class OneRoute:
    """The login servers of registries that have one route from a network; each is made when it is looked at."""

    network: str
    route: Route
    registries: Mapping[str, object]
    endpoints: Mapping[str, tuple[EndpointNames, ...]]

    def __iter__(self) -> Iterator[Routed]:
        return (Routed(self.network, self.endpoints[key][0], self.route) for key in self.registries)

    def __len__(self) -> int:
        return len(self.registries)


class ByName(Mapping["Name", EndpointNames]):
    """Endpoints by their names, of which the first label is that of the registry."""

    def __init__(self, endpoints: Mapping[str, tuple[EndpointNames, ...]]) -> None:
        self._endpoints: defaultdict[bytes, list[EndpointNames]] = defaultdict(list)
        for every in endpoints.values():
            if every:
                self._endpoints[every[0].registry.dns_label.encode()] += every

    def __getitem__(self, owner: Name) -> EndpointNames:
        for endpoint in reversed(self._endpoints.get(next(labels(owner), b""), ())):
            if owner in (endpoint.public, endpoint.alias):
                return endpoint
        raise KeyError(owner)

    def __iter__(self) -> Iterator[Name]:
        every = chain.from_iterable(self._endpoints.values())
        return iter(dict.fromkeys(owner for each in every for owner in (each.public, each.alias)))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def routes_of(found: tuple[Routed, ...] | OneRoute) -> Iterable[Route]:
    """Return the routes among those of the endpoints of a network, each once."""
    return (found.route,) if isinstance(found, OneRoute) else {id(each.route): each.route for each in found}.values()


def ends_of(routes: Iterable[Route]) -> Iterator[RouteEnd]:
    """Return the ends of routes, with those that a fallback leads to."""
    return (each.end for route in routes for each in (route, route.failed) if each)
