"""What holds for every vantage point and endpoint of a topology, proven by trying all of them.

The simulation is exact and finite, so trying every endpoint from every *kind* of vantage point is a proof; a violation
carries the resolution that shows it. Properties: a private answer where a private endpoint is in reach, an answer at all,
no forwarding loop, every alias under a suffix that is Azure's, and a chain of bounded length.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from acrdns import names
from acrdns.check.expectation import expect
from acrdns.names import Name
from acrdns.record import Rcode, Type, is_private, rdata_text
from acrdns.resolve.chain import Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.evidence import Expectation
    from acrdns.names import Cloud
    from acrdns.resolve.chain import Resolution, Response
    from acrdns.resolve.world import World


class Property(StrEnum):
    """What is proven."""

    PRIVATE_WHERE_EXPECTED = "private-where-expected"
    NO_BLACK_HOLE = "no-black-hole"
    NO_LOOP = "no-loop"
    KNOWN_SUFFIX = "known-suffix"
    BOUNDED_CHAIN = "bounded-chain"


@dataclass(frozen=True, slots=True)
class Violation:
    """A property that does not hold, with the first endpoint that shows it from a vantage point."""

    broken: Property
    vantage: str
    registry: str
    fqdn: str
    count: int
    """Endpoints of this vantage point that show it."""
    counterexample: Resolution


def verify(world: World) -> tuple[Violation, ...]:
    """Try everything. Violations come by vantage point and property, each with one counterexample."""
    answers: dict[object, list[_Asked]] = {}
    found: dict[tuple[str, Property], list[_Asked]] = {}
    for vantage in world.vantages:
        signature = world.signature(vantage)
        if signature not in answers:
            answers[signature] = list(_ask_all(world, vantage))
        for asked in answers[signature]:
            for broken in _broken(asked, world, vantage):
                found.setdefault((vantage, broken), []).append(asked)
    return tuple(
        Violation(broken, vantage, asked[0].registry, asked[0].fqdn, len(asked), _again(world, vantage, asked[0]))
        for (vantage, broken), asked in found.items()
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    registry: str
    member: names.Member
    fqdn: str
    response: Response


def _ask_all(world: World, vantage: str) -> Iterator[_Asked]:
    for key, registry in world.topology.registries.items():
        for member in registry.members():
            fqdn = member.fqdn(registry.dns_label, world.topology.cloud)
            response = world.resolve(vantage, Question(names.name(fqdn), Type.A)).response
            yield _Asked(key, member, fqdn, response)


def _again(world: World, vantage: str, asked: _Asked) -> Resolution:
    """Resolve once more from this very vantage point: the answer was that of another one of its kind."""
    return world.resolve(vantage, Question(names.name(asked.fqdn), Type.A))


def _broken(asked: _Asked, world: World, vantage: str) -> Iterator[Property]:
    response = asked.response
    if response.cause.startswith("forwarding loop"):
        yield Property.NO_LOOP
    elif response.cause.startswith(("alias loop", "more than")):
        yield Property.BOUNDED_CHAIN
    elif response.rcode != Rcode.NOERROR or response.nodata:
        yield Property.NO_BLACK_HOLE
    elif not _as_private(expect_of(asked, world, vantage), response):
        yield Property.PRIVATE_WHERE_EXPECTED
    if any(not _known(rrset.target, world.topology.cloud) for rrset in response.answer if rrset.type == Type.CNAME):
        yield Property.KNOWN_SUFFIX


def expect_of(asked: _Asked, world: World, vantage: str) -> Expectation:
    """Give what should be seen."""
    return expect(world.topology, vantage, world.topology.registries[asked.registry], asked.member)


def _as_private(expectation: Expectation, response: Response) -> bool:
    if expectation.kind != "private":
        return True
    seen = [rdata_text(Type.A, rdata) for rrset in response.answer if rrset.type == Type.A for rdata in rrset.rdatas]
    return all(is_private(address) for address in seen)


def _known(target: Name, cloud: Cloud) -> bool:
    """Tell whether an alias stays under the suffixes that Azure uses for registries."""
    suffixes = (cloud.registry, cloud.frontend, cloud.traffic_manager, cloud.cloudapp, cloud.blob)
    return any(names.is_under(target, names.name(suffix)) for suffix in suffixes)
