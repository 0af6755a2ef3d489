"""Zones as master files, a file each, for servers and tools that know nothing of topologies.

Without a vantage point, these are all zones as they are published: `public/<apex>.zone` and `private/<key>.zone`, since
the private zones of a topology share names with public ones, and with one another. With a vantage point, these are the
zones that it sees, each name once: `<apex>.zone`.

A private zone has no NS record in Azure, and a master file must have one: it gets that of a transferred zone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from acrdns.names import show
from acrdns.record import Type
from acrdns.resolve.as_zones.transferable import Transferable
from acrdns.resolve.as_zones.visible import name_servers
from acrdns.zone.master.writer import write_zone
from acrdns.zone.zone import build, find

if TYPE_CHECKING:
    from acrdns.resolve.world import World
    from acrdns.zone.zone import Zone

SUFFIX = ".zone"
_ODD = re.compile(r"[^A-Za-z0-9_.-]|^\.")


def zones_of(world: World, vantage: str = "") -> dict[str, Zone]:
    """Return the zones of a topology, or those that a vantage point sees, by file path without suffix."""
    if vantage:
        return {_file_name(show(zone.apex)): zone for zone in Transferable(world).zones(vantage)}
    published = world.published
    public = {f"public/{_file_name(zone.key)}": zone for zone in published.public}
    private = {f"private/{_file_name(key)}": _with_name_servers(zone) for key, zone in published.private.items()}
    return public | private


def select(zones: dict[str, Zone], key: str) -> dict[str, Zone]:
    """Return the zone with a key: its file's path, or the last part of that, a private zone before a public one.

    Raises KeyError.
    """
    for path in (key, f"private/{_file_name(key)}", f"public/{_file_name(key)}", _file_name(key)):
        if path in zones:
            return {path: zones[path]}
    raise KeyError(key)


def files(zones: dict[str, Zone]) -> dict[str, str]:
    """Return the files, by path."""
    return {path + SUFFIX: write_zone(zone) for path, zone in zones.items()}


def _file_name(key: str) -> str:
    """Return a key as a file name that is valid on every system: other characters as `%2F`, the root as `root`."""
    return "root" if key == "." else _ODD.sub(lambda odd: "".join(f"%{octet:02X}" for octet in odd[0].encode()), key)


def _with_name_servers(zone: Zone) -> Zone:
    if find(zone.nodes[zone.apex], Type.NS) is not None:
        return zone
    rrsets = (rrset for node in zone.nodes.values() for rrset in node)
    return build(zone.apex, zone.kind, zone.key, (*rrsets, name_servers(zone.apex)))
