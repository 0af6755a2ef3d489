"""Fields as tables in Markdown, from a JSON Schema: of the topology file, and of JSON documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_REF = "#/$defs/"
_WORDS = {"string": "text", "integer": "number", "number": "number", "boolean": "true or false"}


_HEAD = """\
# Fields of the topology file

These are all fields of version 1 of the format. New fields are added to it with a default, so that an older file means
what it meant.

"""


def markdown(schema: Mapping[str, Any]) -> str:
    """Return the page of the topology file: a table of fields for each kind of object, the file itself first."""
    return _HEAD + "\n".join(tables("The file", schema, "##"))


def tables(title: str, schema: Mapping[str, Any], heading: str) -> Iterator[str]:
    """Return a section with a table for the object itself, if it is one, then for each kind of object that it holds.

    The sections stand in the order in which a reader meets the objects; a reference to one is a link to its section.
    """
    defined = schema.get("$defs", {})
    if "properties" in schema:
        yield _section(f"{heading} {title}", schema)
    yield from (_section(f"{heading} {name}", defined[name]) for name in _names(schema, defined))


def _names(schema: Mapping[str, Any], defined: Mapping[str, Any]) -> list[str]:
    """Return the kinds of objects in the order in which a reader meets them."""
    found: dict[str, None] = {}
    waiting = [schema]
    while waiting:
        holder = waiting.pop(0)
        for name in _references([holder.get("anyOf"), holder.get("items"), holder.get("properties")]):
            if name not in found:
                found[name] = None
                waiting.append(defined[name])
    return list(found)


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"].removeprefix(_REF)
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def _section(heading: str, schema: Mapping[str, Any]) -> str:
    required = schema.get("required", ())
    head = "| field | value | default | meaning |\n| --- | --- | --- | --- |\n"
    rows = (_row(name, field, name in required) for name, field in schema["properties"].items())
    return f"{heading}\n\n{schema.get('description', '')}\n\n{head}{''.join(rows)}"


def _row(name: str, field: Mapping[str, Any], required: bool) -> str:
    default = "required" if required else _default(field.get("default"))
    meaning = " ".join(field.get("description", "").split()).replace("|", "\\|").replace("<", "\\<")
    return f"| `{name}` | {_type(field)} | {default} | {meaning} |\n"


def _default(value: Any) -> str:
    if value in (None, [], {}):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _type(field: Mapping[str, Any]) -> str:
    """Return what a value may be, in words."""
    if "anyOf" in field:
        return " or ".join(dict.fromkeys(_type(each) for each in field["anyOf"] if each.get("type") != "null"))
    if "$ref" in field:
        name = field["$ref"].removeprefix(_REF)
        return f"[{name}](#{name.lower()})"
    if values := field.get("enum", [field["const"]] if "const" in field else []):
        return " or ".join(f"`{value}`" for value in values)
    kinds = field["type"] if isinstance(field["type"], list) else [field["type"]]
    (kind,) = (each for each in kinds if each != "null")
    if kind == "array":
        return f"list of {_type(field['items'])}"
    if kind == "object":
        return f"mapping of name to {_type(field['additionalProperties'])}"
    example = f", e.g. `{field['examples'][0]}`" if "examples" in field else ""
    bounds = f" from {field['minimum']} to {field['maximum']}" if "maximum" in field else ""
    return _WORDS[kind] + bounds + example
