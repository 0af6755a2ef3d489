"""The lab's clock, and the times that people write for it."""

from __future__ import annotations

import pytest

from acrdns.errors import LabError
from acrdns.lab.clock import LabClock, offset

NOON = 1_900_000_000.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+21m", 21 * 60),
        ("-90s", -90),
        ("+2d", 2 * 86400),
        ("+0h", 0),
        ("2030-03-17T17:46:40Z", 0),
        ("2030-03-17T18:46:40+01:00", 0),
        ("2030-03-17T17:47:40.5Z", 60.5),
    ],
)
def test_a_time_moves_the_clock(text: str, expected: float) -> None:
    """A difference is taken as it stands, a time as its distance from the clock."""
    assert offset(text, NOON) == expected


@pytest.mark.parametrize("text", ["", "21m", "+21", "+m", "+1w", "noon", "2030-03-17T17:46:40", "+1m+1m", "+-1m"])
def test_other_texts_are_refused(text: str) -> None:
    """A text that says no time, or none that is the same everywhere, is an error with the forms that are read."""
    with pytest.raises(LabError, match=r"write \+21m"):
        offset(text, NOON)


def test_the_clock_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    """It shows this machine's time and its offset."""
    monkeypatch.setattr("time.time", lambda: NOON)
    clock = LabClock(90)
    assert clock.now() == NOON + 90
    clock.offset = -1
    assert clock.now() == NOON - 1
