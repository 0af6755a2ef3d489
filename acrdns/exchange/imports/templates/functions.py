"""The functions of templates that names, identifiers and lists are made with. The others are not resolved."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

from acrdns.exchange.imports.templates.expressions import UnresolvedError

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST = 10_000
"""Items of a list, and characters of a text, that a function may make."""


def _concat(*parts: Any) -> Any:
    if parts and all(isinstance(part, list) for part in parts):
        return [item for part in parts for item in part]
    return "".join(map(_text, parts))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, str | int):
        return str(value)
    raise UnresolvedError("a text made of an object")


def _format(pattern: Any, *values: Any) -> str:
    found = _text(pattern)
    for at, value in enumerate(values):
        found = found.replace(f"{{{at}}}", _text(value))
    return found


def _range(start: Any, count: Any) -> list[int]:
    if not isinstance(start, int) or not isinstance(count, int) or not 0 <= count <= _MOST:
        raise UnresolvedError("a range without end")
    return list(range(start, start + count))


def _union(*parts: Any) -> Any:
    if all(isinstance(part, dict) for part in parts):
        return {key: value for part in parts for key, value in part.items()}
    found: list[Any] = []
    for part in parts:
        found += [item for item in part if item not in found]
    return found


def _contains(where: Any, what: Any) -> bool:
    if isinstance(where, dict):
        return str(what).lower() in {key.lower() for key in where}
    return what in where


def _empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not value)


def _coalesce(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def _split(text: Any, marks: Any) -> list[str]:
    for mark in marks[1:] if isinstance(marks, list) else ():
        text = text.replace(mark, marks[0])
    return list(text.split(marks[0] if isinstance(marks, list) else marks))


def _same(one: Any, other: Any) -> bool:
    return bool(one.lower() == other.lower() if isinstance(one, str) and isinstance(other, str) else one == other)


def _substring(text: Any, start: Any, length: Any = None) -> str:
    return _text(text)[start : None if length is None else start + length]


def _object(*pairs: Any) -> dict[str, Any]:
    return dict(zip(map(_text, pairs[::2]), pairs[1::2], strict=False))


def _subnet(space: Any, prefix: Any, number: Any) -> str:
    """Return a subnet of a range by its number (`cidrSubnet`)."""
    network = ip_network(space, strict=False)
    size = network.max_prefixlen - prefix
    found = ip_network((int(network.network_address) + (number << size), prefix))
    if prefix < network.prefixlen or number >> (prefix - network.prefixlen):
        raise ValueError(number)
    return str(found)


def _try_get(value: Any, *path: Any) -> Any:
    for step in path:
        if isinstance(value, list) and isinstance(step, int):
            value = value[step] if 0 <= step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def _intersection(first: Any, *others: Any) -> Any:
    if isinstance(first, dict):
        return {key: item for key, item in first.items() if all(other.get(key) == item for other in others)}
    return [item for item in first if all(item in other for other in others)]


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "add": lambda one, other: one + other,
    "and": lambda *values: all(values),
    "array": lambda value: value if isinstance(value, list) else [value],
    "bool": lambda value: str(value).lower() == "true",
    "coalesce": _coalesce,
    "cidrsubnet": _subnet,
    "concat": _concat,
    "contains": _contains,
    "createarray": lambda *items: list(items),
    "createobject": _object,
    "div": lambda one, other: one // other,
    "empty": _empty,
    "endswith": lambda text, end: text.lower().endswith(end.lower()),
    "equals": _same,
    "false": lambda: False,
    "first": lambda value: value[0],
    "flatten": lambda value: [item for each in value for item in each],
    "format": _format,
    "greater": lambda one, other: one > other,
    "greaterorequals": lambda one, other: one >= other,
    "indexof": lambda text, part: text.lower().find(part.lower()) if isinstance(text, str) else text.index(part),
    "int": int,
    "intersection": _intersection,
    "items": lambda value: [{"key": key, "value": item} for key, item in sorted(value.items())],
    "join": lambda items, mark: mark.join(map(_text, items)),
    "last": lambda value: value[-1],
    "length": len,
    "less": lambda one, other: one < other,
    "lessorequals": lambda one, other: one <= other,
    "max": lambda *values: max(values[0] if isinstance(values[0], list) else values),
    "min": lambda *values: min(values[0] if isinstance(values[0], list) else values),
    "mod": lambda one, other: one % other,
    "mul": lambda one, other: one * other if abs(one) < _MOST and abs(other) < _MOST else 0,
    "not": lambda value: not value,
    "null": lambda: None,
    "objectkeys": sorted,
    "or": lambda *values: any(values),
    "range": _range,
    "replace": lambda text, old, new: text.replace(old, new),
    "shallowmerge": lambda value: _union(*value),
    "skip": lambda value, number: value[number:],
    "split": _split,
    "startswith": lambda text, start: text.lower().startswith(start.lower()),
    "string": _text,
    "sub": lambda one, other: one - other,
    "substring": _substring,
    "take": lambda value, number: value[:number],
    "tolower": lambda text: text.lower(),
    "toupper": lambda text: text.upper(),
    "trim": lambda text: text.strip(),
    "true": lambda: True,
    "tryget": _try_get,
    "union": _union,
}
"""Functions that need nothing but their arguments, by name in lower case."""


def called(name: str, arguments: list[Any]) -> Any:
    """Return the result of a function. Raises UnresolvedError for one that is not known, or does not fit."""
    function = FUNCTIONS.get(name)
    if function is None:
        raise UnresolvedError(f"the function {name}")
    try:
        found = function(*arguments)
    except (TypeError, ValueError, AttributeError, IndexError, KeyError, ZeroDivisionError):
        raise UnresolvedError(f"the function {name} with these arguments") from None
    if isinstance(found, str | list) and len(found) > _MOST:
        raise UnresolvedError(f"what {name} makes, which has no end")
    return found
