"""From pydantic's errors to problems with a place: what each field may be is read off the schema itself."""

from __future__ import annotations

import types
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from acrdns.errors import Problem
from acrdns.suggest import listed, remedy
from acrdns.topology.schema.fields import WRONG, describe
from acrdns.topology.schema.schema import HIDDEN, TopologyFile
from acrdns.topology.text.places import dotted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

    from acrdns.errors import Path
    from acrdns.topology.text.places import Places

_SHAPES: Mapping[str, str] = {
    "string_type": "a text",
    "int_type": "a whole number: digits alone, no quotes, no leading zero",
    "bool_type": "true or false, without quotes",
    "list_type": "a list such as [a, b]",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "bytes_type": "a text",
}

_LIMITS = ("greater_than_equal", "less_than_equal")

_EMPTY: Mapping[str, tuple[str, str]] = {
    "too_short": ("is empty", "allowed: at least one; or leave it out"),
    "string_too_short": ("is empty", "allowed: a text"),
}

_SHORT: Mapping[str, str] = {
    "Replication": "a region such as westus, or {region, global_endpoint_routing}",
    "ForwardingRule": "a list of IP addresses, or {target_dns_servers, enabled}",
    "Mx": '"10 mail.example", or {preference, exchange}',
    "Srv": '"0 5 443 host.example", or {priority, weight, port, target}',
    "Caa": "'0 issue \"ca.example\"', or {flags, tag, value}",
}
"""Entries that have a short form besides the mapping."""

_REQUIRED: Mapping[str, str] = {
    "location": "allowed: a region such as eastus",
    "region": "allowed: a region such as westus",
    "registry": "allowed: a key of registries",
    "network": "allowed: a key of networks",
    "rule": "allowed: the code of a rule such as ACR308",
    "reason": "allowed: a text that says why it is excused",
    "outbound_endpoint": "allowed: an outbound endpoint of a private resolver",
    "target_dns_servers": "allowed: a list of IP addresses",
}


_remedy = lru_cache(maxsize=1024)(remedy)
"""One mistake is often made in every entry of a file."""


def problem(error: ErrorDetails, path: Path, places: Places) -> Problem:
    """Say what pydantic found, where it stands in the file (`path`), and what is allowed there."""
    kind, given = error["type"], error["input"]
    if kind == "extra_forbidden":
        return Problem(places.key(path), dotted(path), "unknown key", _remedy(str(path[-1]), keys(path[:-1])))
    if kind == "missing":
        known, place = places.nearest(path)
        full = (*known, path[-1])
        return Problem(place, dotted(full), "is missing", _REQUIRED.get(str(path[-1]), f"allowed: {_about(path)}"))
    known, place = places.nearest(path)
    rest = path[len(known) :]
    within = f"its {rest[0]} " if rest and kind != WRONG else ""
    message, allowed = _say(kind, given, error.get("ctx", {}), tuple(error["loc"]))
    return Problem(place, dotted(known), within + message, allowed)


def _say(kind: str, given: Any, context: dict[str, Any], path: Path) -> tuple[str, str]:
    """Write a value's error: what is wrong, what is allowed."""
    if kind == WRONG:
        return context["message"], context["allowed"]
    if kind == "literal_error":
        return _not_one_of(given, path)
    if kind in _SHAPES:
        quotes = "; put it in quotes" if _SHAPES[kind] == "a text" and isinstance(given, bool) else ""
        what = f"{given!r} is no whole number" if kind == "int_type" and isinstance(given, str) else describe(given)
        named = _REQUIRED.get(str(path[-1]), "") if kind == "string_type" else ""
        return what, named or f"allowed: {_short(path) or _SHAPES[kind]}{quotes}"
    if kind in _LIMITS:
        low, high = _limits(path)
        return f"{given} is out of range", f"allowed: {low} to {high}"
    return _EMPTY.get(kind) or (f"{given!r} is not allowed", f"allowed: {_about(path)}")


def _not_one_of(given: Any, path: Path) -> tuple[str, str]:
    allowed = tuple(str(choice) for choice in _choices(_at(path)))
    shown = repr(given) if isinstance(given, str) else describe(given) if isinstance(given, dict | list) else str(given)
    message = describe(given) if given is None or isinstance(given, dict | list) else f"{shown} is not known"
    return message, _remedy(given, allowed) if isinstance(given, str) else listed(allowed)


# --- what the schema says about a path --------------------------------------------------------------------------------


def keys(path: Path) -> tuple[str, ...]:
    """Return the keys that a mapping may have; none where they are free."""
    found = _models(_at(path))
    names = [field.alias or name for model in found for name, field in model.model_fields.items()]
    return tuple(sorted((name for name in names if name != HIDDEN), key=lambda name: name == "accept"))


def _at(path: Path) -> Any:
    """Return the type that the schema has at a path, `Any` where it has none."""
    here: Any = TopologyFile
    for step in path:
        here = _below(here, str(step))
    return here


def _below(here: Any, step: str) -> Any:
    for option in _options(here):
        if isinstance(option, type) and issubclass(option, BaseModel):
            if field := _field(option, step):
                return field.annotation
        elif get_origin(option) is dict:
            return get_args(option)[1]
        elif get_origin(option) is list:
            return get_args(option)[0]
    return Any


def _field(model: type[BaseModel], step: str) -> FieldInfo | None:
    return next((field for name, field in model.model_fields.items() if step == (field.alias or name)), None)


def _options(here: Any) -> list[Any]:
    """Return the types that a value may have, without what is wrapped around them."""
    if get_origin(here) is Annotated:
        return _options(get_args(here)[0])
    if get_origin(here) in (Union, types.UnionType):
        return [option for part in get_args(here) for option in _options(part)]
    return [here]


def _models(here: Any) -> list[type[BaseModel]]:
    return [option for option in _options(here) if isinstance(option, type) and issubclass(option, BaseModel)]


def _choices(here: Any) -> tuple[Any, ...]:
    return tuple(value for option in _options(here) if get_origin(option) is Literal for value in get_args(option))


def _short(path: Path) -> str:
    """Return how an entry with a short form is written; empty for any other."""
    return next((_SHORT[model.__name__] for model in _models(_at(path)) if model.__name__ in _SHORT), "")


def _about(path: Path) -> str:
    """Return what is allowed around a missing field, or its description as a last resort."""
    if short := _short(path[:-1]):
        return short
    for model in _models(_at(path[:-1])):
        if (field := _field(model, str(path[-1]))) and field.description:
            return field.description.rstrip(".")
    return "another value"


def _limits(path: Path) -> tuple[Any, Any]:
    low, high = 0, 2**31 - 1
    for model in _models(_at(path[:-1])):
        if field := _field(model, str(path[-1])):
            for rule in field.metadata:
                low, high = getattr(rule, "ge", low), getattr(rule, "le", high)
    return low, high
