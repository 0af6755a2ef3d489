"""A list with nothing in it. It does not say what it is a list of, and may be the finding: a link that is missing."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from acrdns.exchange.imports.commands import FILES

if TYPE_CHECKING:
    from acrdns.exchange.imports.context import Context
    from acrdns.exchange.imports.documents import JsonDocument


def fits(value: Any) -> bool:
    """Return whether a value is an empty list."""
    return isinstance(value, list) and not value


def read(document: JsonDocument, context: Context) -> None:
    """Note the list by the name of its file; one of `import --commands` was asked for, and is counted alone."""
    if (name := PurePath(document.origin.file).name) in FILES:
        context.notes.empty_lists += 1
        context.notes.empty_files.add(name)
        return
    context.notes.add(document.origin, "", "an empty list; if these were links, there are none")
