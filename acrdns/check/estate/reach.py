"""Which private endpoints of a registry count at each of many vantage points.

`Topology.endpoints_in_reach` decides for one vantage point and registry. Registries whose endpoints are in the same
networks get the same answer, so that an estate of thousands of registries asks only a few times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from acrdns.topology.model import PrivateEndpoint, Topology

Near = tuple[int, ...]
"""The private endpoints that count, by their positions among the registry's approved ones."""


class Reach:
    """Answers for one list of vantage points, in their order."""

    def __init__(self, topology: Topology, vantages: Sequence[str]) -> None:
        self._topology = topology
        self._vantages = vantages
        self._known: dict[tuple[str, ...], tuple[Near, ...]] = {}

    def of(self, registry: str) -> tuple[Near, ...]:
        """Return the endpoints that count at each vantage point.

        Registries whose endpoints are in the same networks get the same object.
        """
        approved = self._topology.approved_endpoints(registry)
        homes = tuple([endpoint.network for endpoint in approved])
        found = self._known.get(homes)
        if found is None:
            position = {endpoint.name: index for index, endpoint in enumerate(approved)}
            in_reach = (self._topology.endpoints_in_reach(vantage, registry) for vantage in self._vantages)
            found = self._known[homes] = tuple(tuple(position[e.name] for e in endpoints) for endpoints in in_reach)
        return found

    def by_vantage(self, registries: Iterable[str]) -> dict[str, dict[str, tuple[PrivateEndpoint, ...]]]:
        """Return the endpoints that count at each vantage point, by registry; none for a registry without one.

        Vantage points that reach the same private endpoints have the same object.
        """
        every: dict[int, tuple[tuple[Near, ...], list[tuple[int, str]]]] = {}
        for number, registry in enumerate(registries):
            near = self.of(registry)
            every.setdefault(id(near), (near, []))[1].append((number, registry))
        distinct = {key: near for key, (near, _) in every.items()}
        columns = list(zip(*distinct.values(), strict=True)) or [()] * len(self._vantages)
        found: dict[tuple[Near, ...], dict[str, tuple[PrivateEndpoint, ...]]] = {}
        for column in columns:
            if column not in found:
                here = [(pair, at) for key, at in zip(distinct, column, strict=True) if at for pair in every[key][1]]
                found[column] = {registry: self._at(registry, near) for (_, registry), near in sorted(here)}
        return {vantage: found[column] for vantage, column in zip(self._vantages, columns, strict=True)}

    def _at(self, registry: str, near: Near) -> tuple[PrivateEndpoint, ...]:
        approved = self._topology.approved_endpoints(registry)
        return tuple([approved[position] for position in near])


def reached_from(topology: Topology, private: PrivateEndpoint) -> tuple[str, ...]:
    """Return the vantage points whose clients should use a private endpoint."""
    return tuple(n for n in topology.vantages if private in topology.endpoints_in_reach(n, private.registry))
