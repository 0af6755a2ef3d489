"""The formats of an explanation: what each has, and what no text of others can do in them."""

from __future__ import annotations

import json
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import TypeAdapter

import acrdns.teach
from acrdns import names
from acrdns.record import Type
from acrdns.resolve.chain import Question
from acrdns.resolve.world import World
from acrdns.teach.explain import json as as_json
from acrdns.teach.explain import markdown, page, text
from acrdns.teach.explain.document import ExplainDocument
from acrdns.teach.explain.explained import Explained, explained
from acrdns.topology.load import load, loads
from acrdns.topology.samples import samples
from tests.report import snapshot

if TYPE_CHECKING:
    from acrdns.topology.model import Topology

PACKAGE = Path(acrdns.teach.__file__).parent
SNAPSHOTS = Path(__file__).parent / "snapshots"
LOGIN, DATA = "contoso.azurecr.io", "contoso.eastus.data.azurecr.io"


def explanation(topology: Topology, name: str, vantage: str, against: str = "") -> tuple[World, Explained]:
    """Return a world and what is explained of it."""
    world = World(topology)
    question = Question(names.name(name), Type.A)
    second = world.resolve(against, question) if against else None
    return world, explained(world, world.resolve(vantage, question), second)


@cache
def of_sample(sample: str, name: str, vantage: str, against: str = "") -> tuple[World, Explained]:
    """Return the same of a sample."""
    return explanation(load(sample), name, vantage, against)


CASES = {
    "hub": ("broken/missing-data-record", DATA, "hub", ""),
    "office": ("hub-and-spoke-resolver", LOGIN, "office", ""),
    "compared": ("broken/network-without-zone-link", LOGIN, "hub", "internet"),
    "loop": ("broken/ruleset-loop", LOGIN, "spoke-aks", ""),
}


@pytest.mark.parametrize("name", CASES)
def test_explanations_look_as_they_did(name: str) -> None:
    """Text and Markdown, as people paste them into tickets."""
    _, found = of_sample(*CASES[name])
    snapshot.check(SNAPSHOTS / f"{name}.txt", text.render(found))
    snapshot.check(SNAPSHOTS / f"{name}.md", markdown.render(found))


def test_the_schema_in_the_package_is_current() -> None:
    """It is made from the dataclasses that describe what is written."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **TypeAdapter(ExplainDocument).json_schema()}
    snapshot.check(PACKAGE / "explain.schema.json", json.dumps(schema, indent=2) + "\n")


@pytest.mark.parametrize("name", CASES)
def test_an_explanation_is_what_its_schema_says(name: str) -> None:
    """It reads back as the documented document, with nothing besides."""
    _, found = of_sample(*CASES[name])
    written = as_json.render(found)
    adapter = TypeAdapter(ExplainDocument)
    document = adapter.validate_json(written)
    assert json.loads(adapter.dump_json(document)) == json.loads(written)
    assert [len(chain.steps) for chain in document.chains] == [len(chain.trace.steps) for chain in document.chains]


@pytest.mark.parametrize(
    ("sample", "vantage", "against", "line"),
    [
        ("broken/network-without-zone-link", "hub", "internet", "first difference: step 1"),
        ("two-regions", "east", "west", "first difference: step 2"),
        ("hub-and-spoke-resolver", "spoke-aks", "spoke-aks", "no difference"),
        ("public", "internet", "internet", "no difference"),
    ],
)
def test_where_two_chains_part(sample: str, vantage: str, against: str, line: str) -> None:
    """The same line stands in every format for people."""
    world, found = of_sample(sample, LOGIN, vantage, against)
    assert line in text.render(found).splitlines()
    assert line in markdown.render(found).splitlines()
    assert f">{line}<" in page.render(world, found)


class _Page(HTMLParser):
    """The tags, the attributes and the text of a page, and whether every element is closed."""

    VOID = frozenset({"meta", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: set[tuple[str, str]] = set()
        self.tags: set[str] = set()
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.add(tag)
        self.attributes |= {(name, value or "") for name, value in attrs}
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the tag that was opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.words += data


def parsed(html: str) -> _Page:
    """Return a page as a browser reads it."""
    found = _Page()
    found.feed(html)
    assert found.open == []
    return found


def test_every_page_is_whole_and_alone() -> None:
    """No script, no link and no address of another host; the words of the terminal are on the page."""
    for sample in samples()[::9]:
        world = World(load(sample))
        login = f"contoso.{world.topology.cloud.registry}"
        world, found = explanation(world.topology, login, world.vantages[-1], world.vantages[0])
        read = parsed(page.render(world, found))
        assert {"svg", "title", "desc", "table", "ol"} <= read.tags
        assert not read.tags & {"script", "link", "img", "iframe", "a", "form", "object"}
        assert not {name for name, _ in read.attributes if name.startswith("on") or name in {"href", "src", "style"}}
        assert all(step.asked in read.words for step in found.chains[0].steps)


HOSTILE = r"""
registries: {contoso: {location: eastus}}
networks: {"<img>": {address_space: [10.0.0.0/16]}, "`|*[x](y)<b>": {address_space: [10.1.0.0/16]}}
private_dns_zones:
  "</style><img src=x onerror=alert(1)>\u202e": {name: privatelink.azurecr.io, virtual_network_links: {"<img>": {}}}
"""


def test_names_are_text() -> None:
    """Names of a file become no markup of a page, no table cell and no link of Markdown, no command to a terminal."""
    world, found = explanation(loads(HOSTILE, "t.yaml"), LOGIN, "<img>", "`|*[x](y)<b>")
    html = page.render(world, found)
    assert not parsed(html).tags & {"img", "b", "script"}
    assert "\u202e" not in html + text.render(found) + markdown.render(found)
    for line in markdown.render(found).splitlines():
        assert "[x](y)" not in "".join(line.split("`")[::2]) or "``" in line


@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_name_is_broken(width: int) -> None:
    """A terminal's lines are filled with whole names, so that a name can be copied."""
    _, found = of_sample(*CASES["compared"])
    words = set(text.render(found, width).split())
    longest = max(map(len, words)) + len("       ")
    assert max(map(len, text.render(found, width).splitlines())) <= max(width, longest)
    for row in found.chains[0].table:
        assert row.name in words
        assert any(word.rstrip(".,") == row.value for word in words)
