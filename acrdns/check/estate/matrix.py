"""Every endpoint from every vantage point, without a server: private, public or broken."""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from acrdns import names
from acrdns.check.estate.all_answers import Sweep, may_have_ipv6
from acrdns.check.estate.forked import in_processes, processes
from acrdns.check.evidence import Outcome
from acrdns.check.simulate import addresses, outcome
from acrdns.gc_pause import paused
from acrdns.record import Type, is_private
from acrdns.resolve.chain import Question
from acrdns.resolve.equivalence.registries import Representatives
from acrdns.resolve.world import World
from acrdns.zone.publish.derive import blob_host

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from acrdns.check.estate.all_answers import Answer, EndpointAnswers
    from acrdns.check.evidence import Expectation
    from acrdns.resolve.chain import Response
    from acrdns.topology.model import Topology

Addresses = Literal[Type.A, Type.AAAA] | None
"""The type of addresses; None is IPv4, and IPv6 where it bypasses a private endpoint."""
STORAGE = "storage_"
"""Begins the member of a storage account."""


class State(StrEnum):
    """The state of an endpoint from a vantage point."""

    PRIVATE = "private"
    PUBLIC = "public"
    BROKEN = "broken"
    NONE = "none"
    """No IPv6 address, as expected: private endpoints have none."""


class Cell(NamedTuple):
    """One endpoint from one vantage point."""

    state: State
    outcome: Outcome
    addresses: tuple[str, ...]
    """Of an A question: IPv4 addresses, and IPv6 addresses that bypass a private one."""
    expected: bool
    """Whether the topology's private endpoints lead one to expect this."""
    ttl: int | None
    """Seconds, of the address records, or None without any."""
    others: tuple[Cell, ...] = ()
    """The other answers where several DNS servers may answer. `expected` is that of all of them together."""


