"""The fields of the topology file by their paths, and whether a file has one.

In `networks.*.clients.*.hosts`, `*` is a key of the user's choice. A word of a fixed choice is a field of its own, unless
it is the default: `recursion: unbound`. So is a further item of a list: `networks.*.dns_servers.1`.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import yaml
from pydantic import BaseModel

from acrdns.topology.schema.schema import HIDDEN, Accept, TopologyFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo


def fields() -> set[str]:
    """Return every field of the schema; that of findings which are excused may stand at any object, and counts once."""
    found = set(_of(TopologyFile, ""))
    excuses = {field for field in found if field.endswith(".accept")}
    return (found - excuses) | {"*.*.accept"}


def _of(model: type[BaseModel], at: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        if field.alias == HIDDEN:
            continue
        yield f"{at}{name}"
        yield from (f"{name}: {word}" for word in _words(field) if word != field.default)
        for step, inner in _entries(field.annotation, ""):
            if inner is not Accept:
                yield from _of(inner, f"{at}{name}.{step}")


def _words(field: FieldInfo) -> tuple[str, ...]:
    """Return the words that a field may be, where it is one of several."""
    values = (value for part in _parts(field.annotation) if get_origin(part) is Literal for value in get_args(part))
    words = tuple(value for value in values if isinstance(value, str))
    return words if len(words) > 1 else ()


def _entries(annotation: Any, step: str) -> Iterator[tuple[str, type[BaseModel]]]:
    """Return the entries that a field holds, and what stands between: `*.` for a key of the user's choice."""
    for part in _parts(annotation):
        if isinstance(part, type) and issubclass(part, BaseModel):
            yield step, part
        elif get_origin(part) is dict:
            yield from _entries(get_args(part)[1], f"{step}*.")
        elif get_origin(part) is list:
            yield from _entries(get_args(part)[0], step)


def _parts(annotation: Any) -> Iterator[Any]:
    """Return an annotation without its wrapping, or the members of a union."""
    if get_origin(annotation) in (dict, list, Literal) or isinstance(annotation, type):
        yield annotation
    elif hasattr(annotation, "__metadata__"):
        yield from _parts(get_args(annotation)[0])
    else:
        for each in get_args(annotation):
            yield from _parts(each)


def document_of(text: str) -> Any:
    """Return the document of a file; a list of targets that stands for a rule is written out."""
    document = yaml.safe_load(text)
    for ruleset in document.get("dns_forwarding_rulesets", {}).values():
        rules = ruleset.get("rules", {}).items()
        ruleset["rules"] = {key: {"target_dns_servers": r} if isinstance(r, list) else r for key, r in rules}
    return document


def has(document: Any, field: str) -> bool:
    """Return whether the document of a file has a field."""
    return bool(list(_holders(document, field)))


def without(document: Any, field: str) -> None:
    """Take a field out of a document, wherever it stands."""
    for holder, key in list(_holders(document, field)):
        del holder[key]


def _holders(document: Any, field: str) -> Iterator[tuple[Any, Any]]:
    """Return what holds the field, and its key there."""
    name, _, word = field.partition(": ")
    if word:
        yield from ((holder, key) for holder, key, value in _all(document) if key == name and value == word)
    else:
        *steps, last = field.split(".")
        yield from _at([document], steps, last)


def _at(holders: list[Any], steps: list[str], last: str) -> Iterator[tuple[Any, Any]]:
    for step in steps:
        holders = [value for holder in holders for key, value in _items(holder) if fnmatchcase(str(key), step)]
    for holder in holders:
        yield from ((holder, key) for key, _ in _items(holder) if fnmatchcase(str(key), last))


def _items(holder: Any) -> list[tuple[Any, Any]]:
    return list(holder.items() if isinstance(holder, dict) else enumerate(holder) if isinstance(holder, list) else ())


def _all(document: Any) -> Iterator[tuple[Any, Any, Any]]:
    for key, value in _items(document):
        yield document, key, value
        yield from _all(value)
