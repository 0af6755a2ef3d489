"""A diagram in the language of Mermaid (flowchart), which GitHub, GitLab and Azure DevOps draw in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.report.escape import visible

if TYPE_CHECKING:
    from acrdns.teach.graph.diagram import Arrow, Diagram, DiagramNode

_SHAPES = {
    "client": ('(["', '"])'),
    "server": ('["', '"]'),
    "public": ('[("', '")]'),
    "zone": ('[("', '")]'),
    "endpoint": ('("', '")'),
}
_PLAIN = " .,:()/-_+–…✕"  # noqa: RUF001 -- as in the picture
_ARROWS = {"way": "==>", "lost": "--x", "link": "-.-", "leads": "-.->"}


def render(diagram: Diagram) -> str:
    """Return a diagram; it ends with a newline."""
    lines = ["flowchart LR"]
    for group in diagram.groups:
        lines += [f'  subgraph {group.id}["{quoted(group.title)}"]', *(f"    {_node(n)}" for n in group.nodes), "  end"]
    lines += [f"  {_node(zone)}" for zone in diagram.zones]
    lines += [f"  {_arrow(arrow)}" for arrow in diagram.arrows]
    nodes = [node for group in diagram.groups for node in group.nodes] + list(diagram.zones)
    lit = [node.id for node in nodes if node.lit]
    if lit:
        lines += ["  classDef lit stroke-width:3px", f"  class {','.join(lit)} lit"]
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """Return a text for a quoted label: every character that Mermaid, Markdown or HTML could read is a number.

    `#35;` is Mermaid's own form of an entity.
    """
    letters = (letter if letter.isalnum() or letter in _PLAIN else f"#{ord(letter)};" for letter in visible(text))
    return "".join(letters)


def _node(node: DiagramNode) -> str:
    begin, end = _SHAPES[node.kind]
    return f"{node.id}{begin}{'<br/>'.join(map(quoted, node.lines))}{end}"


def _arrow(arrow: Arrow) -> str:
    label = f'|"{quoted(arrow.label)}"|' if arrow.label else ""
    return f"{arrow.start} {_ARROWS[arrow.style]}{label} {arrow.end}"