class Row(NamedTuple):
    """One endpoint."""

    registry: str
    member: str
    """A member of the private link group, or `storage_<region>`: the storage account of a region, which serves layers
    without dedicated data endpoints."""
    fqdn: str
    different: tuple[Cell, ...]
    """The distinct cells."""
    columns: Sequence[int]
    """For each vantage point, the index of its cell in `different`."""
    expected: bool
    """Whether every cell is as expected."""

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cell of each vantage point, in their order."""
        return tuple([self.different[number] for number in self.columns])


class Matrix:
    """Endpoints by vantage points."""

    def __init__(self, world: World, vantages: tuple[str, ...], rows: tuple[Row, ...]) -> None:
        self._world = world
        self.vantages = vantages
        self.rows = rows

    @property
    def clean(self) -> bool:
        """Whether every cell is as expected."""
        return all(row.expected for row in self.rows)

    def surprises(self) -> Iterator[tuple[Row, str, Cell]]:
        """Return the cells that are not as expected, each with its row and vantage point."""
        for row in self.rows:
            if not row.expected:
                for vantage, cell in zip(self.vantages, row.cells, strict=True):
                    if not cell.expected:
                        yield row, vantage, cell

    def cause(self, row: Row, vantage: str) -> str:
        """Return the cause of an answer, in the words of its Extended DNS Error, or empty.

        The cause names the vantage point, so it takes a question from that very vantage point.
        """
        for type_ in (Type.A, Type.AAAA):
            response = self._world.answer(vantage, Question(names.name(row.fqdn), type_))
            if response.cause or response.alternatives:
                return response.cause or "any of several DNS servers may answer, and they differ"
        return ""


def matrix(
    world: World,
    vantages: Iterable[str] | None = None,
    registries: Iterable[str] | None = None,
    type_: Addresses = None,
) -> Matrix:
    """Return every endpoint from every vantage point; None means all.

    `type_` chooses IPv4 or IPv6 addresses; None shows IPv4, and IPv6 where it bypasses a private endpoint.
    """
    return Estate(world.topology).matrix(vantages, registries, type_)


class Estate:
    """A topology with its registries sorted into kinds, of which one each is asked for.

    `before` is the estate of a topology that this one was made of.
    """

    def __init__(self, topology: Topology, before: Estate | None = None) -> None:
        self.topology = topology
        self._rows: dict[Addresses, dict[str, list[Row]]] = {}
        self.kinds: Representatives = Representatives(topology, before.kinds if before else None)

    @cached_property
    def world(self) -> World:
        """The world of the representatives: it answers for registries of all kinds."""
        return World(self.kinds.topology)

    @property
    def columns(self) -> dict[str, int]:
        """The number of each vantage point."""
        return {vantage: number for number, vantage in enumerate(self.topology.vantages)}

    @cached_property
    def private_registries(self) -> tuple[str, ...]:
        """The representatives whose public names are aliases into privatelink, in the order of the file."""
        return tuple(filter(self.topology.has_private_link, self.kinds.topology.registries))

    def matrix(
        self,
        vantages: Iterable[str] | None = None,
        registries: Iterable[str] | None = None,
        type_: Addresses = None,
    ) -> Matrix:
        """Return every endpoint from every vantage point; None means all. `type_` is that of `matrix`."""
        with paused():
            return self._matrix(vantages, registries, type_)

    def _matrix(
        self,
        vantages: Iterable[str] | None,
        registries: Iterable[str] | None,
        type_: Addresses,
    ) -> Matrix:
        columns = tuple(self.topology.vantages if vantages is None else vantages)
        keys = tuple(self.topology.registries if registries is None else registries)
        if vantages is None:
            rows = tuple([row for key in keys for row in self.rows_of(key, type_)])
        else:
            shown = rows_of(self.world, columns, tuple({self.kinds.of[key]: None for key in keys}), type_)
            rows = tuple([row for key in keys for row in self._translated(shown[self.kinds.of[key]], key)])
        surprising = World(self.kinds.including(row.registry for row in rows if not row.expected))
        return Matrix(surprising, columns, rows)

    def rows_of(self, key: str, type_: Addresses) -> Iterator[Row]:
        """Return the rows of a registry, from every vantage point."""
        return self._translated(self.first_rows(key, type_), key)

    def _translated(self, rows: Sequence[Row], key: str) -> Iterator[Row]:
        """Return the rows of a registry, made of those of its representative."""
        if self.kinds.of[key] == key:
            yield from rows
            return
        into = self.kinds.translation(key)
        for row in rows:
            different = tuple([translated(cell, into) for cell in row.different])
            yield Row(key, row.member, self.fqdn(row, key), different, row.columns, row.expected)

    def fqdn(self, row: Row, key: str) -> str:
        """Return the name in the row of a registry that a row of its representative stands for."""
        registries = self.topology.registries
        registry, first = registries[key], registries[row.registry]
        if row.member.startswith(STORAGE):
            return blob_host(registry, row.member.removeprefix(STORAGE), self.topology.cloud)
        return registry.dns_label + row.fqdn[len(first.dns_label) :]

    def first_rows(self, key: str, type_: Addresses) -> list[Row]:
        """Return the rows of a registry's representative, from every vantage point."""
        if type_ not in self._rows:
            self._rows[type_] = rows_of(self.world, self.topology.vantages, self.kinds.first, type_)
        return self._rows[type_][self.kinds.of[key]]


def translated(cell: Cell, into: Mapping[str, str]) -> Cell:
    """Return a cell with the addresses of another registry."""
    state, outcome_, found, expected, ttl, others = cell
    if found:
        found = tuple([into.get(address, address) for address in found])
    if others:
        others = tuple([translated(other, into) for other in others])
    return Cell(state, outcome_, found, expected, ttl, others)


