"""A topology file between schema and verification: its valid part, and the problems so far.

All problems are reported in one go. So a value that the schema refuses is cut out, and one that is missing is made
up, until the rest is valid; the checks that follow look at that, but not at what hangs on a value cut out or made up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from acrdns.errors import Problem
from acrdns.topology.schema.schema import HIDDEN
from acrdns.topology.text.places import dotted, printable

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from acrdns.errors import Path
    from acrdns.topology.schema.schema import Accept, TopologyFile
    from acrdns.topology.text.document import TopologyDocument
    from acrdns.topology.text.places import Places

MAX_ROUNDS = 8
"""Cutting out a value may make what is around it incomplete, and so on upwards: never deeper than the schema."""
MOST_PROBLEMS = 1000
"""Problems that are shown of one file."""

_CUT = object()

_MADE_UP: Mapping[str, Any] = {
    "location": "eastus",
    "registry": "",
    "network": "",
    "outbound_endpoint": "",
    "target_dns_servers": ["192.0.2.1"],
}
"""Stand-ins for fields that an entry must have, so that the rest of the entry can be checked."""


@dataclass(slots=True)
class Draft:
    """The valid part of a file, and its problems."""

    file: TopologyFile
    data: Mapping[str, Any]
    """As the file has it, also what is broken."""
    places: Places
    broken: frozenset[Path] = frozenset()
    """Paths that were cut out or made up."""
    indices: Mapping[Path, tuple[int, ...]] = field(default_factory=dict)
    """Lists that items were cut out of: where each item that is left stood."""
    problems: list[Problem] = field(default_factory=list)
    _above: frozenset[Path] = frozenset()
    _keys: dict[Path, Collection[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._above = frozenset(cut[:end] for cut in self.broken for end in range(len(cut)))

    def report(self, path: Path, message: str, allowed: str = "") -> None:
        """Note a problem with a value."""
        path = self._as_written(path)
        place = self.places.nearest(path)[1]
        self.problems.append(Problem(place, dotted(path), printable(message), printable(allowed)))

    def report_key(self, path: Path, message: str, allowed: str = "") -> None:
        """Note a problem with a key."""
        self.problems.append(Problem(self.places.key(path), dotted(path), printable(message), printable(allowed)))

    def sound(self, *path: str | int) -> bool:
        """Return whether nothing was cut out or made up at a path, below it or above it."""
        if not self.broken:
            return True
        return path not in self._above and not any(path[:end] in self.broken for end in range(len(path) + 1))

    def keys(self, *path: str | int) -> Collection[str]:
        """Return the keys of a mapping as the file has them, those of broken entries too."""
        known = self._keys.get(path)
        if known is None:
            here: Any = self.data
            for step in path:
                here = here.get(step) if isinstance(here, dict) else None
            known = self._keys[path] = here.keys() if isinstance(here, dict) else ()
        return known

    def excused(self) -> Mapping[Path, Sequence[Accept]]:
        """Return the `accept` entries of a valid file, by the path of the object or section that they stand at."""
        found: dict[Path, Sequence[Accept]] = {(section,): entries for section, entries in self.file.sections.items()}
        _excused(self.file, (), found)
        return {path: entries for path, entries in found.items() if entries}

    def _as_written(self, path: Path) -> Path:
        """Return a path with the indices that its items have in the file."""
        for at, step in enumerate(path):
            if isinstance(step, int) and path[:at] in self.indices:
                return (*path[:at], self.indices[path[:at]][step], *path[at + 1 :])
        return path


def draft(document: TopologyDocument) -> Draft:
    """Validate a document against the schema, and cut out what does not fit."""
    from pydantic import ValidationError

    from acrdns.topology.schema.schema import TopologyFile

    data, edits, problems = document.data, dict[tuple[str | int, ...], Any](), list(document.problems)
    for round_ in range(MAX_ROUNDS):
        try:
            valid = TopologyFile.model_validate(_lifted(data))
        except ValidationError as error:
            from acrdns.topology.schema.problems import problem

            errors = error.errors(include_url=False)
            for found in errors:
                found["loc"] = _lowered(found["loc"])
        else:
            return Draft(
                valid, document.data, document.places, frozenset(edits), _indices(document.data, edits), problems
            )
        if round_ == 0:
            shown = errors[: MOST_PROBLEMS + 1]
            problems += [problem(found, _written(data, found["loc"]), document.places) for found in shown]
            if len(errors) > MOST_PROBLEMS:
                more = f"{len(errors) - MOST_PROBLEMS} more problems are not shown; mend these first"
                problems[-1] = Problem(problems[-1].place, "", more)
                break
        now = dict(_edit(data, found["type"], _written(data, found["loc"]), items=round_ == 0) for found in errors)
        edits |= now
        data = _edited(data, now)
    return Draft(TopologyFile(), document.data, document.places, frozenset({()}), {}, problems)


def _excused(entry: BaseModel, path: Path, found: dict[Path, Sequence[Accept]]) -> None:
    """Collect the `accept` entries of an entry and of all entries below it."""
    for field_name in entry.model_fields_set:
        value = getattr(entry, field_name)
        if field_name == "accept":
            found[path] = value
        elif isinstance(value, dict) and field_name != "sections":
            for key, below in value.items():
                if isinstance(below, BaseModel):
                    _excused(below, (*path, field_name, key), found)


def _lifted(data: Any) -> Any:
    """Return the data with each section's own `accept` list moved to the hidden field `sections`.

    In a section, `accept` may be an object's key as well: what is excused is a list, and no object is.
    """
    if not isinstance(data, dict):
        return data
    own = {
        section: entries["accept"]
        for section, entries in data.items()
        if isinstance(entries, dict) and isinstance(entries.get("accept"), list)
    }
    if not own:
        return data
    kept = {k: {key: v for key, v in data[k].items() if key != "accept"} if k in own else data[k] for k in data}
    return {**kept, HIDDEN: own}


def _lowered(path: Path) -> Path:
    """Return a path in lifted data as the file has it."""
    return (path[1], "accept", *path[2:]) if path[:1] == (HIDDEN,) and len(path) > 1 else path


def _edit(data: Any, kind: str, path: Path, *, items: bool) -> tuple[Path, Any]:
    """Return what to do about an error: cut out the value, the item or the list around it; or make up what is missing.

    Items are cut out in the first round alone, so that every index in `edits` is one of the file.
    """
    listed = next((at for at, step in enumerate(path) if isinstance(step, int)), None)
    if listed is not None and path[:listed] == _existing(data, path[:listed]):
        return path[: listed + items], _CUT
    if kind != "missing":
        return _existing(data, path), _CUT
    if path[-1] in _MADE_UP and path[:-1] == _existing(data, path[:-1]):
        return path, _MADE_UP[str(path[-1])]
    return _existing(data, path[:-1]), _CUT


def _written(data: Any, path: Path) -> Path:
    """Return a path as the file has it: where a list stands for a mapping with it, or a text for a list with it."""
    here, found = data, []
    for step in path:
        if isinstance(here, list) and isinstance(step, str):
            continue
        if isinstance(here, str) and isinstance(step, int):
            continue
        found.append(step)
        here = here[step] if _existing(here, (step,)) else None
    return tuple(found)


def _existing(data: Any, path: Path) -> Path:
    """Return the longest part of a path that the data has."""
    here = data
    for known, step in enumerate(path):
        inside = step in here if isinstance(here, dict) else isinstance(here, list) and step in range(len(here))
        if not inside:
            return path[:known]
        here = here[step]
    return path


def _edited(data: Any, edits: Mapping[Path, Any]) -> Any:
    """Return the data with values cut out and made up; what stays is shared, what changes is copied."""
    if () in edits:
        return edits[()]
    below: dict[Any, dict[Path, Any]] = {}
    for path, value in edits.items():
        below.setdefault(path[0], {})[path[1:]] = value
    if isinstance(data, list):
        items = (_edited(item, below[at]) if at in below else item for at, item in enumerate(data))
        return [item for item in items if item is not _CUT]
    changed = dict(data)
    for key, inner in below.items():
        changed[key] = _edited(changed.get(key), inner)
    return {key: value for key, value in changed.items() if value is not _CUT}


def _indices(data: Any, edits: Mapping[Path, Any]) -> dict[Path, tuple[int, ...]]:
    """Return the original indices of the items left, for each list that items were cut out of."""
    gone: dict[Path, set[int]] = {}
    for path in edits:
        if path and isinstance(path[-1], int):
            gone.setdefault(path[:-1], set()).add(path[-1])
    return {path: tuple(at for at in range(len(_get(data, path))) if at not in cut) for path, cut in gone.items()}


def _get(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data
