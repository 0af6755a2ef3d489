"""A template with its parameters: what its expressions mean, and its resources one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acrdns.exchange.imports.azure_object import MAX_DEPTH, children, inside, text_of
from acrdns.exchange.imports.templates.evaluation import SECRET, Evaluation
from acrdns.exchange.imports.templates.expressions import UnresolvedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NESTED = "microsoft.resources/deployments"


class Deployment(Evaluation):
    """One deployment of a template; the nested ones know the one around them."""

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
                    if isinstance(declared, dict) and str(declared.get("type")).lower() not in SECRET:
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
            value = (self.partly(each, missing.append) or {}).get("value") if isinstance(each, dict) else None
            if not missing:
                given[name] = value
        if scope.lower() != "inner":
            outer = {**self.template, "resources": template.get("resources"), "outputs": template.get("outputs")}
            found = Deployment(outer, self._given, str(group), str(subscription))
        else:
            found = Deployment(template, given, str(group), str(subscription))
        found._depth = self._depth + 1
        return found
