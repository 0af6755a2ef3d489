"""The difference of two topologies as changes that can be made one at a time, in any order that Azure takes.

A topology is taken apart into a document of its file's form, in which lists without an order are mappings. A change
edits the document; put together again, it is read as a file is, so that what Azure refuses is found at each step.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from acrdns.azure import Member
from acrdns.topology import dump
from acrdns.topology.load import load_data
from acrdns.topology.model import Replication
from acrdns.zone.publish.derive import public_addresses

if TYPE_CHECKING:
    from acrdns.topology.model import Registry, Topology

Path = tuple[str, ...]
Document = dict[str, Any]
"""Section, key, field; and for the fields of `_SETS` and `_MAPS`, item."""

_PEERINGS = "peerings"
_SETS = {
    "registries": ("replications", "ip_rules"),
    "private_endpoints": ("dns_zone_group",),
    "private_resolvers": ("inbound_endpoints", "outbound_endpoints"),
    "dns_forwarding_rulesets": ("virtual_network_links",),
}
"""Fields that are lists in the file and have no order."""
_MAPS = {
    "registries": ("connected_registries",),
    "networks": ("clients", "hosts", "subnets"),
    "private_endpoints": ("addresses",),
    "private_dns_zones": ("virtual_network_links", "records"),
    "dns_servers": ("conditional_forwarders", "zones"),
    "dns_forwarding_rulesets": ("rules",),
}
_APART = {
    "private_endpoints": ("dns_zone_group",),
    "private_dns_zones": ("virtual_network_links",),
    "dns_forwarding_rulesets": ("virtual_network_links",),
}
"""Fields that are made after the object, and taken away before it is deleted."""
NOUNS = {
    "registries": "registry",
    "networks": "network",
    "private_endpoints": "private endpoint",
    "private_dns_zones": "private zone",
    "dns_servers": "DNS server",
    "private_resolvers": "private resolver",
    "dns_forwarding_rulesets": "ruleset",
}
_ITEMS = {
    "replications": ("add replica {item} to {key}", "remove replica {item} from {key}"),
    "dns_zone_group": ("add {item} to the zone group of {key}", "remove {item} from the zone group of {key}"),
    "virtual_network_links": ("link {key} to {item}", "unlink {key} from {item}"),
    "inbound_endpoints": ("add inbound endpoint {item} to {key}", "remove inbound endpoint {item} from {key}"),
    "outbound_endpoints": ("add outbound endpoint {item} to {key}", "remove outbound endpoint {item} from {key}"),
    "ip_rules": ("let {item} into {key}", "take the IP rule {item} from {key}"),
    "addresses": ("give {key} {value} for {item}", "take {item} from {key}"),
    "records": ("write record set {item} into {key}", "delete record set {item} from {key}"),
    "conditional_forwarders": (
        "let DNS server {key} forward {item} to {value}",
        "delete the conditional forwarder {item} from DNS server {key}",
    ),
}


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """One change, and the edits of the document that it makes."""

    text: str
    edits: tuple[tuple[Path, Any], ...]
    """Paths with their new values; None deletes."""
    deletes: bool
    """Whether it takes something away; such changes are better made late."""


def document(topology: Topology) -> Document:
    """Return a topology taken apart."""
    found: Document = {
        section: {key: dump.entry(topology, section, key) for key in getattr(topology, section)}
        for section in dump.SECTIONS
    }
    pairs = {}
    for key, network in found["networks"].items():
        for other in network.pop(_PEERINGS, []):
            pairs[" with ".join(sorted((key, other)))] = sorted((key, other))
    found[_PEERINGS] = pairs
    for section, fields in _SETS.items():
        for entry in found[section].values():
            for field in fields:
                if field in entry:
                    entry[field] = {_item(each): each for each in entry[field]}
    return found


def _item(value: Any) -> str:
    return str(value["region"]) if isinstance(value, Mapping) else str(value)


def pair(before: Topology, after: Topology) -> tuple[Document, Document]:
    """Return two topologies taken apart, without the differences that nobody makes.

    Public names and addresses are Azure's: those of the later file hold from the start. Data endpoints that a private
    endpoint enables come and go with it.
    """
    old, new = document(before), document(after)
    for key in old["registries"].keys() & new["registries"].keys():
        mine, others = old["registries"][key], new["registries"][key]
        names = {**mine.get("public", {}), **others.get("public", {})}
        addresses = _public_addresses(before.registries[key], after.registries[key])
        for entry in (mine, others):
            entry["public"] = {**names, "addresses": addresses}
        enabled = [each.registries[key].data_endpoint_enabled for each in (before, after)]
        if enabled[0] == enabled[1]:
            mine["data_endpoint_enabled"] = others["data_endpoint_enabled"] = enabled[0]
    return old, new


def _public_addresses(before: Registry, after: Registry) -> dict[str, list[str]]:
    """Return the public addresses of all endpoints that a registry has on the way: made-up ones do not move."""
    regions = dict.fromkeys((*after.regions, *before.regions))
    full = replace(
        after,
        replications=tuple(Replication(region) for region in regions if region != after.location),
        data_endpoint_enabled=True,
        regional_endpoints_enabled=True,
        public_addresses={**before.public_addresses, **after.public_addresses},
    )
    return {str(member): list(public_addresses(full, member)) for member in full.members()}


def topology_of(state: Document, like: Topology) -> Topology:
    """Return the topology of a document. Raises TopologyError where Azure would refuse it."""
    whole = {section: {key: dict(entry) for key, entry in state[section].items()} for section in dump.SECTIONS}
    for first, second in state[_PEERINGS].values():
        if first in whole["networks"]:
            network = whole["networks"][first]
            network[_PEERINGS] = [*network.get(_PEERINGS, ()), second]
    for section, fields in _SETS.items():
        for entry in whole[section].values():
            for field in fields:
                if field in entry:
                    entry[field] = list(entry[field].values())
    for entry in whole["registries"].values():
        _keep_own_addresses(entry)
    head = {"version": 1, "cloud": like.cloud.name, "chains": like.chains}
    return replace(load_data(head | whole, like.file), assumptions=like.assumptions)


def _keep_own_addresses(registry: dict[str, Any]) -> None:
    """Leave out public addresses of endpoints that the registry does not have in this state."""
    if "public" not in registry:
        return
    regions = {registry["location"], *map(_item, registry.get("replications", []))}
    regional = registry.get("regional_endpoints_enabled", False)
    kept = {}
    for text, addresses in registry["public"].get("addresses", {}).items():
        member = Member.parse(text)
        if member and (member.kind == "login" or (member.region in regions and (member.kind == "data" or regional))):
            kept[text] = addresses
    registry["public"] = {**registry["public"], "addresses": kept}


def changed(state: Document, change: PlannedChange) -> Document | None:
    """Return a document with a change made; None where it does not fit, since something else has to come first."""
    result = dict(state)
    for path, value in change.edits:
        *above, last = path
        here: Any = result
        for depth, step in enumerate(above):
            below = here.get(step)
            if below is None and depth < 2:  # noqa: PLR2004 -- a section and an object in it
                return None
            here[step] = dict(below or {})
            here = here[step]
        if value is not None:
            here[last] = value
            continue
        if len(path) == 2 and any(here[last].get(field) for field in _APART.get(path[0], ())):  # noqa: PLR2004 -- an object
            return None
        here.pop(last, None)
    return result


def changes(old: Document, new: Document) -> list[PlannedChange]:
    """Return the changes that lead from one document to another; what is made comes before what is taken away."""
    owners = {key: entry["registry"] for key, entry in new["private_endpoints"].items()}
    joined = _joined(list(_changes(old, new)), owners)
    return sorted(joined, key=lambda change: change.deletes)


def _changes(old: Document, new: Document) -> Iterator[PlannedChange]:
    for section in dump.SECTIONS:
        for key in dict.fromkeys((*new[section], *old[section])):
            before, after = old[section].get(key), new[section].get(key)
            if before is None:
                yield from _created(section, key, after)
            elif after is None:
                yield from _deleted(section, key, before)
            else:
                yield from _edited(section, key, before, after)
    for text in dict.fromkeys((*new[_PEERINGS], *old[_PEERINGS])):
        if text not in old[_PEERINGS]:
            yield PlannedChange(f"peer {text}", (((_PEERINGS, text), new[_PEERINGS][text]),), deletes=False)
        elif text not in new[_PEERINGS]:
            yield PlannedChange(f"end the peering of {text}", (((_PEERINGS, text), None),), deletes=True)


def _created(section: str, key: str, after: Mapping[str, Any]) -> Iterator[PlannedChange]:
    apart = _APART.get(section, ())
    body = {field: value for field, value in after.items() if field not in apart}
    where = f" in {after['network']}" if section == "private_endpoints" else ""
    yield PlannedChange(f"create {NOUNS[section]} {key}{where}", (((section, key), body),), deletes=False)
    for field in apart:
        for item, value in after.get(field, {}).items():
            yield _item_change(section, key, field, item, value)


def _deleted(section: str, key: str, before: Mapping[str, Any]) -> Iterator[PlannedChange]:
    for field in _APART.get(section, ()):
        for item in before.get(field, {}):
            yield _item_change(section, key, field, item, None)
    yield PlannedChange(f"delete {NOUNS[section]} {key}", (((section, key), None),), deletes=True)


def _edited(section: str, key: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[PlannedChange]:
    split = (*_SETS.get(section, ()), *_MAPS.get(section, ()))
    for field in dict.fromkeys((*after, *before)):
        was, will = before.get(field), after.get(field)
        if was == will:
            continue
        if field in split:
            was, will = was or {}, will or {}
            for item in dict.fromkeys((*will, *was)):
                if was.get(item) != will.get(item):
                    yield _item_change(section, key, field, item, will.get(item))
            continue
        if will is None:
            said = f"to {_said(not was)}" if isinstance(was, bool) else "back to its default"
        else:
            said = f"to {_said(will)}"
        text = f"set {field} of {NOUNS[section]} {key} {said}"
        if (section, field) == ("private_endpoints", "network"):
            text = f"delete private endpoint {key} and create it in {will}"
        closes = field == "public_network_access_enabled" and will is False
        yield PlannedChange(text, (((section, key, field), will),), deletes=closes)


def _item_change(section: str, key: str, field: str, item: str, value: Any) -> PlannedChange:
    words = _ITEMS.get(field, (f"set {field} {{item}} of {{key}} to {{value}}", f"delete {field} {{item}} of {{key}}"))
    text = words[value is None].format(key=key, item=item, value=_said(value))
    return PlannedChange(text, (((section, key, field, item), value),), deletes=value is None)


def _said(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return json.dumps(value) if isinstance(value, dict | bool) else str(value)


def _joined(found: Iterable[PlannedChange], owners: Mapping[str, str]) -> list[PlannedChange]:
    """Join the changes that Azure makes as one: a replica, or regional endpoints, with their private addresses.

    The addresses of one private endpoint that are left change together, since its network interface is another.
    `owners` are the registries of private endpoints.
    """
    result: dict[Path, PlannedChange] = {}
    for change in sorted(found, key=_is_address):
        path = change.edits[0][0]
        homes = _homes(path, owners) if _is_address(change) else (path,)
        home = next((home for home in homes if home in result), homes[-1])
        if home in result:
            first = result[home]
            result[home] = PlannedChange(f"{first.text}; {change.text}", (*first.edits, *change.edits), first.deletes)
        else:
            result[home] = change
    return list(result.values())


def _is_address(change: PlannedChange) -> bool:
    path = change.edits[0][0]
    return path[0] == "private_endpoints" and path[2:3] == ("addresses",)


def _homes(path: Path, owners: Mapping[str, str]) -> tuple[Path, ...]:
    """Return the paths of changes that bring an address: of the replica, of regional endpoints, last its own."""
    section, endpoint, field, item = path
    member = Member.parse(item)
    moved, own = (section, endpoint, "network"), (section, endpoint, field)
    if member is None or member.kind == "login" or endpoint not in owners:
        return moved, own
    registry = ("registries", owners[endpoint])
    bringing: list[Path] = [(*registry, "replications", member.region)]
    if member.kind == "regional":
        bringing.append((*registry, "regional_endpoints_enabled"))
    return (moved, *bringing, (*registry, "location"), own)
