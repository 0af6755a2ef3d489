"""`Facts`: everything that the rules of one run may look at, each part worked out once, when a rule first needs it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from acrdns.azure import CLOUDS
from acrdns.check.answers.classify import Classified
from acrdns.check.causes.asked import networks_asked
from acrdns.check.causes.gap import find_gaps
from acrdns.check.causes.layout import Layout
from acrdns.check.causes.wrong_records import find_wrong_records
from acrdns.topology.model import Topology

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from acrdns.check.causes.gap import Gap
    from acrdns.check.causes.wrong_records import WrongRecord
    from acrdns.check.estate.matrix import Estate
    from acrdns.check.estate.properties import Violation
    from acrdns.check.estate.wrong import Cells
    from acrdns.check.evidence import Case
    from acrdns.check.finding import Finding
    from acrdns.errors import Place
    from acrdns.probe.pull.result import PullResult
    from acrdns.resolve.world import World

_NO_TOPOLOGY = Topology("", CLOUDS["AzureCloud"], "documented")


class Variant(NamedTuple):
    """A topology that fixes made of another one, and what is wrong in it."""

    topology: Topology
    causes: Sequence[Finding]
    """The findings about causes."""
    wrong: Cells
    owners: Mapping[str, str]
    """The registry of each endpoint in the matrix."""


class Facts:
    """One run of `lint` or `check`.

    `check` without a topology file has an empty topology, so that rules about the file find nothing. `lint` has no
    cases. `vantage` is where the cases were observed: a network, `internet`, or empty where nobody said.
    """

    def __init__(
        self, topology: Topology | None, vantage: str = "", cases: Sequence[Case] = (), *, before: Facts | None = None
    ) -> None:
        self.described = topology is not None
        self.topology = topology or _NO_TOPOLOGY
        self.vantage = vantage
        self.cases = cases
        self._before = before
        self.pulls: tuple[PullResult, ...] = ()
        """Pulls that were tried."""
        self.machine: Mapping[str, tuple[str, ...]] = {}
        """Addresses that programs on the asking machine get, by name; of `check --system`."""
        self.own_servers = ""
        """The DNS servers of that machine, where another one was asked."""
        self.variants: dict[str, Variant] = {}
        """Topologies that fixes make of this one, by their text: fixes in another order make the same."""

    def after(self, topology: Topology) -> Facts:
        """Return the facts of a topology that this one was edited into.

        They are those of the topology by itself, and come sooner: what concerns entries that both topologies have is
        not worked out again.
        """
        self._before = None
        self.layout.forget()
        return Facts(topology, self.vantage, self.cases, before=self)

    @classmethod
    def simulated(cls, world: World, vantage: str) -> Facts:
        """Return what `check` would have to judge if the resolver at a vantage point answered as the simulation."""
        from acrdns.check.simulate import cases

        facts = cls(world.topology, vantage, cases(world, vantage))
        facts.world = world
        return facts

    def place(self, *path: str | int) -> Place | None:
        """Return the place of a value in the topology file, or None without a file."""
        return self.topology.place(*path) if self.described else None

    @cached_property
    def layout(self) -> Layout:
        """Zones, links, endpoints and routes of the topology, without the engine."""
        before = self._before
        return Layout(self.topology, before.layout if before else None)

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """Endpoints for which a linked private zone has no record, network by network, one for each zone and cause."""
        return tuple(
            gap
            for gap in find_gaps(self.layout)
            if gap.network in self.asked or self.matters((gap.network,), *(each.fqdn for each in gap.endpoints))
        )

    @cached_property
    def wrong_records(self) -> tuple[WrongRecord, ...]:
        """Addresses in hand-made records that no private endpoint in reach has for the name."""
        found = find_wrong_records(self.layout)
        return tuple(each for each in found if self.matters(each.zone.links, each.endpoint.fqdn))

    def matters(self, networks: Iterable[str], *fqdns: str) -> bool:
        """Return whether somebody asks the zones linked to some networks, or gets a wrong answer for some names.

        Where servers of people's own answer for the clients of a network, its links mean nothing, right or wrong.
        """
        return not self.asked.isdisjoint(networks) or not self.wrong_names.isdisjoint(fqdns)

    @cached_property
    def asked(self) -> frozenset[str]:
        """The networks whose Azure-provided DNS somebody may ask."""
        return networks_asked(self.topology)

    @cached_property
    def wrong_names(self) -> frozenset[str]:
        """The names that some vantage point gets a wrong answer for."""
        return frozenset(fqdn for violation in self.proof for _, fqdn in violation.endpoints)

    @cached_property
    def world(self) -> World:
        """The simulation of the topology."""
        from acrdns.resolve.world import World

        return World(self.topology)

    @cached_property
    def proof(self) -> tuple[Violation, ...]:
        """The properties that do not hold, from trying every endpoint at every vantage point."""
        from acrdns.check.estate.properties import verify

        return verify(self.estate)

    @cached_property
    def estate(self) -> Estate:
        """The topology with its registries sorted into kinds."""
        from acrdns.check.estate.matrix import Estate

        before = self._before
        return Estate(self.topology, before.estate if before else None)

    @cached_property
    def wrong(self) -> Cells:
        """The cells of the matrix that are wrong."""
        from acrdns.check.estate.wrong import wrong_cells

        return wrong_cells(self.estate)

    @cached_property
    def owners(self) -> Mapping[str, str]:
        """The registry of each endpoint in the matrix."""
        from acrdns.check.estate.wrong import endpoints

        return endpoints(self.estate)

    @cached_property
    def classified(self) -> Classified:
        """The observed cases by the defect that each shows."""
        return Classified(self.topology, [case for case in self.cases if case.member.kind != "connected"])

    @cached_property
    def local_cases(self) -> tuple[Case, ...]:
        """The observed cases of connected registries' local names."""
        return tuple(case for case in self.cases if case.member.kind == "connected")
