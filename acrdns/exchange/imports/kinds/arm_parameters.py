"""A parameters file of a template. Its values count for every template of the input that has such a parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acrdns.exchange.imports.azure_object import inside

if TYPE_CHECKING:
    from acrdns.exchange.imports.context import Context
    from acrdns.exchange.imports.documents import JsonDocument

_SCHEMA = "deploymentparameters.json#"


def fits(value: Any) -> bool:
    """Return whether a value is a parameters file."""
    return isinstance(value, dict) and str(value.get("$schema", "")).lower().endswith(_SCHEMA)


def read(document: JsonDocument, context: Context) -> None:
    """Keep the values; references to a key vault have none."""
    for name, each in inside(document.value, "parameters").items():
        if isinstance(each, dict) and "value" in each:
            if context.parameters.setdefault(name, each["value"]) != each["value"]:
                what = f"the parameter {name} has another value in another file"
                context.notes.add(document.origin, "", what, "the first is taken")
        else:
            what = f"the parameter {name} has no value here"
            context.notes.add(document.origin, "", what, "what needs it is left out")
