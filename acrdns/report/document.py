"""The documents of all JSON reports: how their schemas are made, and how they are written."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, TypeVar, dataclass_transform

from acrdns.report.escape import HASH_COMMAND

_Class = TypeVar("_Class")


def key(name: str) -> str:
    """Return the key of a field: `from_` is `from`, a word that Python keeps for itself."""
    return name.removesuffix("_")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def json_object(cls: type[_Class]) -> type[_Class]:
    """Return a frozen dataclass with slots; the docstrings of its fields are their descriptions in the schema."""
    made = dataclass(frozen=True, slots=True)(cls)
    setattr(made, "__pydantic_config__", {"use_attribute_docstrings": True, "alias_generator": key})  # noqa: B010 -- pydantic's name
    return made


def write(document: Any, indent: int | None = 2) -> str:
    """Return a document, a dataclass with slots, as JSON in printable ASCII."""
    text = json.dumps(document, indent=indent, default=fields)
    return HASH_COMMAND.sub(r"\\u0023", text).replace("\x7f", r"\u007f")


def fields(value: Any) -> dict[str, Any]:
    """Return the fields of a dataclass with slots."""
    return {key(name): getattr(value, name) for name in value.__slots__}
