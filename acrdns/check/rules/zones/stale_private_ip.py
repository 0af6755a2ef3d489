"""ACR203: a hand-made record at an address that no private endpoint has for this name."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from acrdns.check.causes.wrong_records import RecordFault, of_fault
from acrdns.check.fixes.fix import PRIVATELINK
from acrdns.check.fixes.set_record import SetRecord
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import agrees, called, finding_in_record, should_be, some
from acrdns.names import show
from acrdns.record import is_private

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.causes.wrong_records import WrongRecord
    from acrdns.check.facts import Facts
    from acrdns.check.finding import Finding
    from acrdns.names import Name


def _find(facts: Facts) -> Iterator[Finding]:
    by_set: defaultdict[tuple[str, Name], list[WrongRecord]] = defaultdict(list)
    astray: defaultdict[tuple[str, str], list[WrongRecord]] = defaultdict(list)
    for each in of_fault(facts.wrong_records, RecordFault.STALE):
        if each.owner:
            astray[each.zone.key, each.owner.endpoint.name].append(each)
        else:
            by_set[each.zone.key, each.rrset.name].append(each)
    yield from (_copied(facts, every) for every in astray.values())
    for every in by_set.values():
        record, stale = every[0], some(each.address for each in every)
        zone, fqdn, registry = show(record.zone.apex), record.endpoint.fqdn, record.endpoint.registry.name
        if record.rrset.name == record.endpoint.public or facts.topology.has_private_link(registry):
            message = (
                f"{zone} sends {fqdn} to {stale}, which no private endpoint has{_beside(record)}; {_harm(record)}; "
                f"{should_be(record)}"
            )
        else:
            message = (
                f"{zone} has a record of {fqdn} at {stale}, and {registry} has no private endpoint: the name "
                "leads there as soon as it gets one; delete the record"
            )
        yield finding_in_record(facts, RULE.code, record, message)


def _copied(facts: Facts, every: list[WrongRecord]) -> Finding:
    """Return the finding about the records of an endpoint in a zone whose networks have no way to it."""
    first, addresses = every[0], [each.address for each in every]
    assert first.owner is not None
    private, names = first.owner.endpoint, some(each.endpoint.fqdn for each in every)
    message = (
        f"{called(first.zone)} sends {names} to {some(addresses)}, {agrees(addresses, 'the address', 'addresses')} of "
        f"private endpoint {private.name} in {private.network}, out of reach of {some(first.zone.links)}"
        f"{_beside(first)}; clients time out; {agrees(addresses, 'it', 'they')} should be "
        f"{some(a for each in every for a in each.right)}"
    )
    parts = [finding_in_record(facts, RULE.code, each, message) for each in every]
    return replace(parts[0], fixes=tuple(fix for part in parts for fix in part.fixes))


def _beside(record: WrongRecord) -> str:
    """Return that the record set has the right address, too, so that pulls fail by chance; empty where it has not."""
    right = set(record.right).intersection(record.rrset.texts())
    return f", beside {some(sorted(right))}, so that some connections work" if right else ""


def _harm(record: WrongRecord) -> str:
    if is_private(record.address):
        return "clients time out or reach another machine"
    return "traffic goes past the private endpoint, and is refused with 403 where public access is off"


RULE = Rule(
    "ACR203",
    "stale-private-ip",
    Page(
        finds="""\
A record made by hand, for the name of a registry's endpoint, at an address that no private endpoint has for that
endpoint: an address of an endpoint that is gone or out of reach, or the address of another name or registry.""",
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
