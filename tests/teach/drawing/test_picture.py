"""The picture: laws over samples and random topologies, and what it says of a few questions."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acrdns import names
from acrdns.record import Type
from acrdns.resolve.chain import Question
from acrdns.resolve.world import World
from acrdns.teach.drawing.build import build
from acrdns.teach.drawing.measure import width
from acrdns.teach.drawing.picture import draw
from acrdns.teach.drawing.scene import Area
from acrdns.teach.explain import json as as_json
from acrdns.teach.explain import markdown, page
from acrdns.teach.explain import text as as_text
from acrdns.teach.explain.explained import explained
from acrdns.teach.graph import dot, mermaid
from acrdns.teach.graph.diagram import diagram
from acrdns.topology.load import load, loads
from acrdns.topology.samples import samples
from tests.topologies import topologies

if TYPE_CHECKING:
    from acrdns.resolve.chain import Resolution
    from acrdns.teach.drawing.scene import Label, Point, Scene
    from acrdns.topology.model import Topology

NS = {"s": "http://www.w3.org/2000/svg"}


def asked(world: World, vantage: str, name: str = "", type_: Type = Type.A) -> Resolution:
    """Return the answer to a question from a vantage point; by default for a login server of the topology."""
    return world.resolve(vantage, Question(names.name(name or f"contoso.{world.topology.cloud.registry}"), type_))


def _right(label: Label) -> float:
    wide = width(label.text, label.font)
    return label.x + (wide / 2 if "middle" in label.look else wide)


def _is_crossed(area: Area, part: tuple[Point, Point]) -> bool:
    """Return whether a vertical or horizontal part goes through a box; to end at its side is no crossing."""
    (x1, y1), (x2, y2) = part
    thin = Area(min(x1, x2), min(y1, y2), max(abs(x2 - x1), 0.1), max(abs(y2 - y1), 0.1))
    return thin.overlaps(Area(area.x + 1, area.y + 1, area.width - 2, area.height - 2))


def check(scene: Scene) -> None:
    """No two boxes overlap, and all text keeps inside its box and the picture; each step has a disc."""
    for one, other in combinations(scene.boxes, 2):
        assert not one.area.overlaps(other.area), (one, other)
    for one, other in combinations(scene.lanes, 2):
        assert not one.area.overlaps(other.area), (one, other)
    for box in (*scene.boxes, *scene.lanes):
        for label in box.labels:
            assert label.x >= box.area.x
            assert _right(label) <= box.area.x + box.area.width, label
            assert box.area.y < label.y < box.area.y + box.area.height, label
    for label in scene.labels:
        assert _right(label) <= scene.width, label
    for line in scene.lines:
        for part in pairwise(line.points):
            crossed = [box for box in scene.boxes if _is_crossed(box.area, part)]
            assert crossed == [], line
        if "way" in line.look or "bar" in line.look:
            for x, y in line.points:
                assert 0 < x < scene.width
                assert 0 < y < scene.height


def _numbers(scene: Scene, look: str = "") -> set[int]:
    return {step for disc in scene.discs if disc.look == look for step in disc.steps}


def test_every_sample_from_everywhere() -> None:
    """The laws hold for every question of every sample, and every step of it has a number."""
    for sample in samples():
        world = World(load(sample))
        for vantage in world.vantages:
            resolution = asked(world, vantage)
            scene = build(world, resolution)
            check(scene)
            assert _numbers(scene) == set(range(1, len(resolution.steps) + 1)), (sample, vantage)
            for one, other in combinations(scene.discs, 2):
                assert not one.area.overlaps(other.area), (sample, vantage, one, other)


@given(topology=topologies(), data=st.data())
@settings(max_examples=5, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_random_topologies(topology: Topology, data: st.DataObject) -> None:
    """The laws hold for networks that nobody would build, alone and with two questions."""
    check_two(topology, data)


@pytest.mark.slow
@given(topology=topologies(), data=st.data())
@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_many_random_topologies(topology: Topology, data: st.DataObject) -> None:
    """The same with more of them."""
    check_words(*check_two(topology, data))


def check_two(topology: Topology, data: st.DataObject) -> tuple[World, Resolution, Resolution]:
    """Draw a topology alone, and with a question from two vantage points."""
    world = World(topology)
    vantages = st.sampled_from(world.vantages)
    label = next(iter(world.topology.registries.values())).dns_label if world.topology.registries else "contoso"
    cloud = world.topology.cloud
    endings = (cloud.registry, cloud.privatelink, f"eastus.data.{cloud.registry}", "corp.example")
    name = f"{label}.{data.draw(st.sampled_from(endings))}"
    type_ = data.draw(st.sampled_from((Type.A, Type.A, Type.AAAA, Type.CNAME, Type.TXT)))
    first, second = (asked(world, data.draw(vantages), name, type_) for _ in range(2))
    check(build(world))
    scene = build(world, first, second)
    check(scene)
    assert _numbers(scene) == set(range(1, len(first.steps) + 1))
    assert _numbers(scene, "second") == set(range(1, len(second.steps) + 1))
    text = draw(world, first, against=second)
    ET.fromstring(text)  # noqa: S314 -- our own text
    assert text == draw(world, first, against=second)
    return world, first, second


def check_words(world: World, first: Resolution, second: Resolution) -> None:
    """Write the same in every format."""
    found = explained(world, first, second)
    for written in (
        as_text.render(found, 80),
        markdown.render(found),
        as_json.render(found),
        page.render(world, found),
    ):
        assert all(step.asked.split()[0].strip("`") in written for step in found.chains[0].steps)
    for format_ in (mermaid, dot):
        assert format_.render(diagram(world, first))


HOSTILE = r"""
registries: {contoso: {location: eastus}}
networks:
  "<img>": {address_space: [10.0.0.0/16]}
  "a&amp;]]><script>": {address_space: [10.1.0.0/16], dns_servers: [10.1.0.4]}
