"""Values of a plan that are known after apply, followed through its configuration to the resources they come from.

The configuration says of each argument which objects its expression refers to, and not how. So an identifier is the
one of the only resource that is referred to, or of its instance with the same key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acrdns.exchange.imports.azure_object import children, inside, texts_of
from acrdns.exchange.imports.estate.identifier import written
from acrdns.exchange.imports.terraform import azapi, azurerm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.exchange.imports.terraform.resources import TerraformResource

_MAX_STEPS = 32
"""Modules and variables between an argument and the resource that it comes from."""
_NAMES = frozenset({"name", "resource_group_name", "virtual_network_name", "private_dns_zone_name", "zone_name"})


class Configuration:
    """The configuration of a plan, and the resources that are planned."""

    def __init__(self, root: dict[str, Any], resources: list[TerraformResource]) -> None:
        self._root = root
        self._by_address: dict[tuple[str, str], list[TerraformResource]] = {}
        for each in resources:
            prefix = "data." if each.data else ""
            self._by_address.setdefault((each.module, f"{prefix}{each.type}.{each.name}"), []).append(each)
        self._under_way: set[int] = set()
        self._filled: set[int] = set()

    def fill(self, resource: TerraformResource) -> list[str]:
        """Fill in the identifiers and names that are not known yet; returns the arguments that cannot be followed."""
        number = id(resource)
        if number in self._filled or number in self._under_way:
            return []
        self._under_way.add(number)
        prefix = "data." if resource.data else ""
        found = self._expressions(resource.module, f"{prefix}{resource.type}.{resource.name}")
        lost = list(self._fill(resource, resource.values, found)) if found else []
        self._under_way.discard(number)
        self._filled.add(number)
        return lost

    def _fill(self, resource: TerraformResource, values: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
        for key, expression in found.items():
            if isinstance(expression, list):
                yield from self._fill_blocks(resource, values, key, expression)
                continue
            references = (texts_of(expression, "references") or ()) if isinstance(expression, dict) else ()
            if references and not self._is_filled(resource, values, key, references):
                yield key

    def _is_filled(
        self, resource: TerraformResource, values: dict[str, Any], key: str, references: tuple[str, ...]
    ) -> bool:
        """Fill in an argument that is not known yet, and return whether it is known now, or does not matter."""
        if key == "body" and resource.type in azapi.RESOURCES:
            return azapi.refer(values, list(dict.fromkeys(self._ids(resource, references))))
        if key == "dns_servers" and values.get(key) in (None, [None]):
            values["dns_servers_of"] = list(dict.fromkeys(self._ids(resource, references)))
            given = not resource.module and all(text.startswith("var.") for text in references)
            return bool(values["dns_servers_of"]) or given  # variables of the root are known when a plan is made
        if values.get(key) not in (None, [], ""):
            return True
        if key.endswith(("_id", "_ids")):
            ids = list(dict.fromkeys(self._ids(resource, references)))
            if ids:
                values[key] = ids if key.endswith("_ids") else ids[0]
            return bool(ids)
        if key in _NAMES:
            field = references[0].rpartition(".")[2]
            names = [target.values.get(field) for target in self._targets(resource, references)]
            if not names or not isinstance(names[0], str):
                return False
            values[key] = names[0]
        return True

    def _fill_blocks(
        self, resource: TerraformResource, values: dict[str, Any], key: str, blocks: list[Any]
    ) -> Iterator[str]:
        known = values.get(key)
        if not isinstance(known, list) or not known:
            return
        for at, block in enumerate(known):
            expression = blocks[at] if at < len(blocks) else blocks[-1] if blocks else None
            if isinstance(block, dict) and isinstance(expression, dict):
                yield from (f"{key}.{lost}" for lost in self._fill(resource, block, expression))

    def _ids(self, resource: TerraformResource, references: tuple[str, ...]) -> Iterator[str]:
        for target in self._targets(resource, references):
            self.fill(target)
            if target.type in azapi.RESOURCES:
                found = azapi.identity(target.values)
                text = written(found) if found else None
            else:
                text = azurerm.reference(target.type, target.values)
            if text:
                yield text

    def _targets(self, resource: TerraformResource, references: tuple[str, ...]) -> list[TerraformResource]:
        """Return the planned resources that references lead to."""
        found: dict[int, TerraformResource] = {}
        waiting = [(resource.module, text) for text in _longest(references)]
        for _ in range(_MAX_STEPS * 8):
            if not waiting:
                break
            module, text = waiting.pop(0)
            candidates = self._by_address.get((module, _resource_part(text)))
            if candidates:
                found |= {id(each): each for each in self._instances(resource, candidates)}
            else:
                waiting += self._followed(resource, module, text)
        return list(found.values())

    def _followed(self, resource: TerraformResource, module: str, text: str) -> list[tuple[str, str]]:
        """Return the references behind a variable, an output of a module, or `each.value`."""
        parts = text.split(".")
        if parts[0] == "each":
            prefix = "data." if resource.data else ""
            own = self._resource(module, f"{prefix}{resource.type}.{resource.name}")
            return [
                (module, each) for each in _longest(texts_of(inside(own, "for_each_expression"), "references") or ())
            ]
        if parts[0] == "var" and len(parts) > 1 and module:
            above, _, call = module.rpartition("module.")
            above = above.rstrip(".")
            called = inside(self._module(above), "module_calls", call)
            references = texts_of(inside(called, "expressions", parts[1]), "references") or ()
            return [(above, each) for each in _longest(references)]
        if parts[0] == "module" and len(parts) > 1:
            below = ".".join(filter(None, (module, f"module.{_bare(parts[1])}")))
            outputs = inside(self._module(below), "outputs")
            wanted = [_bare(parts[2])] if len(parts) > 2 else []  # noqa: PLR2004 - module, name, output
            texts = [
                each for name in wanted for each in texts_of(inside(outputs, name, "expression"), "references") or ()
            ]
            return [(below, each) for each in _longest(tuple(texts))]
        return []

    def _instances(self, resource: TerraformResource, candidates: list[TerraformResource]) -> list[TerraformResource]:
        """Return the one instance, or the one with the same key; else none, since it is not known which."""
        near = [each for each in candidates if each.module_instance == resource.module_instance] or candidates
        if len(near) == 1:
            return near
        return [each for each in near if each.index == resource.index and resource.index is not None]

    def _module(self, address: str) -> dict[str, Any]:
        here = self._root
        for name in filter(None, address.split("module.")):
            here = inside(here, "module_calls", name.rstrip("."), "module")
        return here

    def _resource(self, module: str, address: str) -> dict[str, Any]:
        for each in children(self._module(module), "resources"):
            if each.get("address") == address:
                return each
        return {}

    def _expressions(self, module: str, address: str) -> dict[str, Any]:
        return inside(self._resource(module, address), "expressions")


def _longest(references: tuple[str, ...]) -> list[str]:
    """Return references without those that another one goes on from: Terraform lists `a.b.id` and `a.b`."""
    return [text for text in references if not any(other.startswith(f"{text}.") for other in references)]


def _resource_part(text: str) -> str:
    parts = [_bare(part) for part in text.split(".")]
    return ".".join(parts[: 3 if parts[0] == "data" else 2])


def _bare(part: str) -> str:
    return part.partition("[")[0]
