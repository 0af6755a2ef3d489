"""Ask the three servers and ours about worlds, and tell where ours differs from what the three agree on."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING

from tests.conformance.compare import differences, ours, query, seen
from tests.conformance.peers import serving
from tests.conformance.worlds import renumbered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from acrdns.zone.zone import Zone
    from tests.conformance.worlds import World

    Answerer = Callable[[Iterable[Zone], Sequence[bytes]], list[bytes]]
    Differ = Callable[[Sequence[tuple[World, tuple[str, str]]]], Mapping[int, list[str]]]

STEPS = 12
"""Starts of the servers while a difference is shrunk, so that a failing run ends in time too."""


@dataclass
class Judgement:
    """What came of many questions."""

    asked: int = 0
    agreed: int = 0
    """Questions to which the three give the same response, in all parts."""
    different: dict[int, list[str]] = field(default_factory=dict)
    """By the question's index: the parts in which the three agree, and ours differs."""
    failed: list[str] = field(default_factory=list)
    """Zones that one of the three has not loaded, so that it says nothing about them."""


def judge(
    programs: Mapping[str, str], asked: Sequence[tuple[World, tuple[str, str]]], answerer: Answerer = ours
) -> Judgement:
    """Serve all worlds at once, each by every server, and ask the questions."""
    worlds = list(dict.fromkeys(world for world, _ in asked))
    texts = {apex: text for world in worlds for apex, text in world.zones}
    zones = [zone for world in worlds for zone in world.loaded()]
    packets = [query(*question) for _, question in asked]
    judgement = Judgement(len(asked))
    with serving(programs, texts) as peers:
        for peer in peers:
            loaded = zip(texts, peer.ask([query(apex, "SOA") for apex in texts]), strict=True)
            judgement.failed += [f"{peer.name}: {apex}" for apex, packet in loaded if not seen(packet).authoritative]
        responses = {peer.name: peer.ask(packets) for peer in peers}
    for index, packet in enumerate(answerer(zones, packets)):
        theirs = {name: seen(packets[index]) for name, packets in responses.items()}
        judgement.agreed += len(set(theirs.values())) == 1
        found = differences(seen(packet), theirs)
        if found:
            judgement.different[index] = found
    return judgement


def shrunk(differ: Differ, world: World, question: tuple[str, str]) -> tuple[World, list[str]]:
    """Leave lines and zones out for as long as the difference stays. Gives what is left, and how it is answered.

    All smaller worlds of a step are asked about at once, below names of their own.
    """
    found = differ([(world, question)])[0]
    for _ in range(STEPS):
        candidates = list(world.smaller())
        owner, type_ = question
        different = differ([(each.numbered(at), (renumbered(owner, at), type_)) for at, each in enumerate(candidates)])
        left = [(len(str(candidates[at])), each, candidates[at]) for at, each in different.items()]
        if not left:
            break
        _, found, world = min(left, key=itemgetter(0))
    return world, found


def told(question: tuple[str, str], world: World, found: Iterable[str]) -> str:
    """Describe a difference."""
    return "\n".join([f"{' '.join(question)}:", *found, str(world)])
