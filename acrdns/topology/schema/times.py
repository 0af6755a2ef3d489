"""The kinds of values that are times: ISO 8601 dates and durations, cron expressions."""

from __future__ import annotations

import re
from datetime import date as Date  # noqa: N812 - `date` is a check here
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field

from acrdns.topology.schema.fields import wrong

if TYPE_CHECKING:
    from collections.abc import Callable

_DURATION = r"P(?=.)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?"


def duration(text: str) -> timedelta | None:
    """Read an ISO 8601 duration of weeks, days, hours, minutes and seconds; None for anything else."""
    found = re.fullmatch(_DURATION, text)
    if not found:
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    try:
        return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        return timedelta.max


def _duration_between(least: str, most: str) -> Callable[[str], str]:
    allowed = f"allowed: an ISO 8601 duration from {least} to {most}"

    def check(text: str) -> str:
        canonical = text.upper()
        length, low, high = duration(canonical), duration(least), duration(most)
        if length is None:
            raise wrong(f"{text!r} is no duration", allowed)
        if low and high and not low <= length <= high:
            raise wrong(f"{text!r} is too {'short' if length < low else 'long'}", allowed)
        return canonical

    return check


_CRON = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of the month", 1, 31, ()),
    ("month", 1, 12, ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")),
    ("day of the week", 0, 7, ("sun", "mon", "tue", "wed", "thu", "fri", "sat")),
)
_CRON_PART = r"(?:\*|([0-9a-z]+)(?:-([0-9a-z]+))?)(?:/([0-9]+))?"
_CRON_ALLOWED = 'allowed: a cron expression of five fields, e.g. "0 9 * * *"; "* * * * *" syncs all the time'


def cron(text: str) -> str:
    """Check a cron expression of five fields (minute, hour, day, month, weekday); canonical has single spaces."""
    fields = text.split()
    if len(fields) != len(_CRON):
        raise wrong(f"{text!r} has {len(fields)} fields instead of five", _CRON_ALLOWED)
    for field, (what, low, high, words) in zip(fields, _CRON, strict=True):
        if not all(_cron_part(part, low, high, words) for part in field.lower().split(",")):
            raise wrong(f"{text!r} has {field!r} as its {what}", _CRON_ALLOWED)
    return " ".join(fields)


def _cron_part(part: str, low: int, high: int, words: tuple[str, ...]) -> bool:
    found = re.fullmatch(_CRON_PART, part)
    if not found or found[3] == "0":
        return False
    ends = [_cron_number(text, low, words) for text in found.groups()[:2] if text is not None]
    return all(low <= end <= high for end in ends) and ends == sorted(ends)


def _cron_number(text: str, low: int, words: tuple[str, ...]) -> int:
    if text in words:
        return words.index(text) + (1 if low else 0)
    return int(text) if text.isdecimal() else -1


def date(text: str) -> str:
    """Check a date; canonical is YYYY-MM-DD."""
    try:
        return Date.fromisoformat(text).isoformat()
    except ValueError:
        raise wrong(f"{text!r} is no date", "allowed: a date such as 2027-03-01") from None


Cron = Annotated[str, AfterValidator(cron)]
MessageTtl = Annotated[str, AfterValidator(_duration_between("P1D", "P90D")), Field(examples=["P2D"])]
SyncWindow = Annotated[str, AfterValidator(_duration_between("PT1H", "P7D")), Field(examples=["PT3H"])]
IsoDate = Annotated[str, AfterValidator(date), Field(examples=["2027-03-01"])]
