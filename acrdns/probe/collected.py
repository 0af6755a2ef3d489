"""Read answers from a file, whoever wrote it: `acrdns --save`, or another tool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.probe.saved import read as saved

if TYPE_CHECKING:
    from acrdns.probe.answer import ReadFile


def read(octets: bytes, file: str) -> ReadFile:
    """Return the answers of a file, and the lines that were not understood."""
    if saved.is_saved(octets):
        return saved.read(octets, file)
    from acrdns.probe.transcripts import read as transcripts

    return transcripts.read(octets, file)
