"""The world of one topology: its published zones and servers, asked from any vantage point."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS, INTERNET
from acrdns.gc_pause import paused
from acrdns.names import show
from acrdns.record import Rcode, Type, addresses
from acrdns.resolve.boundaries import boundaries
from acrdns.resolve.chain import Matched, MatchKind, Resolution, Response, Step
from acrdns.resolve.equivalence.structure import Describer, Structure, TooTangledError
from acrdns.resolve.servers.directory import Directory
from acrdns.resolve.walk import Walk
from acrdns.resolve.whose_address import Ownership
from acrdns.zone.lookup import lookup
from acrdns.zone.publish.compile import compile as publish
from acrdns.zone.publish.compile import compile_edited
from acrdns.zone.publish.local import connected_registry_zones
from acrdns.zone.view import view

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence

    from acrdns.resolve.boundaries import Boundaries
    from acrdns.resolve.cache import Cache
    from acrdns.resolve.chain import Question
    from acrdns.topology.model import DnsServer, Network, Topology
    from acrdns.zone.publish.compile import Published
    from acrdns.zone.view import View
    from acrdns.zone.zone import Zone


class World:
    """A topology brought to life. It never changes; a reload makes another one.

    With `passes_on`, all names that the topology does not give rise to are REFUSED, below Azure's shared suffixes too,
    and so are DS questions about a simulated zone whose parent zone is not simulated: a real resolver has the answer.
    `services` are further public hosts, each with its address. `before` is the world of a topology that this one was
    edited from, without services.
    """

    def __init__(
        self,
        topology: Topology,
        *,
        passes_on: bool = False,
        services: Mapping[str, str] | None = None,
        before: World | None = None,
    ) -> None:
        self.topology = topology
        self.passes_on = passes_on
        self.services = services or {}
        self._before = before
        self._structures: dict[str, Structure] = {}

    def prepare(self) -> None:
        """Make everything that is otherwise made at first use, so that no question has to wait for it."""
        _ = self.directory, self._local, self.ownership, self.boundaries

    @cached_property
    def published(self) -> Published:
        """The zones."""
        with paused():
            if self._before is not None:
                return compile_edited(self.topology, self._before.topology, self._before.published)
            return publish(self.topology, passes_on=self.passes_on, services=self.services)

    @cached_property
    def directory(self) -> Directory:
        """The servers."""
        return Directory(self.topology, self.published)

    @cached_property
    def _local(self) -> Mapping[str, View]:
        """The local names of connected registries, by the networks whose clients name no DNS server."""
        networks = map(self.topology.vantage, self.vantages[1:])
        without_servers = {network.name for network in networks if not network.dns_servers}
        return {
            name: view(connected_registry_zones(name, self.topology), passes_on=self.passes_on)
            for name in without_servers
        }

    @property
    def vantages(self) -> tuple[str, ...]:
        """`internet`, then every network in file order, each followed by its clients."""
        return self.topology.vantages

    def resolve(self, vantage: str, question: Question, walk: Walk | None = None) -> Resolution:
        """Ask a question as a client at a vantage point does. Raises KeyError for an unknown vantage point.

        A `walk` with caches makes the servers remember earlier answers.
        """
        walk = walk or Walk()
        response = self.answer(vantage, question, walk)
        return Resolution(vantage, question, response, walk.steps)

    def resolve_every(self, vantage: str, question: Question) -> Iterator[Resolution]:
        """Return `resolve`, then a resolution for each other answer that different choices among servers lead to."""
        walk = Walk()
        usual = self.resolve(vantage, question, walk)
        yield usual
        every = (usual.response, *usual.response.alternatives)
        for response, other in self._alternatives(vantage, question, usual.response, walk, recording=True):
            others = tuple(replace(each, alternatives=()) for each in every if _content(each) != _content(response))
            cause = response.cause or self.ownership.cause(vantage, question, response)
            whole = replace(response, cause=cause, alternatives=others)
            yield Resolution(vantage, question, whole, other.steps)

    def answer(self, vantage: str, question: Question, walk: Walk | None = None) -> Response:
        """Return the response without steps, which is much quicker. Raises KeyError for an unknown vantage point."""
        response = self.ask(vantage, question, walk)
        if response.cause:
            return response
        cause = self.ownership.cause(vantage, question, response)
        return replace(response, cause=cause) if cause else response

    def ask(self, vantage: str, question: Question, walk: Walk | None = None) -> Response:
        """Ask the DNS servers only: `cause` says what they know, without a look at whose address the answer has."""
        return self._asked(vantage, question, walk or Walk(recording=False))

    def ask_server(self, vantage: str, server: str, question: Question) -> Response:
        """Ask one of the DNS servers of a vantage point alone, as `ask` does all of them."""
        return self._asked(vantage, question, Walk(recording=False), server)

    def _asked(self, vantage: str, question: Question, walk: Walk, server: str = "") -> Response:
        response = self._ask(vantage, question, walk, server)
        if not walk.chosen:
            return response
        others = tuple(other for other, _ in self._alternatives(vantage, question, response, walk, server=server))
        return replace(response, alternatives=others) if others else response

    def routes(
        self, vantage: str, question: Question, *, server: str = "", caches: Mapping[str, Cache] | None = None
    ) -> tuple[Sequence[Resolution], bool]:
        """Return the resolution of each combination of choices among servers, and whether these are all there are.

        Other than `resolve_every`, it has those that lead to the same answer, too. With `server`, as in `ask_server`;
        with `caches`, some servers remember what these have.
        """
        found: list[Resolution] = []
        script: tuple[int, ...] = ()
        while not found or (script and len(found) <= MAX_CHOICES):
            walk = Walk(None if caches is None else {**caches}, script=script)
            response = self._ask(vantage, question, walk, server)
            found.append(Resolution(vantage, question, response, walk.steps))
            script = walk.next_script()
        return found, not script

    def answers_of(self, server: DnsServer, question: Question) -> Iterator[Response]:
        """Return the answers that a DNS server may give to its own machine, one for each combination of choices."""
        host, here = server.host, self.topology.networks[server.network]
        here = self.topology.vantage(host) if host in self.vantages else here  # the hub of a virtual WAN is none
        script: tuple[int, ...] = ()
        for _ in range(MAX_CHOICES):
            walk = Walk(recording=False, script=script)
            yield self.directory.ask(here, server.address, question, walk)
            script = walk.next_script()
            if not script:
                return

    def _ask(self, vantage: str, question: Question, walk: Walk, server: str = "") -> Response:
        if vantage == INTERNET:
            return self.directory.ask_public(None, question, walk)
        here = self.topology.vantage(vantage)
        return self.directory.ask(here, server, question, walk) if server else self._from_network(here, question, walk)

    def _alternatives(
        self,
        vantage: str,
        question: Question,
        usual: Response,
        walk: Walk,
        *,
        recording: bool = False,
        server: str = "",
    ) -> Iterator[tuple[Response, Walk]]:
        """Return the other answers that different choices among servers lead to, and add their reads to the walk."""
        found = {_content(usual)}
        script = walk.next_script()
        for _ in range(MAX_CHOICES):
            if not script:
                return
            other = Walk(recording=recording, script=script)
            response = self._ask(vantage, question, other, server)
            walk.reads += other.reads
            if _content(response) not in found:
                found.add(_content(response))
                yield response, other
            script = other.next_script()

    @cached_property
    def ownership(self) -> Ownership:
        """The owners of private addresses; made at first use."""
        with paused():
            return Ownership(self.topology)

    @cached_property
    def boundaries(self) -> Boundaries:
        """Names that decide by themselves where a question goes; made at first use."""
        return boundaries(self.topology, self.published)

    def structure(self, vantage: str) -> Structure:
        """Return everything the answers at a vantage point depend on."""
        found = self._structures.get(vantage)
        if found is None:
            found = self._structures[vantage] = self._described(vantage)
        return found

    def signature(self, vantage: str) -> Hashable:
        """Return a value that is equal for vantage points which get equal answers for every question."""
        return self.structure(vantage).signature

    def _described(self, vantage: str) -> Structure:
        describer = Describer(self.directory.find)
        try:
            structure = self._structure(vantage, describer)
        except TooTangledError:
            return Structure(("vantage", vantage), ())
        return Structure(structure, tuple(describer.zones))

    def _structure(self, vantage: str, describer: Describer) -> Hashable:
        if vantage == INTERNET:
            return self.directory.public_dns(None).structure(describer)
        network = self.topology.vantage(vantage)
        if network.hosts:
            return "hosts", tuple(network.hosts.items()), self._by_dns(network, describer)
        return self._by_dns(network, describer)

    def _by_dns(self, network: Network, describer: Describer) -> Hashable:
        if network.dns_servers:
            return describer.ask_one_of(network, network.dns_servers, network.selection)
        local = describer.look_into(self._local[network.name])
        if network.kind == "virtual_network":
            return local, describer.ask(network, AZURE_DNS)
        return local, self.directory.public_dns(network).structure(describer)

    def _from_network(self, network: Network, question: Question, walk: Walk) -> Response:
        if network.hosts and question.type in (Type.A, Type.AAAA) and question.name in network.hosts:
            return _from_hosts_file(network, question, walk)
        if network.dns_servers:
            return self.directory.ask_one_of(network, network.dns_servers, question, walk, network.selection)
        local = self._local[network.name].zone_for(question.name, question.type)
        if local is not None:
            return _local_name(local, network, question, walk)
        if network.kind == "virtual_network":
            return self.directory.ask(network, AZURE_DNS, question, walk)
        return self.directory.ask_public(network, question, walk)


MAX_CHOICES = 64
"""Combinations of choices among servers that are tried for one question."""


def _content(response: Response) -> tuple[object, ...]:
    """Return the part of a response in which alternatives differ."""
    return response.rcode, response.answer, response.timed_out


class Timeline:
    """A world whose DNS servers remember: questions are asked at times in seconds, which must not go back."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._caches: dict[str, Cache] = {}

    def resolve(self, vantage: str, question: Question, at: float) -> Resolution:
        """Ask at a time in seconds; servers answer from their caches where TTLs allow."""
        return self.world.resolve(vantage, question, Walk(self._caches, at))


def _from_hosts_file(network: Network, question: Question, walk: Walk) -> Response:
    """Answer from the hosts file. A name that stands there is not asked for elsewhere, for the other family neither."""
    found = addresses(question.name, 0, network.hosts[question.name])
    answer = tuple(rrset for rrset in found if rrset.type == question.type)
    why = f"{show(question.name)} stands in the hosts file of {network.vantage}"
    walk.note(Step(network.vantage, network.name, question, Matched(MatchKind.HOSTS), Rcode.NOERROR, answer, why))
    return Response(Rcode.NOERROR, answer)


def _local_name(zone: Zone, network: Network, question: Question, walk: Walk) -> Response:
    """Answer a connected registry's local name in a network that names no DNS server of its own."""
    found = lookup(zone, question.name, question.type)
    matched = Matched(MatchKind.LOCAL_ZONE, zone.key)
    why = f"{show(question.name)} is the local name of a connected registry in {network.name}"
    walk.reads.append((zone, question.name, None))
    walk.note(Step(network.name, network.name, question, matched, found.rcode, found.answer, why))
    return Response(found.rcode, found.answer, found.authority)
