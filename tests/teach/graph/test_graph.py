"""Mermaid and DOT: what they say, and that names of a file are nothing but text in them."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from acrdns import names
from acrdns.record import Type
from acrdns.resolve.chain import Question
from acrdns.resolve.world import World
from acrdns.teach.graph import dot, mermaid
from acrdns.teach.graph.diagram import diagram
from acrdns.topology.load import load, loads
from acrdns.topology.samples import samples
from tests.report import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from acrdns.teach.graph.diagram import Diagram
    from acrdns.topology.model import Topology

SNAPSHOTS = Path(__file__).parent / "snapshots"
HOSTILE = r"""
registries: {contoso: {location: eastus}}
networks:
  "<img>": {address_space: [10.0.0.0/16]}
  "a\"];end;subgraph": {address_space: [10.2.0.0/16], dns_servers: [10.0.0.4]}
  "c\\": {address_space: [10.3.0.0/16]}
  "`*[x](y)<b>&amp;": {address_space: [10.1.0.0/16]}
private_dns_zones:
  "</style><img src=x onerror=alert(1)>\u202e": {name: privatelink.azurecr.io, virtual_network_links: {"<img>": {}}}
"""

# What every line of a Mermaid flowchart of ours is; mermaid 11.17 parsed all samples and the names above.
_TEXT = r"(?:[\w .,:()/\-+–…✕]|#\d+;)*"  # noqa: RUF001 -- as in the picture
_LABEL = rf'"{_TEXT}(?:<br/>{_TEXT})*"'
_LINE = re.compile(
    rf"flowchart LR| *end| *subgraph n\d+\[{_LABEL}\]| *[nz][\d_]+(?:\(\[|\[\(|\[|\(){_LABEL}(?:\]\)|\)\]|\]|\))"
    rf" *| *[nz][\d_]+ (?:==>|--x|-\.-|-\.->)(?:\|{_LABEL}\|)? [nz][\d_]+| *classDef lit .*| *class [\w,]+ lit"
)


def drawn(topology: Topology, vantage: str | None = None) -> Diagram:
    """Return the diagram of a topology, with the way of a login server's name if a vantage point is given."""
    world = World(topology)
    question = Question(names.name(f"contoso.{topology.cloud.registry}"), Type.A)
    return diagram(world, world.resolve(vantage, question) if vantage else None)


@cache
def all_diagrams() -> list[Diagram]:
    """Return a diagram of each sample, with and without a question, and of names that would be markup."""
    topologies = [*map(load, samples()[::2]), loads(HOSTILE, "t.yaml")]
    return [drawn(each, vantage) for each in topologies for vantage in (None, each.vantages[-1])]


@pytest.mark.parametrize("sample", ["hub-and-spoke-resolver", "broken/azure-dns-from-on-premises"])
def test_diagrams_look_as_they_did(sample: str) -> None:
    """The numbers are those of the steps, and a server that is silent ends an arrow."""
    found = drawn(load(sample), "office")
    name = sample.rpartition("/")[2]
    snapshot.check(SNAPSHOTS / f"{name}.mmd", mermaid.render(found))
    snapshot.check(SNAPSHOTS / f"{name}.dot", dot.render(found))


def test_every_line_of_mermaid_is_one_of_ours() -> None:
    """No name of a file ends a label, a line or a subgraph."""
    for found in all_diagrams():
        text = mermaid.render(found)
        assert [line for line in text.splitlines() if not _LINE.fullmatch(line)] == []
        assert text.count("subgraph n") == text.count("\n  end\n")


def test_arrows_lead_from_node_to_node() -> None:
    """Each end of an arrow is a node of the diagram, and no two nodes have an id."""
    for found in all_diagrams():
        ids = [node.id for group in found.groups for node in group.nodes] + [zone.id for zone in found.zones]
        assert len(ids) == len(set(ids))
        assert {end for arrow in found.arrows for end in (arrow.start, arrow.end)} <= set(ids)


@pytest.mark.interop
def test_graphviz_reads_every_diagram(program: Callable[[str], str]) -> None:
    """Without a word of complaint; it crashes where many come in one run."""
    for found in (*all_diagrams()[::8], *all_diagrams()[-2:]):
        command = [program("dot"), "-Tcanon"]
        done = subprocess.run(command, input=dot.render(found), capture_output=True, text=True, check=True, timeout=60)
        assert done.stderr == ""
        assert done.stdout.count("subgraph cluster") == len(found.groups)
