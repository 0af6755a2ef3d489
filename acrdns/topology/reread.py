"""A topology file that is read again after each edit: what the edit does not concern is not read a second time.

The law: a reading gives what `loads` gives, and refuses what `loads` refuses. An edit of some entries of one section is
parsed by itself; the checks of values against each other look at all sections that they depend on. Any other part
that is edited, or cannot be read by itself, is read as a whole.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from acrdns.errors import InputError, TopologyError
from acrdns.gc_pause import paused
from acrdns.topology.dump import SECTIONS
from acrdns.topology.load import loads
from acrdns.topology.normalize import normalize
from acrdns.topology.schema.draft import Draft, draft
from acrdns.topology.schema.schema import TopologyFile
from acrdns.topology.text.document import parse
from acrdns.topology.text.entries import Entries, EntryPlaces
from acrdns.topology.text.rewrite import edited
from acrdns.topology.verify import verify

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from acrdns.topology.assumptions import Assumptions
    from acrdns.topology.model import Topology
    from acrdns.topology.text.edit import Edit
    from acrdns.topology.text.entries import Edited


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
        if document.problems or not isinstance(document.data, dict):
            loads(text, self._file)  # raises
        found = draft(document)
        verify(found)
        if found.problems:
            loads(text, self._file)  # raises
        self._keep(found, Entries(text))

    def _read_edit(self, edit: Edited, text: str) -> bool:
        """Read the entries that were edited, and return whether this could be done."""
        section, name = edit.section, edit.section.name
        gone = section.keys[edit.first : edit.after]
        document = parse(edit.text, self._file)
        if document.problems or not isinstance(document.data, dict) or name not in SECTIONS:
            return False
        entries, new = self._entries.after(edit, text), document.data.get(name) if len(document.data) == 1 else None
        if entries is None or not isinstance(new, dict) or "accept" in (*gone, *new):
            return False
        try:
            read = getattr(TopologyFile.model_validate({name: new}), name)
        except ValidationError:
            return False
        source, data = self._source, self._data
        keys = entries.sections[name].keys
        section_now = _merged(getattr(source, name), read, keys)
        now = source.model_copy(update={name: section_now})
        found = Draft(now, {**data, name: _merged(data[name], new, keys)}, EntryPlaces(entries, self._file))
        verify(found, before=source)
        if found.problems:
            raise TopologyError(sorted(found.problems, key=lambda problem: (problem.place, problem.path)))
        self._keep(found, entries, name)
        return True

    def _keep(self, found: Draft, entries: Entries, section: str = "") -> None:
        """Keep what was read; `section` is the one that was edited, if only one was."""
        before: Topology | None = getattr(self, "topology", None)
        source = self._touched(found.file) if section else found.file
        excused = found.excused() if "accept" in entries.text else {}
        topology = normalize(source, self._file, EntryPlaces(entries, self._file), excused)
        if before is not None and section:
            kept = {name: {**getattr(before, name), **getattr(topology, name)} for name in _MANY}
            in_order = {name: {key: kept[name][key] for key in getattr(found.file, name)} for name in _MANY}
            topology = replace(topology, **dict[str, Any](in_order))
        if self._assumptions is not None:
            topology = replace(topology, assumptions=self._assumptions)
        self.topology = shared(before, topology) if before else topology
        self._entries, self._source, self._data = entries, found.file, found.data

    def _touched(self, now: TopologyFile) -> TopologyFile:
        """Return the file with those registries alone that an edit concerns, and their private endpoints.

        Nothing in them depends on another section, and a registry depends on whether it has a private endpoint.
        """
        concerned = {
            registry
            for one, other in ((self._source, now), (now, self._source))
            for key, endpoint in one.private_endpoints.items()
            if other.private_endpoints.get(key) is not endpoint
            for registry in (endpoint.registry,)
        }
        concerned |= {key for key, each in now.registries.items() if self._source.registries.get(key) is not each}
        if concerned and any(registry.public.model_fields_set for registry in now.registries.values()):
            return now  # registries may share a front end, and what one says of it holds for the others
        registries = {key: registry for key, registry in now.registries.items() if key in concerned}
        endpoints = {key: each for key, each in now.private_endpoints.items() if each.registry in concerned}
        return now.model_copy(update={"registries": registries, "private_endpoints": endpoints})


def _merged(before: Mapping[str, Any], new: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: new[key] if key in new else before[key] for key in keys if key in new or key in before}


def shared(before: Topology, after: Topology) -> Topology:
    """Return a topology with the entries of an earlier one in the place of equal ones."""
    sections = {}
    for section in SECTIONS:
        old, new = getattr(before, section), getattr(after, section)
        if old is new or (list(old) == list(new) and old == new):
            sections[section] = old
            continue
        sections[section] = {key: old[key] if old.get(key) == entry else entry for key, entry in new.items()}
    result: Topology = replace(after, **dict[str, Any](sections))
    return result
