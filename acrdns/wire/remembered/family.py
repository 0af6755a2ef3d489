"""A family: queries that differ in their first label, and not in its length, and the tree of what is learnt of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from acrdns.record import Type
from acrdns.resolve.equivalence.path import MISSING
from acrdns.zone.packed import HEAD

if TYPE_CHECKING:
    from acrdns.resolve.equivalence.path import LookupOutcome, LookupPath
    from acrdns.resolve.servers.public_dns import Nodes
    from acrdns.resolve.whose_address import Reachability
    from acrdns.wire.remembered.template import Template

_LESSONS = 128
"""Of one family at most: some names have nothing to teach."""
_START: LookupOutcome = ("start",)
_SIZES = {int(Type.A): HEAD + 4, int(Type.AAAA): HEAD + 16}
"""Octets of one packed record."""


class LookupStep(NamedTuple):
    """A name to look up, and what comes of it."""

    nodes: Nodes
    at: int
    branches: dict[LookupOutcome, LookupStep | _Leaf]


class _Leaf(NamedTuple):
    """The end of a path."""

    template: Template
    reachability: Reachability | None
    """Judges the addresses; None if there are none to judge, or the servers on the path gave a cause."""


class _FirstLookup(NamedTuple):
    """The two commonest ends of a path of one lookup, ready to be joined."""

    nodes: Nodes
    octets: bytes
    """The type, as it stands in a packed record."""
    size: int
    denial: tuple[bytes, bytes, frozenset[bytes]] | None
    """No such name: what stands before and after the question, and labels that it does not hold for."""
    single: tuple[bytes, bytes, frozenset[bytes]] | None
    """One record: the same; the record stands between the question and the end."""


class Family:
    """Queries that differ in their first label, and not in its length."""

    __slots__ = ("end", "first", "lessons", "number", "root")

    def __init__(self, number: int, end: int) -> None:
        self.number = number
        self.end = end
        """Where the name ends."""
        self.root: LookupStep | _Leaf | None = None
        self.first: _FirstLookup | None = None
        self.lessons = _LESSONS

    def learn(self, path: LookupPath, made: Template, reachability: Reachability | None) -> None:
        """Remember where a path leads."""
        first: dict[LookupOutcome, LookupStep | _Leaf] = {} if self.root is None else {_START: self.root}
        branches, way = first, _START
        for lookup in path.lookups:
            step = branches.setdefault(way, LookupStep(lookup.nodes, lookup.at, {}))
            if not isinstance(step, LookupStep) or step.nodes is not lookup.nodes or step.at != lookup.at:
                return
            branches, way = step.branches, lookup.outcome
        branches.setdefault(way, _Leaf(made, reachability))
        self.root = first[_START]
        if len(path.lookups) == 1 and reachability is None:
            self._learn_first(path.lookups[0].nodes, way, made)

    def _learn_first(self, nodes: Nodes, way: LookupOutcome, made: Template) -> None:
        known = self.first or _FirstLookup(
            nodes, self.number.to_bytes(2, "big"), _SIZES.get(self.number, 0), None, None
        )
        if way == MISSING:
            self.first = known._replace(denial=made.around)
        elif made.between is not None:  # there are addresses
            self.first = known._replace(single=made.around)
