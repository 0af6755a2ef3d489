"""Did you mean: the names that are close to one which does not exist, and what is allowed where names are few."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

CUTOFF = 0.7
"""difflib's ratio: one wrong letter in a name of four is 0.75."""

MAX_LISTED = 12
"""More names than this are not listed: nobody reads them."""


def close(word: str, known: Iterable[str], count: int = 1, cutoff: float = CUTOFF) -> tuple[str, ...]:
    """Give at most `count` of the known names that are like `word`, the closest first; letter case is no difference."""
    by_lower: dict[str, str] = {}
    for name in known:
        by_lower.setdefault(name.lower(), name)
    return tuple(by_lower[match] for match in get_close_matches(word.lower(), by_lower, count, cutoff))


def either(names: Iterable[str]) -> str:
    """Write names as `a`, `a or b`, `a, b or c`."""
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last


def listed(known: Iterable[str]) -> str:
    """Write what is allowed as `allowed: a, b, c`, the first of many."""
    names = list(known)
    more = ", ..." if len(names) > MAX_LISTED else ""
    return f"allowed: {', '.join(names[:MAX_LISTED])}{more}"


def remedy(word: str, known: Iterable[str], nothing: str = "") -> str:
    """Write `did you mean a? allowed: a, b, c`, as far as there is something to say; `nothing` where none is known."""
    names = list(known)
    if not names:
        return nothing
    matches = close(word, names)
    return f"did you mean {either(matches)}? {listed(names)}" if matches else listed(names)
