"""Asking again in simulated time: what is shown first is what is served, and later times remember."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from acrdns.check.estate.repeat import ask_again
from acrdns.names import name
from acrdns.record import Type, type_number
from acrdns.resolve.chain import Question
from acrdns.resolve.world import World
from acrdns.topology.load import loads
from tests.examples import examples
from tests.resolve import tangled
from tests.resolve.asking import FORWARDS_ONE_NAME
from tests.topologies import topologies

if TYPE_CHECKING:
    from acrdns.check.estate.repeat import Repeated
    from acrdns.topology.model import Topology

LOGIN = Question(name("contoso.azurecr.io"), Type.A)


@examples(1 / 2)
@given(topology=st.one_of(tangled.topologies(), topologies()), data=st.data())
def test_what_a_trace_shows_is_what_the_server_serves(topology: Topology, data: st.DataObject) -> None:
    """The recorded way and the quick one give the same rcode, records and authority, from every vantage point."""
    world = World(topology)
    questions = st.tuples(st.sampled_from(tangled.names_in(topology)), tangled.types())
    for vantage in world.vantages:
        for text, type_ in data.draw(st.lists(questions, min_size=1, max_size=4)):
            note(f"{vantage}: {text} {type_}")
            asked = Question(name(text), type_number(type_))
            (first,) = ask_again(world, vantage, asked, 1, 5)
            assert first.resolution.response == world.answer(vantage, asked)
            assert not first.remembered


def asked_from_plant(*, times: int, interval: float) -> list[Repeated]:
    """Ask for the login server from where one name is forwarded, but not its alias."""
    return list(ask_again(World(loads(FORWARDS_ONE_NAME, "t.yaml")), "plant", LOGIN, times, interval))


def test_who_asks_once_gets_one_answer_from_servers_that_remember_nothing() -> None:
    """One time is a plain trace."""
    (only,) = asked_from_plant(times=1, interval=5)
    assert (only.at, only.differs, only.remembered) == (0, False, False)
    assert only.resolution.response.answer[-1].texts() == ("10.0.0.7",)


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        (5, [("10.0.0.7", False, False), ("10.0.0.7", False, True), ("20.45.122.144", True, True)]),
        (11, [("10.0.0.7", False, False), ("20.45.122.144", True, True), ("20.45.122.144", False, True)]),
        (3600, [("10.0.0.7", False, False), ("10.0.0.7", False, False), ("10.0.0.7", False, False)]),
    ],
    ids=["while-the-address-lives", "once-only-the-alias-lives", "when-nothing-lives"],
)
def test_times_differ_as_ttls_run_out(interval: float, expected: list[tuple[str, bool, bool]]) -> None:
    """The private address lives 10 seconds, its alias an hour: the last address, whether it changed, from a cache."""
    seen = asked_from_plant(times=3, interval=interval)
    assert [time.at for time in seen] == [0, interval, 2 * interval]
    ends = [time.resolution.response.answer[-1].texts()[0] for time in seen]
    assert expected == [(end, time.differs, time.remembered) for end, time in zip(ends, seen, strict=True)]


def test_ttls_that_count_down_are_no_difference() -> None:
    """Only rcode and records count."""
    first, second = asked_from_plant(times=2, interval=4)
    assert first.resolution.response.answer != second.resolution.response.answer
    assert not second.differs


def test_an_unknown_vantage_point_is_a_key_error() -> None:
    """As of `World.resolve`."""
    for times in (1, 2):
        with pytest.raises(KeyError):
            list(ask_again(World(loads(FORWARDS_ONE_NAME, "t.yaml")), "nowhere", LOGIN, times, 5))
