"""A template's expressions: what they mean with its parameters, its variables, and where it is deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acrdns.azure import CLOUDS
from acrdns.exchange.imports.azure_object import MAX_DEPTH, children, inside, text_of
from acrdns.exchange.imports.estate.identifier import UNKNOWN
from acrdns.exchange.imports.templates.expressions import (
    FunctionCall,
    PropertyAccess,
    UnresolvedError,
    is_expression,
    parsed,
)
from acrdns.exchange.imports.templates.functions import called
from acrdns.regions import cloud_of_region, normalize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MOST_COPIES = 1000
SECRET = ("securestring", "secureobject")
"""Types of parameters and outputs that are never read."""


class Evaluation:
    """The values of one template."""

    def __init__(
        self, template: dict[str, Any], given: dict[str, Any], group: str = UNKNOWN, subscription: str = UNKNOWN
    ) -> None:
        self.template = template
        self.group, self.subscription = group, subscription
        self._given = {name.lower(): value for name, value in given.items()}
        self._parameters = {name.lower(): value for name, value in inside(template, "parameters").items()}
        self._variables = {name.lower(): value for name, value in inside(template, "variables").items()}
        self._copies: dict[str, int] = {}
        self._lambdas: dict[str, Any] = {}
        self._depth = 0

    # --- values -------------------------------------------------------------------------------------------------------

    def value(self, written: Any) -> Any:
        """Return a value with its expressions resolved. Raises UnresolvedError."""
        self._depth += 1
        try:
            if self._depth > MAX_DEPTH:
                raise UnresolvedError("a value that is made of itself")
            if isinstance(written, dict):
                return self._object(written)
            if isinstance(written, list):
                return [self.value(item) for item in written]
            if is_expression(written):
                return self._evaluated(parsed(written))
            return written[1:] if isinstance(written, str) and written.startswith("[[") else written
        finally:
            self._depth -= 1

    def partly(self, written: Any, lost: Callable[[str], None], depth: int = 0) -> Any:
        """Return a value as far as it can be resolved; what is missing is handed to `lost`, and is absent."""
        if depth > MAX_DEPTH:
            raise RecursionError
        if isinstance(written, dict) and not isinstance(written.get("copy"), list):
            return {key: self.partly(item, lost, depth + 1) for key, item in written.items()}
        if isinstance(written, list):
            return [self.partly(item, lost, depth + 1) for item in written]
        try:
            return self.value(written)
        except UnresolvedError as error:
            lost(str(error))
            return None

    def _object(self, written: dict[str, Any]) -> dict[str, Any]:
        found = {key: self.value(item) for key, item in written.items() if key != "copy" or not isinstance(item, list)}
        for loop in children(written, "copy"):
            name = text_of(loop, "name") or ""
            found[name] = [self.value(loop.get("input")) for _ in self._loop(name, loop)]
        return found

    def _loop(self, name: str, loop: dict[str, Any]) -> Iterator[int]:
        count = self.value(loop.get("count"))
        if not isinstance(count, int) or not 0 <= count <= _MOST_COPIES:
            raise UnresolvedError("the count of a copy loop")
        for at in range(count):
            self._copies[name.lower()] = self._copies[""] = at
            yield at
        self._copies.pop(name.lower(), None)

    def _evaluated(self, tree: Any) -> Any:
        self._depth += 1
        try:
            if self._depth > MAX_DEPTH:
                raise UnresolvedError("a value that is made of itself")
            if isinstance(tree, PropertyAccess):
                return self._got(tree)
            if isinstance(tree, FunctionCall):
                return self._called(tree)
            return tree
        finally:
            self._depth -= 1

    def _got(self, tree: PropertyAccess) -> Any:
        of, key = self._evaluated(tree.of), self._evaluated(tree.key)
        if isinstance(of, dict):
            for name, value in of.items():
                if name.lower() == str(key).lower():
                    return value
        if isinstance(of, list) and isinstance(key, int) and -len(of) <= key < len(of):
            return of[key]
        asked = tree.of.name if isinstance(tree.of, FunctionCall) and not tree.of.arguments else ""
        raise UnresolvedError(f"{key} of {asked}()" if asked else f"{key!r} of something that has none")

    def _called(self, tree: FunctionCall) -> Any:
        own = getattr(self, f"_function_{tree.name}", None)
        if tree.name == "if":
            condition, *ways = tree.arguments
            return self._evaluated(ways[0] if self._evaluated(condition) else ways[1])
        if tree.name in ("map", "filter"):
            return self._mapped(tree)
        arguments = [self._evaluated(each) for each in tree.arguments]
        if own is None:
            return called(tree.name, arguments)
        try:
            return own(*arguments)
        except (TypeError, AttributeError):
            raise UnresolvedError(f"the function {tree.name} with these arguments") from None

    def _mapped(self, tree: FunctionCall) -> list[Any]:
        """Return the items of a list as a lambda makes them, or those for which it is true."""
        items, function = (*tree.arguments, None, None)[:2]
        items = self._evaluated(items)
        if not isinstance(items, list) or not isinstance(function, FunctionCall) or len(function.arguments) != 2:  # noqa: PLR2004 - a name and a body
            raise UnresolvedError(f"the function {tree.name} with these arguments")
        name, body = function.arguments
        made = []
        for item in items:
            self._lambdas[str(name).lower()] = item
            value = self._evaluated(body)
            made += [value] if tree.name == "map" else [item] if value else []
        return made

    # --- functions that need the deployment ---------------------------------------------------------------------------

    def _function_parameters(self, name: str) -> Any:
        declared = self._parameters.get(name.lower(), {})
        is_secret = isinstance(declared, dict) and str(declared.get("type")).lower() in SECRET
        if name.lower() in self._given and not is_secret:
            return self._given[name.lower()]
        if isinstance(declared, dict) and "defaultValue" in declared and not is_secret:
            return self.value(declared["defaultValue"])
        raise UnresolvedError(f"the parameter {name}")

    def _function_variables(self, name: str) -> Any:
        if name.lower() in self._variables:
            return self.value(self._variables[name.lower()])
        for loop in children(inside(self.template, "variables"), "copy"):
            if (text_of(loop, "name") or "").lower() == name.lower():
                return [self.value(loop.get("input")) for _ in self._loop(name, loop)]
        raise UnresolvedError(f"the variable {name}")

    def _function_copyindex(self, *arguments: Any) -> int:
        name = next((each.lower() for each in arguments if isinstance(each, str)), "")
        if name not in self._copies:
            raise UnresolvedError("copyIndex outside a loop")
        return self._copies[name] + next((each for each in arguments if isinstance(each, int)), 0)

    def _function_lambdavariables(self, name: str) -> Any:
        if name.lower() not in self._lambdas:
            raise UnresolvedError("a variable of no lambda")
        return self._lambdas[name.lower()]

    def _function_environment(self) -> dict[str, Any]:
        """Return the cloud: that of the location that the template is for, else the public one."""
        try:
            region = self._function_parameters("location")
        except UnresolvedError:
            region = ""
        cloud = CLOUDS[cloud_of_region(normalize(str(region)))]
        return {"name": cloud.name, "suffixes": {"acrLoginServer": f".{cloud.registry}"}}

    def _function_subscription(self) -> dict[str, Any]:
        return {"id": f"/subscriptions/{self.subscription}", "subscriptionId": self.subscription}

    def _function_resourcegroup(self) -> dict[str, Any]:
        here = f"/subscriptions/{self.subscription}/resourceGroups/{self.group}"
        return {"id": here, **({} if self.group == UNKNOWN else {"name": self.group})}

    def _function_deployment(self) -> dict[str, Any]:
        return {}

    def _function_resourceid(self, *parts: Any) -> str:
        at = next((i for i, part in enumerate(parts) if isinstance(part, str) and "/" in part and "." in part), None)
        if at is None:
            raise UnresolvedError("the identifier of a resource without a type")
        before, type_, names = list(parts[:at]), parts[at], parts[at + 1 :]
        group = before.pop() if before else self.group
        subscription = before.pop() if before else self.subscription
        provider, *segments = type_.split("/")
        pairs = "/".join(f"{segment}/{name}" for segment, name in zip(segments, names, strict=False))
        return f"/subscriptions/{subscription}/resourceGroups/{group}/providers/{provider}/{pairs}"

    def _function_subscriptionresourceid(self, *parts: Any) -> str:
        return self._function_resourceid(*parts)

    def _function_extensionresourceid(self, above: str, type_: str, *names: Any) -> str:
        provider, *segments = type_.split("/")
        pairs = "/".join(f"{segment}/{name}" for segment, name in zip(segments, names, strict=False))
        return f"{above}/providers/{provider}/{pairs}"
