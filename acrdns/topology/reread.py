"""A topology file that is read again after each edit: what the edit does not concern is not read a second time.

The law: a reading gives what `loads` gives, and refuses what `loads` refuses. Entries that were edited are parsed by
themselves; the checks of values against each other look at all sections that they depend on. Any other part
that is edited, or cannot be read by itself, is read as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

from acrdns.errors import InputError, Problem, TopologyError
from acrdns.gc_pause import paused
from acrdns.topology.amend import keep_known
from acrdns.topology.dump import SECTIONS
from acrdns.topology.load import loads
from acrdns.topology.normalize import normalize
from acrdns.topology.schema.draft import Draft, draft
from acrdns.topology.text.document import TopologyDocument, parse, refuse_syntax
from acrdns.topology.text.entries import Entries, EntryPlaces
from acrdns.topology.text.rewrite import edited
from acrdns.topology.verify import verify

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from acrdns.topology.assumptions import Assumptions
    from acrdns.topology.model import Topology
    from acrdns.topology.schema.schema import TopologyFile
    from acrdns.topology.text.edit import Edit
    from acrdns.topology.text.entries import Edits


_ENTRY = ("section", "key")
"""The parts of an entry's path."""
_MANY = ("registries", "private_endpoints")
"""The sections with most entries."""


class Reread:
    """A topology file, read again and again. A text that is refused leaves the last topology as it is."""

    def __init__(self, text: str, file: str, assumptions: Assumptions | None = None) -> None:
        """Read the file for the first time. Raises TopologyError with every problem."""
        self._file = file
        self._assumptions = assumptions
        with paused():
            self._read_whole(text)

    def read(self, text: str) -> Topology:
        """Read the file again. Raises TopologyError with every problem."""
        if text != self._entries.text:
            with paused():
                edit = self._entries.edited(text)
                if edit is None or not self._read_edit(edit, text):
                    self._read_whole(text)
        return self.topology

    def edited(self, text: str, edits: Sequence[Edit]) -> str:
        """Return what `rewrite.edited` makes of a text; where it was read last, only the edited entry is parsed."""
        part = self._part(text, edits)
        if part is not None:
            start, end, above = part
            lines = self._entries.lines
            with suppress(InputError, KeyError):  # the whole text says where
                after = edited(f"{above}\n{chr(10).join(lines[start:end])}\n", edits, self._file)
                return "\n".join((*lines[:start], after[len(above) + 1 : -1], *lines[end:]))
        return edited(text, edits, self._file)

    def _part(self, text: str, edits: Sequence[Edit]) -> tuple[int, int, str] | None:
        """Return the lines of the one entry that edits are inside of, and the line of its section; else None."""
        paths = {edit.path[:2] for edit in edits}
        if text != self._entries.text or len(paths) != 1 or any(len(edit.path) <= len(_ENTRY) for edit in edits):
            return None
        name, key = paths.pop()
        section = self._entries.sections.get(str(name))
        if section is None or key not in section.keys:
            return None
        number = section.keys.index(str(key))
        end = section.lines[number + 1] if number + 1 < len(section.lines) else section.end
        return section.lines[number], end, f"{section.name}:"

    def _read_whole(self, text: str) -> None:
        document = parse(text, self._file)
        if not isinstance(document.data, dict):
            loads(text, self._file)  # raises
        found = draft(document)
        verify(found)
        if found.problems:
            raise TopologyError(sorted(found.problems, key=lambda problem: (problem.place, problem.path)))
        self._public = {key for key, each in found.file.registries.items() if each.public.model_fields_set}
        self._keep(found, Entries(text))

    def _read_edit(self, edits: Edits, text: str) -> bool:
        """Read the entries that were edited, and return whether this could be done."""
        parts, problems = dict[str, dict[str, Any]](), list[Problem]()
        for edit in edits.sections:
            name, gone = edit.section.name, edit.section.keys[edit.first : edit.after]
            document = parse(edit.text, self._file)
            new = document.data.get(name) if isinstance(document.data, dict) and len(document.data) == 1 else None
            if document.data is None and document.problems:
                refuse_syntax(text, self._file)
            if name not in SECTIONS or not isinstance(new, dict) or "accept" in (*gone, *new):
                return False
            parts[name], problems = new, [*problems, *document.problems]
        entries = self._entries.after(edits, text)
        if entries is None:
            return False
        places = EntryPlaces(entries, self._file)
        read = draft(TopologyDocument(parts, places, tuple(problems)))
        if () in read.broken:
            return False
        source, data, changed = self._source, self._data, dict[str, set[str]]()
        for edit in edits.sections:
            name, section = edit.section.name, entries.sections[edit.section.name]
            keys = {*edit.section.keys[edit.first : edit.after], *parts[name]}
            now = _merged(getattr(source, name), getattr(read.file, name), keys, section.keys)
            source = source.model_copy(update={name: now})
            data = {**data, name: _merged(data[name], parts[name], keys, section.keys)}
            changed[name] = keys
        found = replace(read, file=source, data=data)
        verify(found, before=self._source)
        if found.problems:
            raise TopologyError(sorted(found.problems, key=lambda problem: (problem.place, problem.path)))
        self._keep(found, entries, changed)
        return True

    def _keep(self, found: Draft, entries: Entries, changed: Mapping[str, set[str]] | None = None) -> None:
        """Keep what was read; `changed` are the keys of edited entries by section, None where all may be."""
        before: Topology | None = getattr(self, "topology", None)
        source = found.file if changed is None else self._touched(found.file, changed)
        excused = found.excused() if "accept" in entries.text else {}
        topology = normalize(source, self._file, EntryPlaces(entries, self._file), excused)
        if before is not None and source is not found.file:
            every = {
                name: _every(getattr(before, name), getattr(topology, name), getattr(found.file, name))
                for name in _MANY
            }
            topology = replace(topology, **dict[str, Any](every))
        if self._assumptions is not None:
            topology = replace(topology, assumptions=self._assumptions)
        self.topology = shared(before, topology) if before else topology
        self._entries, self._source, self._data = entries, found.file, found.data

    def _touched(self, now: TopologyFile, changed: Mapping[str, set[str]]) -> TopologyFile:
        """Return the file with those registries alone that an edit concerns, and their private endpoints.

        Nothing in them depends on another section, and a registry depends on whether it has a private endpoint.
        """
        endpoints = changed.get("private_endpoints", set())
        both = (self._source.private_endpoints, now.private_endpoints)
        concerned = {each[key].registry for each in both for key in endpoints if key in each}
        concerned |= changed.get("registries", set())
        self._public |= {
            key for key in concerned if key in now.registries and now.registries[key].public.model_fields_set
        }
        if concerned and self._public:
            return now  # registries may share a front end, and what one says of it holds for the others
        registries = {key: now.registries[key] for key in concerned if key in now.registries}
        endpoints = endpoints.union(each.name for key in concerned for each in self.topology.endpoints_of(key))
        kept = {key: now.private_endpoints[key] for key in endpoints if key in now.private_endpoints}
        return now.model_copy(update={"registries": registries, "private_endpoints": kept})


