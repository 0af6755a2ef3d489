"""The inbound endpoints of private resolvers, as addresses that are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acrdns.topology.model import Topology


def inbound_endpoints(topology: Topology) -> dict[str, str]:
    """Return the addresses of inbound endpoints in file order, each with the network whose resolver answers there."""
    resolvers = topology.private_resolvers.values()
    return {address: resolver.network for resolver in resolvers for address in resolver.inbound_endpoints}
