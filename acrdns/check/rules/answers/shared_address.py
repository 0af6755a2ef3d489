"""ACR304: two endpoints of one registry with the same private address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.answers.classify import Defect
from acrdns.check.answers.remedy import record_path, replace_record, show_addresses
from acrdns.check.causes.wrong_records import RecordFault, of_fault
from acrdns.check.fixes.fix import PRIVATELINK
from acrdns.check.fixes.set_record import SetRecord
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import expected, finding, finding_in_record, listed, seen_from, should_be, whose
from acrdns.names import name, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.facts import Facts
    from acrdns.check.finding import Finding


def _find(facts: Facts) -> Iterator[Finding]:
    for case in facts.classified.cases_with(Defect.SHARED):
        others = listed(other.fqdn for other in facts.classified.sharers(case))
        message = (
            f"{case.fqdn} resolves to {listed(case.observation.addresses)} {seen_from(facts)}, and so does {others}; "
            f"each endpoint of a registry has a private address of its own; {expected(case)}"
        )
        fix = (
            show_addresses()
            if case.expectation.kind == "unknown"
            else replace_record(facts.topology, facts.vantage, case)
        )
        path = record_path(facts.topology, facts.vantage, case)
        yield finding(facts, case, RULE.code, message, (fix,), path)


def _find_in_file(facts: Facts) -> Iterator[Finding]:
    for record in of_fault(facts.wrong_records, RecordFault.SHARED):
        assert record.owner is not None, "the fault says so"
        other = whose(facts, record.owner)
        alias = record.owner.member.privatelink(record.endpoint.registry.dns_label, facts.topology.cloud)
        has_it = record.address in facts.layout.addresses_in(record.zone, name(alias))
        also = f"the address of {other}{'' if has_it else ', which has no record'}"
        message = (
            f"{show(record.zone.apex)} sends {record.endpoint.fqdn} to {record.address}, {also}; each endpoint of a "
            f"registry has a private address of its own; {should_be(record)}"
        )
        yield finding_in_record(facts, RULE.code, record, message)


RULE = Rule(
    "ACR304",
    "shared-address",
    Page(
        finds="""\
Two or more endpoints of one registry resolve to the same private address, and this one should not. It is reported for
each endpoint whose address is not known to be right.""",
        why="""\
A private endpoint of a registry has one address for the login server and one more for each region's data endpoint.
Where two names share an address, at most one of them works: usually logins and manifests do, and layers do not. It
comes of a wildcard record, of a copied line, or of automation that writes
`private_service_connection[0].private_ip_address`, which holds one address only, to every record.""",
        example="""\
```
contoso.azurecr.io               10.0.0.7
contoso.eastus.data.azurecr.io   10.0.0.7
contoso.westus.data.azurecr.io   10.0.0.7
```""",
        fixes=(SetRecord(PRIVATELINK, "contoso.eastus.data", ("10.0.0.8",), ("10.0.0.7",)),),
        note="""\
Better: a zone group on the private endpoint, which writes one record for each member. Remove records that Terraform
makes from `private_service_connection[0].private_ip_address`.""",
        cannot_tell="""\
Without a topology: which of the names has the address by right.""",
        references=(
            "facts section 2.1 (one address for each member), section 2.4, behaviour 8",
            "Microsoft Learn: Connect privately to an Azure container registry using Azure Private Link",
        ),
    ),
    _find,
    _find_in_file,
)
