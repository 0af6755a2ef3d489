"""Notes on an import, and where each thing came from. Nothing that is not understood goes without a note."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from acrdns.report.escape import visible

if TYPE_CHECKING:
    from acrdns.errors import Path

MARK = " [import]"
"""The end of each comment that an import writes, but for origins: the next import replaces it (`import --merge`)."""
MOST = 200
"""Characters of a name or value that a note shows."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an object stands: the file, and the place in it."""

    SOURCES: ClassVar = ("az", "arm", "resource-graph", "terraform", "zone", "observation")

    source: str
    """One of SOURCES; empty for other files."""
    file: str
    line: int = 0
    column: int = 0
    address: str = ""
    """The address in Terraform, or the path in a template."""

    @property
    def place(self) -> str:
        """The place as a report begins a line with it: `FILE[:LINE[:COLUMN]]`."""
        return ":".join((self.file, *(str(number) for number in (self.line, self.column) if number)))

    def __str__(self) -> str:
        return f"{self.source}: {self.file}" + (f", {self.address}" if self.address else "")


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to know about an import."""

    origin: Origin
    subject: str
    """The object, as `private_endpoints.pe-contoso`, or an address in Terraform; empty for the file as a whole."""
    what: str
    remedy: str = ""
    path: Path = ()
    """Where its comment goes in the topology; empty: at the top."""

    @property
    def text(self) -> str:
        """The note without its place, on one line."""
        said = (f"{self.subject}: " if self.subject else "") + self.what + (f"; {self.remedy}" if self.remedy else "")
        return visible(said)

    def __str__(self) -> str:
        address = self.origin.address
        of = "" if not address or self.subject == address else f"{visible(address, MOST)}: "
        return f"{visible(self.origin.place)}: {of}{self.text}"


@dataclass(slots=True)
class Notes:
    """All notes of an import, and what was counted."""

    notes: list[Note] = field(default_factory=list)
    files: int = 0
    objects: int = 0
    skipped_lines: int = 0
    """Lines before, between and after documents: warnings, prompts, progress."""
    empty_lists: int = 0
    """Empty lists in files of `import --commands`: asked for, and not there."""
    empty_files: set[str] = field(default_factory=set)
    """Names of the files that those are in."""
    skipped_types: Counter[str] = field(default_factory=Counter)
    """Objects of types that a topology does not have, by type."""
    _said: set[str] = field(default_factory=set)

    def add(self, origin: Origin, subject: str, what: str, remedy: str = "", path: Path = ()) -> None:
        """Note something, once."""
        note = Note(origin, subject, what, remedy, path)
        if str(note) not in self._said:
            self._said.add(str(note))
            self.notes.append(note)

    def counts(self) -> str:
        """Return the line of counts that ends a report."""
        parts = [_count(self.files, "file"), _count(self.objects, "object"), _count(len(self.notes), "note")]
        if self.skipped_lines:
            parts.append(
                f"{_count(self.skipped_lines, 'line')} that {'is' if self.skipped_lines == 1 else 'are'} no data"
            )
        if self.empty_lists:
            parts.append(f"{_count(self.empty_lists, 'empty list')} of what was asked for and is not there")
        if self.skipped_types:
            named = ", ".join(
                f"{number} {visible(type_, MOST)}" for type_, number in sorted(self.skipped_types.items())
            )
            parts.append(f"not written, since a topology does not have it: {named}")
        return "; ".join(parts)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
