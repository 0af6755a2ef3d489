"""Every vantage point's answer to a question, with as few resolutions as the topology allows.

The engine is asked once for each structure (see `structure`), and once more for each different content of the zones at
the names that it looked up there; all other vantage points get the same answer. An index gives the zones that have a
name at all: of fifty networks with a zone each, forty-nine are not looked at.

`cause` is the one part of an answer that may name a network: that of the vantage point that was asked for all of its
kind. The endpoints in reach differ between vantage points, so `cause` does not explain private addresses here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from acrdns.resolve.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from acrdns.names import Name
    from acrdns.resolve.chain import Question, Response
    from acrdns.resolve.equivalence.structure import Structure
    from acrdns.zone.zone import Zone


class Resolves(Protocol):
    """The part of a `World` that is needed here."""

    def structure(self, vantage: str) -> Structure:
        """Return what the answers at a vantage point depend on."""

    def ask(self, vantage: str, question: Question, walk: Walk) -> Response:
        """Ask the DNS servers of a vantage point."""


class Answers(NamedTuple):
    """All answers to one question."""

    usual: list[Response]
    """By the number of the structure."""
    unusual: dict[int, Response]
    """By vantage point, where it differs from what is usual in its structure."""


class Everywhere:
    """Asks from several vantage points at once; they are numbered by their positions in `vantages`."""

    def __init__(self, world: Resolves, vantages: Sequence[str]) -> None:
        self.structures: list[int] = []
        """The number of each vantage point's structure."""
        numbers: dict[Hashable, int] = {}
        kinds: list[dict[Hashable, _Kind]] = []
        for column, vantage in enumerate(vantages):
            shape = world.structure(vantage)
            number = numbers.setdefault(shape.structure, len(numbers))
            self.structures.append(number)
            if number == len(kinds):
                kinds.append({})
            kind = kinds[number].setdefault(shape.signature, _Kind(vantage, shape.zones))
            kind.columns.append(column)
        self._structures = [_Structure(world, tuple(each.values())) for each in kinds]

    def ask(self, question: Question) -> Answers:
        """Ask one question from everywhere."""
        unusual: dict[int, Response] = {}
        return Answers([structure.ask(question, unusual) for structure in self._structures], unusual)

    def everywhere(self, question: Question) -> list[Response]:
        """Return the response at each vantage point."""
        usual, unusual = self.ask(question)
        return [unusual.get(column) or usual[number] for column, number in enumerate(self.structures)]


class _Kind:
    """Vantage points that get equal answers to every question."""

    __slots__ = ("columns", "vantage", "zones")

    def __init__(self, vantage: str, zones: tuple[Zone, ...]) -> None:
        self.vantage = vantage
        """One of them."""
        self.zones = zones
        self.columns: list[int] = []


class _Tried(NamedTuple):
    """A kind that the engine was asked for."""

    kind: _Kind
    reads: Sequence[tuple[Zone, Name, str | None]]
    response: Response

    def at(self) -> Iterator[tuple[int, Name]]:
        """Return the names that were looked up, and the places of their zones in the shape.

        A zone may be at several places; which one was read is not known, so all of them count.
        """
        for zone, owner, _ in self.reads:
            for place, known in enumerate(self.kind.zones):
                if known is zone:
                    yield place, owner

    def fits(self, kind: _Kind) -> bool:
        """Return whether another kind would read the same, and so gets the same answer."""
        zones = self.kind.zones
        return all(kind.zones[place].nodes.get(owner) == zones[place].nodes.get(owner) for place, owner in self.at())


class _Structure:
    """All kinds of one structure: they differ in what is in their zones."""

    def __init__(self, world: Resolves, kinds: tuple[_Kind, ...]) -> None:
        self._world = world
        self._kinds = kinds
        self._holders = [_holders(kinds, place) for place in range(len(kinds[0].zones))]

    def ask(self, question: Question, unusual: dict[int, Response]) -> Response:
        """Return the response that is usual here, and add those that are not."""
        tried: list[_Tried] = []
        special: dict[_Kind, None] = {}
        for kind in self._kinds:
            if kind in special:
                continue
            tried.append(self._try(kind, question))
            if len(self._kinds) == 1:
                break
            special.update(self._having(tried[-1]))
            if kind not in special:
                break
        usual = tried[-1].response
        for kind in special:
            unusual.update(dict.fromkeys(kind.columns, self._special(kind, question, tried)))
        return usual

    def _try(self, kind: _Kind, question: Question) -> _Tried:
        walk = Walk(recording=False)
        return _Tried(kind, walk.reads, self._world.ask(kind.vantage, question, walk))

    def _having(self, tried: _Tried) -> Iterator[tuple[_Kind, None]]:
        """Return the kinds that have one of the names that were looked up. All others lack them."""
        for place, owner in tried.at():
            for kind in self._holders[place].get(owner, ()):
                yield kind, None

    def _special(self, kind: _Kind, question: Question, tried: list[_Tried]) -> Response:
        for known in tried:
            if known.fits(kind):
                return known.response
        tried.append(self._try(kind, question))
        return tried[-1].response


def _holders(kinds: Iterable[_Kind], place: int) -> Mapping[Name, Sequence[_Kind]]:
    """Return the kinds that have a name in their zone at a place; empty where all have the same zone there."""
    by_zone: dict[int, list[_Kind]] = {}
    zones = {id(kind.zones[place]): kind.zones[place] for kind in kinds}
    if len(zones) == 1:
        return {}
    for kind in kinds:
        by_zone.setdefault(id(kind.zones[place]), []).append(kind)
    found: dict[Name, list[_Kind]] = {}
    for number, zone in zones.items():
        for owner in zone.nodes:
            known = found.get(owner)
            found[owner] = by_zone[number] if known is None else known + by_zone[number]
    return found
