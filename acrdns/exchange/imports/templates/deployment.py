"""A template with its parameters: what its expressions mean, and its resources one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MOST_COPIES = 1000
_NESTED = "microsoft.resources/deployments"
_SECRET = ("securestring", "secureobject")


class Deployment:
    """One deployment of a template; the nested ones know the one around them."""

    def __init__(
        self, template: dict[str, Any], given: dict[str, Any], group: str = UNKNOWN, subscription: str = UNKNOWN
    ) -> None:
        self.template = template
        self.group, self.subscription = group, subscription
        self._given = {name.lower(): value for name, value in given.items()}
        self._parameters = {name.lower(): value for name, value in inside(template, "parameters").items()}
        self._variables = {name.lower(): value for name, value in inside(template, "variables").items()}
        self._copies: dict[str, int] = {}
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
        raise UnresolvedError(f"{key!r} of something that has none")

    def _called(self, tree: FunctionCall) -> Any:
        own = getattr(self, f"_function_{tree.name}", None)
        if tree.name == "if":
            condition, *ways = tree.arguments
            return self._evaluated(ways[0] if self._evaluated(condition) else ways[1])
        arguments = [self._evaluated(each) for each in tree.arguments]
        if own is None:
            return called(tree.name, arguments)
        try:
            return own(*arguments)
        except (TypeError, AttributeError):
            raise UnresolvedError(f"the function {tree.name} with these arguments") from None

    # --- functions that need the deployment ---------------------------------------------------------------------------

    def _function_parameters(self, name: str) -> Any:
        declared = self._parameters.get(name.lower(), {})
        is_secret = isinstance(declared, dict) and str(declared.get("type")).lower() in _SECRET
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

    def _function_resourceinfo(self, symbol: str) -> dict[str, Any]:
        written = inside(self.template, "resources", symbol)
        type_, name = self.value(written.get("type")), self.value(written.get("name"))
        return {"id": self._function_resourceid(type_, *str(name).split("/")), "name": str(name).rpartition("/")[2]}

    def _function_reference(self, what: str, *_rest: Any) -> dict[str, Any]:
        """Return the outputs of a nested deployment; the state of a resource is known when it is deployed."""
        for symbol, written in self._written(self.template):
            if str(written.get("type", "")).lower() != _NESTED:
                continue
            name = self.value(written.get("name"))
            if what in (symbol, name) or str(what).lower().endswith(f"/{str(name).lower()}"):
                nested = self.nested(written)
                outputs = inside(nested.template, "outputs") if nested else {}
                found = {}
                for output, declared in outputs.items():
                    if isinstance(declared, dict) and str(declared.get("type")).lower() not in _SECRET:
                        lost: list[str] = []
                        value = nested.partly(declared.get("value"), lost.append) if nested else None
                        found[output] = {"value": value}
                return {"outputs": found}
        raise UnresolvedError("the state of a resource, which is known when it is deployed")

    # --- resources ----------------------------------------------------------------------------------------------------

    def resources(self, lost: Callable[[str, str], None]) -> Iterator[tuple[str, str, dict[str, Any], Deployment]]:
        """Return type, name, fields and deployment of each resource, those of nested deployments too.

        `lost` is called with the name of a resource and what is missing.
        """
        yield from self._resources(self.template, "", "", lost, 0)

    def _written(self, holder: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        """Return resources as written, with their symbolic names in templates of languageVersion 2.0."""
        listed = holder.get("resources")
        if isinstance(listed, dict):
            return [(symbol, each) for symbol, each in listed.items() if isinstance(each, dict)]
        return [("", each) for each in children(holder, "resources")]

    def _resources(
        self, holder: dict[str, Any], type_: str, name: str, lost: Callable[[str, str], None], depth: int
    ) -> Iterator[tuple[str, str, dict[str, Any], Deployment]]:
        if depth > MAX_DEPTH:
            raise RecursionError
        for _, written in self._written(holder):
            if written.get("existing") is True:
                continue
            own = str(written.get("type", ""))
            whole = f"{type_}/{own}" if type_ and "." not in own.partition("/")[0] else own
            try:
                if not self.value(written.get("condition", True)):
                    continue
                loop = written.get("copy")
                rounds = list(self._loop_of(loop)) if isinstance(loop, dict) else [None]
            except UnresolvedError as error:
                lost(f"{whole} {written.get('name')}", str(error))
                continue
            for at in rounds:
                if at is not None and isinstance(loop, dict):
                    self._copies[str(loop.get("name", "")).lower()] = self._copies[""] = at
                yield from self._one(written, whole, name if type_ and whole != own else "", lost, depth)

    def _loop_of(self, loop: dict[str, Any]) -> Iterator[int]:
        return self._loop(text_of(loop, "name") or "", loop)

    def _one(
        self, written: dict[str, Any], type_: str, above: str, lost: Callable[[str, str], None], depth: int
    ) -> Iterator[tuple[str, str, dict[str, Any], Deployment]]:
        subject = f"{type_} {written.get('name')}"
        try:
            name = str(self.value(written.get("name")))
        except UnresolvedError as error:
            lost(subject, f"its name needs {error}, which nobody gave")
            return
        name = f"{above}/{name}" if above else name
        if type_.lower() == _NESTED:
            nested = self.nested(written, lambda what: lost(subject, what))
            if nested is None:
                lost(f"{type_} {name}", "its template is not in the input (templateLink)")
            else:
                yield from nested.resources(lost)
            return
        fields = {key: item for key, item in written.items() if key not in ("resources", "copy", "condition")}
        missing: list[str] = []
        found = self.partly(fields, missing.append)
        for what in dict.fromkeys(missing):
            lost(f"{type_} {name}", f"a field needs {what}, which nobody gave")
        yield type_, name, found, self
        yield from self._resources(written, type_, name, lost, depth + 1)

    def nested(self, written: dict[str, Any], lost: Callable[[str], None] = lambda _what: None) -> Deployment | None:
        """Return the deployment inside a resource, or None where its template is elsewhere."""
        properties = inside(written, "properties")
        template = properties.get("template")
        if not isinstance(template, dict) or self._depth > MAX_DEPTH // 2:
            return None
        scope = text_of(inside(properties, "expressionEvaluationOptions"), "scope") or "outer"
        group = self.partly(written.get("resourceGroup"), lost) or self.group
        subscription = self.partly(written.get("subscriptionId"), lost) or self.subscription
        given: dict[str, Any] = {}
        for name, each in inside(properties, "parameters").items():
            missing: list[str] = []
            value = self.partly(each.get("value"), missing.append) if isinstance(each, dict) else None
            if not missing:
                given[name] = value
        if scope.lower() != "inner":
            outer = {**self.template, "resources": template.get("resources"), "outputs": template.get("outputs")}
            found = Deployment(outer, self._given, str(group), str(subscription))
        else:
            found = Deployment(template, given, str(group), str(subscription))
        found._depth = self._depth + 1
        return found
