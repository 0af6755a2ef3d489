"""The way of a question as edges between boxes: who asks whom, and who looks up what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from acrdns.azure import INTERNET
from acrdns.resolve.chain import CLIENT, MatchKind
from acrdns.resolve.servers.directory import FORWARDING_LOOP
from acrdns.teach.words.explanation import is_silent
from acrdns.teach.words.owner import OwnerKind, owner_of
from acrdns.teach.words.reached import FORWARDS, goes_on_from, sender_of

if TYPE_CHECKING:
    from acrdns.resolve.chain import Resolution, Step
    from acrdns.topology.model import Topology


class Stop(NamedTuple):
    """A place in the picture that an edge begins or ends at."""

    kind: Literal["client", "server", "public", "dot"]
    lane: str
    """The vantage point of the lane."""
    key: str = ""
    """The server's address; the private zone's key."""


@dataclass(slots=True)
class Edge:
    """A line of the question's way, with the numbers of the steps that it stands for."""

    start: Stop
    end: Stop
    steps: list[int] = field(default_factory=list)
    ends: Literal["", "silent", "loop"] = ""
    """How it ends other than in an answer."""
    reached: int = 0
    """The number of the step that it leads to."""

    @property
    def at(self) -> tuple[int, ...]:
        """The steps at which it is drawn: its own, else the one that it leads to."""
        return tuple(self.steps) or (self.reached,)


@dataclass(slots=True)
class Way:
    """All that a resolution adds to a picture."""

    edges: list[Edge] = field(default_factory=list)
    inside: dict[Stop, list[int]] = field(default_factory=dict)
    """Steps that a server takes by itself: from its own zone, its cache, a hosts file."""
    stops: list[Stop] = field(default_factory=list)
    """The server of each step."""
    last: Stop | None = None
    """The place where the last lookup was made; None where nothing was looked up."""

    def edge(self, start: Stop, end: Stop, reached: int, ends: Literal["", "silent", "loop"] = "") -> Edge:
        """Return the edge between two places, made if it is not there yet."""
        for each in self.edges:
            if (each.start, each.end, each.ends) == (start, end, ends):
                return each
        self.edges.append(Edge(start, end, ends=ends, reached=reached))
        return self.edges[-1]


def way_of(topology: Topology, resolution: Resolution) -> Way:
    """Return the way of a question."""
    way = Way()
    forwarding: dict[int, Edge] = {}
    steps = resolution.steps
    for number, step in enumerate(steps, 1):
        stop = _server(topology, resolution, step)
        way.stops.append(stop)
        if goes_on_from(resolution, number) is None:
            _ask(way, resolution, number, step, stop, forwarding)
        target = _looked_up(step)
        if target is not None:
            way.edge(stop, target, number).steps.append(number)
            way.last = target
        elif step.matched.kind not in FORWARDS and not _unanswered(step):
            way.inside.setdefault(stop, []).append(number)
            way.last = stop
    for number, step in enumerate(steps, 1):
        if step.matched.kind in FORWARDS and number not in forwarding:
            way.inside.setdefault(way.stops[number - 1], []).append(number)
    for edge in way.edges:
        edge.steps.sort()
    return way


def _ask(way: Way, resolution: Resolution, number: int, step: Step, stop: Stop, forwarding: dict[int, Edge]) -> None:
    """Draw the edge by which a question comes to a server, with the number of the step that sent it."""
    sender = None if step.asked_by == CLIENT else sender_of(resolution, number)
    start = way.stops[sender - 1] if sender else Stop("client", resolution.vantage)
    loop = step.why.startswith(FORWARDING_LOOP)
    edge = way.edge(start, stop, number, "loop" if loop else "silent" if is_silent(step) else "")
    if sender and sender not in forwarding:
        edge.steps.append(sender)
        forwarding[sender] = edge
    if _unanswered(step):
        edge.steps.append(number)


def _unanswered(step: Step) -> bool:
    return is_silent(step) or step.why.startswith(FORWARDING_LOOP)


def _server(topology: Topology, resolution: Resolution, step: Step) -> Stop:
    owner = owner_of(topology, step)
    if owner.kind is OwnerKind.PUBLIC:
        return Stop("server", INTERNET, owner.address)
    if owner.kind is OwnerKind.HOSTS:
        return Stop("server", resolution.vantage, "hosts file")
    if owner.kind is OwnerKind.LOCAL:
        return Stop("server", owner.network, "local DNS")
    lane = owner.network or step.sent_from or resolution.vantage
    return Stop("server", lane, owner.address)


def _looked_up(step: Step) -> Stop | None:
    """Return the zone that a step looked into, if it is drawn."""
    matched = step.matched
    if matched.kind is MatchKind.PRIVATE_ZONE:
        return Stop("dot", matched.link, matched.key or matched.name)
    return Stop("public", INTERNET) if matched.kind is MatchKind.PUBLIC_ZONE else None