def _merged(before: Mapping[str, Any], new: Mapping[str, Any], edited: set[str], keys: Sequence[str]) -> dict[str, Any]:
    """Return a section with entries that were edited in the place of the earlier ones, in the order of the file."""
    now = {**before, **new}
    if edited == new.keys() and list(now) == list(keys):
        return now
    return {key: now[key] for key in keys if key in (new if key in edited else before)}


def _every(before: Mapping[str, Any], new: Mapping[str, Any], keys: Collection[str]) -> Mapping[str, Any]:
    """Return the entries of a section, of which only some were looked at again, in the order of the file."""
    if all(_is_same(before.get(key), each) for key, each in new.items()) and list(before) == list(keys):
        return before
    return {key: new[key] if key in new else before[key] for key in keys}


def shared(before: Topology, after: Topology) -> Topology:
    """Return a topology with the entries of an earlier one in the place of equal ones."""
    sections = {}
    for section in SECTIONS:
        old, new = getattr(before, section), getattr(after, section)
        if old is new:
            sections[section] = old
            continue
        same = {
            key: entry if key not in old or not _is_same(old[key], entry) else old[key] for key, entry in new.items()
        }
        kept = list(old) == list(new) and all(old[key] is entry for key, entry in same.items())
        sections[section] = old if kept else same
    result: Topology = replace(after, **dict[str, Any](sections))
    keep_known(before, result)
    return result


def _is_same(one: Any, other: Any) -> bool:
    """Return whether values are equal, and all that is in mappings in the same order."""
    if one is other:
        return True
    if one != other:
        return False
    if isinstance(one, Mapping):
        return list(one) == list(other) and all(_is_same(value, other[key]) for key, value in one.items())
    return not is_dataclass(one) or all(_is_same(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
