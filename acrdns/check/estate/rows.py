"""The rows of the matrix: one endpoint from every vantage point, asked for and judged."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Literal, NamedTuple

from acrdns.check.estate.all_answers import Sweep, may_have_ipv6
from acrdns.check.estate.forked import in_processes, processes
from acrdns.check.evidence import Outcome
from acrdns.check.simulate import addresses, outcome
from acrdns.record import Type, is_private

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from acrdns.check.estate.all_answers import Answer, EndpointAnswers
    from acrdns.check.evidence import Expectation
    from acrdns.resolve.chain import Response
    from acrdns.resolve.world import World

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
    """Return the IPv6 addresses next to a private IPv4 answer, which take clients past the private endpoint."""
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
