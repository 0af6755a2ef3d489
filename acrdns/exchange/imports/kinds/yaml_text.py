"""Output of az as YAML: a mapping or a list, read like JSON."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from acrdns.exchange.imports import kinds
from acrdns.exchange.imports.documents import JsonDocument
from acrdns.exchange.imports.notes import Origin
from acrdns.topology.dump import SECTIONS
from acrdns.topology.text.document import parse

if TYPE_CHECKING:
    from acrdns.exchange.imports.context import Context

_START = re.compile(r"\s*(?:#[^\n]*\n\s*)*(?:---\s*\n\s*)?(?:- )*[\"']?[\w.$-]+[\"']?:(?:\s|$)")
_SIGNS = ("/subscriptions/", "azurecr.", "Microsoft.", "registries:", "networks:")
_MOST = 50
"""Times by which aliases may make a file larger than it is."""


def fits(text: str) -> bool:
    """Return whether a text begins like YAML, and speaks of Azure."""
    return bool(_START.match(text)) and any(sign in text for sign in _SIGNS)


def read(text: str, file: str, context: Context) -> None:
    """Take every object."""
    origin = Origin("", file)
    document = parse(text, file)
    if not isinstance(document.data, dict | list):
        for problem in document.problems:
            place = Origin("", file, problem.place.line, problem.place.column)
            context.notes.add(place, "", problem.message, problem.allowed)
        return
    if _size(document.data, {}) > _MOST * len(text):
        context.notes.add(origin, "", "this YAML grows without end by its aliases", "write it as JSON")
        return
    if isinstance(document.data, dict) and "version" in document.data and any(s in document.data for s in SECTIONS):
        what = "this is a topology already"
        context.notes.add(origin, "", what, "use --merge to keep what is in it, or give it to acrdns lint")
        return
    items = document.data if isinstance(document.data, list) and document.data else [document.data]
    for item in items:
        kinds.read_json(JsonDocument(item, origin), context)


def _size(value: Any, known: dict[int, int]) -> int:
    """Return how many values there are when aliases are written out."""
    if not isinstance(value, dict | list):
        return 1
    number = id(value)
    if number not in known:
        inner = value.values() if isinstance(value, dict) else value
        known[number] = 1 + sum(_size(item, known) for item in inner)
    return known[number]
