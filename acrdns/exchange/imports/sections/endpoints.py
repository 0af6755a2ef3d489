"""Private endpoints: whose, in which network, with which addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import LOGIN
from acrdns.exchange.imports.endpoint_names import endpoint_name
from acrdns.exchange.imports.estate.found import (
    FoundConnection,
    FoundEndpoint,
    FoundRegistry,
    FoundZoneGroup,
)
from acrdns.exchange.imports.sections.assembly import EndpointFacts, network
from acrdns.exchange.imports.sections.keys import keys

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from acrdns.exchange.imports.sections.assembly import Assembly

STATUSES = ("Approved", "Pending", "Rejected", "Disconnected")


def resolve(assembly: Assembly) -> None:
    """Bring together what is known of every private endpoint."""
    endpoints: list[FoundEndpoint] = list(assembly.estate.all(FoundEndpoint))
    names = keys(each.id for each in endpoints)
    groups = _groups(assembly, endpoints)
    for found in endpoints:
        mine = groups.get(assembly.key(found.id), [])
        registry = _registry(assembly, found, mine)
        if registry is None:
            what = "it does not say of which registry it is"
            assembly.sketch.notes.add(found.origin, f"private_endpoints.{found.name}", what, "it is left out")
            continue
        known = mine or found.groups_known
        zones = list(dict.fromkeys(key for group in mine for key in _zone_keys(assembly, group))) if known else None
        facts = EndpointFacts(found, names[found.id.key], registry, "", {}, zones)
        facts.status = _status(assembly, facts)
        facts.addresses = _addresses(assembly, facts, mine)
        assembly.endpoints.append(facts)


def _zone_keys(assembly: Assembly, group: FoundZoneGroup) -> Iterable[str]:
    return (assembly.key(zone) for zone in (group.zones or {}).values())


def _groups(assembly: Assembly, endpoints: list[FoundEndpoint]) -> dict[str, list[FoundZoneGroup]]:
    """Return zone groups by their endpoint; those of old versions, which do not say it, by their addresses."""
    found: dict[str, list[FoundZoneGroup]] = {}
    for group in assembly.estate.all(FoundZoneGroup):
        key = assembly.key(group.id.parent)
        if group.id.names[0] == "-":
            addresses = set((group.records or {}).values())
            owners = [each for each in endpoints if addresses & set(_by_interface(assembly, each).values())]
            if len(owners) != 1:
                what = "this zone group does not say of which private endpoint it is"
                assembly.sketch.notes.add(group.origin, f"zone group {group.name}", what, "it is left out")
                continue
            key = assembly.key(owners[0].id)
        found.setdefault(key, []).append(group)
    return found


def _registry(assembly: Assembly, found: FoundEndpoint, groups: list[FoundZoneGroup]) -> str | None:
    """Return the key of the endpoint's registry: as it says, else by the names of its records."""
    if found.registry is not None:
        return found.registry.name.lower()
    names = [*(found.public_names or ()), *(name for group in groups for name in group.records or ())]
    labels = {host[0] for name in names if (host := endpoint_name(name))}
    by_label = {label: key for key, label in assembly.labels.items()}
    return by_label.get(labels.pop()) if len(labels) == 1 else None


def _status(assembly: Assembly, facts: EndpointFacts) -> str:
    """Return the status: the registry decides where it says something."""
    found, path = facts.found, ("private_endpoints", facts.key)
    own = next((status for status in STATUSES if status.lower() == (found.status or "").lower()), None)
    if found.status and own is None:
        assembly.sketch.note(found.origin, path, f"the status {found.status!r} is unknown", "Pending is taken")
        own = "Pending"
    connection = _connection(assembly, found)
    if connection is not None and (status := connection.status):
        if own and own.lower() != status.lower():
            what = f"the endpoint says {own}, and the registry says {status}"
            assembly.sketch.note(connection.origin, path, what, "the registry decides")
        return status if status in STATUSES else "Pending"
    if own is None and found.assumed_status:
        what = f"TODO: whether this connection was approved is not said; {found.assumed_status} is assumed"
        assembly.sketch.note(found.origin, path, what, "look at the registry's private endpoint connections")
        return found.assumed_status
    return own or "Approved"


def _connection(assembly: Assembly, found: FoundEndpoint) -> FoundConnection | None:
    """Return the registry's side of an endpoint; by its name where the endpoint lacks its subscription or group."""
    keys: list[Hashable] = [found.id.key, assembly.key(found.id)]
    keys += [("name", found.name.lower())] if "-" in (found.id.subscription, found.id.group) else []
    return next((each for key in keys for each in assembly.connections.get(key, ())), None)


