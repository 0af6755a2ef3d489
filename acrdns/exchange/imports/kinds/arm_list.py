"""A list as Azure Resource Manager gives it: `value`, and `nextLink` where there is another page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acrdns.exchange.imports.kinds import arm_object, empty_list

if TYPE_CHECKING:
    from acrdns.exchange.imports.context import Context
    from acrdns.exchange.imports.documents import JsonDocument


def fits(value: Any) -> bool:
    """Return whether a value is such a list."""
    return isinstance(value, dict) and isinstance(value.get("value"), list)


def read(document: JsonDocument, context: Context) -> None:
    """Take every object. A link to the next page is not followed."""
    if document.value.get("nextLink"):
        what = "there is another page (nextLink), which is not in this file"
        context.notes.add(document.origin, "", what, "ask for it, and import it too")
        context.estate.incomplete.add(document.origin.file)
    if not document.value["value"]:
        empty_list.read(document, context)
    for each in document.value["value"]:
        arm_object.take(each, document.origin, context, source="arm")
