"""Edits of a file, as values, and what each makes of plain data. `rewrite` makes them in text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.errors import Path


@dataclass(frozen=True, slots=True)
class Put:
    """Set the value at a path; keys that are not there are added."""

    path: Path
    value: Any


@dataclass(frozen=True, slots=True)
class Drop:
    """Delete a key and its value, or a list item."""

    path: Path


@dataclass(frozen=True, slots=True)
class Append:
    """Add an item to the end of a list; a list that is not there is added."""

    path: Path
    value: Any


@dataclass(frozen=True, slots=True)
class Rename:
    """Set another key for the value at a path, in the same place."""

    path: Path
    key: str


Edit = Put | Drop | Append | Rename


def changed(data: Any, edit: Edit) -> Any:
    """Return plain data with an edit made; what it does not concern is shared. Raises KeyError for a wrong path."""
    *above, last = edit.path
    if above:
        step = above[0] if isinstance(data, list) else matching(data or {}, above[0])
        if isinstance(edit, Drop | Rename) and not _has(data, step):
            raise KeyError(edit.path)
        below = data[step] if _has(data, step) else {}
        inner = changed(below, _moved(edit, edit.path[1:]))
        return _with(data, step, inner)
    step = last if isinstance(data, list) else matching(data or {}, last)
    if isinstance(edit, Put):
        return _with(data, step, edit.value)
    if isinstance(edit, Append):
        return _with(data, step, [*((data or {}).get(step) or ()), edit.value])
    if not _has(data, step):
        raise KeyError(edit.path)
    if isinstance(edit, Rename):
        return {edit.key if key == step else key: value for key, value in data.items()}
    if isinstance(data, list):
        return [item for at, item in enumerate(data) if at != step]
    return {key: value for key, value in data.items() if key != step}


def _moved(edit: Edit, path: Path) -> Edit:
    if isinstance(edit, Rename):
        return Rename(path, edit.key)
    return Drop(path) if isinstance(edit, Drop) else type(edit)(path, edit.value)


def _has(data: Any, step: Any) -> bool:
    return step in range(len(data)) if isinstance(data, list) else step in (data or {})


def _with(data: Any, step: Any, value: Any) -> Any:
    if isinstance(data, list):
        return [value if at == step else item for at, item in enumerate(data)]
    return {**(data or {}), step: value}


def value_at(data: Any, path: Path) -> Any:
    """Return the value at a path."""
    for step in path:
        data = data[step if isinstance(data, list) else matching(data, step)]
    return data


def matching(keys: Iterable[Any], wanted: Any) -> Any:
    """Return the key that is meant: domain names are the same in any letter case, and with a dot at their end."""
    known = list(keys)
    if wanted in known:
        return wanted
    return next((key for key in known if _folded(key) == _folded(wanted)), wanted)


def _folded(key: Any) -> str:
    return str(key).rstrip(".").casefold()
