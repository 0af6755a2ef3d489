"""The right answer for an endpoint from a vantage point.

Derived from the private endpoints that a client there can reach, without zones, links and DNS servers, on purpose: an
expectation judges their answers, and must not share their mistakes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import INTERNET
from acrdns.check.evidence import Expectation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from acrdns.azure import Member
    from acrdns.topology.model import PrivateEndpoint, Registry, Topology


def expect(topology: Topology, vantage: str, registry: Registry, member: Member) -> Expectation:
    """Return what a client at `vantage` should get for the registry's endpoint `member`.

    Where no approved private endpoint is in reach, the public address is right. Raises KeyError for a vantage point
    that the topology does not have.
    """
    (expectation,) = expect_all(topology, vantage, registry, (member,))
    return expectation


def expect_all(topology: Topology, vantage: str, registry: Registry, members: Iterable[Member]) -> list[Expectation]:
    """Return the expectations of several endpoints of one registry, in their order."""
    if vantage == INTERNET:
        return _public(registry, members, f"the internet has no way to a private endpoint of {registry.name}")
    return _of(topology.endpoints_in_reach(vantage, registry.name), registry, members, vantage)


def expect_of(reachable: Sequence[PrivateEndpoint], registry: Registry, member: Member, vantage: str) -> Expectation:
    """Return the expectation, given the approved private endpoints of the registry that count at `vantage`."""
    (expectation,) = _of(reachable, registry, (member,), vantage)
    return expectation


def _of(
    reachable: Sequence[PrivateEndpoint], registry: Registry, members: Iterable[Member], vantage: str
) -> list[Expectation]:
    if not reachable:
        return _public(registry, members, f"{vantage} has no way to an approved private endpoint of {registry.name}")
    return _private(reachable, members)


def _public(registry: Registry, members: Iterable[Member], why: str) -> list[Expectation]:
    return [Expectation("public", registry.public_addresses.get(member, ()), why) for member in members]


def _private(reachable: Sequence[PrivateEndpoint], members: Iterable[Member]) -> list[Expectation]:
    why = f"private endpoint {' or '.join([f'{endpoint.name} in {endpoint.network}' for endpoint in reachable])}"
    expectations = []
    for member in members:
        found = [endpoint.addresses[member] for endpoint in reachable if member in endpoint.addresses]
        addresses = tuple(found) if len(found) < 2 else tuple(dict.fromkeys(found))  # noqa: PLR2004 -- nothing twice
        reason = why if addresses else f"{why} has no address for {member}"
        expectations.append(Expectation("private", addresses, reason))
    return expectations
