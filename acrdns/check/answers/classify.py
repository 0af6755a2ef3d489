"""The defect that a case shows: at most one for its IPv4 answer, and at most one for its IPv6 answer.

Every rule about observed answers asks here, so that no defect is reported under two codes.
"""

from __future__ import annotations

from collections import defaultdict
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from acrdns.azure import CLOUDS
from acrdns.check.answers.address_kind import AddressKind, kind_of
from acrdns.probe.observation import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from acrdns.check.evidence import Case
    from acrdns.topology.model import AddressOwner, Topology

NO_ANSWER = frozenset((Outcome.SERVFAIL, Outcome.REFUSED, Outcome.TIMEOUT, Outcome.OTHER))
"""Outcomes that say nothing about the name."""

_RIGHT_FOR_IPV6 = frozenset((Outcome.ANSWER, Outcome.NODATA))


class Defect(StrEnum):
    """A defect of an observed answer; the value is the name of its rule."""

    PUBLIC_ANSWER = "public-answer"
    WRONG_PRIVATE = "wrong-private-address"
    SWAPPED = "swapped-address"
    SHARED = "shared-address"
    MISSING = "missing-record"
    SURPLUS = "surplus-address"
    PRIVATE_ANSWER = "private-answer"
    IPV6_BYPASS = "ipv6-bypass"
    NO_ANSWER = "no-answer"
    OTHER_REGISTRY = "other-registrys-address"
    DISTANT = "distant-endpoint"
    IPV6_FAILS = "ipv6-question-fails"
    WRONG_PUBLIC = "wrong-public-address"
    MISSING_ALIAS = "missing-privatelink-alias"


class Classified:
    """The cases of one run by the defect that each shows, and the indices over them that several rules need."""

    def __init__(self, topology: Topology, cases: Sequence[Case]) -> None:
        self.topology = topology
        self.cases = cases

    def cases_with(self, defect: Defect) -> Sequence[Case]:
        """Return the cases that show a defect, in their order."""
        return self._by_defect[defect]

    @cached_property
    def _by_defect(self) -> Mapping[Defect, Sequence[Case]]:
        found: dict[Defect, list[Case]] = {defect: [] for defect in Defect}
        for case in self.cases:
            for defect in (_defect(self, case), _ipv6_defect(self, case)):
                if defect:
                    found[defect].append(case)
        return found

    def kinds(self, case: Case) -> set[AddressKind]:
        """Return the kinds of the case's IPv4 addresses."""
        return {kind_of(address, self.topology) for address in case.observation.addresses}

    def public(self, addresses: tuple[str, ...]) -> tuple[str, ...]:
        """Return the public ones of some addresses."""
        return tuple(a for a in addresses if kind_of(a, self.topology) is AddressKind.PUBLIC)

    def not_public(self, addresses: tuple[str, ...]) -> tuple[str, ...]:
        """Return the ones of some addresses that are not public."""
        return tuple(a for a in addresses if kind_of(a, self.topology) is not AddressKind.PUBLIC)

    def owner(self, case: Case) -> AddressOwner | None:
        """Return the approved private endpoint that has the first such address, or None."""
        owners = (owner for address in case.observation.addresses for owner in self.topology.owners_of(address))
        return next((owner for owner in owners if owner.endpoint.approved), None)

    @cached_property
    def _shown(self) -> Mapping[tuple[str, str], list[Case]]:
        found: defaultdict[tuple[str, str], list[Case]] = defaultdict(list)
        for case in self.cases:
            for address in case.observation.addresses:
                found[case.registry, address].append(case)
        return found

    def sharers(self, case: Case) -> list[Case]:
        """Return the registry's other endpoints that resolve to one of the case's private addresses."""
        addresses = [a for a in case.observation.addresses if kind_of(a, self.topology) is AddressKind.PRIVATE]
        shown = (other for address in addresses for other in self._shown[case.registry, address])
        return list({other.fqdn: other for other in shown if other.fqdn != case.fqdn}.values())

    @cached_property
    def _private_registries(self) -> frozenset[str]:
        return frozenset(c.registry for c in self.cases if AddressKind.PRIVATE in self.kinds(c))

    def has_private_sibling(self, case: Case) -> bool:
        """Return whether an endpoint of the same registry resolves to a private address."""
        return case.registry in self._private_registries

    def alias_of_other(self, case: Case) -> str:
        """Return the privatelink name of another endpoint in the case's chain, or empty."""
        mine = privatelink_name(case)
        return next((hop for hop in case.observation.chain if is_privatelink(hop) and hop != mine), "")


