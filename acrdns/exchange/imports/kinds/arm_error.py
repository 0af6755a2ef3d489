"""An error of Azure Resource Manager."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acrdns.exchange.imports.azure_object import inside, text_of

if TYPE_CHECKING:
    from acrdns.exchange.imports.context import Context
    from acrdns.exchange.imports.documents import JsonDocument


def fits(value: Any) -> bool:
    """Return whether a value is an error."""
    return isinstance(value, dict) and text_of(inside(value, "error"), "code") is not None


def read(document: JsonDocument, context: Context) -> None:
    """Note the error's code and message."""
    error = inside(document.value, "error")
    what = f"this is an error of Azure: {text_of(error, 'code')}: {text_of(error, 'message') or 'without a message'}"
    context.notes.add(document.origin, "", what[:500], "ask again, with the right to read")
