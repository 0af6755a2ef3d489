"""The right answer for an endpoint from a vantage point.

Derived from the private endpoints that a client there can reach, without zones, links and DNS servers, on purpose: an
expectation judges their answers, and must not share their mistakes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import INTERNET, LOGIN, Member
from acrdns.check.evidence import Expectation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
        return _public(topology, registry, members, f"the internet has no way to a private endpoint of {registry.name}")
    return _of(topology, topology.endpoints_in_reach(vantage, registry.name), registry, members, vantage)


def expect_of(
    topology: Topology, reachable: Sequence[PrivateEndpoint], registry: Registry, member: Member, vantage: str
) -> Expectation:
    """Return the expectation, given the approved private endpoints of the registry that count at `vantage`."""
    (expectation,) = _of(topology, reachable, registry, (member,), vantage)
    return expectation


def _of(
    topology: Topology,
    reachable: Sequence[PrivateEndpoint],
    registry: Registry,
    members: Iterable[Member],
    vantage: str,
) -> list[Expectation]:
    if not reachable:
        why = f"{vantage} has no way to an approved private endpoint of {registry.name}"
        return _public(topology, registry, members, why)
    return _private(reachable, members)


def _public(topology: Topology, registry: Registry, members: Iterable[Member], why: str) -> list[Expectation]:
    return [Expectation("public", _named(topology, registry, member), why) for member in members]


def _named(topology: Topology, registry: Registry, member: Member) -> tuple[str, ...]:
    """Return the public addresses that the file names, or none where it does not name all that may be right.

    With observed chains a login server's name leads to the stamp of any region, which has the regional endpoint's.
    """
    routed = registry.routed_regions[1:] if member == LOGIN and topology.chains == "observed" else ()
    every = (member, *(Member("regional", region) for region in routed))
    found = [registry.public_addresses.get(each, ()) for each in every]
    return tuple(address for addresses in found for address in addresses) if all(found) else ()


def _private(reachable: Sequence[PrivateEndpoint], members: Iterable[Member]) -> list[Expectation]:
    why = f"private endpoint {' or '.join([f'{endpoint.name} in {endpoint.network}' for endpoint in reachable])}"
    expectations = []
    for member in members:
        found = [endpoint.addresses[member] for endpoint in reachable if member in endpoint.addresses]
        addresses = tuple(found) if len(found) < 2 else tuple(dict.fromkeys(found))  # noqa: PLR2004 -- nothing twice
        reason = why if addresses else f"{why} has no address for {member}"
        expectations.append(Expectation("private", addresses, reason))
    return expectations
