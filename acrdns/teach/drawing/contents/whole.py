"""Everything that a picture shows, as values without coordinates: what SVG, Mermaid and DOT have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from acrdns.azure import INTERNET
from acrdns.resolve.servers.directory import FORWARDING_LOOP
from acrdns.teach.drawing.contents.edges import way_of
from acrdns.teach.drawing.contents.endpoints import add_endpoints, answers_of
from acrdns.teach.drawing.contents.lanes import BoxContent, lanes_of, rails_of, with_state
from acrdns.teach.words.explanation import is_silent
from acrdns.teach.words.summary import addresses_of, state_of_response

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from acrdns.resolve.chain import Resolution
    from acrdns.resolve.world import World
    from acrdns.teach.drawing.contents.edges import Stop, Way
    from acrdns.teach.drawing.contents.lanes import LaneAnswer, LaneContent
    from acrdns.topology.model import PrivateZone

MOST_RAILS = 8
"""Private zones in a picture without a question."""
MANY_ZONES = 4
"""From more zones than this, only those that matter to the question are drawn."""


class Lead(NamedTuple):
    """Where the answer leads: from the place of the last lookup to an endpoint."""

    source: Stop
    lane: str
    key: str
    """The address, or how the question ended."""
    state: str
    """`private`, `public`, `lost` without an address, or empty."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The values of a picture."""

    resolutions: tuple[Resolution, ...]
    ways: tuple[Way, ...]
    leads: tuple[tuple[Lead, ...], ...]
    """Of each way."""
    lanes: Mapping[str, LaneContent]
    zones: Sequence[PrivateZone]
    hidden: int
    """Zones that are not drawn."""
    answers: Mapping[str, LaneAnswer]

    @property
    def first(self) -> dict[Stop, int]:
        """The number of the step that reaches each stop first."""
        found: dict[Stop, int] = {}
        for way in self.ways:
            for edge in way.edges:
                for stop in (edge.start, edge.end):
                    found[stop] = min(found.get(stop, edge.reached), *edge.at)
            for stop, steps in way.inside.items():
                found[stop] = min(found.get(stop, steps[0]), steps[0])
        return found

    @property
    def used(self) -> dict[Stop, list[int]]:
        """All stops of the ways, with the steps that are taken inside."""
        used: dict[Stop, list[int]] = {}
        for way in self.ways:
            for edge in way.edges:
                used.setdefault(edge.start, [])
                used.setdefault(edge.end, [])
            for stop, steps in way.inside.items():
                used.setdefault(stop, []).extend(steps)
        return used


def contents_of(world: World, resolutions: Sequence[Resolution]) -> Contents:
    """Return what a picture shows of a topology and of the ways of some questions."""
    topology = world.topology
    ways = [way_of(topology, each) for each in resolutions]
    lanes = lanes_of(topology)
    for each, way in zip(resolutions, ways, strict=True):
        _add_servers(lanes, each, way)
    answers = answers_of(world, resolutions[0]) if resolutions else {}
    for vantage, answer in answers.items():
        lanes[vantage].answer = answer
    add_endpoints(world, lanes, resolutions, ways, answers)
    asked = {step.question.name for each in resolutions for step in each.steps}
    looked_into = {edge.end.key for way in ways for edge in way.edges if edge.end.kind == "dot"}
    zones, hidden = rails_of(topology, asked, looked_into, MANY_ZONES if resolutions else MOST_RAILS)
    leads = tuple(_leads(world, lanes, each, way) for each, way in zip(resolutions, ways, strict=True))
    return Contents(tuple(resolutions), tuple(ways), leads, lanes, zones, hidden, answers)


def _add_servers(lanes: dict[str, LaneContent], resolution: Resolution, way: Way) -> None:
    """Add the servers that stand in the picture only because they were asked."""
    for step, stop in zip(resolution.steps, way.stops, strict=True):
        servers = lanes[stop.lane].servers
        if is_silent(step):
            box = servers.get(stop.key, BoxContent(stop.key, ""))
            servers[stop.key] = with_state(box, "silent", "✕ no answer")
        elif step.why.startswith(FORWARDING_LOOP):
            servers[stop.key] = with_state(servers[stop.key], "silent", "✕ forwarding loop")
        elif stop.key not in servers:
            subtitle = {"hosts file": f"of {stop.lane}", "local DNS": "connected registry"}.get(stop.key, "public DNS")
            servers[stop.key] = BoxContent(stop.key, subtitle)


def _leads(world: World, lanes: Mapping[str, LaneContent], resolution: Resolution, way: Way) -> tuple[Lead, ...]:
    if way.last is None or (way.last.kind == "server" and way.last.lane == INTERNET):
        return ()
    state = state_of_response(world.topology, resolution.response)
    addresses = addresses_of(resolution.response)
    kind = state if state in ("private", "public") else "" if addresses else "lost"
    found = []
    for key in addresses or (state,):
        places = [vantage for vantage, lane in lanes.items() if key in lane.endpoints]
        if places:
            near = resolution.vantage if resolution.vantage in places else places[0]
            found.append(Lead(way.last, near, key, kind))
    return tuple(found)
