"""The same zones and questions for NSD, Knot, BIND and acrdns: what the three agree on is what is right."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from tests.conformance.compare import differences, ours, queries, seen
from tests.conformance.peers import SERVERS, serving
from tests.conformance.worlds import World, dense_worlds, load, renumbered, worlds
from tests.zone import test_lookup, test_view
from tests.zone.odd import LONG, ODD

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from acrdns.zone.zone import Zone

pytestmark = pytest.mark.interop

WORLDS = 40
"""Worlds that are asked about in one start of the servers."""
DENSE_WORLDS = 20
"""Fewer, as each is asked 516 questions."""
STEPS = 12
"""Starts of the servers while a difference is shrunk, so that a failing run ends in time too."""
BATCHES = max(1, settings.default.max_examples // 100 if settings.default is not None else 1)
"""One in CI, twenty with the profile `explore`."""


@pytest.fixture(scope="module")
def programs(program: Callable[[str], str]) -> dict[str, str]:
    """Give the paths of all three servers."""
    return {name: program(name) for name in SERVERS}


@pytest.mark.parametrize("batch", range(BATCHES))
def test_generated_zones(programs: dict[str, str], batch: int) -> None:
    """Wildcards, DNAMEs, delegations, occlusion, empty non-terminals, loops, in one zone and across several."""
    drawn = _draw(batch, WORLDS, worlds)
    _ask(programs, [(world, question) for world in drawn for question in world.questions()])


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(BATCHES))
def test_dense_zones(programs: dict[str, str], batch: int) -> None:
    """Every name over a tiny alphabet with every type, where wildcards, aliases, cuts and occluded data collide."""
    drawn = _draw(batch, DENSE_WORLDS, dense_worlds)
    _ask(programs, [(world, question) for world in drawn for question in world.every_question()])


def _ask(programs: Mapping[str, str], asked: Sequence[tuple[World, tuple[str, str]]]) -> None:
    drawn = list(dict.fromkeys(world for world, _ in asked))
    zones = [zone for world in drawn for zone in world.loaded()]
    texts = {apex: text for world in drawn for apex, text in world.zones}
    wrong = {question for question, _ in _differences(programs, texts, zones, [question for _, question in asked])}
    for world, question in asked:
        if question in wrong:
            pytest.fail(_shrunk(programs, world, question))


def _draw(batch: int, count: int, strategy: Callable[[int], st.SearchStrategy[World]]) -> list[World]:
    """Have hypothesis draw worlds. All of them are asked about at once, so it is not hypothesis that shrinks."""
    drawn: list[World] = []

    @seed(batch)
    @settings(max_examples=count, phases=(Phase.generate,), database=None)
    @given(st.data())
    def draw(data: st.DataObject) -> None:
        drawn.append(data.draw(strategy(len(drawn))))

    draw()
    return drawn


def _shrunk(programs: Mapping[str, str], world: World, question: tuple[str, str]) -> str:
    """Leave lines and zones out for as long as the difference stays, and describe what is left.

    All smaller worlds of a step are served at once, below names of their own.
    """
    found = _found(programs, [world], question)[0]
    for _ in range(STEPS):
        candidates = list(world.smaller())
        different = _found(programs, candidates, question) if candidates else []
        left = [(len(str(smaller)), each, smaller) for smaller, each in zip(candidates, different, strict=True) if each]
        if not left:
            break
        _, found, world = min(left, key=itemgetter(0))
    return "\n".join([f"{' '.join(question)}:", *found, str(world)])


def _found(programs: Mapping[str, str], candidates: Sequence[World], question: tuple[str, str]) -> list[list[str]]:
    """Tell for each world how the question is answered differently; empty where it is not."""
    apart = [world.numbered(number) for number, world in enumerate(candidates)]
    texts = {apex: text for world in apart for apex, text in world.zones}
    zones = [zone for world in apart for zone in world.loaded()]
    owner, type_ = question
    asked = [(renumbered(owner, number), type_) for number in range(len(apart))]
    found = dict(_differences(programs, texts, zones, asked))
    return [found.get(each, []) for each in asked]


def test_the_odd_zones(programs: dict[str, str]) -> None:
    """Every question of the tables in tests/zone, and then some types more at each name."""
    texts = {"t.": f"$ORIGIN t.\n{ODD}", "sub.t.": f"$ORIGIN sub.t.\n{test_view.SUB}"}
    owners = {row[1] for table in (test_lookup.ANSWERS, test_lookup.NEGATIVE) for row in table}
    owners |= {row[0].split()[0] for row in test_view.CASES} | {row[0] for row in DELEGATED}
    absolute = [owner if owner.endswith(".") else "t." if owner == "@" else f"{owner}.t." for owner in sorted(owners)]
    types = ("A", "MX", "TXT", "CNAME", "DNAME", "NS", "DS", "SOA")
    questions = [(owner, type_) for owner in absolute for type_ in types]
    zones = [load(apex, text) for apex, text in texts.items()]
    assert not _differences(programs, texts, zones, questions)


DELEGATED = [("x.cut",), ("ns.cut",), ("cut",), ("tocut",), ("a.round",), (f"{LONG}.toolong",)]


def test_the_root_and_a_deeper_zone(programs: dict[str, str]) -> None:
    """The root zone takes what no other zone has, and the deepest zone wins."""
    texts = {
        ".": "$ORIGIN .\n@ 60 SOA a.root. host.root. 1 2 3 4 5\n@ 60 NS a.root.\na.root. 60 A 192.0.2.1\norg. 60 NS a.root.\n",
        "t.": f"$ORIGIN t.\n{ODD}",
    }
    names = (".", "root.", "a.root.", "org.", "example.org.", "example.", "t.", "www.t.", "nothing.t.")
    questions = [(name, type_) for name in names for type_ in ("A", "NS", "SOA", "DS", "ANY")]
    zones = [load(apex, text) for apex, text in texts.items()]
    assert not _differences(programs, texts, zones, questions)


def _differences(
    programs: Mapping[str, str], texts: Mapping[str, str], zones: Sequence[Zone], questions: Sequence[tuple[str, str]]
) -> list[tuple[tuple[str, str], list[str]]]:
    """Give the questions that are answered differently, each with how."""
    messages = queries(questions)
    with serving(programs, texts) as peers:
        responses = {peer.name: [seen(message) for message in peer.ask(messages)] for peer in peers}
    found = []
    for index, (question, mine) in enumerate(zip(questions, ours(zones, messages), strict=True)):
        different = differences(mine, {peer: answers[index] for peer, answers in responses.items()})
        if different:
            found.append((question, different))
    return found
