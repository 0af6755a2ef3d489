"""From a world and its resolutions to a placed scene."""

from __future__ import annotations

from string import ascii_lowercase
from typing import TYPE_CHECKING

from acrdns.azure import INTERNET
from acrdns.record import type_text
from acrdns.resolve.servers.directory import FORWARDING_LOOP
from acrdns.teach.drawing.contents.endpoints import add_endpoints, answers_of
from acrdns.teach.drawing.contents.lanes import BoxContent, lanes_of, rails_of, with_state
from acrdns.teach.drawing.contents.way import Stop, way_of
from acrdns.teach.drawing.measure import fitted
from acrdns.teach.drawing.placing.columns import FOLDS_FROM, MANY_ZONES, MOST_RAILS, columns
from acrdns.teach.drawing.placing.legend import entry
from acrdns.teach.drawing.placing.place import LABEL_STEP, place
from acrdns.teach.drawing.placing.route import route
from acrdns.teach.drawing.scene import Label, Scene, Stroke
from acrdns.teach.words.explanation import explain, is_silent
from acrdns.teach.words.summary import addresses_of, state_of_response

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from acrdns.resolve.chain import Resolution
    from acrdns.resolve.world import World
    from acrdns.teach.drawing.contents.endpoints import Cells
    from acrdns.teach.drawing.contents.lanes import LaneContent
    from acrdns.teach.drawing.contents.way import Way
    from acrdns.teach.drawing.placing.place import Placed
    from acrdns.teach.drawing.scene import Area, Point
    from acrdns.teach.words.explanation import ExplainedChain
    from acrdns.topology.model import Topology


def build(
    world: World,
    resolution: Resolution | None = None,
    against: Resolution | None = None,
    unfolded: Collection[str] = (),
) -> Scene:
    """Return the picture of a topology, with the way of a question and that of a second one."""
    topology = world.topology
    resolutions = [each for each in (resolution, against) if each]
    ways = [way_of(topology, each) for each in resolutions]
    lanes = lanes_of(topology)
    for each, way in zip(resolutions, ways, strict=True):
        _add_servers(lanes, each, way)
    answers = answers_of(world, resolution) if resolution else {}
    for vantage, answer in answers.items():
        lanes[vantage].answer = answer
    add_endpoints(world, lanes, resolutions, ways, answers)
    used = _used(ways)
    _fold(lanes, used, {each.vantage for each in resolutions}, unfolded)
    asked = {step.question.name for each in resolutions for step in each.steps}
    keys = {stop.key for stop in used if stop.kind == "dot"}
    zones, hidden = rails_of(topology, asked, keys, MANY_ZONES if resolution else MOST_RAILS)
    scene = Scene(*_words(world, resolution, against))
    placed = place(scene, columns(len(zones)), lanes, zones, hidden, used, [each.vantage for each in resolutions])
    for order, (each, way) in enumerate(zip(resolutions, ways, strict=True)):
        route(placed, way, "second" if order else "", _letter if order else str)
        _lead(placed, topology, each, way, "second" if order else "")
    _legend(scene, lanes, answers, against=against is not None, asked=resolution is not None)
    return scene


def _letter(number: int) -> str:
    return ascii_lowercase[number - 1] if number <= len(ascii_lowercase) else f"z{number - len(ascii_lowercase)}"


def _words(world: World, resolution: Resolution | None, against: Resolution | None) -> tuple[str, str]:
    """Return title and description: the steps as sentences."""
    if resolution is None:
        count = len(world.topology.networks)
        return f"{world.topology.file}: networks, DNS servers and private zones", f"{count} networks."
    chains = [explain(world, each, changes=False) for each in (resolution, against) if each]
    title = ", and ".join([chains[0].title, *(f"from {each.resolution.vantage}" for each in chains[1:])])
    return title, " ".join(filter(None, (_sentences(each) for each in chains)))


def _sentences(chain: ExplainedChain) -> str:
    steps = " ".join(f"{step.number}. {step.sentence}" for step in chain.steps)
    cause = f" Cause: {chain.cause}." if chain.cause else ""
    return f"{steps} {chain.ending}{cause}"


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


def _used(ways: Sequence[Way]) -> dict[Stop, list[int]]:
    """Return all stops of the ways, with the steps that are taken inside."""
    used: dict[Stop, list[int]] = {}
    for way in ways:
        for edge in way.edges:
            used.setdefault(edge.start, [])
            used.setdefault(edge.end, [])
        for stop, steps in way.inside.items():
            used.setdefault(stop, []).extend(steps)
    return used


def _fold(
    lanes: dict[str, LaneContent], used: Mapping[Stop, Sequence[int]], here: set[str], unfolded: Collection[str]
) -> None:
    if len(lanes) - 1 <= FOLDS_FROM:
        return
    touched = {stop.lane for stop in used} | here | {INTERNET, *unfolded}
    for vantage, lane in lanes.items():
        lane.folded = vantage not in touched


def _lead(placed: Placed, topology: Topology, resolution: Resolution, way: Way, look: str) -> None:
    """Draw where the address leads, from the place of the last lookup."""
    if way.last is None or (way.last.kind == "server" and way.last.lane == INTERNET):
        return
    source = placed.stops[way.last]
    state = state_of_response(topology, resolution.response)
    addresses = addresses_of(resolution.response)
    last = len(resolution.steps)
    lines: list[tuple[str, Area]] = []
    for address in addresses or (state,):
        places = [area for (lane, key), area in placed.endpoints.items() if key == address]
        own = placed.endpoints.get((resolution.vantage, address))
        if own or places:
            lines.append((address, own or places[0]))
    for order, (address, area) in enumerate(lines):
        kind = state if state in ("private", "public") else "lost" if not addresses else ""
        gutter = placed.columns.endpoint - 14 - 6 * (order % 3) - (3 if look else 0)
        placed.scene.lines.append(
            Stroke(_path(source, way.last, area, gutter), f"leads {kind} {look}".strip(), (last,))
        )
        if order == 0 and addresses and way.last.kind != "public":
            text = f"{type_text(resolution.question.type)} {address}"
            room = placed.columns.endpoint - placed.columns.last_rail - 34
            y = source.y + source.height / 2 + (18 if look else -9)
            fit = fitted(text, room, "mono")
            placed.scene.labels.append(
                Label(placed.columns.last_rail + 14, y, fit, "mono", f"strong {kind}", text if fit != text else "")
            )


def _path(source: Area, stop: Stop, area: Area, gutter: float) -> tuple[Point, ...]:
    x, y = source.x + source.width, source.y + source.height / 2
    if stop.kind == "server":
        y += 12  # below the dots of the lane
    into = area.y + area.height / 2
    if y == into:
        return ((x, y), (area.x, into))
    return ((x, y), (gutter, y), (gutter, into), (area.x, into))


def _legend(scene: Scene, lanes: Mapping[str, LaneContent], answers: Cells, *, against: bool, asked: bool) -> None:
    """Say what dots, lines and marks mean, below the lanes."""
    y = scene.height + 14
    x = 20.0
    has_zones = any(lane.has_zones for lane in lanes.values())
    items = [("dot linked", "linked"), ("dot unlinked", "not linked")] if has_zones else []
    if asked:
        items += [("way", "the question, numbered as the steps"), ("leads", "where the address leads")]
    if against:
        items.append(("way second", "the second question"))
    if any(not answer.expected for answer in answers.values()):
        items.append(("!", "not as meant"))
    for look, text in items:
        x = entry(scene, x, y, look, text)
    scene.height = y + LABEL_STEP
