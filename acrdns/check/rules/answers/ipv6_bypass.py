"""ACR308: an IPv6 address beside a private one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.answers.classify import Defect
from acrdns.check.answers.remedy import record_path, remove_records
from acrdns.check.fixes.fix import PRIVATELINK
from acrdns.check.fixes.set_record import SetRecord
from acrdns.check.rule import Page, Rule
from acrdns.check.wording import finding, listed, seen_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.facts import Facts
    from acrdns.check.finding import Finding


def _find(facts: Facts) -> Iterator[Finding]:
    for case in facts.classified.cases_with(Defect.IPV6_BYPASS):
        addresses = case.observation.ipv6_addresses
        message = (
            f"{case.fqdn} has the IPv6 address {listed(addresses)} {seen_from(facts)}, but private endpoints have IPv4 "
            "addresses only; clients that prefer IPv6 go past the private endpoint"
        )
        fixes = (remove_records(facts.topology, facts.vantage, case, addresses, "AAAA"),)
        path = record_path(facts.topology, facts.vantage, case)
        yield finding(facts, case, RULE.code, message, fixes, path)


RULE = Rule(
    "ACR308",
    "ipv6-bypass",
    Page(
        finds="""\
An endpoint that should be reached, or is reached, over a private IPv4 address has an AAAA record too.""",
        why="""\
IPv6 over private endpoints is not supported, so an AAAA record can only lead elsewhere: to the public front end of a
registry with dual-stack endpoints, or to nothing. Most clients prefer IPv6 (RFC 6724, RFC 8305). They leave the private
network unseen, or are refused with 403. A right private zone answers NODATA to the AAAA question.""",
        example="""\
```
contoso.azurecr.io   A 10.0.0.7   AAAA 2001:db8::7
```""",
        fixes=(SetRecord(PRIVATELINK, "contoso", remove=("2001:db8::7",), type="AAAA"),),
        cannot_tell="""\
Whether the clients have IPv6 at all; and where the AAAA record comes from, if not from the private zone: a DNS server
that answers the A question privately and forwards the AAAA question to public DNS looks the same. DNS64 does, too.""",
        references=(
            "facts F31, section 3 (AAAA)",
            "RFC 6724, RFC 8305 (address selection)",
            "RFC 6147 (DNS64)",
        ),
    ),
    _find,
)
