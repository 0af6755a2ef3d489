"""Which private endpoints of a registry count at each vantage point, for all of them at once.

The same as `expectation.expect` works out for one vantage point, turned round: it starts from the registry's private
endpoints, of which there are few, and goes to the networks that reach them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.topology.model import PrivateEndpoint, Topology

Near = tuple["PrivateEndpoint", ...]
"""The approved private endpoints that a client reaches, in the order of the file."""


class Reach:
    """Answers for one list of vantage points, by their positions in it."""

    def __init__(self, topology: Topology, vantages: Sequence[str]) -> None:
        self._topology = topology
        self._columns = len(vantages)
        self._own = {vantage: column for column, vantage in enumerate(vantages) if vantage in topology.networks}
        self._peers: dict[str, tuple[int, ...]] = {}

    def of(self, registry: str) -> list[Near]:
        """Give the endpoints that count at each vantage point: its own network's, else those of peered networks."""
        near: list[Near] = [()] * self._columns
        endpoints = self._topology.approved_endpoints(registry)
        at_home: dict[str, Near] = {}
        for endpoint in endpoints:
            at_home[endpoint.network] = (*at_home.get(endpoint.network, ()), endpoint)
        for endpoint in endpoints:
            joined: dict[Near, Near] = {}
            for column in self._peers_of(endpoint.network):
                before = near[column]
                near[column] = joined.setdefault(before, (*before, endpoint))
        for network, own in at_home.items():
            if network in self._own:
                near[self._own[network]] = own
        return near

    def _peers_of(self, network: str) -> tuple[int, ...]:
        found = self._peers.get(network)
        if found is None:
            peerings = self._topology.networks[network].peerings
            columns = (self._own[peer] for peer in peerings if peer in self._own)
            found = self._peers[network] = tuple(sorted(columns))
        return found
