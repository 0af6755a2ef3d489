"""Every endpoint from every vantage point, without a server: private, public or broken."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from acrdns import names
from acrdns.check.estate.rows import STORAGE, Row, rows_of, translated
from acrdns.gc_pause import paused
from acrdns.record import Type
from acrdns.resolve.chain import Question
from acrdns.resolve.equivalence.registries import Representatives
from acrdns.resolve.world import World
from acrdns.zone.publish.derive import blob_host

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from acrdns.check.estate.rows import Addresses, Cell
    from acrdns.topology.model import Topology


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

    def is_right(self, type_: Addresses) -> bool:
        """Return whether every cell is as expected."""
        return all(row.expected for key in self.kinds.first for row in self.first_rows(key, type_))

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
