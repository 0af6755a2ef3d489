"""Resources of the azapi provider: objects of Azure as they are, in `body` and `output`."""

from __future__ import annotations

import json
from typing import Any

from acrdns.exchange.imports.azure_object import text_of
from acrdns.exchange.imports.estate.identifier import Identifier, identifier, made

RESOURCES = ("azapi_resource", "azapi_update_resource")
_TOP = ("name", "location")


def identity(values: dict[str, Any]) -> Identifier | None:
    """Return the identifier of the object: its own, or one made of what it is in, its type and its name."""
    own = identifier(values.get("id")) or identifier(values.get("resource_id"))
    if own is not None:
        return own
    type_, name = type_of(values), text_of(values, "name")
    if name is None or "/" not in type_:
        return None
    parent = text_of(values, "parent_id") or ""
    if type_.count("/") > 1:
        above = identifier(parent)
        return above.child(type_.rpartition("/")[2], name) if above else None
    parts = parent.strip("/").split("/")
    where = dict(zip([part.lower() for part in parts[::2]], parts[1::2], strict=False))
    group, subscription = where.get("resourcegroups", "-"), where.get("subscriptions", "-")
    return made(type_, name, group=group, subscription=subscription)


def type_of(values: dict[str, Any]) -> str:
    """Return the type without its version, in lower case."""
    return (text_of(values, "type") or "").partition("@")[0].lower()


def fields(values: dict[str, Any]) -> dict[str, Any]:
    """Return the object's fields: those that Azure says, then those that are asked for."""
    found: dict[str, Any] = {name: values.get(name) for name in _TOP}
    for part in ("body", "output"):
        found = _joined(found, _object(values.get(part)))
    return found


def _object(value: Any) -> dict[str, Any]:
    """Return a body, which old versions have as JSON in a text."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}


def _joined(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    found = dict(one)
    for key, value in other.items():
        known = found.get(key)
        found[key] = _joined(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return found
