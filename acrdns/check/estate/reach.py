"""Which private endpoints of a registry count at each vantage point, for all of them at once.

The same as `expectation.expect` works out for one vantage point, turned round: it starts from the registry's private
endpoints, of which there are few, and goes to the networks that reach them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.topology.model import Topology

Near = tuple[int, ...]
"""The private endpoints that count, by their positions among the registry's approved ones; empty where none does."""


class Reach:
    """Answers for one list of vantage points, in their order."""

    def __init__(self, topology: Topology, vantages: Sequence[str]) -> None:
        self._topology = topology
        self._size = len(vantages)
        self._column = {vantage: column for column, vantage in enumerate(vantages) if vantage in topology.networks}
        self._known: dict[tuple[str, ...], tuple[Near, ...]] = {}

    def of(self, registry: str) -> tuple[Near, ...]:
        """Return the endpoints that count at each vantage point: its own network's, else those of peered networks.

        Registries whose endpoints are in the same networks get the same object.
        """
        homes = tuple(endpoint.network for endpoint in self._topology.approved_endpoints(registry))
        found = self._known.get(homes)
        if found is None:
            found = self._known[homes] = self._of(homes)
        return found

    def _of(self, homes: tuple[str, ...]) -> tuple[Near, ...]:
        near: list[Near] = [()] * self._size
        own: dict[str, Near] = {}
        for position, home in enumerate(homes):
            own[home] = (*own.get(home, ()), position)
            for peer in self._topology.networks[home].peerings:
                if peer in self._column:
                    near[self._column[peer]] += (position,)
        for network, positions in own.items():
            if network in self._column:
                near[self._column[network]] = positions
        return tuple(near)


def reached_from(topology: Topology, home: str) -> tuple[str, ...]:
    """Return the networks from which a private endpoint in a network is reached: that one, and those peered with it."""
    peerings = topology.networks[home].peerings
    return tuple(network for network in topology.networks if network == home or network in peerings)
