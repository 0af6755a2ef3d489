"""Where the entries of a file's sections begin and end, so that an edit of one is read without the others.

Lines are counted from 0. A line of an entry is one from its key's to the next entry's key; what stands between entries,
as comments do, belongs to the entry before.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from acrdns.topology.text.compose import compose, is_merge
from acrdns.topology.text.places import Places

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from acrdns.errors import Path, Place
    from acrdns.topology.text.compose import Node

_OTHERS = "&\r\x85\u2028\u2029"
"""Anchors, and line breaks of YAML but the usual one. Files with these are read as a whole."""
_DOCUMENT = ("---", "...", "%")


class Section(NamedTuple):
    """A section in block style, with an entry a line or more."""

    name: str
    start: int
    """The line of its key."""
    end: int
    """The line after it."""
    column: int
    """That of the entries' keys."""
    keys: tuple[str, ...]
    lines: tuple[int, ...]
    """The lines of the keys, in order."""

    def moved(self, lines: int) -> Section:
        """Return the section so many lines further down."""
        return self._replace(
            start=self.start + lines, end=self.end + lines, lines=tuple(line + lines for line in self.lines)
        )


@dataclass(frozen=True, slots=True)
class Edited:
    """An edit of a text that concerns some entries of one section alone."""

    section: Section
    """As it was."""
    first: int
    """The number of the first entry concerned."""
    after: int
    """The number of the first one after them."""
    start: int
    """The line of the old text that they begin at."""
    text: str
    """The section with these entries alone, as they are now."""


class Entries:
    """The lines of a text, and the sections in block style."""

    def __init__(self, text: str, sections: Mapping[str, Section] | None = None) -> None:
        self.text = text
        self.lines = text.split("\n")
        plain = not any(each in text for each in _OTHERS)
        self.sections = sections if sections is not None else dict(_sections(text, len(self.lines))) if plain else {}

    def edited(self, text: str) -> Edited | None:
        """Return how another text differs, or None where that takes a look at the whole."""
        now = text.split("\n")
        same = _common(self.lines, now)
        rest = min(len(self.lines), len(now)) - same
        end = len(self.lines) - _common(self.lines[::-1][:rest], now[::-1][:rest])
        section = next((each for each in self.sections.values() if each.start < same <= each.end), None)
        if section is None or end > section.end or any(each in text for each in _OTHERS):
            return None
        first = max(bisect_left(section.lines, same) - 1, 0)
        after = bisect_left(section.lines, end)
        start = section.lines[first] if section.lines[first] < same else section.start + 1
        stop = section.lines[after] if after < len(section.lines) else section.end
        part = now[start : stop + len(now) - len(self.lines)]
        if any(line.startswith(_DOCUMENT) for line in part):
            return None
        return Edited(section, first, after, start, "\n".join((f"{section.name}:", *part)))

    def after(self, edit: Edited, text: str) -> Entries | None:
        """Return the entries of the text that the edit leads to, or None where they no longer fit in."""
        parsed = dict(_sections(edit.text, edit.text.count("\n") + 1))
        part = parsed.get(edit.section.name)
        if len(parsed) != 1 or part is None or part.column != edit.section.column:
            return None
        section, longer = edit.section, text.count("\n") - self.text.count("\n")
        keys = (*section.keys[: edit.first], *part.keys, *section.keys[edit.after :])
        lines = (
            *section.lines[: edit.first],
            *(line + edit.start - 1 for line in part.lines),
            *(line + longer for line in section.lines[edit.after :]),
        )
        now = section._replace(end=section.end + longer, keys=keys, lines=lines)
        if len(set(keys)) < len(keys):
            return None
        moved = {
            name: now if each is section else each.moved(longer) if each.start > section.start else each
            for name, each in self.sections.items()
        }
        return Entries(text, moved)


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many items two sequences begin with in common."""
    return next(
        (at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), min(len(one), len(other))
    )


def _sections(text: str, lines: int) -> Iterator[tuple[str, Section]]:
    root = compose(text)
    if root is None or root.id != "mapping" or root.flow_style:
        return
    ends = [*(key.start_mark.line for key, _ in root.value[1:]), lines]
    for (key, value), end in zip(root.value, ends, strict=True):
        found = _section(key, value, end)
        if found is not None:
            yield found.name, found


def _section(key: Node, value: Node, end: int) -> Section | None:
    if key.id != "scalar" or value.id != "mapping" or value.flow_style or not value.value:
        return None
    keys = [each for each, _ in value.value]
    start, column = key.start_mark.line, keys[0].start_mark.column
    lines = tuple(each.start_mark.line for each in keys)
    whole = all(each.id == "scalar" and each.start_mark.column == column and not is_merge(each) for each in keys)
    if not whole or len(set(lines)) < len(lines) or key.start_mark.column or lines[0] <= start:
        return None
    return Section(key.value, start, end, column, tuple(each.value for each in keys), lines)


class EntryPlaces(Places):
    """Places in a text of which the entries are known: an entry is parsed when something in it is asked for."""

    def __init__(self, entries: Entries, file: str) -> None:
        super().__init__(entries.text, file)
        self._known = entries
        self._of_entry: dict[Path, Places] = {}

    def __getitem__(self, path: Path) -> Place:
        part = self._part(path)
        return super().__getitem__(path) if part is None else part[path]

    def _part(self, path: Path) -> Places | None:
        """Return the places of an entry; None for what is in no entry."""
        section = self._known.sections.get(str(path[0])) if len(path) > 1 else None
        if section is None or path[1] not in section.keys:
            return None
        found = self._of_entry.get(path[:2])
        if found is None:
            number = section.keys.index(str(path[1]))
            start = section.lines[number]
            end = section.lines[number + 1] if number + 1 < len(section.lines) else section.end
            above = "\n" * (start - 1) if start else ""
            text = "\n".join((f"{above}{section.name}:", *self._known.lines[start:end]))
            found = self._of_entry[path[:2]] = Places(text, self._file)
        return found
