"""ACR155: a chain of aliases without an end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.estate.properties import Property
from acrdns.check.fixes.delete_record_set import DeleteRecordSet
from acrdns.check.fixes.fix import PRIVATELINK
from acrdns.check.fixes.set_record import SetRecord
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.proven.finding import findings, says_failure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.facts import Facts
    from acrdns.check.finding import Finding


def _find(facts: Facts) -> Iterator[Finding]:
    return findings(facts, RULE.code, Property.BOUNDED_CHAIN, says_failure)


RULE = Rule(
    "ACR155",
    "endless-chain",
    Page(
        finds="""\
An endpoint whose aliases lead back to a name of the same chain, or go on for longer than resolvers follow (16 here,
which is the size of BIND's and Unbound's limits). The finding carries the counterexample, step by step.""",
        why="""\
A resolver gives such a chain up and answers SERVFAIL, or hands out a chain without an address. Either way the client
does not get one.""",
        example="""\
```yaml
private_dns_zones:
  privatelink.azurecr.io:
    virtual_network_links: {hub: {}}
    records:
      contoso: {CNAME: contoso.azurecr.io}     # whose alias leads here
```""",
        fixes=(
            DeleteRecordSet(PRIVATELINK, "contoso", "CNAME"),
            SetRecord(PRIVATELINK, "contoso", ("10.0.0.7",)),
        ),
        note="""\
Better: a zone group on the private endpoint, which writes the records by itself.""",
        cannot_tell="""\
The limit of a resolver that the file does not describe; some follow fewer aliases.""",
        references=(
            "RFC 1034 sections 3.6.2 and 5.2.2",
            "facts section 1.2 (the longest chain that is right has five aliases)",
        ),
    ),
    _find,
)
