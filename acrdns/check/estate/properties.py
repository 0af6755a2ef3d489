"""Properties of every endpoint at every vantage point of a topology, proven by trying all of them.

The simulation is exact and finite, so trying every endpoint from every vantage point is a proof. A violation carries
the resolution that shows it. If no property is violated, every cell of `matrix` is as expected.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from acrdns import names
from acrdns.check.estate.all_answers import Answer, Sweep, may_have_ipv6
from acrdns.check.estate.forked import in_processes, processes
from acrdns.check.estate.rows import State, as_expected, bypass, state_of
from acrdns.check.expectation import expect
from acrdns.check.simulate import addresses, outcome
from acrdns.record import Rcode, Type
from acrdns.resolve.chain import Question
from acrdns.resolve.chase import ALIAS_LOOP, TOO_LONG
from acrdns.resolve.servers.directory import FORWARDING_LOOP

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from acrdns.azure import Cloud, Member
    from acrdns.check.estate.matrix import Estate
    from acrdns.names import Name
    from acrdns.resolve.chain import Resolution, Response
    from acrdns.resolve.world import World


class Property(StrEnum):
    """A property of every endpoint at every vantage point."""

    NO_LOOP = "no-loop"
    """No DNS server forwards the question to one that is already working on it."""
    BOUNDED_CHAIN = "bounded-chain"
    """The chain of aliases ends."""
    NO_BLACK_HOLE = "no-black-hole"
    """There is an address."""
    PRIVATE_WHERE_EXPECTED = "private-where-expected"
    """With a private endpoint in reach, the address is private."""
    EXPECTED_ADDRESS = "expected-address"
    """The address is that of a private endpoint in reach, or the public one without any."""
    NO_IPV6_BYPASS = "no-ipv6-bypass"
    """Beside a private IPv4 address there is no IPv6 address."""
    KNOWN_SUFFIX = "known-suffix"
    """Every alias target is under a suffix that Azure uses for registries."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A property violated at a vantage point, with the first endpoint that shows it."""

    broken: Property
    vantage: str
    endpoints: tuple[tuple[str, str], ...]
    """Registry and name of every endpoint that shows it at this vantage point."""
    counterexample: Resolution
    """The resolution of the first endpoint."""

    @property
    def fqdn(self) -> str:
        """The name of the first endpoint."""
        return self.endpoints[0][1]


_Broken = dict[tuple[int, Property], list[tuple[str, str]]]
"""By the index of the vantage point and the property: registry and name of the endpoints."""
_Members = dict[tuple[int, Property], list["Member"]]
"""The same for the members of one registry."""


def verify(estate: Estate) -> tuple[Violation, ...]:
    """Return the violations by vantage point, in the order of the file, and then by property."""
    world, kinds = estate.world, estate.kinds
    shown = _violations_of(world, kinds.first)
    found: _Broken = {}
    for key, registry in estate.topology.registries.items() if any(shown.values()) else ():
        first = kinds.of[key]
        for where, members in shown.get(first, {}).items():
            names_of = ((key, member.fqdn(registry.dns_label, estate.topology.cloud)) for member in members)
            found.setdefault(where, []).extend(names_of)
    order = tuple(Property)
    in_order = sorted(found, key=lambda shown: (shown[0], order.index(shown[1])))
    return tuple(violation(world, world.vantages[column], broken, found[column, broken]) for column, broken in in_order)


def _violations_of(world: World, keys: Sequence[str]) -> dict[str, _Members]:
    """Return the members of registries that violate properties, each registry asked for by itself."""
    judge, sweep = _Judge(world), Sweep(world, world.vantages)
    ipv6 = Sweep(world, world.vantages, Type.AAAA) if may_have_ipv6(world.topology) else None

    def in_part(part: Sequence[str]) -> dict[str, _Members]:
        found = {key: _broken_in(key, sweep, judge) for key in part}
        if ipv6 is not None:
            for key in part:
                found[key] |= _bypassed_in(key, sweep, ipv6)
        return found

    found: dict[str, _Members] = {}
    for part in in_processes(in_part, keys, processes(sweep.cells(keys))):
        found |= part
    return found


