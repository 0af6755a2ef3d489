"""A diagram in the language of Graphviz (DOT)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.report.escape import visible

if TYPE_CHECKING:
    from acrdns.teach.graph.diagram import Diagram, DiagramNode

_SHAPES = {"client": "oval", "server": "box", "public": "cylinder", "zone": "cylinder", "endpoint": "component"}
_EDGES = {
    "way": "penwidth=2.5",
    "lost": "penwidth=2.5, arrowhead=tee",
    "link": "dir=none, style=dotted, constraint=false",
    "leads": "style=dashed",
}


def render(diagram: Diagram) -> str:
    """Return a diagram; it ends with a newline."""
    lines = ["digraph acrdns {", "  rankdir=LR;", '  node [fontname="sans-serif"];', '  edge [fontname="sans-serif"];']
    for group in diagram.groups:
        lines += [f"  subgraph cluster_{group.id} {{", f"    label={quoted(group.title)};"]
        lines += [*(f"    {_node(node)}" for node in group.nodes), "  }"]
    lines += [f"  {_node(zone)}" for zone in diagram.zones]
    for arrow in diagram.arrows:
        label = f"label={quoted(arrow.label)}, " if arrow.label else ""
        lines.append(f"  {arrow.start} -> {arrow.end} [{label}{_EDGES[arrow.style]}];")
    return "\n".join([*lines, "}"]) + "\n"


def quoted(*lines: str) -> str:
    r"""Return lines as a quoted string, where `\\` is a backslash, `\n` a new line, and an entity of HTML none."""
    shown = (visible(line).replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;") for line in lines)
    return '"' + "\\n".join(shown) + '"'


def _node(node: DiagramNode) -> str:
    lit = ", penwidth=2.5" if node.lit else ""
    return f"{node.id} [label={quoted(*node.lines)}, shape={_SHAPES[node.kind]}{lit}];"
