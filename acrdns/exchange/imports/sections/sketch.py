"""A topology as it takes shape: plain data as its file has them, and comments for places in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from acrdns.topology.dump import SECTIONS
from acrdns.topology.text.places import dotted

if TYPE_CHECKING:
    from acrdns.errors import Path
    from acrdns.exchange.imports.estate.found import FoundObject
    from acrdns.exchange.imports.notes import Notes, Origin


@dataclass(slots=True)
class Sketch:
    """The file's data, and what stands in comments above parts of it."""

    notes: Notes
    data: dict[str, Any] = field(default_factory=lambda: {"version": 1, **{section: {} for section in SECTIONS}})
    comments: dict[Path, list[str]] = field(default_factory=dict)
    blocks: dict[Path, list[str]] = field(default_factory=dict)
    """Lines ready to be uncommented, behind the entry at a path."""
    origins: dict[Path, Origin] = field(default_factory=dict)
    """Where each entry comes from."""

    def put(self, section: str, key: str, entry: dict[str, Any], found: FoundObject | None = None) -> Path:
        """Add an entry; fields without a value are left out. A comment says where it comes from."""
        self.data[section][key] = {name: value for name, value in entry.items() if value not in (None, [], {}, "")}
        if found is not None:
            self.origins[section, key] = found.origin
            for text in dict.fromkeys(map(str, found.origins)):
                self.comment((section, key), text)
        return section, key

    def comment(self, path: Path, text: str) -> None:
        """Add a line above a path."""
        self.comments.setdefault(path, []).append(text)

    def note(self, origin: Origin, path: Path, what: str, remedy: str = "") -> None:
        """Add a note on a part of the topology: it is reported, and written above the part."""
        self.notes.add(origin, dotted(path), what, remedy, path)