def _broken_in(key: str, sweep: Sweep, judge: _Judge) -> _Members:
    """Return the violations of a registry."""
    found: _Members = {}
    for member, swept in zip(sweep.members(key), sweep.endpoints(key), strict=True):
        broken = [_in_any(judge, seen) for seen in swept.seen]
        if any(broken):
            for column, number in enumerate(swept.columns):
                for each in broken[number]:
                    found.setdefault((column, each), []).append(member)
    return found


def _in_any(judge: _Judge, seen: Answer) -> tuple[Property, ...]:
    """Return the properties that an answer or one of its alternatives violates."""
    return tuple(dict.fromkeys(broken for each in seen.every() for broken in judge.broken(each)))


def _bypassed_in(key: str, four: Sweep, six: Sweep) -> _Members:
    """Return where IPv6 addresses bypass a private endpoint."""
    found: _Members = {}
    for member, ipv4, ipv6 in zip(four.members(key), four.endpoints(key), six.endpoints(key), strict=True):
        pairs, columns = ipv4.beside(ipv6)
        bypassed = [bool(bypass(*pair)) for pair in pairs]
        for column, number in enumerate(columns):
            if bypassed[number]:
                found.setdefault((column, Property.NO_IPV6_BYPASS), []).append(member)
    return found


def violation(world: World, vantage: str, broken: Property, endpoints: Sequence[tuple[str, str]]) -> Violation:
    """Return a violation with the resolution of its first endpoint, from this very vantage point, with every step.

    Where any of several DNS servers may answer, it is a resolution that violates the property.
    """
    key, fqdn = endpoints[0]
    type_ = Type.AAAA if broken is Property.NO_IPV6_BYPASS else Type.A
    every = world.resolve_every(vantage, Question(names.name(fqdn), type_))
    usual = next(every)
    counterexample = usual
    if usual.response.alternatives:
        registry, cloud = world.topology.registries[key], world.topology.cloud
        member = next(each for each in registry.members() if each.fqdn(registry.dns_label, cloud) == fqdn)
        expectation, judge = expect(world.topology, vantage, registry, member), _Judge(world)

        def violates(found: Resolution) -> bool:
            if type_ == Type.AAAA:
                return bool(addresses(found.response, type_))
            return broken in judge.broken(Answer(found.response, expectation))

        counterexample = next(filter(violates, (usual, *every)), usual)
    return Violation(broken, vantage, tuple(endpoints), counterexample)


class _Judge:
    """Compares answers with the properties."""

    def __init__(self, world: World) -> None:
        self._cloud = world.topology.cloud

    def broken(self, seen: Answer) -> Iterator[Property]:
        """Return the properties that an answer violates: one about its end, and one about its aliases."""
        response, expectation = seen
        found = addresses(response, Type.A)
        state = state_of(outcome(response), found)
        if state == State.BROKEN:
            yield _why_nothing(response)
        elif expectation.kind == "private" and state != State.PRIVATE:
            yield Property.PRIVATE_WHERE_EXPECTED
        elif not as_expected(expectation, state, found):
            yield Property.EXPECTED_ADDRESS
        if strange_alias(response, self._cloud) is not None:
            yield Property.KNOWN_SUFFIX


def strange_alias(response: Response, cloud: Cloud) -> Name | None:
    """Return the first alias target outside the suffixes that Azure uses for registries, or None."""
    suffixes = _suffixes(cloud)
    for rrset in response.answer:
        if rrset.type == Type.CNAME and suffixes.isdisjoint(names.ancestors(rrset.target)):
            return rrset.target
    return None


@lru_cache
def _suffixes(cloud: Cloud) -> frozenset[Name]:
    suffixes = (cloud.registry, cloud.frontend, cloud.traffic_manager, cloud.cloudapp, cloud.blob)
    return frozenset(names.name(suffix) for suffix in suffixes)


def _why_nothing(response: Response) -> Property:
    if response.rcode == Rcode.SERVFAIL and response.cause.startswith(FORWARDING_LOOP):
        return Property.NO_LOOP
    if response.rcode == Rcode.SERVFAIL and response.cause.startswith((ALIAS_LOOP, TOO_LONG)):
        return Property.BOUNDED_CHAIN
    return Property.NO_BLACK_HOLE
