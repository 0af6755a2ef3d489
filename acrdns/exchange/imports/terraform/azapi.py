"""Resources of the azapi provider: objects of Azure as they are, in `body` and `output`."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from acrdns.exchange.imports.azure_object import text_of
from acrdns.exchange.imports.estate.identifier import Identifier, identifier, made

RESOURCES = ("azapi_resource", "azapi_update_resource")
_TOP = ("name", "location")


def identity(values: dict[str, Any]) -> Identifier | None:
    """Return the identifier of the object: its own, or one made of what it is in, its type and its name."""
    own = identifier(values.get("id")) or identifier(values.get("resource_id"))
    if own is not None:
        return own
    type_, name = type_of(values), text_of(values, "name")
    if name is None or "/" not in type_:
        return None
    parent = text_of(values, "parent_id") or ""
    if type_.count("/") > 1:
        above = identifier(parent)
        return above.child(type_.rpartition("/")[2], name) if above else None
    parts = parent.strip("/").split("/")
    where = dict(zip([part.lower() for part in parts[::2]], parts[1::2], strict=False))
    group, subscription = where.get("resourcegroups", "-"), where.get("subscriptions", "-")
    return made(type_, name, group=group, subscription=subscription)


def type_of(values: dict[str, Any]) -> str:
    """Return the type without its version, in lower case."""
    return (text_of(values, "type") or "").partition("@")[0].lower()


def fields(values: dict[str, Any]) -> dict[str, Any]:
    """Return the object's fields: those that Azure says, then those that are asked for."""
    found: dict[str, Any] = {name: values.get(name) for name in _TOP}
    for part in ("body", "output"):
        found = _joined(found, _object(values.get(part)))
    return found


def _object(value: Any) -> dict[str, Any]:
    """Return a body, which old versions have as JSON in a text."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}


def _joined(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    found = dict(one)
    for key, value in other.items():
        known = found.get(key)
        found[key] = _joined(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return found


# --- bodies of a plan -------------------------------------------------------------------------------------------------

_NETWORK = "microsoft.network"
_VNET, _SUBNET, _POLICY = (
    f"{_NETWORK}/{each}" for each in ("virtualnetworks", "virtualnetworks/subnets", "firewallpolicies")
)
_IN_NETWORK = ((("properties", "virtualNetwork", "id"), (_VNET,)),)
_TO_NETWORK = ((("properties", "remoteVirtualNetwork", "id"), (_VNET,)),)
_SUBNET_OF_FIRST = (("properties", "ipConfigurations", 0, "subnet", "id"), (_SUBNET,))
_JOINTS: dict[str, tuple[tuple[tuple[str | int, ...], tuple[str, ...]], ...]] = {
    f"{_NETWORK}/privatednszones/virtualnetworklinks": _IN_NETWORK,
    f"{_NETWORK}/dnsforwardingrulesets/virtualnetworklinks": _IN_NETWORK,
    f"{_NETWORK}/dnsresolvers": _IN_NETWORK,
    f"{_VNET}/virtualnetworkpeerings": _TO_NETWORK,
    f"{_NETWORK}/virtualhubs/hubvirtualnetworkconnections": _TO_NETWORK,
    f"{_NETWORK}/dnsforwardingrulesets": (
        (("properties", "dnsResolverOutboundEndpoints", 0, "id"), (f"{_NETWORK}/dnsresolvers/outboundendpoints",)),
    ),
    f"{_NETWORK}/privateendpoints": (
        (("properties", "subnet", "id"), (_SUBNET,)),
        (
            ("properties", "privateLinkServiceConnections", 0, "properties", "privateLinkServiceId"),
            ("microsoft.containerregistry/registries",),
        ),
    ),
    f"{_NETWORK}/privateendpoints/privatednszonegroups": (
        (
            ("properties", "privateDnsZoneConfigs", 0, "properties", "privateDnsZoneId"),
            (f"{_NETWORK}/privatednszones",),
        ),
    ),
    f"{_NETWORK}/virtualhubs": ((("properties", "virtualWan", "id"), (f"{_NETWORK}/virtualwans",)),),
    f"{_NETWORK}/firewallpolicies": ((("properties", "basePolicy", "id"), (_POLICY,)),),
    f"{_NETWORK}/azurefirewalls": (
        (("properties", "firewallPolicy", "id"), (_POLICY,)),
        (("properties", "virtualHub", "id"), (f"{_NETWORK}/virtualhubs",)),
        _SUBNET_OF_FIRST,
    ),
    f"{_NETWORK}/networkinterfaces": (_SUBNET_OF_FIRST,),
}
"""Where the body of a type has the identifier of an object of another one."""
_OPTIONAL = frozenset(f"{_NETWORK}/{each}" for each in ("virtualhubs", "firewallpolicies", "azurefirewalls"))
"""Types that are what they are without what is in the table above."""


def refer(values: dict[str, Any], ids: list[str]) -> bool:
    """Put identifiers where a body lacks them; returns whether all are there that the body has to have.

    A body that is not known at all is no more than what it refers to: enough for what joins a network to something.
    """
    if isinstance(values.get("body"), str) and values["body"]:
        return True
    type_, unknown = type_of(values), not values.get("body")
    body = values["body"] = _object(values.get("body"))
    joints = _JOINTS.get(type_, ())
    whole = not unknown or joints in (_IN_NETWORK, _TO_NETWORK)
    for path, types in joints:
        found = next((text for text in ids if (id_ := identifier(text)) and id_.type in types), None)
        if not _put(body, path, found) and type_ not in _OPTIONAL:
            whole = False
    return whole


def _put(body: dict[str, Any], path: tuple[str | int, ...], text: str | None) -> bool:
    """Set a value where there is none yet, and return whether there is one now."""
    here: Any = body
    for step, following in pairwise(path):
        if isinstance(step, int):
            here += [{}] if text and not here else []
            here = here[step] if here else None
        else:
            if text and here.get(step) is None:
                here[step] = [] if isinstance(following, int) else {}
            here = here.get(step)
        if not isinstance(here, list if isinstance(following, int) else dict):
            return False
    if text and not here.get(path[-1]):
        here[path[-1]] = text
    return bool(here.get(path[-1]))
