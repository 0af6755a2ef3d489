"""An object as az, REST or Resource Graph has it: flat or nested, with an identifier or recognised by its fields."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from acrdns.exchange.imports.azure_object import inside, text_of
from acrdns.exchange.imports.estate.identifier import UNKNOWN, Identifier, identifier, made

if TYPE_CHECKING:
    from acrdns.exchange.imports.context import Context
    from acrdns.exchange.imports.documents import JsonDocument
    from acrdns.exchange.imports.notes import Origin

_ZONE = "microsoft.network/privatednszones"


def fits(value: Any) -> bool:
    """Return whether a value is an object of Azure."""
    return isinstance(value, dict) and identifier_of(value) is not None


def read(document: JsonDocument, context: Context) -> None:
    """Take the object."""
    take(document.value, document.origin, context)


def take(value: Any, origin: Origin, context: Context, source: str = "") -> None:
    """Take a value as an object, or note that it is no object."""
    id_ = identifier_of(value) if isinstance(value, dict) else None
    if value == {}:
        what = "an empty object; if terraform show -json wrote it, the state is empty"
        context.notes.add(origin, "", what, "run it where the state is")
        return
    if _is_pulumi(value):
        context.notes.add(origin, "", "a stack of Pulumi, which is not read", "import output of az of the same estate")
        return
    if id_ is None:
        context.notes.add(origin, "", f"{_described(value)} is no object of Azure", "it is left out")
        return
    nested = isinstance(value.get("properties"), dict)
    context.take(id_, value, replace(origin, source=source or ("arm" if nested else "az")))


def _is_pulumi(value: Any) -> bool:
    """Return whether a value is what `pulumi stack export` writes, or a checkpoint of its backend."""
    return isinstance(value, dict) and any(
        "resources" in inside(value, *path) and "manifest" in inside(value, *path)
        for path in (("deployment",), ("checkpoint", "latest"))
    )


def identifier_of(value: dict[str, Any]) -> Identifier | None:
    """Return the identifier of an object: its own, or one made of its type, name and resource group."""
    # Exports and CSV write ID and TYPE.
    own = identifier(value.get("id") or value.get("ID"))
    if own is not None:
        return own
    name, group = text_of(value, "name"), text_of(value, "resourceGroup") or UNKNOWN
    type_ = text_of(value, "type") or ""
    if "/" in type_ and "." in type_.split("/", 1)[0] and name:
        return _by_type(type_.lower(), name, group, value)
    return _by_fields(value, name, group)


def _by_type(type_: str, name: str, group: str, value: dict[str, Any]) -> Identifier | None:
    segments = type_.count("/")
    if len(names := name.split("/")) == segments:  # templates write parent/child
        return made(type_, *names, group=group)
    if type_.startswith(f"{_ZONE}/") and (zone := _zone_of(value, name)):
        return made(type_, zone, name, group=group)
    return made(type_, name, group=group) if segments == 1 else None


def _by_fields(value: dict[str, Any], name: str | None, group: str) -> Identifier | None:
    """Return the identifier of an object of old versions, which say neither type nor identifier."""
    if "privateDnsZoneConfigs" in value:
        return made("microsoft.network/privateendpoints/privatednszonegroups", UNKNOWN, name or "default", group=group)
    if name is None:
        return None
    if "aRecords" in value and (zone := _zone_of(value, name)):
        return made(f"{_ZONE}/a", zone, name, group=group)
    if "privateLinkServiceConnections" in value:
        return made("microsoft.network/privateendpoints", name, group=group)
    if "loginServer" in value and "sku" in value:
        return made("microsoft.containerregistry/registries", name, group=group)
    return None


def _zone_of(value: dict[str, Any], name: str) -> str | None:
    """Return the zone of a record set: its whole name without its own part."""
    whole = (text_of(value, "fqdn") or "").rstrip(".")
    if name == "@":
        return whole or None
    return whole[len(name) + 1 :] if whole.lower().startswith(f"{name.lower()}.") else None


def _described(value: Any) -> str:
    """Say what a value is, without what is in it: that may be a secret."""
    if isinstance(value, dict):
        known = ", ".join(sorted(map(str, value))[:5])
        return f"an object with {known}" if known else "an empty object"
    return f"a {'list' if isinstance(value, list) else 'text' if isinstance(value, str) else 'value'}"
