"""Terraform: resources of the azurerm provider, and of azapi for zone groups of endpoints managed elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.fixes.fix import GROUP, quoted, symbol
from acrdns.exchange.exports.private_dns import KINDS
from acrdns.names import show
from acrdns.record import Type
from acrdns.report.escape import visible
from acrdns.topology.dump import record_value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.check.fixes.fix import ZoneName
    from acrdns.exchange.exports.private_dns import GroupExport, PrivateDnsExport, ZoneExport
    from acrdns.record import RRset

HELP = "Write Terraform that makes the private zones, their links, record sets and zone groups."
_FIELDS = {Type.MX: ("preference", "exchange"), Type.SRV: ("priority", "weight", "port", "target")}


def render(export: PrivateDnsExport) -> str:
    """Return a file that stands by itself: networks and endpoints are data sources, resource groups variables."""
    writer = _Writer()
    for zone in export.zones:
        writer.add_zone(zone)
    for group in export.groups:
        writer.add_group(group)
    nothing = [f"# {export.nothing}"] if export.nothing else []
    return "\n\n".join((_HEAD, *nothing, *writer.blocks)) + "\n"


_HEAD = """\
# Give the variables the names of your resource groups. Nothing is deleted.
# Networks, peerings, routes (as a transit hub needs), DNS servers and resolvers are not in it.
# Where Terraform manages a private endpoint, write private_dns_zone_group in it instead of azapi_resource."""


class _Writer:
    def __init__(self) -> None:
        self.blocks: list[str] = []
        self._symbols: dict[tuple[str, str], str] = {}
        self._taken: set[tuple[str, str]] = set()
        self._zones: dict[str, str] = {}

    def add_zone(self, zone: ZoneExport) -> None:
        group = self._variable(zone.zone.group)
        address = self._zone(zone.zone, created=zone.created)
        inside = [("resource_group_name", group), ("private_dns_zone_name", f"{address}.name")]
        for link in zone.links:
            policy = (
                [("resolution_policy", quoted(link.resolution_policy))] if link.resolution_policy != "Default" else []
            )
            fields = [
                ("name", quoted(f"{link.network}-link")),
                *inside,
                ("virtual_network_id", f"{self._network(link.network)}.id"),
                ("registration_enabled", str(link.registration_enabled).lower()),
                *policy,
            ]
            name = self._symbol("link", f"{zone.zone.key or zone.zone.apex}_{link.network}")
            self._block("resource", "azurerm_private_dns_zone_virtual_network_link", name, fields)
        for owner, rrset in zone.records:
            self._record_set(zone, owner, rrset, [("resource_group_name", group), ("zone_name", f"{address}.name")])
        self.blocks += [f"# not deleted: {visible(left)}" for left in zone.left]

    def _record_set(self, zone: ZoneExport, owner: str, rrset: RRset, inside: list[tuple[str, str]]) -> None:
        kind = Type(rrset.type)
        if kind not in KINDS:
            self.blocks.append(f"# {visible(owner)} {kind.name}: private zones of Azure have no such records")
            return
        fields = [("name", quoted(owner)), *inside, ("ttl", str(rrset.ttl))]
        blocks: list[str] = []
        if kind == Type.CNAME:
            fields.append(("record", quoted(show(rrset.rdatas[0]))))
        elif kind in (Type.A, Type.AAAA, Type.PTR):
            fields.append(("records", f"[{', '.join(map(quoted, rrset.texts()))}]"))
        else:
            blocks = [_record(kind, record_value(rrset.type, rdata)) for rdata in rrset.rdatas]
        name = self._symbol(kind.name, f"{zone.zone.key or zone.zone.apex}_{owner}")
        self._block("resource", f"azurerm_private_dns_{kind.name.lower()}_record", name, fields, blocks)

    def add_group(self, group: GroupExport) -> None:
        label = self._symbol("endpoint", group.endpoint)
        named = [("name", quoted(group.endpoint)), ("resource_group_name", self._variable(GROUP))]
        self._block("data", "azurerm_private_endpoint_connection", label, named)
        zones = [self._zone(zone) for zone in group.zones]
        configs = ", ".join(
            f'{{ name = "config{at}", properties = {{ privateDnsZoneId = {zone}.id }} }}'
            for at, zone in enumerate(zones)
        )
        fields = [
            ("type", quoted("Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01")),
            ("name", quoted("default")),
            ("parent_id", f"data.azurerm_private_endpoint_connection.{label}.id"),
            ("body", f"{{ properties = {{ privateDnsZoneConfigs = [{configs}] }} }}"),
        ]
        self._block("resource", "azapi_resource", label, fields)

    def _zone(self, zone: ZoneName, *, created: bool = False) -> str:
        """Return the address of a zone, and write it: a data source where it is there already."""
        label = self._symbol("zone", zone.key or zone.apex)
        if label not in self._zones:
            kind = "resource" if created else "data"
            named = [("name", quoted(zone.apex)), ("resource_group_name", self._variable(zone.group))]
            self._block(kind, "azurerm_private_dns_zone", label, named)
            self._zones[label] = f"{'' if created else 'data.'}azurerm_private_dns_zone.{label}"
        return self._zones[label]

    def _network(self, network: str) -> str:
        label = self._symbol("network", network)
        if self._once("network", label):
            fields = [("name", quoted(network)), ("resource_group_name", self._variable(GROUP))]
            self._block("data", "azurerm_virtual_network", label, fields)
        return f"data.azurerm_virtual_network.{label}"

    def _variable(self, group: str) -> str:
        label = symbol(group).lower()
        if self._once("variable", label):
            self.blocks.append(f'variable "{label}" {{\n  type = string\n}}')
        return f"var.{label}"

    def _once(self, kind: str, label: str) -> bool:
        new = (kind, label) not in self._taken
        self._taken.add((kind, label))
        return new

    def _symbol(self, kind: str, text: str) -> str:
        """Return a label of its own for each text: two may become the same identifier."""
        known = self._symbols.get((kind, text))
        if known is None:
            used = {label for (other, _), label in self._symbols.items() if other == kind}
            known = label = symbol(text)
            number = 1
            while known in used:
                number += 1
                known = f"{label}_{number}"
            self._symbols[kind, text] = known
        return known

    def _block(
        self, kind: str, type_: str, label: str, fields: Iterable[tuple[str, str]], blocks: Iterable[str] = ()
    ) -> None:
        listed = list(fields)
        width = max(len(name) for name, _ in listed)
        lines = [f"  {name:{width}} = {value}" for name, value in listed]
        self.blocks.append("\n".join((f'{kind} "{type_}" "{label}" {{', *lines, *blocks, "}")))


def _record(kind: Type, value: str | list[str]) -> str:
    if kind == Type.TXT:
        text = value if isinstance(value, str) else "".join(value)
        return f"  record {{\n    value = {quoted(text)}\n  }}"
    fields = zip(_FIELDS[kind], str(value).split(), strict=True)
    lines = "\n".join(f"    {name} = {part if part.isdigit() else quoted(part)}" for name, part in fields)
    return f"  record {{\n{lines}\n  }}"
