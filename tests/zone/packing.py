"""Zones whose nodes are packed as far as they can be, as those of master files are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acrdns.record import Type
from acrdns.zone.packed import PackedNodes, head, joined

if TYPE_CHECKING:
    from acrdns.zone.zone import Node, Zone


def packed(zone: Zone) -> Zone:
    """Return the same zone, packed."""
    return replace(zone, nodes=PackedNodes({name: _pack(node) for name, node in zone.nodes.items()}))


def _pack(node: Node) -> Node | bytes:
    records = [head(each.type, each.ttl, len(rdata)) + rdata for each in node for rdata in each.rdatas]
    if not records or node[0].type == Type.SOA:
        return node
    together: bytes | None = records[0]
    for record in records[1:]:
        together = joined(together, record) if together else None
    return together or node