def rows_of(world: World, vantages: Sequence[str], registries: Sequence[str], type_: Addresses) -> dict[str, list[Row]]:
    """Return the rows of registries by their keys, each asked for by itself."""
    sweep = Sweep(world, vantages, type_ or Type.A)
    ipv6 = Sweep(world, vantages, Type.AAAA) if type_ is None and may_have_ipv6(world.topology) else None
    answer_of = _ipv6_answer if type_ == Type.AAAA else _ipv4_answer

    def of(key: str) -> list[Row]:
        if ipv6:
            found = list(map(_dual_row, sweep.endpoints(key), ipv6.endpoints(key)))
        else:
            found = [_row(swept, answer_of) for swept in sweep.endpoints(key)]
        return found + [_row(swept, answer_of) for swept in sweep.storage(key)]

    def in_part(part: Sequence[str]) -> dict[str, list[Row]]:
        return {key: of(key) for key in part}

    found: dict[str, list[Row]] = {}
    for part in in_processes(in_part, registries, processes(sweep.cells(registries))):
        found |= part
    return found


def _row(swept: EndpointAnswers, answer_of: Callable[[Response, Expectation], Cell]) -> Row:
    different = tuple([_cell(seen, answer_of) for seen in swept.seen])
    expected = all(different[number].expected for number in set(swept.columns))
    return Row(swept.registry, swept.member, swept.fqdn, different, swept.columns, expected)


def _dual_row(four: EndpointAnswers, six: EndpointAnswers) -> Row:
    pairs, columns = four.beside(six)
    different = []
    for ipv4, ipv6 in pairs:
        cell, bypassing = _cell(ipv4, _ipv4_answer), bypass(ipv4, ipv6)
        expected = cell.expected and not bypassing
        different.append(cell._replace(addresses=cell.addresses + bypassing, expected=expected))
    return Row(four.registry, four.member, four.fqdn, tuple(different), columns, all(c.expected for c in different))


def bypass(four: Answer, six: Answer) -> tuple[str, ...]:
    """Return the IPv6 addresses beside a private IPv4 answer, which take clients past the private endpoint."""
    state = state_of(outcome(four.response), addresses(four.response, Type.A))
    private = state == State.PRIVATE and four.expectation.kind == "private"
    return addresses(six.response, Type.AAAA) if private else ()


def _cell(seen: Answer, answer_of: Callable[[Response, Expectation], Cell]) -> Cell:
    """Return the cell of an answer. Where any of several DNS servers may answer, each answer must be right."""
    first = answer_of(seen.response, seen.expectation)
    if not seen.response.alternatives:
        return first
    others = tuple([answer_of(response, seen.expectation) for response in seen.response.alternatives])
    return first._replace(others=others, expected=first.expected and all(other.expected for other in others))


def _ipv4_answer(response: Response, expectation: Expectation) -> Cell:
    outcome_, found = outcome(response), addresses(response, Type.A)
    state = state_of(outcome_, found)
    return Cell(state, outcome_, found, as_expected(expectation, state, found), _ttl(response, Type.A))


def _ipv6_answer(response: Response, expectation: Expectation) -> Cell:
    """Return the cell of an AAAA answer. With a private endpoint in reach, no address is right (facts.md section 3)."""
    outcome_, found = outcome(response), addresses(response, Type.AAAA)
    if outcome_ == Outcome.NODATA:
        return Cell(State.NONE, outcome_, (), expected=True, ttl=None)
    state = state_of(outcome_, found)
    expected = state != State.BROKEN and expectation.kind != "private"
    return Cell(state, outcome_, found, expected, _ttl(response, Type.AAAA))


def _ttl(response: Response, type_: Type) -> int | None:
    for rrset in response.answer:
        if rrset.type == type_:
            return rrset.ttl
    return None


def state_of(ended: Outcome, found: tuple[str, ...]) -> State:
    """Return the state of an answer. A mixed answer is public: some of its clients bypass the private endpoint."""
    if ended != Outcome.ANSWER or not found:
        return State.BROKEN
    return State.PRIVATE if all(map(is_private, found)) else State.PUBLIC


def as_expected(expectation: Expectation, state: State, found: tuple[str, ...]) -> bool:
    """Return whether an answer is as expected: one acceptable private address, or the public ones."""
    if state != expectation.kind:
        return expectation.kind == "unknown"
    if expectation.kind == "private":
        return len(found) == 1 and found[0] in expectation.addresses
    named = {address for address in expectation.addresses if ":" not in address}
    return not named or set(found) <= named
