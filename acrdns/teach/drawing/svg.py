"""A scene as SVG 1.1 text. Every text is escaped by htpy, after control characters are made visible."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import htpy as h
from markupsafe import Markup

from acrdns.report.escape import visible
from acrdns.teach.drawing.style import stylesheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.teach.drawing.scene import Box, Disc, Dot, Label, Point, Scene, Stroke
    from acrdns.teach.drawing.style import Theme

_RADIUS = 8
_TIP = 11
_DOT = 7


def markup(scene: Scene, *, step: int | None = None, theme: Theme | None = "system", standalone: bool = True) -> str:
    """Return a scene as an `svg` element.

    With `step`, later steps are faint and that one draws itself. `theme` None leaves the style to the page. A
    standalone picture is a document of its own.
    """
    size = {"width": _text(scene.width), "height": _text(scene.height)}
    root = h.svg(
        {"viewBox": f"0 0 {size['width']} {size['height']}", "role": "img", "class": "chain"},
        xmlns="http://www.w3.org/2000/svg" if standalone else None,
        **size,
    )
    drawn = root[
        h.title[visible(scene.title)],
        h.desc[visible(scene.description, most=len(scene.description))],
        h.style[Markup(stylesheet(theme))] if theme else None,  # noqa: S704 -- our own text, the same for all pictures
        h.rect(".page", width="100%", height="100%"),
        [_box(lane, step) for lane in scene.lanes],
        [_rail(rail) for rail in scene.rails],
        [_line(line, step) for line in scene.lines if "leads" in line.look],
        [_dot(dot, step) for dot in scene.dots],
        [_line(line, step) for line in scene.lines if "leads" not in line.look],
        [_box(box, step) for box in scene.boxes],
        [_label(label, step) for label in scene.labels],
        [_disc(disc, step) for disc in scene.discs],
    ]
    return str(drawn)


def _text(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _when(steps: Sequence[int], step: int | None) -> str:
    """Return the class of what belongs to some steps, at one step."""
    if step is None or not steps:
        return ""
    return "later" if steps[0] > step else "now" if step in steps else ""


def _reached(look: str, first: int, step: int | None) -> str:
    """Return the classes of a box or dot at a step: it is lit once the question has reached it."""
    return look if step is None or first <= step else " ".join(word for word in look.split() if word != "lit")


def _classes(*names: str) -> str:
    return " ".join(filter(None, names))


def _box(box: Box, step: int | None) -> h.Element:
    area = box.area
    radius = "15" if box.look.startswith("client") else "8" if box.look.startswith("lane") else "4"
    data = {f"data-{name}": visible(value) for name, value in box.data}
    sides = {"x": area.x, "y": area.y, "width": area.width, "height": area.height}
    rect = h.rect({name: _text(value) for name, value in sides.items()}, rx=radius)
    return h.g({"class": _reached(box.look, box.first, step), **data})[
        rect, [_label(each, step) for each in box.labels]
    ]


def _label(label: Label, step: int | None) -> h.Element:
    text = h.text(
        {"class": _classes(label.font, label.look, _when(label.steps, step)), "x": _text(label.x), "y": _text(label.y)}
    )
    return text[h.title[visible(label.full)] if label.full else None, label.text]


def _rail(line: Stroke) -> h.Element:
    return h.path(class_="rail", d=_way(line.points))


def _line(line: Stroke, step: int | None) -> h.Element:
    points = line.points
    if line.arrow:
        points = (*points[:-1], _before(points[-2], points[-1], _TIP - 2))
    d = _way(points)
    when = _when(line.steps, step)
    is_way = "leads" not in line.look
    data = {"data-steps": " ".join(map(str, line.steps))} if line.steps else {}
    return h.g({"class": when or None, **data})[
        h.path(class_="halo", d=d) if is_way else None,
        h.path(
            {"pathLength": "1"} if when == "now" and "second" not in line.look else {},
            class_=_classes("stroke", line.look),
            d=d,
        ),
        h.path(class_=_classes("tip", *line.look.split()[1:]), d=_tip(line.points[-2], line.points[-1]))
        if line.arrow
        else None,
    ]


def _before(start: Point, end: Point, distance: float) -> Point:
    """Return the point before the end of a vertical or horizontal part."""
    (x1, y1), (x2, y2) = start, end
    return x2 - distance * _sign(x2 - x1), y2 - distance * _sign(y2 - y1)


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


def _tip(start: Point, end: Point) -> str:
    x, y = end
    back_x, back_y = _before(start, end, _TIP)
    aside_x, aside_y = (0, 5.5) if back_y == y else (5.5, 0)
    corners = ((x, y), (back_x + aside_x, back_y + aside_y), (back_x - aside_x, back_y - aside_y))
    return "M" + "L".join(f"{_text(a)} {_text(b)}" for a, b in corners) + "Z"


def _way(points: Sequence[Point]) -> str:
    """Return a path with rounded corners."""
    parts = [f"M{_text(points[0][0])} {_text(points[0][1])}"]
    for (before, corner), (_, after) in pairwise(pairwise(points)):
        radius = min(_RADIUS, _distance(before, corner) / 2, _distance(corner, after) / 2)
        start, end = _before(before, corner, radius), _before(after, corner, radius)
        curve = " ".join(map(_text, (*corner, *end)))
        parts.append(f"L{_text(start[0])} {_text(start[1])}Q{curve}")
    parts.append(f"L{_text(points[-1][0])} {_text(points[-1][1])}")
    return "".join(parts)


def _distance(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _dot(dot: Dot, step: int | None) -> h.Element:
    x, y = dot.at
    data = {"data-zone": visible(dot.zone), "data-network": visible(dot.network)} if dot.zone else {}
    look = _reached(dot.look, dot.first, step).replace(" redirects", "")
    circle = h.circle({"class": f"dot {look}", **data}, cx=_text(x), cy=_text(y), r=str(_DOT))[
        h.title[visible(dot.says)] if dot.says else None
    ]
    if "redirects" not in dot.look:
        return circle
    ring = f"M{_text(x + 11)} {_text(y)}A11 11 0 1 1 {_text(x + 7.8)} {_text(y - 7.8)}m-4 -2l4 2l-1.5 4"
    return h.g[circle, h.path(class_="turn", d=ring)]


def _disc(disc: Disc, step: int | None) -> h.Element:
    area = disc.area
    sides = {"x": area.x, "y": area.y, "width": area.width, "height": area.height}
    return h.g(class_=_classes("disc", disc.look, _when(disc.steps, step)))[
        h.rect({name: _text(value) for name, value in sides.items()}, rx="11"),
        h.text(x=_text(area.x + area.width / 2), y=_text(area.y + 15))[disc.text],
    ]
