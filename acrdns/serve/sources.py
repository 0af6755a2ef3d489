"""Load a topology, zone files or both, and make a `Service` of them for each address."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from acrdns.errors import InputError, Place, Problem
from acrdns.names import show
from acrdns.record import Rcode
from acrdns.resolve.chain import Question, Response
from acrdns.serve.listen.addresses import ZONE_FILES
from acrdns.serve.secondaries.feed import Feed, with_serials
from acrdns.serve.service import PassesOn, Service
from acrdns.wire.answering import Answering
from acrdns.wire.clients.subnet import Selector
from acrdns.wire.remembered.cache import POSITIVE, AnswerCache
from acrdns.wire.responder import Responder, always
from acrdns.wire.transfer.access import Primary

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from acrdns.names import Name
    from acrdns.resolve.world import World
    from acrdns.topology.assumptions import Assumptions
    from acrdns.wire.answering import Shortcut
    from acrdns.wire.clients.cookie import CookieJar
    from acrdns.wire.responder import Answerer
    from acrdns.wire.transfer.access import Access
    from acrdns.zone.view import View
    from acrdns.zone.zone import Zone

_GONE = "this vantage point is no longer in the topology"


@dataclass(frozen=True, slots=True)
class Sources:
    """The files to serve."""

    topology: str | None
    zone_files: tuple[str, ...] = ()
    assumptions: Assumptions | None = None
    """Values of open questions about Azure; None: the defaults that `acrdns assumptions` lists."""
    passes_on: bool = False
    """Whether a real resolver answers for all that these files do not hold."""
    include_from: tuple[str, ...] = ()
    """The folders that zone files may include files from, besides their own."""
    services: tuple[tuple[str, str], ...] = ()
    """Public hosts in addition to those of the topology, each with its address."""

    @property
    def files(self) -> tuple[str, ...]:
        """All of them."""
        return (self.topology, *self.zone_files) if self.topology else self.zone_files


@dataclass(frozen=True, slots=True)
class ClientSelection:
    """Selects the vantage point by the client: the network that holds the client's address."""

    ecs: bool
    """By EDNS Client Subnet (RFC 7871)."""
    by_client: bool
    """By the address that they ask from."""


