"""A place in the topology file, in JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.report.document import json_object

if TYPE_CHECKING:
    from acrdns.errors import Place


@json_object
class Position:
    """A place in the topology file; line and column count from 1."""

    file: str
    """The path of the topology file, as it was given."""
    line: int
    """The number of the line, from 1."""
    column: int
    """The number of the character in the line, from 1."""


def position(place: Place) -> Position:
    """Return a place as it is written."""
    return Position(place.file, place.line, place.column)
