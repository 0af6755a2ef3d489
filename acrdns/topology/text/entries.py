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
_BLOCK = 512
"""Lines that are compared at a time."""


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
    """An edit of a text, as far as it concerns some entries of one section."""

    section: Section
    """As it was."""
    first: int
    """The number of the first entry concerned."""
    after: int
    """The number of the first one after them."""
    start: int
    """The line of the new text that they begin at."""
    moved: int
    """Lines by which the section has moved down."""
    longer: int
    """Lines by which it has grown."""
    lines: tuple[str, ...]
    """The lines of these entries, as they are now."""

    @property
    def text(self) -> str:
        """The section with these entries alone, each in its line and column of the new text."""
        return "\n".join(("\n" * (self.start - 1) + f"{self.section.name}:", *self.lines))


class Edits(NamedTuple):
    """An edit of a text, section by section."""

    sections: list[Edited]
    grown: list[tuple[int, int]]
    """Lines of the old text at which it has grown, and by how many lines."""


class Entries:
    """The lines of a text, and the sections in block style."""

    def __init__(self, text: str, sections: Mapping[str, Section] | None = None) -> None:
        self.text = text
        self.lines = text.split("\n")
        if sections is None:
            plain = not any(each in text for each in _OTHERS)
            sections = dict(_sections(text, len(self.lines))) if plain else {}
        self.sections = sections

    def edited(self, text: str) -> Edits | None:
        """Return how another text differs, section by section, or None where that takes a look at the whole."""
        if any(each in text for each in _OTHERS):
            return None
        old, now = self.lines, text.split("\n")
        same = _common(old, now)
        rest = min(len(old), len(now)) - same
        alike = _common(old[len(old) - rest :][::-1], now[len(now) - rest :][::-1])
        heads, others = _heads(old, same, len(old) - alike), _heads(now, same, len(now) - alike)
        if [old[line] for line in heads] != [now[line] for line in others]:
            return None
        at = max((each.start for each in self.sections.values() if each.start < same), default=-1)
        begins = [(at, same), *((line, line + 1) for line in heads)]
        news = [same, *(line + 1 for line in others)]
        ends = zip([*heads, len(old) - alike], [*others, len(now) - alike], strict=True)
        starts = {each.start: each for each in self.sections.values()}
        found = Edits([], [])
        for (head, begin), new, (end, new_end) in zip(begins, news, ends, strict=True):
            if old[begin:end] == now[new:new_end]:
                continue
            found.grown.append((begin, new_end - new - end + begin))
            section = starts.get(head)
            if section is None or end > section.end:
                if any(line.strip() and line[:1] != "#" for line in (*old[begin:end], *now[new:new_end])):
                    return None
                continue  # comments outside of sections
            edit = self._edited(section, now, (begin, end), (new, new_end))
            if edit is None:
                return None
            found.sections.append(edit)
        return found

    def _edited(
        self, section: Section, now: Sequence[str], old: tuple[int, int], new: tuple[int, int]
    ) -> Edited | None:
        """Return the edit of some lines of a section."""
        moved, longer = new[0] - old[0], new[1] - new[0] - old[1] + old[0]
        before, after = self.lines[slice(*old)], now[slice(*new)]
        same = _common(before, after)
        rest = min(len(before), len(after)) - same
        end = old[1] - _common(before[len(before) - rest :][::-1], after[len(after) - rest :][::-1])
        first = max(bisect_left(section.lines, old[0] + same) - 1, 0)
        last = bisect_left(section.lines, end)
        start = section.lines[first] if section.lines[first] < old[0] + same else section.start + 1

        def lines() -> Sequence[str]:
            stop = section.lines[last] if last < len(section.lines) else section.end
            return now[start + moved : stop + moved + longer]

        if last < len(section.lines) and not any(line.lstrip()[:1] not in ("", "#") for line in lines()):
            last += 1  # the first entries are gone
        if any(line.startswith(_DOCUMENT) for line in lines()):
            return None
        return Edited(section, first, last, start + moved, moved, longer, tuple(lines()))

    def after(self, edits: Edits, text: str) -> Entries | None:
        """Return the entries of the text that edits lead to, or None where they no longer fit in."""
        by_name, found = {edit.section.name: edit for edit in edits.sections}, dict[str, Section]()
        for name, section in self.sections.items():
            edit, moved = by_name.get(name), sum(longer for line, longer in edits.grown if line <= section.start)
            now = _after(edit) if edit else section.moved(moved) if moved else section
            if now is None:
                return None
            found[name] = now
        return Entries(text, found)


def _after(edit: Edited) -> Section | None:
    """Return a section as it is after an edit, or None where that has other columns, or keys twice."""
    section, moved = edit.section, edit.moved
    parsed = dict(_sections("\n".join((f"{section.name}:", *edit.lines)), len(edit.lines) + 1))
    part = parsed.get(section.name)
    if len(parsed) != 1 or part is None or part.column != section.column:
        return None
    keys = (*section.keys[: edit.first], *part.keys, *section.keys[edit.after :])
    lines = (
        *(section.lines[: edit.first] if not moved else (line + moved for line in section.lines[: edit.first])),
        *(line + edit.start - 1 for line in part.lines),
        *(line + moved + edit.longer for line in section.lines[edit.after :]),
    )
    end = section.end + moved + edit.longer
    known = section.keys[edit.first : edit.after]
    if known != part.keys and len(set(keys)) < len(keys):
        return None
    return section._replace(start=section.start + moved, end=end, keys=keys, lines=lines)


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many items two sequences begin with in common."""
    at, most = 0, min(len(one), len(other))
    while at < most and one[at : at + _BLOCK] == other[at : at + _BLOCK]:
        at += _BLOCK
    pairs = enumerate(zip(one[at : at + _BLOCK], other[at : at + _BLOCK], strict=False), at)
    return min(next((number for number, pair in pairs if pair[0] != pair[1]), most), most)


def _heads(lines: Sequence[str], start: int, end: int) -> list[int]:
    """Return the lines that begin a section, among some lines."""
    return [number for number in range(start, end) if lines[number][:1] not in ("", " ", "#", "\t")]


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

    def key(self, path: Path) -> Place:
        """Return the place of the key itself. Raises KeyError where the file has no such key."""
        part = self._part(path)
        return super().key(path) if part is None else part.key(path)

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
