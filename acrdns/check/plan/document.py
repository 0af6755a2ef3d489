"""Topologies taken apart into documents, which changes edit, and put together again.

A document has the form of the file, but lists without an order are mappings. Put together, it is read as a file is, so
that what Azure refuses is found in every state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from acrdns.azure import Member
from acrdns.errors import TopologyError
from acrdns.topology import dump
from acrdns.topology.load import load_data
from acrdns.topology.model import Replication
from acrdns.zone.publish.derive import public_addresses

if TYPE_CHECKING:
    from acrdns.topology.model import Registry, Topology

Document = dict[str, Any]
"""Section, key, field; and for the fields of `SETS` and `_MAPS`, item."""

PEERINGS = "peerings"
SETS = {
    "registries": ("replications", "ip_rules"),
    "private_endpoints": ("dns_zone_group",),
    "private_resolvers": ("inbound_endpoints", "outbound_endpoints"),
    "dns_forwarding_rulesets": ("virtual_network_links",),
}
"""Fields that are lists in the file and have no order."""


def document(topology: Topology) -> Document:
    """Return a topology taken apart."""
    found: Document = {
        section: {key: dump.entry(topology, section, key) for key in getattr(topology, section)}
        for section in dump.SECTIONS
    }
    pairs = {}
    for key, network in found["networks"].items():
        for other in network.pop(PEERINGS, []):
            pairs[" with ".join(sorted((key, other)))] = sorted((key, other))
    found[PEERINGS] = pairs
    for section, fields in SETS.items():
        for entry in found[section].values():
            for field in fields:
                if field in entry:
                    entry[field] = {_item(each): each for each in entry[field]}
    return found


def _item(value: Any) -> str:
    return str(value["region"]) if isinstance(value, Mapping) else str(value)


def pair(before: Topology, after: Topology) -> tuple[Document, Document]:
    """Return two topologies taken apart, without the differences that nobody makes.

    Public names and addresses are Azure's: those of the later file hold from the start, unless they contradict those of
    a registry that goes away. Data endpoints that a private endpoint enables come and go with it.
    """
    try:
        found = _pair(before, after)
        for each in found:
            topology_of(each, after)
    except TopologyError:
        return document(before), document(after)
    return found


def _pair(before: Topology, after: Topology) -> tuple[Document, Document]:
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
    given = full.public_addresses
    return {
        str(member): list(public_addresses(full, member))
        for member in full.members()
        if member in given or member.kind != "login"  # the login server's does not move, and may be shared
    }


def topology_of(state: Document, like: Topology) -> Topology:
    """Return the topology of a document. Raises TopologyError where Azure would refuse it."""
    whole = {section: {key: dict(entry) for key, entry in state[section].items()} for section in dump.SECTIONS}
    for first, second in state[PEERINGS].values():
        if first in whole["networks"]:
            network = whole["networks"][first]
            network[PEERINGS] = [*network.get(PEERINGS, ()), second]
    for section, fields in SETS.items():
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
