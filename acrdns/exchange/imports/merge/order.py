"""The order of private endpoints: of two that write one record set, the later in the file is the last writer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acrdns.topology.text.document import parse
from acrdns.topology.text.places import Places

if TYPE_CHECKING:
    from collections.abc import Iterable

SECTION = "private_endpoints"


def ordered(text: str, wanted: Iterable[str], file: str) -> str:
    """Return the text with the endpoints that an import knows in its order; others stay where they are."""
    data: dict[str, Any] = parse(text, file).data
    keys, known = list(data.get(SECTION) or ()), set(wanted)
    due = iter([key for key in wanted if key in keys])
    order = [next(due) if key in known else key for key in keys]
    if order == keys:
        return text
    lines, places = text.splitlines(keepends=True), Places(text, file)
    rows = [places.key((SECTION, key)).line - 1 for key in keys]
    starts = [_with_comments_above(lines, row) for row in rows]
    following = (places.key((key,)).line - 1 for key in data)
    end = _with_comments_above(lines, min((row for row in following if row > rows[-1]), default=len(lines)))
    chunks = dict(zip(keys, (lines[a:b] for a, b in zip(starts, [*starts[1:], end], strict=True)), strict=True))
    moved = [line for key in order for line in chunks[key]]
    result = "".join([*lines[: starts[0]], *moved, *lines[end:]])
    found = parse(result, file).data
    return result if found == data and list(found[SECTION]) == order else text


def _with_comments_above(lines: list[str], row: int) -> int:
    while row and lines[row - 1].lstrip().startswith("#"):
        row -= 1
    return row
