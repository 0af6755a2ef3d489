"""Bicep for one resource group: zones with their links and record sets, and zone groups of endpoints in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.fixes.fix import GROUP, literal, symbol
from acrdns.errors import AcrdnsError
from acrdns.exchange.exports.private_dns import KINDS
from acrdns.names import show
from acrdns.record import Type
from acrdns.report.escape import visible
from acrdns.topology.dump import record_value

if TYPE_CHECKING:
    from acrdns.check.fixes.fix import ZoneName
    from acrdns.exchange.exports.private_dns import GroupExport, PrivateDnsExport, ZoneExport
    from acrdns.record import RRset

HELP = "Write Bicep that makes the private zones of one resource group, their links, record sets and zone groups."
_ZONE = "Microsoft.Network/privateDnsZones"
_VERSION = "2024-06-01"
_NETWORK_VERSION = "2024-05-01"


def render(export: PrivateDnsExport) -> str:
    """Return a file. Raises AcrdnsError where the zones are in several resource groups."""
    if len({zone.zone.group for zone in export.zones}) > 1:
        keys = ", ".join(zone.zone.key or zone.zone.apex for zone in export.zones)
        raise AcrdnsError(f"zones of one name are in resource groups of their own; choose one with --zone: {keys}")
    writer = _Writer(next((zone.zone.group for zone in export.zones), GROUP))
    for zone in export.zones:
        writer.add_zone(zone)
    for group in export.groups:
        writer.add_group(group)
    nothing = [f"// {export.nothing}"] if export.nothing else []
    return "\n\n".join((_HEAD, *nothing, *writer.blocks)) + "\n"


_HEAD = """\
// For the resource group that has the networks and private endpoints, too. Nothing is deleted.
// Networks, peerings, routes (as a transit hub needs), DNS servers and resolvers are not in it."""


class _Writer:
    def __init__(self, group: str) -> None:
        self.blocks: list[str] = []
        self._group = group
        self._symbols: dict[str, str] = {}
        self._existing: set[str] = set()

    def add_zone(self, zone: ZoneExport) -> None:
        label = self._zone(zone.zone, created=zone.created)
        for link in zone.links:
            network = self._network(link.network)
            policy = f"resolutionPolicy: '{link.resolution_policy}', " if link.resolution_policy != "Default" else ""
            properties = (
                f"properties: {{ {policy}registrationEnabled: {str(link.registration_enabled).lower()}, "
                f"virtualNetwork: {{ id: {network}.id }} }}"
            )
            own = self._symbol(f"link {label} {link.network}", f"link_{link.network}")
            fields = [f"parent: {label}", "location: 'global'", properties]
            self._resource(own, f"{_ZONE}/virtualNetworkLinks@{_VERSION}", f"{link.network}-link", fields)
        for owner, rrset in zone.records:
            self._record_set(label, owner, rrset)
        self.blocks += [f"// not deleted: {visible(left)}" for left in zone.left]

    def _record_set(self, zone: str, owner: str, rrset: RRset) -> None:
        kind = Type(rrset.type)
        if kind not in KINDS:
            self.blocks.append(f"// {visible(owner)} {kind.name}: private zones of Azure have no such records")
            return
        own = self._symbol(f"record {zone} {owner} {kind.name}", f"{kind.name.lower()}_{owner}")
        properties = f"properties: {{ ttl: {rrset.ttl}, {_records(kind, rrset)} }}"
        self._resource(own, f"{_ZONE}/{kind.name}@{_VERSION}", owner, [f"parent: {zone}", properties])

    def add_group(self, group: GroupExport) -> None:
        above = self._symbol(f"endpoint {group.endpoint}", f"endpoint_{group.endpoint}")
        self._reference(above, f"Microsoft.Network/privateEndpoints@{_NETWORK_VERSION}", group.endpoint)
        zones = [self._zone(zone) for zone in group.zones]
        configs = ", ".join(
            f"{{ name: 'config{at}', properties: {{ privateDnsZoneId: {zone}.id }} }}" for at, zone in enumerate(zones)
        )
        own = self._symbol(f"group {group.endpoint}", f"group_{group.endpoint}")
        fields = [f"parent: {above}", f"properties: {{ privateDnsZoneConfigs: [{configs}] }}"]
        type_ = f"Microsoft.Network/privateEndpoints/privateDnsZoneGroups@{_NETWORK_VERSION}"
        self._resource(own, type_, "default", fields)

    def _zone(self, zone: ZoneName, *, created: bool = False) -> str:
        """Return the identifier of a zone, and write it: a reference where it is there already."""
        label = self._symbol(f"zone {zone.key or zone.apex}", f"zone_{zone.apex}")
        if label not in self._existing:
            self._existing.add(label)
            if created:
                self._resource(label, f"{_ZONE}@{_VERSION}", zone.apex, ["location: 'global'"])
            else:
                scope = "" if zone.group == self._group else f"  scope: resourceGroup({literal(zone.group)})\n"
                self._reference(label, f"{_ZONE}@{_VERSION}", zone.apex, scope)
        return label

    def _network(self, network: str) -> str:
        label = self._symbol(f"network {network}", f"network_{network}")
        if label not in self._existing:
            self._existing.add(label)
            self._reference(label, f"Microsoft.Network/virtualNetworks@{_NETWORK_VERSION}", network)
        return label

    def _symbol(self, key: str, text: str) -> str:
        """Return an identifier of its own for each thing: two texts may become the same one."""
        if key not in self._symbols:
            label, number = symbol(text), 1
            found = label
            while found in self._symbols.values():
                number += 1
                found = f"{label}_{number}"
            self._symbols[key] = found
        return self._symbols[key]

    def _resource(self, label: str, type_: str, name: str, fields: list[str]) -> None:
        lines = "\n".join(f"  {field}" for field in (f"name: {literal(name)}", *fields))
        self.blocks.append(f"resource {label} '{type_}' = {{\n{lines}\n}}")

    def _reference(self, label: str, type_: str, name: str, further: str = "") -> None:
        self.blocks.append(f"resource {label} '{type_}' existing = {{\n  name: {literal(name)}\n{further}}}")


def _records(kind: Type, rrset: RRset) -> str:
    if kind == Type.CNAME:
        return f"cnameRecord: {{ cname: {literal(show(rrset.rdatas[0]))} }}"
    items = ", ".join(f"{{ {_record(kind, record_value(rrset.type, rdata))} }}" for rdata in rrset.rdatas)
    return f"{kind.name.lower()}Records: [{items}]"


def _record(kind: Type, value: str | list[str]) -> str:
    if kind == Type.TXT:
        return f"value: [{', '.join(map(literal, [value] if isinstance(value, str) else value))}]"
    if kind in (Type.MX, Type.SRV):
        names = ("preference", "exchange") if kind == Type.MX else ("priority", "weight", "port", "target")
        parts = zip(names, str(value).split(), strict=True)
        return ", ".join(f"{name}: {part if part.isdigit() else literal(part)}" for name, part in parts)
    name = {Type.A: "ipv4Address", Type.AAAA: "ipv6Address"}.get(kind, "ptrdname")
    return f"{name}: {literal(str(value))}"
