"""The same zones and questions for NSD, Knot, BIND and acrdns: what the three agree on is what is right."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from tests.conformance.judge import judge, shrunk, told
from tests.conformance.palette import nested, questions, single
from tests.conformance.peers import SERVERS
from tests.conformance.worlds import World, dense_worlds, nested_worlds, worlds
from tests.zone import test_lookup, test_view
from tests.zone.odd import LONG, ODD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

pytestmark = pytest.mark.interop

WORLDS = 40
"""Worlds that are asked about in one start of the servers."""
DENSE_WORLDS = 20
"""Fewer, as each zone is asked 516 questions."""
AT_ONCE = 1000
"""Small zones that are served in one start of the servers."""
MOSTLY = 0.5
"""The three agree on at least this part of what is asked; else next to nothing was compared."""
BATCHES = max(1, settings.default.max_examples // 100 if settings.default is not None else 1)
"""One in CI, twenty with the profile `explore`."""


@pytest.fixture(scope="module")
def programs(program: Callable[[str], str]) -> dict[str, str]:
    """Return the paths of all three servers."""
    return {name: program(name) for name in SERVERS}


@pytest.mark.parametrize("batch", range(BATCHES))
def test_generated_zones(programs: dict[str, str], batch: int) -> None:
    """Wildcards, DNAMEs, delegations, occlusion, empty non-terminals, loops, in one zone and across several."""
    drawn = _draw(batch, WORLDS, worlds)
    _ask(programs, [(world, question) for world in drawn for question in world.questions()])


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(BATCHES))
@pytest.mark.parametrize("strategy", [dense_worlds, nested_worlds])
def test_dense_zones(programs: dict[str, str], strategy: Callable[[int], st.SearchStrategy[World]], batch: int) -> None:
    """Every name over a tiny alphabet with every type, where wildcards, aliases, cuts and occluded data collide."""
    drawn = _draw(batch, DENSE_WORLDS, strategy)
    _ask(programs, [(world, question) for world in drawn for question in world.every_question()])


@pytest.mark.parametrize(
    ("enumerated", "size"),
    [
        pytest.param(single, 1, id="one record"),
        pytest.param(single, 2, id="two records"),
        pytest.param(single, 3, id="three records", marks=pytest.mark.slow),
        pytest.param(nested, 1, id="one record above a zone"),
        pytest.param(nested, 2, id="two records above a zone", marks=pytest.mark.slow),
    ],
)
def test_every_small_zone(programs: dict[str, str], enumerated: Callable[[int], Iterator[World]], size: int) -> None:
    """Every combination of the palette's records, as SCALE makes its zones, with every name and type."""
    drawn = enumerated(size)
    while some := list(islice(drawn, AT_ONCE)):
        _ask(programs, [(world, question) for world in some for question in questions(world)])


def _ask(programs: Mapping[str, str], asked: Sequence[tuple[World, tuple[str, str]]]) -> None:
    judgement = judge(programs, asked)
    for index in judgement.different:
        world, question = asked[index]
        pytest.fail(told(question, *shrunk(lambda smaller: judge(programs, smaller).different, world, question)))
    assert not judgement.failed
    assert judgement.agreed > MOSTLY * judgement.asked


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


def test_the_odd_zones(programs: dict[str, str]) -> None:
    """Every question of the tables in tests/zone, and then some types more at each name."""
    texts = {"t.": f"$ORIGIN t.\n{ODD}", "sub.t.": f"$ORIGIN sub.t.\n{test_view.SUB}"}
    owners = {row[1] for table in (test_lookup.ANSWERS, test_lookup.NEGATIVE) for row in table}
    owners |= {row[0].split()[0] for row in test_view.CASES} | {row[0] for row in DELEGATED}
    absolute = [owner if owner.endswith(".") else "t." if owner == "@" else f"{owner}.t." for owner in sorted(owners)]
    types = ("A", "MX", "TXT", "CNAME", "DNAME", "NS", "DS", "SOA")
    asked = [(owner, type_) for owner in absolute for type_ in types]
    world = World(tuple(texts.items()))
    assert not judge(programs, [(world, question) for question in asked]).different


DELEGATED = [("x.cut",), ("ns.cut",), ("cut",), ("tocut",), ("a.round",), (f"{LONG}.toolong",)]


def test_the_root_and_a_deeper_zone(programs: dict[str, str]) -> None:
    """The root zone takes what no other zone has, and the deepest zone wins."""
    texts = {
        ".": "$ORIGIN .\n@ 60 SOA a.root. host.root. 1 2 3 4 5\n@ 60 NS a.root.\na.root. 60 A 192.0.2.1\norg. 60 NS a.root.\n",
        "t.": f"$ORIGIN t.\n{ODD}",
    }
    names = (".", "root.", "a.root.", "org.", "example.org.", "example.", "t.", "www.t.", "nothing.t.")
    asked = [(name, type_) for name in names for type_ in ("A", "NS", "SOA", "DS", "ANY")]
    world = World(tuple(texts.items()))
    assert not judge(programs, [(world, question) for question in asked]).different
