"""ACR303: the address of another endpoint of the same registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import cloud_of
from acrdns.check.answers.classify import Defect
from acrdns.check.answers.remedy import label_of, replace_record, set_record
from acrdns.check.causes.wrong_records import RecordFault, of_fault
from acrdns.check.fixes.fix import PRIVATELINK
from acrdns.check.fixes.set_record import SetRecord
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import expected, finding, finding_in_record, listed, seen_from, should_be, whose
from acrdns.names import show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.evidence import Case
    from acrdns.check.facts import Facts
    from acrdns.check.finding import Finding


def _find(facts: Facts) -> Iterator[Finding]:
    for case in facts.classified.cases_with(Defect.SWAPPED):
        address = listed(case.observation.addresses)
        message = f"{case.fqdn} resolves to {address} {seen_from(facts)}, {_whose(facts, case)}; {expected(case)}"
        fix = (replace_record if facts.classified.owner(case) else set_record)(facts.topology, facts.vantage, case)
        yield finding(facts, case, RULE.code, message, (fix,), _path(facts, case))


def _whose(facts: Facts, case: Case) -> str:
    if owner := facts.classified.owner(case):
        other = owner.member.fqdn(label_of(case), cloud_of(case.fqdn))
        return f"the address of {other} on private endpoint {owner.endpoint.name}: records are swapped"
    return f"by way of {facts.classified.alias_of_other(case)}, the name of another endpoint"


def _path(facts: Facts, case: Case) -> tuple[str, ...]:
    owner = facts.classified.owner(case)
    return ("private_endpoints", owner.endpoint.name, "addresses", str(case.member)) if owner else ()


def _find_in_file(facts: Facts) -> Iterator[Finding]:
    for record in of_fault(facts.wrong_records, RecordFault.SWAPPED):
        assert record.owner is not None, "the fault says so"
        message = (
            f"{show(record.zone.apex)} sends {record.endpoint.fqdn} to {record.address}, the address of "
            f"{whose(facts, record.owner)}: records are swapped; {should_be(record)}"
        )
        yield finding_in_record(facts, RULE.code, record, message)


RULE = Rule(
    "ACR303",
    "swapped-address",
    Page(
        finds="""\
An endpoint resolves to the private address of another endpoint of the same registry: login server and data endpoint
swapped, or two regions. Without a topology: the alias leads over the privatelink name of another endpoint.""",
        why="""\
Each member of the private endpoint has an address of its own, and behind each stands another service. A data
endpoint's address does not answer logins, and the login server's address does not serve layers; another region's data
endpoint does not know the links that this region has signed. It is an easy slip: the order of the addresses says
nothing about their roles, and the data endpoint often has the lower one.""",
        example="""\
```
contoso.azurecr.io               expected 10.0.0.7   observed 10.0.0.8
contoso.eastus.data.azurecr.io   expected 10.0.0.8   observed 10.0.0.7
```""",
        fixes=(
            SetRecord(PRIVATELINK, "contoso", ("10.0.0.7",), ("10.0.0.8",)),
            SetRecord(PRIVATELINK, "contoso.eastus.data", ("10.0.0.8",), ("10.0.0.7",)),
        ),
        note="""\
Read the roles from `privateLinkConnectionProperties.requiredMemberName` in `az network nic show`, never from the order.
Better: a zone group instead of records made by hand. Where Terraform makes them, look the address up by name in
`custom_dns_configs`, never by index:
```hcl
locals {
  acr = { for c in azurerm_private_endpoint.acr.custom_dns_configs : c.fqdn => c.ip_addresses }
}
```""",
        cannot_tell="""\
Whether the topology's own addresses are the right way round: that is what `az network nic show` says.""",
        references=("facts section 1.1, section 2.2 entry 3, behaviour 37", "Microsoft Learn: az network nic show"),
    ),
    _find,
    _find_in_file,
)
