"""Kinds of input, one a file, each told by its content. The first that fits in the order of the tables reads it.

A module for JSON has `fits(value)` and `read(document, context)`, one for text `fits(text)` and `read(text, file,
context)`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

OF_JSON = (
    "resource_graph",
    "arm_list",
    "arm_error",
    "show_endpoints",
    "arm_object",
    "empty_list",
)
OF_TEXT = ("refused",)


def of_json() -> Iterator[Any]:
    """Return the kinds of JSON, in the order in which they are tried."""
    return (import_module(f"{__name__}.{name}") for name in OF_JSON)


def of_text() -> Iterator[Any]:
    """Return the kinds of text, in the order in which they are tried."""
    return (import_module(f"{__name__}.{name}") for name in OF_TEXT)
