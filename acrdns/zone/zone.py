"""A zone: the record sets below one apex, ready to be looked up.

Nodes are kept by owner name. Empty non-terminals have a node without record sets (RFC 8020), so that the closest
encloser is the first ancestor that has a node.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from acrdns.names import parent
from acrdns.record import RRset, Type, negative_ttl

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from acrdns.errors import Problem
    from acrdns.names import Name

Node = tuple[RRset, ...]
"""The record sets of one owner name, each type once."""

ZoneKind = Literal["public", "private", "local", "file"]


@dataclass(frozen=True, slots=True)
class Zone:
    """The records of one zone. Make it with `build`."""

    apex: Name
    kind: ZoneKind
    key: str
    """The user's name for it: the key in the topology, the path of the file, or the apex."""
    nodes: Mapping[Name, Node]
    cuts: frozenset[Name] = field(default=frozenset())
    """Owner names below the apex that have NS records: delegations."""
    dnames: frozenset[Name] = field(default=frozenset())
    """Owner names that have a DNAME record."""
    denial: Node = ()
    """The SOA as negative answers carry it, with the negative TTL (RFC 2308 section 3)."""
    included: tuple[str, ...] = field(default=(), compare=False)
    """The paths of the files that the zone's own file includes."""
    warnings: tuple[Problem, ...] = field(default=(), compare=False)
    """Faults with which all servers load the zone."""

    @property
    def soa(self) -> RRset | None:
        """The zone's SOA record set."""
        return find(self.nodes.get(self.apex, ()), Type.SOA)


def find(node: Node, number: int) -> RRset | None:
    """Return the node's record set of a type."""
    for rrset in node:
        if rrset.type == number:
            return rrset
    return None


def build(apex: Name, kind: ZoneKind, key: str, rrsets: Iterable[RRset]) -> Zone:
    """Make a zone of record sets at or below its apex. A later set replaces one of the same name and type."""
    nodes: dict[Name, Node] = {apex: ()}
    cuts: set[Name] = set()
    dnames: set[Name] = set()
    for rrset in rrsets:
        owner = rrset.name
        node = nodes.get(owner)
        nodes[owner] = (*(other for other in node if other.type != rrset.type), rrset) if node else (rrset,)
        if rrset.type == Type.NS and owner != apex:
            cuts.add(owner)
        elif rrset.type == Type.DNAME:
            dnames.add(owner)
        while owner != apex:
            owner = parent(owner)
            if owner in nodes:
                break
            nodes[owner] = ()
    return Zone(apex, kind, key, nodes, frozenset(cuts), frozenset(dnames), denial(nodes[apex]))


def denial(apex: Node) -> Node:
    """Return the authority section of a zone's negative answers, made of the node at its apex."""
    soa = find(apex, Type.SOA)
    return () if soa is None else (RRset(soa.name, soa.type, negative_ttl(soa), soa.rdatas),)
