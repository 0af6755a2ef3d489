"""ACR205: two private endpoints that write one record set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import LOGIN
from acrdns.check.command import delete_zone_group
from acrdns.check.finding import Finding
from acrdns.check.rule import Page, Rule
from acrdns.check.wording import some
from acrdns.names import show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.facts import Facts
    from acrdns.topology.model import PrivateZone, Topology


def _find(facts: Facts) -> Iterator[Finding]:
    topology = facts.topology
    for zone in topology.private_dns_zones.values():
        colliding: dict[tuple[str, ...], None] = {}
        for writers in facts.layout.written[zone.key].values():
            endpoints = tuple(dict.fromkeys(written.endpoint for written in writers))
            if len(endpoints) > 1:
                colliding[endpoints] = None
        for endpoints in colliding:
            yield _finding(topology, zone, endpoints)


def _finding(topology: Topology, zone: PrivateZone, endpoints: tuple[str, ...]) -> Finding:
    last = topology.private_endpoints[endpoints[-1]]
    registry = topology.registries[last.registry]
    message = (
        f"private endpoints {some(list(endpoints))} write the same records of {registry.name} into {show(zone.apex)}, "
        f"and the last writer wins: clients everywhere get the addresses of {last.name} in {last.network}, and "
        "deleting one endpoint deletes the records of all; give each network a zone of its own"
    )
    place = topology.place("private_endpoints", last.name, "dns_zone_group")
    fix = (
        f"{delete_zone_group(last.name)} && az network private-dns zone create -g <resource-group-of-{last.network}> "
        f"-n {show(zone.apex)}, then link that zone to {last.network} and give {last.name} a zone group in it"
    )
    fqdn = LOGIN.fqdn(registry.dns_label, topology.cloud)
    return Finding(RULE.code, fqdn, message, fix, place, networks=tuple(zone.links))


RULE = Rule(
    "ACR205",
    "endpoint-records-collide",
    Page(
        finds="""\
The zone groups of two approved private endpoints of one registry write the same record set in the same private
zone.""",
        why="""\
A record set written by a zone group has one owner. The later endpoint overwrites the earlier one's addresses, so
clients of the first network are sent to addresses in the second, and time out unless the networks are peered.
Deleting or rejecting either endpoint deletes the records, and every network sees NXDOMAIN.""",
        example="""\
```yaml
private_endpoints:
  contoso-pe-east: {registry: contoso, network: east, dns_zone_group: [privatelink.azurecr.io]}
  contoso-pe-west: {registry: contoso, network: west, dns_zone_group: [privatelink.azurecr.io]}
```""",
        az="""\
One zone for each network, in a resource group of its own:
```
az network private-endpoint dns-zone-group delete -g <resource-group> --endpoint-name contoso-pe-west -n default
az network private-dns zone create -g <resource-group-west> -n privatelink.azurecr.io
az network private-dns link vnet delete -g <resource-group> -z privatelink.azurecr.io -n <link-to-west> -y
az network private-dns link vnet create -g <resource-group-west> -z privatelink.azurecr.io -n west-link -v west -e false
az network private-endpoint dns-zone-group create -g <resource-group-west> --endpoint-name contoso-pe-west -n default \\
  --private-dns-zone privatelink.azurecr.io --zone-name privatelink-azurecr-io
```
Afterwards create the zone group of the other endpoint again: its records went with the first command.""",
        terraform="""\
Give each region its own `azurerm_private_dns_zone` `privatelink.azurecr.io`, in its own resource group, with
its own links.""",
        bicep="""\
Deploy a `Microsoft.Network/privateDnsZones` `privatelink.azurecr.io` in each region's resource group.""",
        cannot_tell="""\
Which of the two wrote last in Azure: the topology takes the later in the file. The record's metadata says who
wrote it.""",
        references=(
            "facts F07, F08, behaviour 29",
            "Microsoft Learn: Azure Private Endpoint DNS integration",
            "aks-baseline-multi-region#46, azure-docs#58044, azure-docs#122192",
        ),
    ),
    _find,
)
