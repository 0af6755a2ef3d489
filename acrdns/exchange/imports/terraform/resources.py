"""Resources of Terraform: from `terraform show -json` and from the raw state, without what is marked sensitive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from acrdns.exchange.imports.azure_object import MAX_DEPTH, children, inside, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(slots=True)
class TerraformResource:
    """One instance of a resource or data source."""

    address: str
    type: str
    name: str
    module: str
    """Address of its module without the instances' keys: `module.network`; empty for the root."""
    module_instance: str
    """The same with the keys."""
    index: Any
    values: dict[str, Any]
    data: bool = False
    """Whether Terraform only reads it."""


def shown(root: dict[str, Any]) -> Iterator[TerraformResource]:
    """Return the resources of a module of `terraform show -json`, and of those below it."""
    waiting = [(root, 0)]
    while waiting:
        module, depth = waiting.pop()
        instance = text_of(module, "address") or ""
        for each in children(module, "resources"):
            values = each.get("values")
            if isinstance(values, dict):
                yield TerraformResource(
                    address=text_of(each, "address") or "-",
                    type=text_of(each, "type") or "",
                    name=text_of(each, "name") or "",
                    module=without_keys(instance),
                    module_instance=instance,
                    index=each.get("index"),
                    values=without(values, each.get("sensitive_values")),
                    data=each.get("mode") == "data",
                )
        if depth < MAX_DEPTH:
            waiting += [(child, depth + 1) for child in reversed(children(module, "child_modules"))]


def changed(changes: list[dict[str, Any]], side: str) -> Iterator[TerraformResource]:
    """Return the resources of a plan's changes as they are `before` or `after`: for plans that have no whole state."""
    for each in changes:
        change = inside(each, "change")
        values = change.get(side)
        if not isinstance(values, dict) or each.get("deposed"):
            continue
        module, address = text_of(each, "module_address") or "", text_of(each, "address") or "-"
        yield TerraformResource(
            address=(text_of(each, "previous_address") or address) if side == "before" else address,
            type=text_of(each, "type") or "",
            name=text_of(each, "name") or "",
            module=without_keys(module),
            module_instance=module,
            index=each.get("index"),
            values=without(values, change.get(f"{side}_sensitive")),
            data=each.get("mode") == "data",
        )


def of_state(state: dict[str, Any]) -> Iterator[TerraformResource]:
    """Return the resources of a raw state of version 4."""
    for each in children(state, "resources"):
        module, type_, name = (text_of(each, key) or "" for key in ("module", "type", "name"))
        for instance in children(each, "instances"):
            if instance.get("deposed"):
                continue  # it goes when Terraform runs next
            index = instance.get("index_key")
            data = each.get("mode") == "data"
            values = {key: _plain(value) for key, value in inside(instance, "attributes").items()}
            for path in instance.get("sensitive_attributes") or ():
                _drop(values, path)
            yield TerraformResource(
                address=_address(module, type_, name, index, data=data),
                type=type_,
                name=name,
                module=without_keys(module),
                module_instance=module,
                index=index,
                values=values,
                data=data,
            )


def _address(module: str, type_: str, name: str, index: Any, *, data: bool) -> str:
    key = "" if index is None else f'["{index}"]' if isinstance(index, str) else f"[{index}]"
    return ".".join(filter(None, (module, "data" if data else "", type_, f"{name}{key}")))


def without_keys(address: str) -> str:
    """Return a module's address without the keys of instances, which are texts with any character."""
    found, quoted, depth, last = [], False, 0, ""
    for letter in address:
        if letter == '"' and last != "\\":
            quoted = not quoted
        if not quoted:
            depth += (letter == "[") - (letter == "]" and depth > 0)
        if not quoted and not depth and letter not in '"]':
            found.append(letter)
        last = letter
    return "".join(found)


def without(value: Any, sensitive: Any) -> Any:
    """Return a value without the parts that `sensitive_values` marks."""
    if isinstance(value, dict) and isinstance(sensitive, dict):
        return {key: without(item, sensitive.get(key)) for key, item in value.items() if sensitive.get(key) is not True}
    if isinstance(value, list) and isinstance(sensitive, list):
        marks = [*sensitive, *([None] * (len(value) - len(sensitive)))]
        return [without(item, mark) for item, mark in zip(value, marks, strict=False) if mark is not True]
    return value


def _plain(value: Any) -> Any:
    """Return a dynamic attribute's value: a state has it with its type."""
    if isinstance(value, dict) and value.keys() == {"value", "type"} and not isinstance(value["type"], bool):
        return value["value"]
    return value


def _drop(values: Any, path: Any) -> None:
    """Drop what a path of a raw state leads to."""
    steps = [step.get("value") for step in path if isinstance(step, dict)] if isinstance(path, list) else []
    steps = [step.get("value") if isinstance(step, dict) else step for step in steps]
    here = values
    for step in steps[:-1]:
        if isinstance(here, dict):
            here = here.get(step)
        elif isinstance(here, list) and isinstance(step, int) and step < len(here):
            here = here[step]
        else:
            return
    if isinstance(here, dict) and steps:
        here.pop(steps[-1], None)
    elif isinstance(here, list) and steps and isinstance(steps[-1], int) and steps[-1] < len(here):
        here[steps[-1]] = None
