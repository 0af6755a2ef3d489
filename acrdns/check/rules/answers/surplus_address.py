"""ACR306: more addresses than the one that is expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.answers.classify import Defect
from acrdns.check.answers.remedy import record_path, remove_records
from acrdns.check.fixes.fix import PRIVATELINK, WRONG
from acrdns.check.fixes.set_record import SetRecord
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import expected, finding, listed, seen_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.evidence import Case
    from acrdns.check.facts import Facts
    from acrdns.check.finding import Finding


def _find(facts: Facts) -> Iterator[Finding]:
    for case in facts.classified.cases_with(Defect.SURPLUS):
        addresses = case.observation.addresses
        message = (
            f"{case.fqdn} resolves to {len(addresses)} addresses {seen_from(facts)}, {listed(addresses)}; "
            f"{expected(case)}; clients take any of them, so that some connections go astray"
        )
        fixes = (remove_records(facts.topology, facts.vantage, case, _surplus(case)),)
        path = record_path(facts.topology, facts.vantage, case)
        yield finding(facts, case, RULE.code, message, fixes, path)


def _surplus(case: Case) -> list[str]:
    """All but one right address, or, where none is known to be right, the place to write the wrong one into."""
    observed = list(dict.fromkeys(case.observation.addresses))
    right = next((address for address in observed if address in case.expectation.addresses), None)
    return [address for address in observed if address != right] if right else [WRONG]


RULE = Rule(
    "ACR306",
    "surplus-address",
    Page(
        finds="""\
An endpoint resolves to the expected address and to others besides, or, without a topology, to several of which one is
private.""",
        why="""\
A private endpoint has one address for each member. Clients try the addresses in an order that changes with every
answer, so a part of the pulls times out or takes the public way, and the failure comes and goes. It comes of adding a
record to the set where it should have replaced one, or of two private endpoints whose addresses were put into one
record by hand.""",
        example="""\
```
contoso.azurecr.io   expected 10.0.0.7   observed 10.0.0.7, 10.0.0.99
```""",
        fixes=(SetRecord(PRIVATELINK, "contoso", remove=("10.0.0.99",)),),
        note="""\
`add-record` adds to the set; it never replaces. One address stays in `records` (Terraform) and `aRecords` (Bicep).""",
        cannot_tell="""\
Whether both addresses work today: two private endpoints in networks that are both reachable may well do, until one of
them goes.""",
        references=("facts section 2.1, F07", "RFC 1034 section 3.6 (an RRset has no order)"),
    ),
    _find,
)