def is_privatelink(name: str) -> bool:
    """Return whether a name is in the privatelink zone of a cloud (facts.md section 1.2)."""
    return any(name.endswith("." + cloud.privatelink) for cloud in CLOUDS.values())


def over_privatelink(case: Case) -> bool:
    """Return whether the case's chain has a privatelink name, so that a private endpoint exists."""
    return any(map(is_privatelink, case.observation.chain))


def privatelink_name(case: Case) -> str:
    """Return the privatelink name of a case."""
    for cloud in CLOUDS.values():
        if case.fqdn.endswith("." + cloud.registry):
            return f"{case.fqdn.removesuffix(cloud.registry)}{cloud.privatelink}"
    raise ValueError(f"{case.fqdn} is no endpoint's name")


def _defect(classified: Classified, case: Case) -> Defect | None:
    if case.observation.outcome in NO_ANSWER:
        return Defect.NO_ANSWER
    if not case.observation.addresses:
        return Defect.MISSING
    return _BY_EXPECTATION[case.expectation.kind](classified, case)


def _where_private(classified: Classified, case: Case) -> Defect | None:
    if case.expectation.any_private:
        return _where_any_private(classified, case)
    addresses = case.observation.addresses
    if addresses == case.expectation.addresses and len(addresses) == 1:
        return None
    observed = set(addresses)
    if observed & set(case.expectation.addresses):
        return Defect.SURPLUS if len(observed) > 1 else None
    if AddressKind.PUBLIC in classified.kinds(case):
        return Defect.PUBLIC_ANSWER
    return _wrong_private(classified, case)


def _wrong_private(classified: Classified, case: Case) -> Defect:
    owner = classified.owner(case)
    if owner and owner.endpoint.registry != case.registry:
        return Defect.OTHER_REGISTRY
    if owner and owner.member == case.member:
        return Defect.DISTANT
    if classified.sharers(case):
        return Defect.SHARED
    return Defect.SWAPPED if owner else Defect.WRONG_PRIVATE


def _where_public(classified: Classified, case: Case) -> Defect | None:
    observation = case.observation
    if classified.not_public(observation.addresses + observation.ipv6_addresses):
        return Defect.PRIVATE_ANSWER
    named = {address for address in case.expectation.addresses if ":" not in address}
    if named and not set(observation.addresses) <= named:
        return Defect.WRONG_PUBLIC
    has_alias = len(observation.chain) > 1
    described = case.registry in classified.topology.registries
    if described and has_alias and classified.topology.has_private_link(case.registry) and not over_privatelink(case):
        return Defect.MISSING_ALIAS
    return None


def _where_unknown(classified: Classified, case: Case) -> Defect | None:
    if classified.not_public(case.observation.addresses) or classified.has_private_sibling(case):
        return _where_any_private(classified, case)
    return None


def _where_any_private(classified: Classified, case: Case) -> Defect | None:
    """Return the defect of an answer that should be private, at an address that nobody names."""
    if not classified.not_public(case.observation.addresses):
        return Defect.PUBLIC_ANSWER
    if len(set(case.observation.addresses)) > 1:
        return Defect.SURPLUS
    if classified.sharers(case):
        return Defect.SHARED
    if classified.alias_of_other(case):
        return Defect.SWAPPED
    return None if AddressKind.PRIVATE in classified.kinds(case) else Defect.WRONG_PRIVATE


_BY_EXPECTATION = {"private": _where_private, "public": _where_public, "unknown": _where_unknown}


def _ipv6_defect(classified: Classified, case: Case) -> Defect | None:
    observation = case.observation
    if observation.ipv6_addresses:
        return Defect.IPV6_BYPASS if _goes_private(classified, case) else None
    outcome = observation.ipv6_outcome
    if outcome is not None and outcome not in _RIGHT_FOR_IPV6 and observation.addresses:
        return Defect.IPV6_FAILS
    return None


def _goes_private(classified: Classified, case: Case) -> bool:
    # Where the IPv4 answer is public too, that is the defect, and the IPv6 address only comes with it.
    if AddressKind.PUBLIC in classified.kinds(case):
        return False
    if case.expectation.kind == "unknown":
        return AddressKind.PRIVATE in classified.kinds(case)
    return case.expectation.kind == "private"
