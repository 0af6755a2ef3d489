"""An object of Azure Resource Manager as any input has it: flat or nested, with null for what is absent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from acrdns.exchange.imports.estate.identifier import Identifier
    from acrdns.exchange.imports.notes import Origin

MAX_DEPTH = 64
"""Deeper than any object of Azure."""
_TRUNCATED = ("@{", "System.Object[]", "System.Collections.Hashtable", "System.Management.Automation.PSCustomObject")
"""Beginnings of what PowerShell writes for a value below the depth of its ConvertTo-Json."""


@dataclass(frozen=True, slots=True)
class AzureObject:
    """One object: its fields without `properties` around them, and without null."""

    id: Identifier
    fields: dict[str, Any]
    origin: Origin
    declared: bool = False
    """Whether somebody wants it so, in Terraform or a template: that proves no absence of others."""

    @property
    def who(self) -> dict[str, Any]:
        """The fields that say who it is, as all kinds of `FoundObject` take them."""
        return {"id": self.id, "origins": [self.origin], "declared": self.declared}


def flat(value: dict[str, Any], depth: int = 0) -> dict[str, Any]:
    """Return an object's fields with those of `properties` among them, at every depth. Raises RecursionError."""
    if depth > MAX_DEPTH:
        raise RecursionError
    inner = value.get("properties")
    merged = {**inner, **{k: v for k, v in value.items() if v is not None}} if isinstance(inner, dict) else value
    if isinstance(inner, dict):
        merged.pop("properties", None)
    return {key: _flat(item, depth + 1) for key, item in merged.items() if item is not None}


def _flat(value: Any, depth: int) -> Any:
    if isinstance(value, dict):
        return flat(value, depth)
    return [_flat(item, depth) for item in value if item is not None] if isinstance(value, list) else value


def truncated(value: Any, depth: int = 0) -> bool:
    """Return whether PowerShell stopped somewhere inside at the depth of its ConvertTo-Json."""
    if isinstance(value, str):
        return value.startswith(_TRUNCATED)
    if depth > MAX_DEPTH or not isinstance(value, dict | list):
        return False
    return any(truncated(item, depth + 1) for item in (value.values() if isinstance(value, dict) else value))


# --- fields: nothing in a file has to be of the type that it should have ----------------------------------------------


def text_of(fields: dict[str, Any], *names: str) -> str | None:
    """Return the first of several fields that is a text with something in it."""
    return next((value for name in names if isinstance(value := fields.get(name), str) and value.strip()), None)


def flag_of(fields: dict[str, Any], name: str) -> bool | None:
    """Return a switch, also one that is written as a text."""
    value = fields.get(name)
    if isinstance(value, str):
        return {"true": True, "false": False, "enabled": True, "disabled": False}.get(value.lower())
    return value if isinstance(value, bool) else None


def number_of(fields: dict[str, Any], name: str) -> int | None:
    """Return a number."""
    value = fields.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def texts_of(fields: dict[str, Any], name: str) -> tuple[str, ...] | None:
    """Return a list of texts, without items that are no text."""
    value = fields.get(name)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else None


def inside(fields: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return an object in an object; empty where it is absent."""
    here: Any = fields
    for name in names:
        here = here.get(name) if isinstance(here, dict) else None
    return here if isinstance(here, dict) else {}


def children(fields: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the objects of a list."""
    value = fields.get(name)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
