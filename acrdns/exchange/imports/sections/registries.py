"""Registries, with their replicas and what is known of connected registries."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from acrdns.azure import Member
from acrdns.exchange.imports.estate.found import FoundConnectedRegistry
from acrdns.exchange.imports.sections.endpoints import registries_of
from acrdns.regions import GUESS

if TYPE_CHECKING:
    from acrdns.exchange.imports.estate.estate import ShownEndpoints
    from acrdns.exchange.imports.estate.found import FoundRegistry
    from acrdns.exchange.imports.sections.assembly import Assembly, EndpointFacts


def write(assembly: Assembly) -> None:
    """Write the registries that the input has, then those that only an endpoint refers to."""
    known = registries_of(assembly)
    endpoints = assembly.endpoints_by_registry()
    shown = {each.login_server: each for each in reversed(assembly.estate.shown)}
    for key, found in known.items():
        _write(assembly, key, found, endpoints.get(key, []), shown.get(found.login_server or ""))
    for key, partners in endpoints.items():
        if key not in assembly.sketch.data["registries"] and not _is_gone(assembly, partners[0]):
            _write_partner(assembly, partners)
    _write_connected(assembly)


def _is_gone(assembly: Assembly, facts: EndpointFacts) -> bool:
    """Return whether a plan deletes the registry of an endpoint."""
    return facts.found.registry is not None and assembly.key(facts.found.registry) in assembly.estate.gone


def labels(assembly: Assembly) -> dict[str, str]:
    """Return the host label of every registry: the first of its login server's, else its name."""
    found = registries_of(assembly)
    return {key: (registry.login_server or key).split(".")[0] for key, registry in found.items()}


def _write(
    assembly: Assembly, key: str, found: FoundRegistry, endpoints: list[EndpointFacts], shown: ShownEndpoints | None
) -> None:
    sketch, path = assembly.sketch, ("registries", key)
    members = [Member.parse(text) for facts in endpoints for text in facts.addresses]
    replicas, extra = _replicas(assembly, key, found, shown)
    home = found.location or next((member.region for member in members if member and member.region), "")
    if not found.location:
        home = home or GUESS[assembly.cloud.name]
        what = f"TODO: the home region is not said; {home} is assumed"
        sketch.note(found.origin, path, what, "write its location")
    regions = [region for region in replicas if region != home]
    seen = [member.region for member in members if member and member.region]
    for region in dict.fromkeys((*extra, *seen)):
        if region not in (home, *regions):
            regions.append(region)
            what = f"it has an endpoint in {region}, and no replica there is listed"
            sketch.note(found.origin, path, what, "the replica is taken to be there; add az acr replication list")
    approved = any(facts.status == "Approved" for facts in endpoints)
    regional = found.regional_endpoints
    if regional is None and shown:
        regional = shown.regional
    if any(member and member.kind == "regional" for member in members) and not regional:
        sketch.note(
            found.origin, path, "a private endpoint has addresses of regional endpoints", "they are taken as enabled"
        )
        regional = True
    entry: dict[str, Any] = {
        "sku": _sku(assembly, path, found, needed=bool(regions or endpoints or regional)),
        "location": home,
        "replications": [
            region if replicas.get(region, True) else {"region": region, "global_endpoint_routing": False}
            for region in regions
        ],
        "dns_label": _label(assembly, path, found),
        "data_endpoint_enabled": None if approved else _data_endpoints(found, shown) or None,
        "regional_endpoints_enabled": regional or None,
        **_access(assembly, path, found),
    }
    sketch.put(*path, entry, found)


def _data_endpoints(found: FoundRegistry, shown: ShownEndpoints | None) -> bool:
    return bool(found.data_endpoint_enabled or (found.data_endpoint_enabled is None and shown and shown.data_regions))


def _replicas(
    assembly: Assembly, key: str, found: FoundRegistry, shown: ShownEndpoints | None
) -> tuple[dict[str, bool], list[str]]:
    """Return the replicas with their routing, and further regions that names of data endpoints say."""
    replicas = {each.location or each.name: each.routing is not False for each in assembly.replicas.get(key, ())}
    extra = [*(found.data_regions or ()), *(shown.data_regions if shown else ())]
    return replicas, extra


