"""The endpoints that serve clients: the name resolves, and at each address the right endpoint lets the client in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from acrdns import names
from acrdns.check.estate.pull_story import answered
from acrdns.check.expectation import expect
from acrdns.check.simulate import addresses
from acrdns.record import Type
from acrdns.resolve.chain import Question
from acrdns.resolve.equivalence.everywhere import Everywhere

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.azure import Member
    from acrdns.record import RRset
    from acrdns.resolve.world import World
    from acrdns.topology.model import Registry


class Spot(NamedTuple):
    """An endpoint as clients at a vantage point ask for it."""

    vantage: str
    fqdn: str


class ServedEndpoint(NamedTuple):
    """How an endpoint serves the clients at a vantage point."""

    registry: str
    member: Member
    addresses: tuple[str, ...]
    """Of all servers that may answer."""
    said: tuple[tuple[RRset, ...], ...]
    """The answer sections of all of them."""
    fails: str
    """Why clients fail, in words; empty where they do not."""
    meant: bool
    """Whether they are meant to be refused: they come from the internet, and public network access is disabled."""


def availability(world: World) -> dict[Spot, ServedEndpoint]:
    """Return how every endpoint serves every vantage point."""
    return dict(_services(world))


def _services(world: World) -> Iterator[tuple[Spot, ServedEndpoint]]:
    topology = world.topology
    survey = Everywhere(world, topology.vantages)
    for registry in topology.registries.values():
        for member in registry.members():
            fqdn = member.fqdn(registry.dns_label, topology.cloud)
            question = Question(names.name(fqdn), Type.A)
            for vantage, answer in zip(topology.vantages, survey.everywhere(question), strict=True):
                every = (answer, *answer.alternatives)
                found = tuple(dict.fromkeys(a for each in every for a in addresses(each, Type.A)))
                said = tuple(each.answer for each in every)
                lacks = any(not addresses(each, Type.A) for each in every)
                if lacks:
                    why = world.answer(vantage, question).cause or answer.rcode.name
                else:
                    why = fails_at(world, vantage, registry, member, found)
                expected = expect(topology, vantage, registry, member)
                meant = expected.kind == "public" and not registry.public_network_access_enabled
                yield Spot(vantage, fqdn), ServedEndpoint(registry.name, member, found, said, why, bool(why) and meant)


def fails_at(world: World, vantage: str, registry: Registry, member: Member, found: tuple[str, ...]) -> str:
    """Return why clients fail that connect to these addresses, the first reason of several; empty where none does."""
    for address in found:
        cause, why = answered(world, vantage, registry, address, member)
        if cause:
            return why or cause
    return ""
