"""A picture as nodes and edges, for programs that place them themselves (Mermaid, Graphviz)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from acrdns.azure import INTERNET
from acrdns.names import show
from acrdns.record import type_text
from acrdns.teach.drawing.contents.edges import Stop
from acrdns.teach.drawing.contents.whole import contents_of
from acrdns.teach.words.runs import numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.resolve.chain import Resolution
    from acrdns.resolve.world import World
    from acrdns.teach.drawing.contents.lanes import LaneContent
    from acrdns.teach.drawing.contents.whole import Contents

Style = Literal["way", "lost", "link", "leads"]


class DiagramNode(NamedTuple):
    """A client, a server, a zone or an endpoint."""

    id: str
    lines: tuple[str, ...]
    """Its text, a line each."""
    kind: Literal["client", "server", "public", "zone", "endpoint"]
    lit: bool


class Arrow(NamedTuple):
    """An edge of a diagram."""

    start: str
    end: str
    label: str
    style: Style


class Group(NamedTuple):
    """The internet, a network, or clients of a network that resolve in another way."""

    id: str
    title: str
    nodes: tuple[DiagramNode, ...]


class Diagram(NamedTuple):
    """Groups of nodes, nodes in no group, and arrows."""

    groups: tuple[Group, ...]
    zones: tuple[DiagramNode, ...]
    arrows: tuple[Arrow, ...]


def diagram(world: World, resolution: Resolution | None) -> Diagram:
    """Return the diagram of a topology, with the way of a question."""
    found = contents_of(world, [resolution] if resolution else [])
    ids = _ids(found)
    used = found.used
    groups = tuple(
        Group(f"n{number}", _title(lane), tuple(_nodes(lane, ids, used)))
        for number, lane in enumerate(found.lanes.values())
    )
    zones = tuple(
        DiagramNode(ids["zone", "", zone.key], _zone_text(show(zone.apex), zone.key), "zone", _is_used(used, zone.key))
        for zone in found.zones
    )
    return Diagram(groups, zones, tuple(_arrows(found, ids)))


Ids = dict[tuple[str, str, str], str]
"""The id of each node by its kind, its lane and its key."""


def _ids(found: Contents) -> Ids:
    """Return an id for each node, by its place in the picture: no text of a file is in it."""
    ids: Ids = {}
    for number, (vantage, lane) in enumerate(found.lanes.items()):
        keys = [("client", "")] if lane.has_client else []
        keys += [("server", key) for key in lane.servers]
        keys += [("public", "")] if vantage == INTERNET else []
        keys += [("endpoint", key) for key in lane.endpoints]
        ids |= {(kind, vantage, key): f"n{number}_{order}" for order, (kind, key) in enumerate(keys)}
    return ids | {("zone", "", zone.key): f"z{order}" for order, zone in enumerate(found.zones)}


def _title(lane: LaneContent) -> str:
    answer = ""
    if lane.answer:
        mark = "" if lane.answer.expected else " !"
        answer = f" - {' '.join((lane.answer.state, *lane.answer.addresses[:1]))}{mark}"
    return f"{lane.vantage}{answer}"


def _zone_text(apex: str, key: str) -> tuple[str, ...]:
    return ("private zone", apex if apex == key else f"{apex} ({key})")


def _is_used(used: dict[Stop, list[int]], zone: str) -> bool:
    return any(stop.kind == "dot" and stop.key == zone for stop in used)


def _nodes(lane: LaneContent, ids: Ids, used: dict[Stop, list[int]]) -> Iterator[DiagramNode]:
    vantage = lane.vantage
    if lane.has_client:
        lit = Stop("client", vantage) in used
        yield DiagramNode(ids["client", vantage, ""], ("you" if lit else "client",), "client", lit)
    for key, server in lane.servers.items():
        stop = Stop("server", vantage, key)
        inside = f"step {numbers(used[stop])}" if used.get(stop) else ""
        lines = tuple(filter(None, (server.title, server.subtitle, inside)))
        yield DiagramNode(ids["server", vantage, key], lines, "server", stop in used)
    if vantage == INTERNET:
        lit = Stop("public", INTERNET) in used
        yield DiagramNode(ids["public", vantage, ""], ("public zones", ", ".join((*lane.zones, "…"))), "public", lit)
    for key, endpoint in lane.endpoints.items():
        lines = tuple(filter(None, (endpoint.title, endpoint.subtitle)))
        yield DiagramNode(ids["endpoint", vantage, key], lines, "endpoint", lit=False)


def _arrows(found: Contents, ids: Ids) -> Iterator[Arrow]:
    for zone in found.zones:
        for network, link in zone.links.items():
            if ("client", network, "") in ids:
                state = "linked" if link.active else "being linked"
                policy = ", NxDomainRedirect" if link.resolution_policy == "NxDomainRedirect" else ""
                yield Arrow(ids["zone", "", zone.key], ids["client", network, ""], state + policy, "link")
    for way, resolution, leads in zip(found.ways, found.resolutions, found.leads, strict=True):
        for edge in way.edges:
            said = {"silent": "no answer", "loop": "loop", "": ""}[edge.ends]
            label = ": ".join(filter(None, (numbers(edge.steps), said)))
            yield Arrow(_id(edge.start, ids), _id(edge.end, ids), label, "lost" if edge.ends else "way")
        for lead in leads:
            text = type_text(resolution.question.type) if lead.state != "lost" else ""
            label = f"{text} {lead.key}".strip()
            yield Arrow(_id(lead.source, ids), ids["endpoint", lead.lane, lead.key], label, "leads")


def _id(stop: Stop, ids: Ids) -> str:
    if stop.kind == "dot":
        return ids["zone", "", stop.key]
    return ids[stop.kind, stop.lane, stop.key]