def _sku(assembly: Assembly, path: tuple[str, str], found: FoundRegistry, *, needed: bool) -> str | None:
    sku = (found.sku or "").title()
    if sku in ("Basic", "Standard") and not needed:
        return sku
    if sku in ("Basic", "Standard"):
        what = f"the SKU is {sku}, and it has what only Premium has"
        assembly.sketch.note(found.origin, path, what, "Premium is taken; one of the inputs is old")
    elif sku not in ("", "Premium"):
        assembly.sketch.note(found.origin, path, f"the SKU {found.sku!r} is unknown", "Premium is taken")
    return None


def _label(assembly: Assembly, path: tuple[str, str], found: FoundRegistry) -> str | None:
    if found.login_server is None:
        what = "the login server is not said, so that its host label is taken to be its name"
        assembly.sketch.note(found.origin, path, what, "write dns_label where it has a domain name label (NAME-HASH)")
        return None
    label = found.login_server.split(".")[0]
    return None if label == path[1] else label


def _access(assembly: Assembly, path: tuple[str, str], found: FoundRegistry) -> dict[str, Any]:
    rules = list(dict.fromkeys(found.ip_rules or ()))
    deny = (found.default_action or "").lower() == "deny"
    if found.public_access is False:
        return {"public_network_access_enabled": False, "ip_rules": rules if deny else []}
    if deny and not rules:
        what = "the firewall denies by default and has no rule, so that it admits nobody: written as false"
        assembly.sketch.note(found.origin, (*path, "public_network_access_enabled"), what)
        return {"public_network_access_enabled": False}
    return {"ip_rules": rules if deny else []}


def _write_partner(assembly: Assembly, endpoints: list[EndpointFacts]) -> None:
    """Write a registry of which only private endpoints are known."""
    facts = endpoints[0]
    members = [Member.parse(text) for each in endpoints for text in each.addresses]
    regions = list(dict.fromkeys(member.region for member in members if member and member.region))
    home = regions[0] if regions else facts.found.location or GUESS[assembly.cloud.name]
    regional = any(member and member.kind == "regional" for member in members)
    entry = {"location": home, "replications": regions[1:], "regional_endpoints_enabled": regional or None}
    path = assembly.sketch.put("registries", facts.registry, entry)
    source = "its endpoint's addresses" if regions else "nothing but a guess"
    what = f"TODO: not in the input; the location is from {source}, and its other fields are assumed"
    assembly.sketch.note(facts.found.origin, path, what, f"add az acr show {_options(facts)}")


def _options(facts: EndpointFacts) -> str:
    """Return the options by which az finds the registry of an endpoint: its subscription may be another one."""
    target = facts.found.registry
    return target.options() if target else f"-n {facts.registry}"


def _write_connected(assembly: Assembly) -> None:
    """Write connected registries as comments, ready to be uncommented: their network is not known."""
    for found in assembly.estate.all(FoundConnectedRegistry):
        registry = found.id.names[0].lower()
        path = ("registries", registry)
        if registry not in assembly.sketch.data["registries"]:
            what = f"its registry {registry} is not in the input"
            assembly.sketch.notes.add(found.origin, f"connected registry {found.name}", what, "it is left out")
            continue
        mode = {"readwrite": "ReadWrite", "registry": "ReadWrite"}.get((found.mode or "").lower(), "ReadOnly")
        what = f"the connected registry {found.name}: its network is not in the input"
        assembly.sketch.note(found.origin, path, what, "uncomment the block below it, and name the network")
        block = {
            "network": "ON_PREMISES_NETWORK",
            "mode": mode,
            "login_server": found.login_server,
            "parent": found.parent.name if found.parent and "connectedregistries" in found.parent.type else None,
            "sync_schedule": found.schedule,
            "message_ttl": found.message_ttl,
            "sync_window": found.sync_window,
        }
        lines = assembly.sketch.blocks.setdefault(path, ["connected_registries:"])
        lines += [f"  {found.name}:", *(f"    {name}: {json.dumps(value)}" for name, value in block.items() if value)]
