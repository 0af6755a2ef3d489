"""The lab's clock: this machine's, moved by so much. Links, tokens, schedules and messages go by it."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from typing import Protocol

from acrdns.errors import LabError

_MOVE = re.compile(r"([+-])(\d{1,9})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_WRITE = "write +21m, -90s, +2d (s, m, h or d), or a time as 2030-01-31T12:00:00Z"


class Clock(Protocol):
    """All that the data plane knows of time."""

    def now(self) -> float:
        """Return the seconds since 1970-01-01T00:00:00Z."""


class LabClock:
    """A clock that goes as this machine's does, `offset` seconds before or behind it."""

    def __init__(self, offset: float = 0) -> None:
        self.offset = offset

    def now(self) -> float:
        """Return the seconds since 1970-01-01T00:00:00Z."""
        return time.time() + self.offset


def offset(text: str, now: float) -> float:
    """Read `+21m`, `-90s` or an RFC 3339 time; return by how many seconds a clock that shows `now` is to be moved.

    Raises LabError.
    """
    move = _MOVE.fullmatch(text)
    if move:
        return float(f"{move[1]}{int(move[2]) * _SECONDS[move[3]]}")
    try:
        wanted = datetime.fromisoformat(text)
    except ValueError:
        raise LabError(f"{text!r} is no time; {_WRITE}") from None
    if wanted.tzinfo is None:
        raise LabError(f"{text!r} names no time zone; {_WRITE}")
    return wanted.timestamp() - now


def shown(seconds: float) -> str:
    """Return a time as RFC 3339 writes it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
