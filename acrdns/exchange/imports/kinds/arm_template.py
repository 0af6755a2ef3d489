"""A template of Azure Resource Manager: exported, written by hand, or compiled from Bicep."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from acrdns.exchange.imports.azure_object import inside, text_of
from acrdns.exchange.imports.estate.identifier import identifier, made
from acrdns.exchange.imports.templates.deployment import Deployment

if TYPE_CHECKING:
    from acrdns.exchange.imports.context import Context
    from acrdns.exchange.imports.documents import JsonDocument

_SCHEMA = "deploymenttemplate.json#"
_SOA = "microsoft.network/privatednszones/soa"


def fits(value: Any) -> bool:
    """Return whether a value is a template."""
    return isinstance(value, dict) and str(value.get("$schema", "")).lower().endswith(_SCHEMA)


def read(document: JsonDocument, context: Context) -> None:
    """Keep the template until all parameter files are read."""
    context.later.append(lambda: _read(document, context))


def _read(document: JsonDocument, context: Context) -> None:
    origin = replace(document.origin, source="arm")

    def lost(subject: str, what: str) -> None:
        context.notes.add(origin, subject, what, "add a parameters file with it, or import what was deployed")

    deployment = Deployment(document.value, context.parameters)
    try:
        resources = list(deployment.resources(lost))
    except RecursionError:
        context.notes.add(origin, "", "this template is nested too deeply", "it is left out")
        return
    # Azure exports a zone with its SOA, and then with all of its record sets; nobody writes one by hand.
    exported = any(type_.lower() == _SOA for type_, *_ in resources)
    for type_, name, fields, where in resources:
        names = name.split("/")
        if type_.count("/") != len(names):
            context.notes.add(origin, f"{type_} {name}", "its name has not as many parts as its type", "it is left out")
            continue
        fields.pop("name", None)
        id_ = identifier(text_of(fields, "id")) or made(
            type_, *names, group=where.group, subscription=where.subscription
        )
        state = inside(fields, "properties")
        context.take(id_, {**fields, "name": names[-1], "properties": state}, origin, declared=not exported)
