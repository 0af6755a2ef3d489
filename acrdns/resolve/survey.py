"""Every vantage point's answer to a question, with as few resolutions as the topology allows.

The engine is asked once for each structure and for each different content of the zones at the names that it looked up
there; all other vantage points get the same answer by comparing those names. `cause` is the one part of an answer that
may name a network: the network of the vantage point that was asked for all of its kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.resolve.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from acrdns.names import Name
    from acrdns.resolve.chain import Question, Response
    from acrdns.resolve.world import World
    from acrdns.zone.zone import Zone


class Survey:
    """Asks from several vantage points at once."""

    def __init__(self, world: World, vantages: Sequence[str]) -> None:
        self.vantages = tuple(vantages)
        kinds: dict[Hashable, dict[Hashable, _Kind]] = {}
        for column, vantage in enumerate(self.vantages):
            shape = world.shape(vantage)
            of_structure = kinds.setdefault(shape.structure, {})
            kind = of_structure.setdefault(shape.signature, _Kind(vantage, shape.zones))
            kind.columns.append(column)
        self._world = world
        self._structures = tuple(list(of_structure.values()) for of_structure in kinds.values())

    def ask(self, question: Question) -> list[Response]:
        """Give the response at each vantage point, in their order; equal ones are often the same object."""
        answers: dict[int, Response] = {}
        for kinds in self._structures:
            left = kinds
            while left:
                walk = Walk(recording=False)
                response = self._world.answer(left[0].vantage, question, walk)
                alike, left = _alike(left, walk.reads)
                for kind in alike:
                    for column in kind.columns:
                        answers[column] = response
        return [answers[column] for column in range(len(self.vantages))]


class _Kind:
    """Vantage points that get equal answers to every question."""

    __slots__ = ("columns", "lookups", "vantage", "zones")

    def __init__(self, vantage: str, zones: tuple[Zone, ...]) -> None:
        self.vantage = vantage
        """One of them."""
        self.zones = zones
        self.lookups = tuple(zone.nodes.get for zone in zones)
        self.columns: list[int] = []


def _alike(kinds: list[_Kind], reads: Iterable[tuple[Zone, Name]]) -> tuple[list[_Kind], list[_Kind]]:
    """Part kinds of one structure: those whose zones are like the first one's at the names that were read, and others.

    A zone that the first one has at several places has to be alike at each: which place was read is not known.
    """
    alike, others = kinds, list[_Kind]()
    for zone, owner in reads:
        node = zone.nodes.get(owner)
        for place in (place for place, known in enumerate(kinds[0].zones) if known is zone):
            same = [kind.lookups[place](owner) == node for kind in alike]
            others += (kind for kind, is_same in zip(alike, same, strict=True) if not is_same)
            alike = [kind for kind, is_same in zip(alike, same, strict=True) if is_same]
    return alike, others
