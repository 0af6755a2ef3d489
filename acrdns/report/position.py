"""A place in the topology file, in JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from acrdns.report.document import CONFIG

if TYPE_CHECKING:
    from acrdns.errors import Place


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the topology file; line and column count from 1."""

    __pydantic_config__: ClassVar = CONFIG

    file: str
    """The path of the topology file, as it was given."""
    line: int
    """The number of the line, from 1."""
    column: int
    """The number of the character in the line, from 1."""


def position(place: Place) -> Position:
    """Return a place as it is written."""
    return Position(place.file, place.line, place.column)
