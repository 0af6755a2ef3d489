"""Connected registries (facts.md section 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.suggest import remedy
from acrdns.topology.verify.references import key_is_text, refers

if TYPE_CHECKING:
    from acrdns.topology.schema.draft import Draft
    from acrdns.topology.schema.schema import ConnectedRegistry, Registry


def verify(draft: Draft) -> None:
    """Report what is wrong with connected registries."""
    for key, registry in draft.file.registries.items():
        if not registry.connected_registries:
            continue
        _data_endpoint(draft, key, registry)
        for name, connected in registry.connected_registries.items():
            _one(draft, key, name, connected)
            _parent(draft, key, name, registry)


def _data_endpoint(draft: Draft, key: str, registry: Registry) -> None:
    if not draft.sound("registries", key, "data_endpoint_enabled") or not draft.sound("private_endpoints"):
        return
    # Switched off by name, it was on when Azure made the connected registries: that is a finding, ACR115.
    said_off = registry.data_endpoint_enabled is False
    if not data_endpoint(draft, key, registry) and not said_off and registry.sku == "Premium":
        message = "connected registries synchronize over the data endpoint, and it is not enabled"
        path = ("registries", key, "connected_registries")
        draft.report(path, message, f"allowed: with data_endpoint_enabled: true in registries.{key}")


def data_endpoint(draft: Draft, key: str, registry: Registry) -> bool:
    """Return whether the registry has dedicated data endpoints, said or by default."""
    if registry.data_endpoint_enabled is not None:
        return registry.data_endpoint_enabled
    if registry.private_link is not None:
        return True
    return any(e.registry == key and e.status == "Approved" for e in draft.file.private_endpoints.values())


def _one(draft: Draft, key: str, name: str, connected: ConnectedRegistry) -> None:
    path = ("registries", key, "connected_registries", name)
    key_is_text(draft, path)
    refers(draft, (*path, "network"), connected.network, "networks")
    if connected.login_server is not None and connected.address is None and draft.sound(*path, "address"):
        draft.report((*path, "login_server"), "a login server without an address", "allowed: with address beside it")


def _parent(draft: Draft, key: str, name: str, registry: Registry) -> None:
    """Report a parent that does not exist, is the child's own descendant, or cannot have such a child."""
    within = ("registries", key, "connected_registries")
    path = (*within, name, "parent")
    child = registry.connected_registries[name]
    if child.parent is None:
        return
    known = draft.keys(*within)
    if child.parent not in known:
        others = [other for other in known if other != name]
        draft.report(
            path, f"{key} has no connected registry {child.parent!r}", remedy(child.parent, others, "allowed: none")
        )
        return
    if circle := _circle(registry, name):
        draft.report(
            path, f"parents go round in a circle: {' -> '.join(circle)}", "allowed: a parent that is no descendant"
        )
        return
    parent = registry.connected_registries.get(child.parent)
    if parent and parent.mode == "ReadOnly" and child.mode != "ReadOnly" and draft.sound(*within, child.parent, "mode"):
        message = f"the parent {child.parent} is ReadOnly"
        draft.report((*within, name, "mode"), message, "allowed: ReadOnly, as for every child of a ReadOnly one")


def _circle(registry: Registry, name: str) -> list[str]:
    """Return the circle of parents that a connected registry is in, or an empty list."""
    way, here = [name], registry.connected_registries[name].parent
    while here in registry.connected_registries and here not in way[1:]:
        way.append(here)
        if here == name:
            return way
        here = registry.connected_registries[here].parent
    return []
