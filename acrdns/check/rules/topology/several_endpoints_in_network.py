"""ACR105: two private endpoints of one registry in one network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import LOGIN
from acrdns.check.causes.doubled import deleting, doubled
from acrdns.check.finding import Finding
from acrdns.check.fixes.add_zone_group import AddZoneGroup
from acrdns.check.fixes.delete_endpoint import DeleteEndpoint
from acrdns.check.fixes.fix import PRIVATELINK
from acrdns.check.rule import Page, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.causes.layout import Layout
    from acrdns.check.facts import Facts
    from acrdns.topology.model import PrivateEndpoint


def _find(facts: Facts) -> Iterator[Finding]:
    for stays, goes in doubled(facts.layout):
        yield _finding(facts.layout, stays, goes)


def _finding(layout: Layout, stays: PrivateEndpoint, goes: PrivateEndpoint) -> Finding:
    topology = layout.topology
    registry = topology.registries[goes.registry]
    message = (
        f"{goes.network} has two private endpoints of {registry.name}, {stays.name} and {goes.name}; which of "
        "them a name leads to depends on who wrote last; keep one for each network"
    )
    place, fqdn = (
        topology.place("private_endpoints", goes.name, "network"),
        LOGIN.fqdn(registry.dns_label, topology.cloud),
    )
    return Finding(RULE.code, fqdn, message, deleting(layout, stays, goes), place)


RULE = Rule(
    "ACR105",
    "several-endpoints-in-network",
    Page(
        finds="""\
A network with more than one approved private endpoint of the same registry.""",
        why="""\
All of them serve the same names, and a name has one record set. Endpoints overwrite each other's records, and
deleting one removes the record that the other needs. `az acr check-health --vnet` says: `DNS routing will be
unreliable`.""",
        example="""\
```yaml
private_endpoints:
  contoso-pe:   {registry: contoso, network: hub}
  contoso-pe-2: {registry: contoso, network: hub}
```""",
        fixes=(DeleteEndpoint("contoso-pe-2"), AddZoneGroup("contoso-pe", PRIVATELINK)),
        note="""\
The second step writes the records of the endpoint that stays again, since deleting may have removed them. With
Terraform, apply twice: the first run may remove the shared record. With Bicep, deploy the zone group again.""",
        cannot_tell="""\
Which of the two clients use now: `ACR205` tells where both write into one zone.""",
        references=(
            "facts F07, F08, check-health in section 4",
            "azure-docs#58044, azure-docs#122192",
        ),
    ),
    _find,
)
