"""Every endpoint from every vantage point: the simulated answer, and the expected one.

Estates have thousands of endpoints and dozens of networks, and an endpoint has only a few distinct answers. So each
endpoint comes with its distinct pairs of answer and expectation, and with the index of each vantage point's pair.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from acrdns import names
from acrdns.check.estate.reach import Reach
from acrdns.check.evidence import Expectation
from acrdns.check.expectation import expect_of
from acrdns.record import Type
from acrdns.resolve.chain import Question
from acrdns.resolve.equivalence.everywhere import Everywhere
from acrdns.zone.publish.derive import blob_host

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from acrdns.azure import Member
    from acrdns.check.estate.reach import Near
    from acrdns.resolve.chain import Response
    from acrdns.resolve.world import World
    from acrdns.topology.model import Registry, Topology


class Answer(NamedTuple):
    """A simulated answer and the expectation; `cause` and `why` name one of the vantage points that share them."""

    response: Response
    expectation: Expectation

    def every(self) -> tuple[Answer, ...]:
        """Return this answer, and the others where any of several DNS servers may answer."""
        return (self, *(Answer(other, self.expectation) for other in self.response.alternatives))


class EndpointAnswers(NamedTuple):
    """One endpoint."""

    registry: str
    """The registry's key."""
    member: str
    """A member of the private link group, or `storage_<region>`."""
    fqdn: str
    seen: Sequence[Answer]
    """The distinct answers; an answer may belong to no vantage point."""
    columns: Sequence[int]
    """For each vantage point, the index of its answer in `seen`."""

    def beside(self, other: EndpointAnswers) -> tuple[list[tuple[Answer, Answer]], list[int]]:
        """Return the distinct pairs of answers to two questions, and the index of each vantage point's pair."""
        index: dict[tuple[int, int], int] = {}
        pairs = zip(self.columns, other.columns, strict=True)
        columns = [index.setdefault(pair, len(index)) for pair in pairs]
        return [(self.seen[own], other.seen[its]) for own, its in index], columns


class _Groups(NamedTuple):
    """Vantage points grouped by structure and by the private endpoints in reach."""

    keys: tuple[tuple[int, Near], ...]
    """The structure and the endpoints of each group."""
    columns: tuple[int, ...]
    """The group of each vantage point."""


class Sweep:
    """Resolves registries from a list of vantage points, for A or for AAAA."""

    def __init__(self, world: World, vantages: Sequence[str], type_: Type = Type.A) -> None:
        self._type = type_
        self._topology = world.topology
        self._vantages = vantages
        self._reach = Reach(world.topology, vantages)
        self._survey = Everywhere(world, vantages)
        self._nowhere: tuple[Near, ...] = ((),) * len(vantages)
        self._groups: dict[tuple[Near, ...], _Groups] = {}

    def cells(self, keys: Iterable[str]) -> int:
        """Return roughly how many answers there are for some registries."""
        registries = self._topology.registries
        return len(self._vantages) * sum(1 + len(registries[key].regions) for key in keys)

    def members(self, key: str) -> tuple[Member, ...]:
        """Return the members of `endpoints`."""
        return self._topology.registries[key].members()

    def endpoints(self, key: str) -> Iterator[EndpointAnswers]:
        """Return the endpoints of a registry that a private endpoint may have."""
        registry = self._topology.registries[key]
        near = self._reach.of(key)
        for member in registry.members():
            fqdn = member.fqdn(registry.dns_label, self._topology.cloud)
            yield EndpointAnswers(
                key, str(member), fqdn, *self._ask(fqdn, near, _Expected(self._topology, registry, member))
            )

    def storage(self, key: str) -> Iterator[EndpointAnswers]:
        """Return the storage accounts that serve the layers of a registry without dedicated data endpoints.

        Their names are made up, so any public address is right.
        """
        registry = self._topology.registries[key]
        if not registry.data_endpoint_enabled:
            for region in registry.regions:
                fqdn = blob_host(registry, region, self._topology.cloud)
                yield EndpointAnswers(key, f"storage_{region}", fqdn, *self._ask(fqdn, self._nowhere, _any_public))

    def _ask(
        self, fqdn: str, near: tuple[Near, ...], expected: Callable[[Near, str], Expectation]
    ) -> tuple[list[Answer], Sequence[int]]:
        usual, unusual = self._survey.ask(Question(names.name(fqdn), self._type))
        groups = self._groups_of(near)
        firsts = (self._vantages[groups.columns.index(group)] for group in range(len(groups.keys)))
        seen = [
            Answer(usual[structure], expected(there, vantage))
            for (structure, there), vantage in zip(groups.keys, firsts, strict=True)
        ]
        if not unusual:
            return seen, groups.columns
        columns = list(groups.columns)
        added: dict[tuple[int, Near], int] = {}
        for column, response in unusual.items():
            pair = (id(response), near[column])
            if pair not in added:
                added[pair] = len(seen)
                seen.append(Answer(response, expected(near[column], self._vantages[column])))
            columns[column] = added[pair]
        return seen, columns

    def _groups_of(self, near: tuple[Near, ...]) -> _Groups:
        found = self._groups.get(near)
        if found is None:
            index: dict[tuple[int, Near], int] = {}
            pairs = zip(self._survey.structures, near, strict=True)
            columns = tuple([index.setdefault(pair, len(index)) for pair in pairs])
            found = self._groups[near] = _Groups(tuple(index), columns)
        return found


@dataclass(frozen=True, slots=True)
class _Expected:
    """The expectation of one endpoint, given the private endpoints in reach."""

    topology: Topology
    registry: Registry
    member: Member

    def __call__(self, near: Near, vantage: str) -> Expectation:
        approved = self.topology.approved_endpoints(self.registry.name)
        reachable = [approved[position] for position in near]
        return expect_of(self.topology, reachable, self.registry, self.member, vantage)


def may_have_ipv6(topology: Topology) -> bool:
    """Return whether an endpoint may have a private IPv4 address and an IPv6 one: by a hand-made record or DNS64."""
    if any(server.dns64 for server in topology.dns_servers.values()):
        return True
    zones = [zone.records for zone in topology.private_dns_zones.values()]
    zones += [records for server in topology.dns_servers.values() for records in server.zones.values()]
    return any(rrset.type in (Type.AAAA, Type.CNAME) for records in zones for rrset in records)


def _any_public(near: Near, vantage: str) -> Expectation:  # noqa: ARG001 - the same from everywhere
    return _STORAGE


_STORAGE = Expectation("public", (), "without dedicated data endpoints, layers come from storage accounts")
