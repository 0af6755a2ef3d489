"""What should be seen for one endpoint from one vantage point.

Derived from the topology by the short way: which private endpoint can a client there reach? It knows nothing of zones,
links and DNS servers, on purpose: it is held against what those give, and must not share their mistakes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.evidence import Expectation
from acrdns.topology.model import INTERNET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.names import Member
    from acrdns.topology.model import PrivateEndpoint, Registry, Topology


def expect(topology: Topology, vantage: str, registry: Registry, member: Member) -> Expectation:
    """Say what a client at `vantage` should get for the registry's endpoint `member`.

    Where no approved private endpoint is in reach, the public address is right. Raises KeyError for a vantage point
    that the topology does not have.
    """
    if vantage == INTERNET:
        return _public(registry, member, f"the internet has no way to a private endpoint of {registry.name}")
    return expect_of(topology.endpoints_in_reach(vantage, registry.name), registry, member, vantage)


def expect_of(reachable: Sequence[PrivateEndpoint], registry: Registry, member: Member, vantage: str) -> Expectation:
    """Say the same where it is known which approved private endpoints of the registry count at `vantage`."""
    if not reachable:
        return _public(registry, member, f"{vantage} has no way to an approved private endpoint of {registry.name}")
    return _private(reachable, member)


def _public(registry: Registry, member: Member, why: str) -> Expectation:
    return Expectation("public", registry.public_addresses.get(member, ()), why)


def _private(reachable: Sequence[PrivateEndpoint], member: Member) -> Expectation:
    places = " or ".join(f"{endpoint.name} in {endpoint.network}" for endpoint in reachable)
    addresses = tuple(dict.fromkeys(e.addresses[member] for e in reachable if member in e.addresses))
    if not addresses:
        return Expectation("private", (), f"private endpoint {places} has no address for {member}")
    return Expectation("private", addresses, f"private endpoint {places}")
