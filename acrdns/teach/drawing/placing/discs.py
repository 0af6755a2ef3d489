"""The numbers of steps on their lines: where a line is long enough, and where nothing else is."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from acrdns.report.runs import runs
from acrdns.teach.drawing.measure import width
from acrdns.teach.drawing.scene import Area, Disc
from acrdns.teach.words.runs import span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from acrdns.teach.drawing.placing.place import Placed
    from acrdns.teach.drawing.scene import Point, Stroke

DIAMETER = 22
_STEP = 12
_LONG = 56
"""Pixels of a vertical part that shows on both sides of a disc."""
_BEFORE_END = 46
"""Pixels from a disc on a horizontal line to the end of that line, where there is room."""


def discs_along(
    placed: Placed,
    steps: Sequence[int],
    line: Stroke,
    look: str,
    number: Callable[[int], str],
    mark: str,
    *,
    inside: bool = False,
) -> None:
    """Add the numbers of a line's steps; those in a row share a disc."""
    groups = [(tuple(run), f"{span(run, number)} {mark}".rstrip()) for run in runs(steps)]
    added = _placed(placed, groups, line, look, inside=inside)
    if added is None and groups[1:]:
        both = f"{number(steps[0])}…{number(steps[-1])} {mark}".rstrip()
        added = _placed(placed, [(tuple(steps), both)], line, look, inside=inside)
    if added is None:
        area = next(_areas(groups[0][1], line, inside=inside))
        added = [Disc(area, text, run, look) for run, text in groups[:1]]
    placed.scene.discs += added


def _placed(
    placed: Placed, groups: Sequence[tuple[tuple[int, ...], str]], line: Stroke, look: str, *, inside: bool
) -> list[Disc] | None:
    """Return a disc for each group, none over another or over a box; None where there is no room for all."""
    added: list[Disc] = []
    boxes = [] if inside else [box.area for box in placed.scene.boxes]
    for run, text in groups:
        taken = [disc.area for disc in (*placed.scene.discs, *added)]
        areas = _areas(text, line, inside=inside)
        free = (area for area in areas if not any(area.overlaps(other) for other in (*taken, *boxes)))
        area = next(free, None)
        if area is None:
            return None
        added.append(Disc(area, text, run, look))
    return added


def _areas(text: str, line: Stroke, *, inside: bool) -> Iterator[Area]:
    """Return the places for a disc, the best first."""
    wide = max(DIAMETER, width(text, "disc") + 10)
    for point in _inside(line) if inside else _candidates(line):
        yield _around(point, wide)


def _around(point: Point, wide: float) -> Area:
    return Area(point[0] - wide / 2, point[1] - DIAMETER / 2, wide, DIAMETER)


def _inside(line: Stroke) -> Iterator[Point]:
    """Return places inside a box, from its right side."""
    x, y = line.points[0]
    for number in range(4):
        yield x - 24 * number, y


def _candidates(line: Stroke) -> Iterator[Point]:
    """Return the places for a disc on a line: the middle of its longest vertical part first."""
    parts = list(pairwise(line.points))
    vertical = sorted((part for part in parts if part[0][0] == part[1][0]), key=_length, reverse=True)
    long = [part for part in vertical if _length(part) >= _LONG]
    for part in long:
        yield from _from_middle(part)
    for part in sorted((part for part in parts if part[0][0] != part[1][0]), key=_length, reverse=True):
        if _length(part) < DIAMETER + 14:
            continue
        (x1, y), (x2, _) = part
        if part == parts[-1] and _length(part) > 2 * _BEFORE_END:
            yield x2 - _BEFORE_END, y
        yield (x1 + x2) / 2, y
        yield from _from_middle(part)
    for part in vertical or parts:
        yield from _from_middle(part)
    (x1, y1), (x2, y2) = parts[len(parts) // 2]
    yield (x1 + x2) / 2, (y1 + y2) / 2


def _from_middle(part: tuple[Point, Point]) -> Iterator[Point]:
    (x1, y1), (x2, y2) = part
    length = _length(part)
    if length < DIAMETER:
        return
    for number in range(int(length // _STEP) + 1):
        away = _STEP * ((number + 1) // 2) * (1 if number % 2 else -1)
        share = 0.5 + away / length
        if DIAMETER / 2 <= share * length <= length - DIAMETER / 2:
            yield x1 + (x2 - x1) * share, y1 + (y2 - y1) * share


def _length(part: tuple[Point, Point]) -> float:
    (x1, y1), (x2, y2) = part
    return abs(x2 - x1) + abs(y2 - y1)
