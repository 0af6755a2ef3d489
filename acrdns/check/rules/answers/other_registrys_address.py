"""ACR310: the address of another registry's private endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.answers.classify import Defect
from acrdns.check.answers.remedy import replace_record
from acrdns.check.causes.wrong_records import RecordFault, of_fault
from acrdns.check.fixes.fix import PRIVATELINK
from acrdns.check.fixes.set_record import SetRecord
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import expected, finding, finding_in_record, listed, seen_from, should_be, whose
from acrdns.names import show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.facts import Facts
    from acrdns.check.finding import Finding


def _find(facts: Facts) -> Iterator[Finding]:
    for case in facts.classified.cases_with(Defect.OTHER_REGISTRY):
        owner = facts.classified.owner(case)
        assert owner is not None, "the defect says so"
        endpoint = owner.endpoint
        message = (
            f"{case.fqdn} resolves to {listed(case.observation.addresses)} {seen_from(facts)}, the address of "
            f"{whose(facts, owner)}; {expected(case)}; clients reach the wrong registry"
        )
        path = ("private_endpoints", endpoint.name, "addresses", str(owner.member))
        yield finding(facts, case, RULE.code, message, (replace_record(facts.topology, facts.vantage, case),), path)


def _find_in_file(facts: Facts) -> Iterator[Finding]:
    for record in of_fault(facts.wrong_records, RecordFault.OTHER_REGISTRY):
        assert record.owner is not None, "the fault says so"
        message = (
            f"{show(record.zone.apex)} sends {record.endpoint.fqdn} to {record.address}, the address of "
            f"{whose(facts, record.owner)}; clients reach the wrong registry; {should_be(record)}"
        )
        yield finding_in_record(facts, RULE.code, record, message)


RULE = Rule(
    "ACR310",
    "other-registrys-address",
    Page(
        finds="""\
An endpoint resolves to a private address that belongs to a private endpoint of another registry in the topology.""",
        why="""\
The connection works, and ends at the wrong registry: TLS errors (`certificate is valid for ...`), `unauthorized`, or
`manifest unknown` for images that exist. It comes of records copied from one registry to another, or hosts files.""",
        example="""\
```
fabrikam.azurecr.io   expected 10.0.0.20   observed 10.0.0.7   (contoso's login server)
```""",
        fixes=(SetRecord(PRIVATELINK, "fabrikam", ("10.0.0.20",), ("10.0.0.7",)),),
        note="""\
Better: a zone group on each registry's private endpoint in place of records made by hand.""",
        cannot_tell="""\
Whose address it is where the other registry is not in the topology: that is `wrong-private-address`.""",
        references=("facts F32, behaviour 37", "Microsoft Learn: Azure Private Endpoint DNS integration"),
    ),
    _find,
    _find_in_file,
)
