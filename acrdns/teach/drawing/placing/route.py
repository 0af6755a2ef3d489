"""From edges to lines: asking uses the left side and the gutter left of the servers, looking up the right side."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from acrdns.teach.drawing.placing.columns import BOX_HEIGHT, SERVER_X, ZONE_X
from acrdns.teach.drawing.placing.discs import discs_along
from acrdns.teach.drawing.scene import Area, Stroke

if TYPE_CHECKING:
    from collections.abc import Callable

    from acrdns.teach.drawing.contents.edges import Edge, Stop, Way
    from acrdns.teach.drawing.placing.place import Placed
    from acrdns.teach.drawing.scene import Point

_LEFT_PORTS = (21.0, 32.0, 10.0, 37.0, 5.0, 27.0, 15.0)
_RIGHT_PORTS = (21.0, 33.0, 9.0, 39.0, 27.0, 15.0)
"""Where lines meet the sides of a box, from its top, in pixels; the first line is in the middle."""
_UPWARD_PORTS = (9.0, 15.0, 5.0, 21.0, 33.0)
_ASIDE = 5
"""Pixels by which the second way keeps from the first."""
_LEFT_GUTTER, _RIGHT_GUTTER = (SERVER_X - 22, SERVER_X - 60), (ZONE_X - 48, ZONE_X - 16)
_APART = 9
_BEFORE_BOX = 10
"""Pixels between the bar of a silent server and the server."""


@dataclass(slots=True)
class _Ports:
    """The places at the side of each box that are taken."""

    taken: dict[Stop, set[float]] = field(default_factory=dict)

    def next(self, stop: Stop, area: Area, offsets: tuple[float, ...]) -> float:
        taken = self.taken.setdefault(stop, set())
        free = next((area.y + offset for offset in offsets if area.y + offset not in taken), area.y + BOX_HEIGHT / 2)
        taken.add(free)
        return free

    def level(self, stop: Stop, area: Area, y: float) -> bool:
        """Take the place at a height, if the box has it and it is free, so that a line can be straight."""
        taken = self.taken.setdefault(stop, set())
        free = area.y + 4 <= y <= area.y + area.height - 4 and all(abs(y - each) > 4 for each in taken)  # noqa: PLR2004
        if free:
            taken.add(y)
        return free


def route(placed: Placed, way: Way, look: str, number: Callable[[int], str]) -> None:
    """Add the lines and the discs of a way to a scene; `number` writes the number of a step."""
    lines: list[tuple[Edge, Stroke]] = []
    _asking(placed, [edge for edge in way.edges if edge.end.kind == "server"], look, lines)
    _looking(placed, [edge for edge in way.edges if edge.end.kind != "server"], look, lines)
    for edge, line in lines:
        placed.scene.lines.append(line)
        if edge.ends == "silent":
            x, y = line.points[-1]
            placed.scene.lines.append(Stroke(((x, y - 9), (x, y + 9)), f"bar {look}".strip(), edge.at))
    for edge, line in lines:
        discs_along(placed, edge.steps, line, look, number, "↻" if edge.ends == "loop" else "")
    for stop, steps in way.inside.items():
        area = placed.stops[stop]
        spot = Stroke(((area.x + area.width - 16, area.y + 21), (area.x + area.width - 16, area.y + 21)), "")
        discs_along(placed, steps, spot, look, number, "", inside=True)


def _asking(placed: Placed, edges: list[Edge], look: str, lines: list[tuple[Edge, Stroke]]) -> None:
    ports = _Ports()
    straight: dict[int, float] = {}
    for index, edge in enumerate(edges):
        start, end = placed.stops[edge.start], placed.stops[edge.end]
        middle = start.y + start.height / 2
        if edge.start.kind == "client" and edge.start.lane == edge.end.lane and ports.level(edge.end, end, middle):
            straight[index] = middle
    bends = [index for index in range(len(edges)) if index not in straight]
    for index, edge in enumerate(edges):
        start, end = placed.stops[edge.start], placed.stops[edge.end]
        from_client = edge.start.kind == "client"
        x = start.x + start.width if from_client else start.x
        stop_x = end.x - (_BEFORE_BOX if edge.ends == "silent" else 0)
        if index in straight:
            y = straight[index]
            points: tuple[Point, ...] = ((x, y), (stop_x, y))
        else:
            into = ports.next(edge.end, end, _LEFT_PORTS)
            out = start.y + start.height / 2 if from_client else ports.next(edge.start, start, _LEFT_PORTS)
            gutter = _slot(_LEFT_GUTTER, bends.index(index), len(bends)) - (_ASIDE if look else 0)
            points = ((x, out), (gutter, out), (gutter, into), (stop_x, into))
        lines.append((edge, _line(edge, points, look, arrow=edge.ends != "silent")))


def _looking(placed: Placed, edges: list[Edge], look: str, lines: list[tuple[Edge, Stroke]]) -> None:
    ports = _Ports()
    ordered = sorted(edges, key=lambda each: each.end.kind != "public")
    into: list[float] = []
    straight: set[int] = set()
    for index, edge in enumerate(ordered):
        end = placed.stops[edge.end]
        shared = edge.end.kind == "public"
        into.append(ports.next(edge.end, end, _RIGHT_PORTS) if shared else end.y + end.height / 2)
        if ports.level(edge.start, placed.stops[edge.start], into[-1]):
            straight.add(index)
    for index, edge in enumerate(ordered):
        start, end = placed.stops[edge.start], placed.stops[edge.end]
        x, y = start.x + start.width, into[index]
        points: tuple[Point, ...] = ((x, y), (end.x, y))
        if index not in straight:
            # What goes up leaves above what goes straight, so that lines do not cross.
            offsets = _RIGHT_PORTS if y >= start.y else _UPWARD_PORTS
            out = ports.next(edge.start, start, offsets)
            gutter = _slot(_RIGHT_GUTTER, index, len(edges)) + (_ASIDE if look else 0)
            points = ((x, out), (gutter, out), (gutter, y), (end.x, y))
        lines.append((edge, _line(edge, points, look, arrow=True)))


def _slot(gutter: tuple[float, float], index: int, count: int) -> float:
    """Return the place of a vertical line in a gutter: each further line a little further from the first side."""
    first, last = gutter
    apart = min(_APART, abs(last - first) / max(count - 1, 1))
    return first + (apart if last > first else -apart) * index


def _line(edge: Edge, points: tuple[Point, ...], look: str, *, arrow: bool) -> Stroke:
    ends = "lost" if edge.ends else ""
    return Stroke(points, " ".join(filter(None, ("way", look, ends))), edge.at, arrow)
