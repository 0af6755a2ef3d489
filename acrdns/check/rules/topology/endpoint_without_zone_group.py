"""ACR103: a private endpoint whose addresses are in no zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import LOGIN
from acrdns.check.causes.doubled import doubled
from acrdns.check.causes.mend import zone_of_its_own
from acrdns.check.estate.reach import reached_from
from acrdns.check.finding import Finding
from acrdns.check.fixes.add_zone_group import AddZoneGroup
from acrdns.check.fixes.fix import PRIVATELINK
from acrdns.check.fixes.link_zone import privatelink_zone
from acrdns.check.rule import Page, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.causes.layout import Layout
    from acrdns.check.facts import Facts
    from acrdns.topology.model import PrivateEndpoint


def _find(facts: Facts) -> Iterator[Finding]:
    # A record at a wrong address is a cause of its own, and to correct it is all that is needed.
    wrong = {(record.endpoint.registry.name, address) for record in facts.wrong_records for address in record.right}
    # Of several in one network, those that are to be deleted need no records.
    needless = facts.layout.recorded.union(goes.name for _, goes in doubled(facts.layout))
    for private in facts.topology.private_endpoints.values():
        if not private.approved or not private.addresses or private.name in needless:
            continue
        if not any((private.registry, address) in wrong for address in private.addresses.values()):
            yield _finding(facts.layout, private)


def _finding(layout: Layout, private: PrivateEndpoint) -> Finding:
    topology = layout.topology
    zone = topology.cloud.privatelink
    written = f"its zone group writes nothing that {zone} needs" if private.dns_zone_group else "it has no zone group"
    message = (
        f"no zone has a record of {private.registry} at an address of private endpoint {private.name}: {written}, and "
        f"nobody made a record by hand, so no name of {private.registry} leads to it; give it a zone group for {zone}"
    )
    registry = topology.registries[private.registry]
    place = topology.place("private_endpoints", private.name, "dns_zone_group")
    found, created = privatelink_zone(topology, private.registry, private.network)
    own = zone_of_its_own(layout, private.network, private.registry)
    # A record set has one owner, so where another endpoint writes, this one needs another zone.
    taken = any(str(found.path[-1]) in each.dns_zone_group for each in topology.approved_endpoints(private.registry))
    group = AddZoneGroup(private.name, found, bool(private.dns_zone_group))
    fixes = own if taken or (created and found.key) else (*created, group)
    networks, fqdn = reached_from(topology, private), LOGIN.fqdn(registry.dns_label, topology.cloud)
    return Finding(RULE.code, fqdn, message, fixes, place, networks=networks, otherwise=(own,))


RULE = Rule(
    "ACR103",
    "endpoint-without-zone-group",
    Page(
        finds="""\
An approved private endpoint has addresses, but no private zone and no DNS server of the topology has a record
with one of them: it has no zone group (or one for a zone that its names are not under), and nobody made records
by hand.""",
        why="""\
The endpoint makes the registry's public names aliases under privatelink at once, whether or not there are
records. Where a zone `privatelink.azurecr.io` is linked, it is authoritative, and the alias ends in NXDOMAIN:
`no such host`. Where none is linked, the answer stays public and the endpoint is never used.""",
        example="""\
```yaml
private_endpoints:
  contoso-pe:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}
    # dns_zone_group: [privatelink.azurecr.io] is missing
```""",
        fixes=(AddZoneGroup("contoso-pe", PRIVATELINK),),
        cannot_tell="""\
Whether names are kept elsewhere, e.g. in hosts files or on a DNS server that the topology does not describe.""",
        references=(
            "facts section 2.1 (zone groups), F04",
            "Microsoft Learn: Azure Private Endpoint DNS integration",
            "Azure-Landing-Zones#1446, cloud-adoption-framework#1020",
        ),
    ),
    _find,
)
