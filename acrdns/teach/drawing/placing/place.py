"""From contents to places: lanes below each other, boxes in their columns. Nothing moves where a link goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from acrdns.azure import INTERNET
from acrdns.names import show
from acrdns.teach.drawing.contents.edges import Stop
from acrdns.teach.drawing.measure import fitted
from acrdns.teach.drawing.placing.columns import (
    ANSWER_WIDTH,
    BOX_HEIGHT,
    BOX_WIDTH,
    CLIENT_WIDTH,
    CLIENT_X,
    FOLDED_HEIGHT,
    GAP,
    LANE_HEIGHT,
    LANE_PADDING,
    MARGIN,
    NETWORK_WIDTH,
    NETWORK_X,
    SERVER_X,
    STACKED,
    ZONE_X,
    Columns,
)
from acrdns.teach.drawing.scene import Area, Box, Dot, Label, Scene, Stroke

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from acrdns.teach.drawing.contents.lanes import LaneAnswer, LaneContent
    from acrdns.teach.drawing.contents.whole import Contents
    from acrdns.teach.drawing.measure import Font
    from acrdns.topology.model import PrivateZone

HEADER = 40
LABEL_STEP = 18
ASKS_HEIGHT = 20
SYMBOLS = {"private": "●", "public": "○", "answer": "●"}


@dataclass(slots=True)
class Placed:
    """A scene in the making, and where its stops are."""

    scene: Scene
    columns: Columns
    first: Mapping[Stop, int]
    """The number of the step that reaches each stop first."""
    stops: dict[Stop, Area] = field(default_factory=dict)
    endpoints: dict[tuple[str, str], Area] = field(default_factory=dict)
    """By vantage point of the lane, and address."""


def place(scene: Scene, columns: Columns, found: Contents) -> Placed:
    """Place all lanes and what is in them."""
    lanes, zones, used = found.lanes, found.zones, found.used
    here = [each.vantage for each in found.resolutions]
    placed = Placed(scene, columns, found.first)
    scene.width = columns.width
    _headings(placed, answers=bool(here))
    y: float = HEADER
    tops: dict[str, tuple[float, float]] = {}
    for vantage, lane in lanes.items():
        height = _height(lane)
        tops[vantage] = (y, height)
        _lane(placed, lane, Area(MARGIN, y, columns.width - 2 * MARGIN, height), used, here)
        y += height + GAP
        if vantage == INTERNET:
            y += _zone_names(placed, zones, found.hidden, y)
    _rails(placed, lanes, zones, tops)
    scene.height = y
    return placed


def cut(x: float, y: float, text: str, font: Font, room: float, look: str = "") -> Label:
    """Return a label that keeps inside its room, and has its whole text as a tooltip where it is cut."""
    shown = fitted(text, room, font)
    return Label(x, y, shown, font, look, text if shown != text else "")


def _headings(placed: Placed, *, answers: bool) -> None:
    columns = placed.columns
    heads = (
        (NETWORK_X, "NETWORK"),
        (CLIENT_X, "CLIENT"),
        (SERVER_X, "DNS SERVER"),
        (ZONE_X, "ZONES"),
        (columns.endpoint, "ENDPOINT"),
        *([(columns.answer, "ANSWER")] if answers else []),
    )
    placed.scene.labels += [Label(x, 24, text, "head", "muted") for x, text in heads]


def _zone_names(placed: Placed, zones: Sequence[PrivateZone], hidden: int, top: float) -> float:
    """Write the name of each rail at its top, each a line lower than the one to its left; return the height."""
    right = placed.columns.width - MARGIN
    for number, (zone, x) in enumerate(zip(zones, placed.columns.rails, strict=True)):
        apex = show(zone.apex)
        text = apex if zone.key == apex else f"{apex} ({zone.key})"
        y = top + LABEL_STEP * number + 13
        placed.scene.labels.append(cut(x + 10, y, text, "zone", right - x - 10))
    lines = len(zones)
    if hidden:
        plural = "s" if hidden > 1 else ""
        x = placed.columns.last_rail + 10
        y = top + LABEL_STEP * lines + 13
        placed.scene.labels.append(Label(x, y, f"and {hidden} zone{plural} more", "small", "muted"))
        lines += 1
    return LABEL_STEP * lines + (GAP if lines else 0)


def _height(lane: LaneContent) -> float:
    if lane.folded:
        return FOLDED_HEIGHT
    servers = STACKED * len(lane.servers) + (ASKS_HEIGHT if lane.asks else 0)
    return max(LANE_HEIGHT, LANE_PADDING + servers, LANE_PADDING + STACKED * len(lane.endpoints))


def _lane(
    placed: Placed, lane: LaneContent, area: Area, used: Mapping[Stop, Sequence[int]], here: Sequence[str]
) -> None:
    look = " ".join(filter(None, ("lane", "here" if lane.vantage in here else "", "folded" if lane.folded else "")))
    placed.scene.lanes.append(Box(area, look, _names(lane, area), data=(("lane", lane.vantage),)))
    middle = area.y + area.height / 2
    _answer(placed, lane.answer, middle, folded=lane.folded)
    if lane.folded:
        _folded(placed, lane, middle)
        return
    if lane.has_client:
        _client(placed, lane, middle, here)
    _servers(placed, lane, middle, used)
    if lane.vantage == INTERNET:
        zones = Area(ZONE_X, middle - BOX_HEIGHT / 2, placed.columns.endpoint - 20 - ZONE_X, BOX_HEIGHT)
        stop = Stop("public", INTERNET)
        placed.stops[stop] = zones
        text = ("public zones", ", ".join((*lane.zones, "…")))
        placed.scene.boxes.append(_box(zones, text, "lit" if stop in used else "", first=placed.first.get(stop, 0)))
    _endpoints(placed, lane, middle)


def _names(lane: LaneContent, area: Area) -> tuple[Label, ...]:
    if lane.folded:
        y = area.y + area.height / 2 + 4
        name = cut(NETWORK_X, y, lane.vantage, "state", 128)
        return (name, cut(NETWORK_X + 134, y, lane.kind, "small", NETWORK_WIDTH - 134, "muted"))
    top = area.y + area.height / 2 - 8 * len(lane.details) + 6
    name = cut(NETWORK_X, top, lane.vantage, "name", NETWORK_WIDTH)
    rest = [
        cut(NETWORK_X, top + 18 + 16 * line, text, "small", NETWORK_WIDTH, "muted")
        for line, text in enumerate(lane.details)
    ]
    return (name, *rest)


def _client(placed: Placed, lane: LaneContent, middle: float, here: Sequence[str]) -> None:
    area = Area(CLIENT_X, middle - 15, CLIENT_WIDTH, 30)
    stop = Stop("client", lane.vantage)
    placed.stops[stop] = area
    you = bool(here) and here[0] == lane.vantage
    label = Label(CLIENT_X + CLIENT_WIDTH / 2, middle + 4, "you" if you else "client", "pill", "middle")
    placed.scene.boxes.append(Box(area, "client lit" if lane.vantage in here else "client", (label,)))


def _servers(placed: Placed, lane: LaneContent, middle: float, used: Mapping[Stop, Sequence[int]]) -> None:
    asks = ASKS_HEIGHT if lane.asks else 0
    y = middle - (STACKED * len(lane.servers) + asks) / 2 + (STACKED - BOX_HEIGHT) / 2
    for address, server in lane.servers.items():
        stop = Stop("server", lane.vantage, address)
        area = Area(SERVER_X, y, BOX_WIDTH, BOX_HEIGHT)
        placed.stops[stop] = area
        look = " ".join(filter(None, ("lit" if stop in used else "", server.state)))
        taken = 30 if used.get(stop) else 0
        box = _box(area, (server.title, server.subtitle), look, taken, first=placed.first.get(stop, 0))
        placed.scene.boxes.append(box)
        y += STACKED
    if lane.asks:
        y = middle + 4 if not lane.servers else y + 10
        placed.scene.labels.append(cut(SERVER_X, y, f"asks {lane.asks}", "mono", BOX_WIDTH, "muted"))


def _endpoints(placed: Placed, lane: LaneContent, middle: float) -> None:
    y = middle - STACKED * len(lane.endpoints) / 2 + (STACKED - BOX_HEIGHT) / 2
    for address, endpoint in lane.endpoints.items():
        area = Area(placed.columns.endpoint, y, BOX_WIDTH, BOX_HEIGHT)
        placed.endpoints[lane.vantage, address] = area
        placed.scene.boxes.append(_box(area, (endpoint.title, endpoint.subtitle), endpoint.state))
        y += STACKED


def _folded(placed: Placed, lane: LaneContent, middle: float) -> None:
    y = middle + 4
    if lane.asked_first:
        placed.scene.labels.append(cut(SERVER_X, y, f"asks {lane.asked_first}", "mono", BOX_WIDTH, "muted"))
    if lane.endpoints:
        text = ", ".join(lane.endpoints)
        placed.scene.labels.append(cut(placed.columns.endpoint, y, text, "mono", BOX_WIDTH, "muted"))


def _box(area: Area, text: tuple[str, str], look: str, taken: float = 0, *, first: int = 0) -> Box:
    room = area.width - 16 - taken
    title = cut(area.x + 8, area.y + 17, text[0], "mono", room)
    subtitle = cut(area.x + 8, area.y + 33, text[1], "small", room, "muted")
    return Box(area, f"box {look}".strip(), (title, subtitle), first)


def _answer(placed: Placed, answer: LaneAnswer | None, middle: float, *, folded: bool) -> None:
    if answer is None:
        return
    x = placed.columns.answer
    look = answer.state if answer.state in ("private", "public") else "" if answer.state == "answer" else "broken"
    text = f"{SYMBOLS.get(answer.state, '✕')} {answer.state}{'' if answer.expected else ' !'}"
    y = middle + 4 if folded or not answer.addresses else middle - 4
    placed.scene.labels.append(cut(x, y, text, "state", ANSWER_WIDTH, look))
    if answer.addresses and not folded:
        more = f" +{len(answer.addresses) - 1}" if answer.addresses[1:] else ""
        placed.scene.labels.append(cut(x, middle + 13, answer.addresses[0] + more, "mono", ANSWER_WIDTH))


def _rails(
    placed: Placed,
    lanes: Mapping[str, LaneContent],
    zones: Sequence[PrivateZone],
    tops: Mapping[str, tuple[float, float]],
) -> None:
    linkable = [vantage for vantage, lane in lanes.items() if lane.has_zones]
    start = tops[INTERNET][0] + tops[INTERNET][1] + GAP
    for number, (zone, x) in enumerate(zip(zones, placed.columns.rails, strict=True)):
        end = max((sum(tops[vantage]) for vantage in linkable), default=start + LABEL_STEP * (number + 1))
        placed.scene.rails.append(Stroke(((x, start + LABEL_STEP * number + 2), (x, end)), "rail"))
        for vantage in linkable:
            y = tops[vantage][0] + tops[vantage][1] / 2
            stop = Stop("dot", vantage, zone.key)
            placed.stops[stop] = Area(x - 8, y - 8, 16, 16)
            placed.scene.dots.append(_dot(zone, vantage, (x, y), placed.first.get(stop, 0)))


def _dot(zone: PrivateZone, network: str, at: tuple[float, float], first: int) -> Dot:
    link = zone.links.get(network)
    if link is None:
        return Dot(at, "unlinked", zone.key, network, f"{zone.key} is not linked to {network}")
    look = "linked" if link.active else "pending"
    says = "is linked to" if link.active else "is being linked (InProgress) to"
    policy = ""
    if link.resolution_policy == "NxDomainRedirect":
        look, policy = f"{look} redirects", ", with NxDomainRedirect"
    return Dot(at, f"{look} lit" if first else look, zone.key, network, f"{zone.key} {says} {network}{policy}", first)
