"""From a world and its resolutions to a placed scene."""

from __future__ import annotations

from dataclasses import replace
from string import ascii_lowercase
from typing import TYPE_CHECKING

from acrdns.azure import INTERNET
from acrdns.record import type_text
from acrdns.teach.drawing.contents.whole import contents_of
from acrdns.teach.drawing.placing.columns import FOLDS_FROM, columns
from acrdns.teach.drawing.placing.legend import entry
from acrdns.teach.drawing.placing.place import LABEL_STEP, cut, place
from acrdns.teach.drawing.placing.route import route
from acrdns.teach.drawing.scene import Scene, Stroke
from acrdns.teach.words.explanation import explain

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from acrdns.resolve.chain import Resolution
    from acrdns.resolve.world import World
    from acrdns.teach.drawing.contents.edges import Stop
    from acrdns.teach.drawing.contents.lanes import LaneContent
    from acrdns.teach.drawing.contents.whole import Contents, Lead
    from acrdns.teach.drawing.placing.place import Placed
    from acrdns.teach.drawing.scene import Area, Point
    from acrdns.teach.words.explanation import ExplainedChain


def build(
    world: World,
    resolution: Resolution | None = None,
    against: Resolution | None = None,
    unfolded: Collection[str] = (),
) -> Scene:
    """Return the picture of a topology, with the way of a question and that of a second one."""
    found = contents_of(world, [each for each in (resolution, against) if each])
    _fold(found.lanes, found.used, {*(each.vantage for each in found.resolutions), *unfolded})
    scene = Scene(*_words(world, resolution, against))
    placed = place(scene, columns(len(found.zones)), found)
    for order, each in enumerate(found.resolutions):
        look = "second" if order else ""
        route(placed, found.ways[order], look, _letter if order else str)
        _lead(placed, found.leads[order], each, look)
    _legend(scene, found)
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


def _fold(lanes: Mapping[str, LaneContent], used: Mapping[Stop, Sequence[int]], unfolded: set[str]) -> None:
    """Fold lanes that the question does not touch, where there are many."""
    if len(lanes) - 1 <= FOLDS_FROM:
        return
    touched = {stop.lane for stop in used} | unfolded | {INTERNET}
    for vantage, lane in lanes.items():
        lane.folded = vantage not in touched


def _lead(placed: Placed, leads: Sequence[Lead], resolution: Resolution, look: str) -> None:
    """Draw where the address leads, from the place of the last lookup."""
    columns_, scene = placed.columns, placed.scene
    last = len(resolution.steps)
    for order, lead in enumerate(leads):
        source, area = placed.stops[lead.source], placed.endpoints.get((lead.lane, lead.key))
        if area is None:
            continue
        gutter = columns_.endpoint - 5 - 4 * (order % 3) - (2 if look else 0)
        points = _path(source, lead.source, area, gutter)
        scene.lines.append(Stroke(points, " ".join(filter(None, ("leads", lead.state, look))), (last,)))
        if order == 0 and lead.state != "lost" and lead.source.kind != "public":
            text = f"{type_text(resolution.question.type)} {lead.key}"
            y = source.y + source.height / 2 + (18 if look else -9)
            room = columns_.endpoint - columns_.last_rail - 34
            label = cut(columns_.last_rail + 14, y, text, "mono", room, f"strong {lead.state}".strip())
            scene.labels.append(replace(label, steps=(last,)))


def _path(source: Area, stop: Stop, area: Area, gutter: float) -> tuple[Point, ...]:
    x, y = source.x + source.width, source.y + source.height / 2
    if stop.kind == "server":
        y += 12  # below the dots of the lane
    into = area.y + area.height / 2
    if y == into:
        return ((x, y), (area.x, into))
    return ((x, y), (gutter, y), (gutter, into), (area.x, into))


def _legend(scene: Scene, found: Contents) -> None:
    """Say what dots, lines and marks mean, below the lanes."""
    x, y = 20.0, scene.height + 14
    has_zones = any(lane.has_zones for lane in found.lanes.values())
    items = [("dot linked", "linked"), ("dot unlinked", "not linked")] if has_zones else []
    if found.resolutions:
        items += [("way", "the question, numbered as the steps"), ("leads", "where the address leads")]
    if found.resolutions[1:]:
        items.append(("way second", "the second question"))
    if any(not answer.expected for answer in found.answers.values()):
        items.append(("!", "not as meant"))
    for look, text in items:
        x = entry(scene, x, y, look, text)
    scene.height = y + LABEL_STEP
