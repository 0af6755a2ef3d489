"""ACR203: a hand-made record at an address that no private endpoint has for this name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.finding import Finding
from acrdns.check.fixes.fix import PRIVATELINK, ZoneName
from acrdns.check.fixes.set_record import SetRecord
from acrdns.check.rule import Page, Rule
from acrdns.check.wording import some
from acrdns.names import relative, show
from acrdns.record import Type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.causes.layout import EndpointNames
    from acrdns.check.facts import Facts
    from acrdns.record import RRset
    from acrdns.topology.model import PrivateZone


def _find(facts: Facts) -> Iterator[Finding]:
    topology = facts.topology
    for zone in topology.private_dns_zones.values():
        for rrset in zone.records:
            endpoint = facts.layout.by_name.get(rrset.name) if rrset.type == Type.A else None
            if endpoint is not None:
                yield from _stale(facts, zone, rrset, endpoint)


def _stale(facts: Facts, zone: PrivateZone, rrset: RRset, endpoint: EndpointNames) -> Iterator[Finding]:
    from acrdns.zone.publish.derive import public_addresses

    right = facts.layout.assigned(endpoint)
    known = (*right, *public_addresses(endpoint.registry, endpoint.member))
    for address in rrset.texts():
        if address not in known:
            yield _finding(facts, zone, rrset, endpoint, address)


def _finding(facts: Facts, zone: PrivateZone, rrset: RRset, endpoint: EndpointNames, address: str) -> Finding:
    right = facts.layout.assigned(endpoint)
    should = f"it should be {some(right)}" if right else f"no private endpoint has an address for {endpoint.fqdn}"
    message = (
        f"{show(zone.apex)} sends {endpoint.fqdn} to {address}, {_whose(facts, address)}; clients time out or reach "
        f"the wrong registry; {should}"
    )
    owner = relative(rrset.name, zone.apex)
    place = facts.topology.place("private_dns_zones", zone.key, "records", owner, "A")
    fixes = (SetRecord(ZoneName.of(zone), owner, tuple(right[:1]), (address,)),)
    return Finding(RULE.code, endpoint.fqdn, message, fixes, place, networks=tuple(zone.links))


def _whose(facts: Facts, address: str) -> str:
    owner = facts.topology.owner_of(address)
    if owner is None:
        return "which no private endpoint has"
    private, member = owner
    fqdn = member.fqdn(facts.topology.registries[private.registry].dns_label, facts.topology.cloud)
    return f"which is that of {fqdn} (private endpoint {private.name})"


RULE = Rule(
    "ACR203",
    "stale-private-ip",
    Page(
        finds="""\
A record made by hand, for the name of a registry's endpoint, at an address that no private endpoint has for that
endpoint: an address of an endpoint that is gone, or the address of another name or registry.""",
        why="""\
A private endpoint that is created anew gets new addresses. Records of a zone group follow; records made by hand
stay. The name then leads to nothing, and pulls end in `i/o timeout`; or it leads to another registry's address,
and they end in 404 or a certificate error. A record made by hand also replaces the one that a zone group
writes.""",
        example="""\
```yaml
private_endpoints:
  contoso-pe:
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}
private_dns_zones:
  privatelink.azurecr.io:
    records: {contoso: {A: [10.0.0.4]}}        # the address of the endpoint before
```""",
        fixes=(SetRecord(PRIVATELINK, "contoso", ("10.0.0.7",), ("10.0.0.4",)),),
        note="""\
The addresses that the endpoint has now:
```
az network nic show --ids NETWORK_INTERFACE_ID \\
  --query "ipConfigurations[].[privateLinkConnectionProperties.fqdns[0], privateIPAddress]" -o table
```
Better: delete the record and give the endpoint a zone group. Records kept in Terraform take their addresses from the
endpoint's `custom_dns_configs`, which has every name; `private_ip_address` has one of them only.""",
        cannot_tell="""\
Whether the topology file knows the endpoint's present addresses. Compare the network interface.""",
        references=(
            "facts F09, F32, section 2.2 (rules 3 and 6)",
            "terraform-provider-azurerm#7726, terraform-provider-azurerm#25348",
        ),
    ),
    _find,
)
