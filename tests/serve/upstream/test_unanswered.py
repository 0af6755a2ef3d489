"""Zones whose names upstream leaves unanswered."""

from __future__ import annotations

import pytest

from acrdns.names import name
from acrdns.serve.upstream.unanswered import CHILDREN, PAUSE, SECONDS, SilentParents


def silenced(pattern: str, times: int = CHILDREN, now: float = 0.0) -> SilentParents:
    """Return what is known after so many names without an answer."""
    made = SilentParents()
    for number in range(times):
        made.note_silence(name(pattern.format(number)), now)
    return made


def asked(silent: SilentParents, *names: str, now: float = 0.0) -> list[str]:
    """Return which names are asked."""
    return [each for each in names if not silent.covers(name(each), now)]


def test_names_below_a_silent_parent_are_asked_one_at_a_time() -> None:
    """At any depth; names elsewhere are not concerned, nor is the parent itself."""
    silent = silenced("n{}.dead.example")
    assert asked(silent, "a.dead.example", "b.dead.example", "c.b.dead.example") == ["a.dead.example"]
    assert asked(silent, "dead.example", "a.alive.example", "a.notdead.example") == [
        "dead.example", "a.alive.example", "a.notdead.example"
    ]  # fmt: skip
    assert asked(silent, "c.dead.example", "d.dead.example", now=PAUSE) == ["c.dead.example"]


@pytest.mark.parametrize(
    ("pattern", "times", "free"),
    [
        pytest.param("n{}.dead.example", CHILDREN - 1, "a.dead.example", id="too few"),
        pytest.param("same.dead.example", 100, "a.dead.example", id="one name again and again"),
        pytest.param("n{}.dead.example", 100, "a.alive.example", id="one dead domain of a top-level domain"),
        pytest.param("n{}.one.shared.example", 100, "a.other.shared.example", id="one dead customer of a zone"),
        pytest.param("n{}.example", 100, "a.example", id="dead domains of a top-level domain"),
    ],
)
def test_what_says_nothing_of_other_names(pattern: str, times: int, free: str) -> None:
    """They are all asked."""
    assert asked(silenced(pattern, times), free, free) == [free, free]


def test_parents_of_silent_parents_are_silent() -> None:
    """As where a whole zone is silent, and its names have several labels."""
    silent = silenced("a.n{}.dead.example")
    assert asked(silent, "x.y.dead.example", "x.z.dead.example") == ["x.y.dead.example"]


def test_an_answer_ends_a_silence() -> None:
    """At once."""
    silent = silenced("n{}.dead.example")
    silent.note_answer(name("www.dead.example"))
    assert asked(silent, "a.dead.example", "b.dead.example") == ["a.dead.example", "b.dead.example"]


def test_a_silence_is_forgotten() -> None:
    """Some time after the last question, and its count begins at nothing."""
    silent = silenced("n{}.dead.example")
    names = ["a.dead.example", "b.dead.example"]
    assert asked(silent, *names, now=SECONDS) == names
    silent.note_silence(name("a.dead.example"), SECONDS)
    assert asked(silent, *names, now=SECONDS) == names


def test_few_parents_are_remembered() -> None:
    """Made-up parents take no more memory than their share; the oldest goes first."""
    silent = silenced("n{}.dead.example")
    for number in range(2000):
        silent.note_silence(name(f"a.made-up{number}.example"), 0.0)
    assert asked(silent, "a.dead.example", "b.dead.example") == ["a.dead.example", "b.dead.example"]
