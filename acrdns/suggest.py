"""Did you mean: the names that are close to one which does not exist, and what is allowed where names are few."""

from __future__ import annotations

from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

CUTOFF = 0.7
"""difflib's ratio: one wrong letter in a name of four is 0.75."""

MAX_LISTED = 14
"""More names than this are not listed: nobody reads them."""


MAX_COMPARED = 300
"""With more names than this, comparing all of them with every wrong one takes longer than loading the file."""

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-."


def close(word: str, known: Collection[str], count: int = 1, cutoff: float = CUTOFF) -> tuple[str, ...]:
    """Return at most `count` of the known names that are like `word`, the closest first; letter case is no difference.

    Of very many names only one that is a single letter away is found.
    """
    if len(known) > MAX_COMPARED:
        return tuple(islice((name for name in _one_letter_away(word) if name in known), count))
    by_lower: dict[str, str] = {}
    for name in known:
        by_lower.setdefault(name.lower(), name)
    return tuple(by_lower[match] for match in get_close_matches(word.lower(), by_lower, count, cutoff))


def _one_letter_away(word: str) -> Iterator[str]:
    """Return the word in lower case, and with one letter too few, too many, wrong, or in its neighbour's place."""
    yield word.lower()
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        yield before + after[1:]
        yield before + after[1:2] + after[:1] + after[2:]
        for letter in LETTERS:
            yield before + letter + after[1:]
            yield before + letter + after


def either(names: Iterable[str]) -> str:
    """Write names as `a`, `a or b`, `a, b or c`."""
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last


def listed(known: Collection[str]) -> str:
    """Write what is allowed as `allowed: a, b, c`, the first of many."""
    more = ", ..." if len(known) > MAX_LISTED else ""
    return f"allowed: {', '.join(islice(known, MAX_LISTED))}{more}"


def remedy(word: str, known: Collection[str], nothing: str = "") -> str:
    """Write `did you mean a? allowed: a, b, c`, as far as there is something to say; `nothing` where none is known."""
    if not known:
        return nothing
    matches = close(word, known)
    return f"did you mean {either(matches)}? {listed(known)}" if matches else listed(known)
