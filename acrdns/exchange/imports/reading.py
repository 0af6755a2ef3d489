"""Inputs to an estate: each file to text, documents and objects, one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns.errors import Problem
from acrdns.exchange.imports import kinds
from acrdns.exchange.imports.documents import documents, has_json
from acrdns.exchange.imports.notes import Origin
from acrdns.exchange.imports.text import decode

if TYPE_CHECKING:
    from acrdns.exchange.imports.context import Context


@dataclass(frozen=True, slots=True)
class Input:
    """A file: its name, and its octets or the reason why it has none."""

    file: str
    octets: bytes = b""
    problem: str = ""


def read(source: Input, context: Context) -> None:
    """Take everything that a file has."""
    context.notes.files += 1
    if source.problem:
        context.notes.add(Origin("", source.file), "", source.problem, "the file is left out")
        return
    text = decode(source.octets, source.file)
    if isinstance(text, Problem):
        origin = Origin("", source.file, text.place.line, text.place.column)
        context.notes.add(origin, "", text.message, text.allowed)
    elif context.format != "zone" and has_json(text):
        for document in documents(text, source.file, context.notes):
            kinds.read_json(document, context)
    else:
        next(kind for kind in kinds.of_text() if kind.fits(text)).read(text, source.file, context)