private_dns_zones:
  "'\"><img src=x onerror=alert(1)>\u202e": {name: privatelink.azurecr.io, virtual_network_links: {"<img>": {}}}
dns_servers: {10.1.0.4: {network: "a&amp;]]><script>"}}
"""


@pytest.mark.parametrize("vantage", ["<img>", "a&amp;]]><script>"])
def test_names_are_text(vantage: str) -> None:
    """No name of a file becomes markup, and none hides its neighbours."""
    world = World(loads(HOSTILE, "t.yaml"))
    text = draw(world, asked(world, vantage))
    assert "<img" not in text
    assert "<script" not in text
    assert "\u202e" not in text
    assert {each.tag.split("}")[1] for each in ET.fromstring(text).iter()} <= {  # noqa: S314 -- our own text
        "svg", "title", "desc", "style", "rect", "g", "path", "circle", "text",
    }  # fmt: skip


def test_title_description_and_dots() -> None:
    """The picture says in words what it shows, and each dot names its zone and its network."""
    world = World(load("hub-and-spoke-resolver"))
    root = ET.fromstring(draw(world, asked(world, "office")))  # noqa: S314 -- our own text
    assert root.get("role") == "img"
    assert root.findtext("s:title", "", NS) == "contoso.azurecr.io A, asked from office"
    assert "3. Inbound endpoint 10.0.1.4 in hub goes on with" in root.findtext("s:desc", "", NS)
    dots = {
        (each.get("data-zone"), each.get("data-network")): each.get("class")
        for each in root.iterfind(".//s:circle[@data-zone]", NS)
    }
    assert dots == {
        ("privatelink.azurecr.io", "hub"): "dot linked lit",
        ("privatelink.azurecr.io", "spoke-aks"): "dot unlinked",
        ("privatelink.azurecr.io", "spoke-build"): "dot linked",
    }


def test_a_link_moves_nothing_else() -> None:
    """Boxes and lanes stay where they are when a link goes: what is missing shows as an empty dot."""
    before = World(load("private-link"))
    text = "network-without-zone-link"
    after = World(load(f"broken/{text}"))
    one, other = build(before, asked(before, "hub")), build(after, asked(after, "hub"))
    assert [box.area for box in one.lanes] == [box.area for box in other.lanes]
    assert [dot.look for dot in (*one.dots[:1], *other.dots[:1])] == ["linked lit", "unlinked"]


@pytest.mark.parametrize(("step", "faint"), [(1, {"2", "3"}), (2, {"3"}), (3, set())])
def test_later_steps_are_faint(step: int, faint: set[str]) -> None:
    """At a step, the steps after it are faint."""
    world = World(load("hub-and-spoke-resolver"))
    root = ET.fromstring(draw(world, asked(world, "office"), step=step))  # noqa: S314 -- our own text
    discs = root.iterfind(".//s:g[@class]/s:text", NS)
    assert discs is not None
    later = {
        g.findtext("s:text", "", NS)
        for g in root.iterfind(".//s:g", NS)
        if "disc" in (g.get("class") or "").split() and "later" in g.get("class", "")
    }
    assert later == faint
