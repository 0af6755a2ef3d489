"""The documents of all JSON reports: how their schemas are made, and how they are written."""

from __future__ import annotations

import json
from typing import Any

from acrdns.report.escape import HASH_COMMAND


def key(name: str) -> str:
    """Return the key of a field: `from_` is `from`, a word that Python keeps for itself."""
    return name.removesuffix("_")


CONFIG = {"use_attribute_docstrings": True, "alias_generator": key}
"""For pydantic, which makes the schemas: the docstrings of fields are their descriptions."""


def write(document: Any, indent: int | None = 2) -> str:
    """Return a document, a dataclass with slots, as JSON in printable ASCII."""
    text = json.dumps(document, indent=indent, default=fields)
    return HASH_COMMAND.sub(r"\\u0023", text).replace("\x7f", r"\u007f")


def fields(value: Any) -> dict[str, Any]:
    """Return the fields of a dataclass with slots."""
    return {key(name): getattr(value, name) for name in value.__slots__}