def _by_interface(assembly: Assembly, found: FoundEndpoint) -> dict[str, str]:
    """Return the addresses by member that the endpoint's network interfaces say."""
    index = assembly.interfaces
    keys = (found.id.key, assembly.key(found.id), *(found.interfaces or ()))
    mine = [each for key in dict.fromkeys(keys) for each in index.get(key, ())]
    if not mine:
        group = found.id.group.lower()
        named = ((group, (found.interface_name or "").lower()), (group, f"{found.name.lower()}.nic."))
        mine = [each for key in named for each in index.get(key, ()) if each.endpoint is None]
    merged: dict[str, str] = {}
    for each in mine:
        merged = (each.members or {}) | merged
    return merged


def _addresses(assembly: Assembly, facts: EndpointFacts, groups: list[FoundZoneGroup]) -> dict[str, str]:
    """Return member to address, the best source first; what contradicts it is noted."""
    found, path = facts.found, ("private_endpoints", facts.key)
    written = {name: address for group in groups for name, address in (group.records or {}).items()}
    sources = (
        ("the network interface", _by_interface(assembly, found)),
        ("the zone group", _members(written)),
        ("customDnsConfigs", _members(found.public_names or {})),
        ("ipConfigurations", found.static or {}),
    )
    merged: dict[str, tuple[str, str]] = {}
    for source, addresses in sources:
        for member, address in addresses.items():
            best = merged.setdefault(member, (address, source))
            if best[0] != address:
                what = f"{member} is {best[0]} at {best[1]}, and {address} at {source}"
                assembly.sketch.note(found.origin, (*path, "addresses"), what, f"that of {best[1]} is taken")
    if not merged and facts.status == "Approved":
        bare = f"; one address is {found.lone_address}, of which nobody says whose" if found.lone_address else ""
        what = f"TODO: the addresses are not in the input{bare}"
        remedy = "add az network nic show of its network interface, or its zone group"
        assembly.sketch.note(found.origin, path, what, remedy)
    ordered = sorted(merged, key=lambda member: member != str(LOGIN))
    return {member: merged[member][0] for member in ordered}


def _members(names: dict[str, str]) -> dict[str, str]:
    return {host[1]: address for name, address in names.items() if (host := endpoint_name(name))}


def write(assembly: Assembly) -> None:
    """Write the endpoints whose registry and network the topology has."""
    sketch = assembly.sketch
    for facts in assembly.endpoints:
        found, path = facts.found, ("private_endpoints", facts.key)
        if facts.registry not in sketch.data["registries"]:
            what = f"its registry {facts.registry} is left out, and so is the endpoint"
            sketch.notes.add(found.origin, f"private_endpoints.{facts.key}", what)
            continue
        place = network(assembly, found.network, found.origin)
        if place is None:
            sketch.notes.add(found.origin, f"private_endpoints.{facts.key}", "its subnet is not said", "it is left out")
            continue
        entry = {
            "registry": facts.registry,
            "network": place,
            "status": None if facts.status == "Approved" else facts.status,
            "addresses": facts.addresses,
            "dns_zone_group": facts.written,
        }
        sketch.put(*path, entry, found)
    _note_missing(assembly)


def _note_missing(assembly: Assembly) -> None:
    """Note approved endpoints that a registry has and the input does not; without any other it is `elsewhere`."""
    sketch = assembly.sketch
    known = {assembly.key(facts.found.id) for facts in assembly.endpoints}
    names = {facts.found.name.lower() for facts in assembly.endpoints if "-" in facts.found.id.key.split("/")[:2]}
    approved = {facts.registry for facts in assembly.endpoints if facts.status == "Approved"}
    for connection in assembly.estate.all(FoundConnection):
        registry = connection.id.names[0].lower()
        missing = connection.endpoint not in known and (connection.endpoint_name or "").lower() not in names
        if (connection.status or "").lower() != "approved" or not missing or registry not in sketch.data["registries"]:
            continue
        path = ("registries", registry)
        what = f"its private endpoint {connection.endpoint_name or connection.name} is not in the input"
        sketch.note(connection.origin, path, what, "add az network private-endpoint show, of its subscription")
        if registry not in approved:
            sketch.data["registries"][registry]["private_link"] = "elsewhere"


def registries_of(assembly: Assembly) -> dict[str, FoundRegistry]:
    """Return the registries by the key that they have; a name is taken by the first that has it."""
    found: dict[str, FoundRegistry] = {}
    for registry in assembly.estate.all(FoundRegistry):
        key = registry.name.lower()
        if found.setdefault(key, registry) is not registry and assembly.key(registry.id) != assembly.key(found[key].id):
            what = f"{found[key].origin.place} has a registry of this name in another place"
            assembly.sketch.notes.add(
                registry.origin, f"registries.{key}", what, "the first is taken; names are unique"
            )
    return found
