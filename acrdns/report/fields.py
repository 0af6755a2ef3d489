"""The fields of the topology file as a page, from its JSON Schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_REF = "#/$defs/"
_WORDS = {"string": "text", "integer": "number", "number": "number", "boolean": "true or false"}


def markdown(schema: Mapping[str, Any]) -> str:
    """Return a page with a table of fields for each kind of object, the file itself first."""
    defined = schema["$defs"]
    sections = [_section("The file", schema), *(_section(name, defined[name]) for name in _names(schema, defined))]
    return "# Fields of the topology file\n\n" + "\n".join(sections)


def _names(schema: Mapping[str, Any], defined: Mapping[str, Any]) -> list[str]:
    """Return the kinds of objects in the order in which a reader meets them."""
    found: dict[str, None] = {}
    waiting = [schema]
    while waiting:
        for name in _references(waiting.pop(0).get("properties", {})):
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


def _section(title: str, schema: Mapping[str, Any]) -> str:
    required = schema.get("required", ())
    lines = [
        f"## {title}",
        "",
        schema["description"],
        "",
        "| field | value | default | meaning |",
        "| --- | --- | --- | --- |",
    ]
    for name, field in schema["properties"].items():
        default = "required" if name in required else _default(field.get("default"))
        meaning = field.get("description", "").replace("|", "\\|").replace("<", "\\<")
        lines.append(f"| `{name}` | {_type(field)} | {default} | {meaning} |")
    return "\n".join(lines) + "\n"


def _default(value: Any) -> str:
    if value in (None, [], {}):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _type(field: Mapping[str, Any]) -> str:
    """Return what a value may be, in words."""
    if "anyOf" in field:
        return " or ".join(dict.fromkeys(_type(each) for each in field["anyOf"] if each.get("type") != "null"))
    if "$ref" in field:
        return str(field["$ref"].removeprefix(_REF))
    if values := field.get("enum", [field["const"]] if "const" in field else []):
        return " or ".join(f"`{value}`" for value in values)
    kinds = field["type"] if isinstance(field["type"], list) else [field["type"]]
    (kind,) = (each for each in kinds if each != "null")
    if kind == "array":
        return f"list of {_type(field['items'])}"
    if kind == "object":
        return f"mapping of name to {_type(field['additionalProperties'])}"
    example = f", e.g. `{field['examples'][0]}`" if "examples" in field else ""
    return _WORDS[kind] + example
