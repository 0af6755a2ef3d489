"""The difference of two topologies as changes that can be made one at a time, in any order that Azure takes."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from acrdns.azure import Member
from acrdns.check.plan.document import PEERINGS, SETS
from acrdns.topology import dump

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from acrdns.check.plan.document import Document

Path = tuple[str, ...]
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
    for text in dict.fromkeys((*new[PEERINGS], *old[PEERINGS])):
        if text not in old[PEERINGS]:
            yield PlannedChange(f"peer {text}", (((PEERINGS, text), new[PEERINGS][text]),), deletes=False)
        elif text not in new[PEERINGS]:
            yield PlannedChange(f"end the peering of {text}", (((PEERINGS, text), None),), deletes=True)


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
    split = (*SETS.get(section, ()), *_MAPS.get(section, ()))
    for field in dict.fromkeys((*after, *before)):
        was, will = before.get(field), after.get(field)
        if was == will:
            continue
        if field in split:
            was, will = was or {}, will or {}
            for item in dict.fromkeys((*will, *was)):
                if was.get(item) == will.get(item):
                    continue
                change = _item_change(section, key, field, item, will.get(item))
                yield _in_place(change, (section, key, field, item), before, will)
            continue
        if will is None:
            said = f"to {_said(not was)}" if isinstance(was, bool) else "back to its default"
        else:
            said = f"to {_said(will)}"
        text = f"set {field} of {NOUNS[section]} {key} {said}"
        if (section, field) == ("private_endpoints", "network"):
            text = f"delete private endpoint {key} and create it in {will}"
        if (section, field) == ("networks", "dns_servers"):
            text += " (clients take it over when they renew their lease or restart)"
        closes = field == "public_network_access_enabled" and will is False
        yield PlannedChange(text, (((section, key, field), will),), deletes=closes)


def _in_place(change: PlannedChange, path: Path, before: Mapping[str, Any], will: Mapping[str, Any]) -> PlannedChange:
    """Return the change of an item, now in the words for an object that was there before; `will` are the new items."""
    _, key, field, item = path
    was = before.get(field) or {}
    if field == "addresses" and item in was and item in will:
        return replace(change, text=f"make {key} again with {will[item]} for {item}")
    if field == "ip_rules" and not was:  # without a rule, all are let in where public access is on
        text = f"let only {item} into {key} from the internet"
        return replace(change, text=text, deletes=bool(before.get("public_network_access_enabled", True)))
    if field == "ip_rules" and not will:
        return replace(change, text=f"{change.text}: with the last one gone, all are let in")
    return change


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
