"""Whether an observed answer is the simulated one, for all that a resolver may add or leave out.

Outcome and private addresses must be equal, and whether the chain has a privatelink name, if the observation shows
chains. Public answers are equal whatever their addresses: the addresses in the simulation may be made up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.answers.address_kind import AddressKind, kind_of
from acrdns.check.answers.classify import is_privatelink
from acrdns.probe.observation import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.probe.observation import Observation
    from acrdns.topology.model import Topology

_FAILED = frozenset((Outcome.SERVFAIL, Outcome.TIMEOUT))
"""A server on the route turns one into the other."""


def same(observed: Observation, simulated: Observation, topology: Topology) -> bool:
    """Return whether two answers to the same question are equal."""
    if _failed(observed) and _failed(simulated):
        return True
    if observed.outcome != simulated.outcome or _kinds(observed, topology) != _kinds(simulated, topology):
        return False
    chains = len(observed.chain) > 1 and len(simulated.chain) > 1
    return not chains or _over_privatelink(observed) == _over_privatelink(simulated)


def _failed(observation: Observation) -> bool:
    return observation.outcome in _FAILED


def _kinds(observation: Observation, topology: Topology) -> tuple[frozenset[str], frozenset[str]]:
    return _comparable(observation.addresses, topology), _comparable(observation.ipv6_addresses, topology)


def _comparable(addresses: Iterable[str], topology: Topology) -> frozenset[str]:
    """Return the addresses, with one word for all public ones."""
    return frozenset("public" if kind_of(a, topology) is AddressKind.PUBLIC else a for a in addresses)


def _over_privatelink(observation: Observation) -> bool:
    return any(map(is_privatelink, observation.chain))