@dataclass(frozen=True, slots=True)
class ServingState:
    """All loaded data at one point in time. A reload makes a new one."""

    world: World | None
    zones: View | None
    feed: Feed = field(default_factory=Feed)
    """The zones with their serials for secondaries; empty without `--allow-transfer`."""

    @property
    def vantages(self) -> tuple[str, ...]:
        """`internet`, then every network in file order; empty without a topology."""
        return self.world.vantages if self.world else ()

    @property
    def included(self) -> tuple[str, ...]:
        """The files that zone files include."""
        return tuple(file for zone in self.zones.zones.values() for file in zone.included) if self.zones else ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """Faults with which the zone files are served all the same."""
        zones = self.zones.zones.values() if self.zones else ()
        return tuple(f"warning: {problem}" for zone in zones for problem in zone.warnings)

    def service(  # noqa: PLR0913 -- what is served depends on so many options
        self,
        vantage: str,
        *,
        zone_files: bool,
        cookies: CookieJar | None,
        on_error: Callable[[str], None],
        access: Access | None = None,
        upstream: PassesOn | None = None,
        selection: ClientSelection | None = None,
        kept: int = POSITIVE,
        shortcuts: bool = True,
    ) -> Service:
        """Return the service of one address; with `zone_files`, the zones of `--zone-file` are answered there, too.

        `kept` is how many answers the cache holds at most; 0: none. Without `shortcuts` it holds none, nothing is
        learnt, and each query is read and resolved by itself. With `access`, the view's zones can be transferred,
        and every SOA has the serial that secondaries see.
        """

        def failed(question: Question, error: Exception) -> None:
            on_error(f"{vantage}: {question}: answered SERVFAIL: {type(error).__name__}: {error}")

        zones = self.zones if zone_files else None
        answer, authoritative = _combine(self._answerer(vantage), zones)
        select = self._selector(selection, zones) if selection else None
        if vantage not in (*self.vantages, ZONE_FILES):
            upstream = None  # it is not known which names are simulated there, and those must not leak
        primary, serials = None, None
        if access is not None:
            histories = self.feed.views.get(vantage, {})
            primary, serials = Primary(histories, access), self.feed.serials(vantage)
            answer = with_serials(answer, histories)
        responder = Responder(answer, authoritative, cookies, failed, select, primary)
        learnt: Shortcut | None = None
        if not shortcuts:
            responder, kept = replace(responder, memo=None), 0
        elif select is None or not select.by_client:
            learnt = self._learnt(vantage, zones, authoritative, serials, refuses=upstream is None)
        return Service(vantage, Answering(responder, AnswerCache(kept), learnt), upstream)

    def _learnt(
        self,
        vantage: str,
        zones: View | None,
        authoritative: Callable[[Name], bool],
        serials: Mapping[Name, int] | None,
        *,
        refuses: bool,
    ) -> Shortcut | None:
        world = self.world if vantage in self.vantages else None
        if world is None and zones is None:
            return None
        from acrdns.wire.remembered.learnt import Learnt

        return Learnt(authoritative, zones=zones, world=world, vantage=vantage, refuses=refuses, serials=serials).reply

    def _selector(self, selection: ClientSelection, zones: View | None) -> Selector | None:
        """Return what selects the network of a client, or None without a topology."""
        if self.world is None:
            return None
        known = self.world.topology.networks
        networks = {name: known[name] for name in self.world.vantages if name in known}
        answerers = {name: _combine(self._answerer(name), zones)[0] for name in networks}
        spaces = ((space, answerers[name]) for name, network in networks.items() for space in network.address_space)
        vantages = {answerer: name for name, answerer in answerers.items()}
        return Selector.of(spaces, vantages, ecs=selection.ecs, by_client=selection.by_client)

    def _answerer(self, vantage: str) -> Answerer | None:
        if vantage == ZONE_FILES:
            return None
        world = self.world
        if world is None or vantage not in world.vantages:
            return _gone
        return lambda question: world.answer(vantage, question)


def load(sources: Sources) -> ServingState:
    """Read all files. Raises InputError with every problem of every file."""
    problems: list[Problem] = []
    world = _world(sources, problems)
    zones = _zones(sources, problems)
    if problems:
        raise InputError(problems)
    return ServingState(world, zones)


def _world(sources: Sources, problems: list[Problem]) -> World | None:
    if sources.topology is None:
        return None
    from acrdns.resolve.world import World
    from acrdns.topology.load import load as load_topology

    try:
        topology = load_topology(sources.topology, sources.assumptions)
        world = World(topology, passes_on=sources.passes_on, services=dict(sources.services))
    except InputError as error:
        problems += error.problems
        return None
    world.prepare()
    return world


def _zones(sources: Sources, problems: list[Problem]) -> View | None:
    if not sources.zone_files:
        return None
    from acrdns.zone.master.zonefile import load_zone
    from acrdns.zone.view import view

    zones: dict[Name, Zone] = {}
    for path in sources.zone_files:
        try:
            zone = load_zone(path, folders=sources.include_from)
        except InputError as error:
            problems += error.problems
            continue
        first = zones.setdefault(zone.apex, zone)
        if first is not zone:
            message = f"the zone {show(zone.apex)} is in {first.key} already"
            problems.append(Problem(Place(path, 1), "", message, "leave one of them out"))
    return view(zones.values(), passes_on=sources.passes_on)


def _gone(_question: Question) -> Response:
    return Response(Rcode.REFUSED, cause=_GONE)


def _combine(vantage: Answerer | None, zones: View | None) -> tuple[Answerer, Callable[[Name], bool]]:
    """Return who answers, and which names it is authoritative for: zone files first, then the vantage point."""
    if zones is None:
        return vantage or _gone, always(authoritative=False)
    if vantage is None:
        return zones.answer, always(authoritative=True)

    def authoritative(name: Name) -> bool:
        return zones.zone_of(name) is not None

    def answer(question: Question) -> Response:
        return zones.answer(question) if authoritative(question.name) else vantage(question)

    return answer, authoritative
