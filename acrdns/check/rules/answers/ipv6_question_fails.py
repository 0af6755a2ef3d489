"""ACR312: the AAAA question fails while the A question is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.answers.classify import Defect
from acrdns.check.fixes.advice import Advice
from acrdns.check.fixes.set_forwarder import SetForwarder
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import finding, seen_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.facts import Facts
    from acrdns.check.finding import Finding


def _find(facts: Facts) -> Iterator[Finding]:
    for case in facts.classified.cases_with(Defect.IPV6_FAILS):
        message = (
            f"{case.fqdn} has an A record, but the AAAA question ends in {case.observation.ipv6_outcome} "
            f"{seen_from(facts)}; it should end in NODATA; some clients take the whole name for missing, or wait"
        )
        advice = f"let the server behind the resolver answer NODATA for types that a name lacks: dig AAAA {case.fqdn}"
        yield finding(facts, case, RULE.code, message, (Advice(advice),))


RULE = Rule(
    "ACR312",
    "ipv6-question-fails",
    Page(
        finds="""\
The A question for a name is answered, while the AAAA question ends in NXDOMAIN, SERVFAIL, REFUSED or a timeout.""",
        why="""\
Clients ask both questions. NXDOMAIN denies the name with all its types: musl, and with it every Alpine image, reports
`no such host`, and a resolver that has it in its cache stops answering the A question too (RFC 8020). SERVFAIL and a
timeout make each connection wait. Small DNS servers and firewalls that know A records only do this; a private zone
answers NODATA.""",
        example="""\
```
$ dig +short A contoso.azurecr.io      10.0.0.7
$ dig AAAA contoso.azurecr.io          status: NXDOMAIN
```""",
        fixes=(SetForwarder("192.168.0.53", "azurecr.io", ("10.0.1.4",)),),
        note="""\
A private zone is right by itself. Let the resolver forward to it instead of answering on its own; this shows the
inbound endpoint to forward to:
`az dns-resolver inbound-endpoint list -g RESOURCE_GROUP --dns-resolver-name PRIVATE_RESOLVER`.""",
        cannot_tell="""\
Whether the clients at hand ask for AAAA records at all. `--no-ipv6` leaves the question out.""",
        references=(
            "RFC 2308 section 2",
            "RFC 4074 (misbehaviour against AAAA questions)",
            "RFC 8020",
            "facts behaviour 11",
        ),
    ),
    _find,
)
