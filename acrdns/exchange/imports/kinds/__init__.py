"""Kinds of input, one a file, each recognised by its content. The first that fits in the order of the tables reads it.

A module for JSON has `fits(value)` and `read(document, context)`, one for text `fits(text)` and `read(text, file,
context)`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.exchange.imports.context import Context
    from acrdns.exchange.imports.documents import JsonDocument

OF_JSON = (
    "terraform_plan",
    "terraform_show",
    "terraform_state",
    "arm_template",
    "arm_parameters",
    "resource_graph",
    "arm_list",
    "arm_error",
    "show_endpoints",
    "observed",
    "arm_object",
    "empty_list",
)
OF_TEXT = ("csv_table", "transcript", "master_file", "yaml_text", "refused")


def of_json() -> Iterator[Any]:
    """Return the kinds of JSON, in the order in which they are tried."""
    return (import_module(f"{__name__}.{name}") for name in OF_JSON)


def of_text() -> Iterator[Any]:
    """Return the kinds of text, in the order in which they are tried."""
    return (import_module(f"{__name__}.{name}") for name in OF_TEXT)


def read_json(document: JsonDocument, context: Context) -> None:
    """Take a JSON value as the first kind that it fits, or note that it is no object of Azure."""
    for kind in of_json():
        if kind.fits(document.value):
            kind.read(document, context)
            return
    import_module(f"{__name__}.arm_object").take(document.value, document.origin, context)
