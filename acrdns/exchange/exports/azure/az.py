"""az commands. They may be run again: each creates or updates."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from acrdns.check.fixes.add_zone_group import AddZoneGroup
from acrdns.check.fixes.create_zone import CreateZone
from acrdns.check.fixes.fix import az
from acrdns.exchange.exports.private_dns import KINDS
from acrdns.names import show
from acrdns.record import Type
from acrdns.report.escape import visible
from acrdns.topology.dump import record_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.exchange.exports.private_dns import PrivateDnsExport, ZoneExport
    from acrdns.record import RRset
    from acrdns.topology.model import ZoneLink

HELP = "Write az commands that make the private zones, their links, record sets and zone groups."


def render(export: PrivateDnsExport) -> str:
    """Return a script for a POSIX shell."""
    lines = [
        "# Replace words in capital letters, as RESOURCE_GROUP, by your own names. Nothing is deleted.",
        "# Networks, peerings, routes (as a transit hub needs), DNS servers and resolvers are not in it.",
    ]
    lines += [f"# {export.nothing}"] if export.nothing else []
    for zone in export.zones:
        lines.append(f"# {visible(zone.zone.key or zone.zone.apex)}")
        lines += CreateZone(zone.zone).az if zone.created else ()
        lines += (_link(zone, link) for link in zone.links)
        for owner, rrset in zone.records:
            lines += _record_set(zone, owner, rrset)
        lines += (f"# not deleted: {visible(left)}" for left in zone.left)
    for group in export.groups:
        lines.append(f"# {visible(group.endpoint)}")
        for at, named in enumerate(group.new):
            (create,) = AddZoneGroup(group.endpoint, named).az
            is_first = at == 0 and len(group.new) == len(group.zones)
            lines.append(create if is_first else create.replace("dns-zone-group create", "dns-zone-group add", 1))
    return "\n".join(lines) + "\n"


def _link(zone: ZoneExport, link: ZoneLink) -> str:
    where = ("-g", zone.zone.group, "-z", zone.zone.apex, "-n", f"{link.network}-link", "-v", link.network)
    policy = ("--resolution-policy", link.resolution_policy) if link.resolution_policy != "Default" else ()
    return az("network private-dns link vnet create", *where, "-e", str(link.registration_enabled).lower(), *policy)


def _record_set(zone: ZoneExport, owner: str, rrset: RRset) -> Iterator[str]:
    kind = Type(rrset.type)
    if kind not in KINDS:
        yield f"# {visible(owner)} {kind.name}: private zones of Azure have no such records"
        return
    where = ("-g", zone.zone.group, "-z", zone.zone.apex)
    command = f"network private-dns record-set {kind.name.lower()}"
    yield az(f"{command} create", *where, "-n", owner, "--ttl", str(rrset.ttl))
    for rdata in rrset.rdatas:
        if kind == Type.CNAME:
            yield az(f"{command} set-record", *where, "-n", owner, "-c", show(rdata))
        else:
            yield az(f"{command} add-record", *where, "-n", owner, *_options(kind, record_value(rrset.type, rdata)))


def _options(kind: Type, value: str | list[str]) -> tuple[str, ...]:
    """Return the options that say a record's data."""
    texts = [value] if isinstance(value, str) else value
    if kind in (Type.A, Type.AAAA):
        return ("-a", *texts)
    if kind == Type.TXT:
        return ("-v", *texts)
    if kind == Type.PTR:
        return ("-d", *texts)
    fields = shlex.split(texts[0])
    flags = ("-p", "-e") if kind == Type.MX else ("-p", "-w", "-r", "-t")
    return tuple(part for pair in zip(flags, fields, strict=True) for part in pair)
