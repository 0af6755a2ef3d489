"""ACR151: an endpoint that is public from a vantage point with a private endpoint in reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.estate.properties import Property
from acrdns.check.fixes.fix import PRIVATELINK
from acrdns.check.fixes.set_record import SetRecord
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.proven.finding import findings
from acrdns.check.rules.wording import listed
from acrdns.check.simulate import addresses
from acrdns.record import Type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.estate.properties import Violation
    from acrdns.check.facts import Facts
    from acrdns.check.finding import Finding


def _find(facts: Facts) -> Iterator[Finding]:
    return findings(facts, RULE.code, Property.PRIVATE_WHERE_EXPECTED, _says)


def _says(violation: Violation) -> str:
    found = listed(addresses(violation.counterexample.response, Type.A))
    return f"is public at {found}, past an approved private endpoint that is in reach"


RULE = Rule(
    "ACR151",
    "public-where-private-expected",
    Page(
        finds="""\
An endpoint that resolves to a public address from a vantage point with an approved private endpoint of the registry in
its own network or in one peered with it, for a reason that no rule about zones and servers (ACR101 to ACR149, ACR2xx)
has found there. Every endpoint is tried from every vantage point, so that none is found means that there is none. The
finding carries the counterexample, step by step.""",
        why="""\
Clients go round the private endpoint. Where the registry's public access is off, they get 403 DENIED; where it is on,
their traffic leaves the private network unseen.""",
        example="""\
A server that people run holds a zone with the public address in it:

```yaml
dns_servers:
  10.0.0.53:
    network: hub
    forwarders: [168.63.129.16]
    zones:
      contoso.azurecr.io: {"@": {A: [20.45.122.144]}}
```""",
        fixes=(SetRecord(PRIVATELINK, "contoso", ("10.0.0.7",), ("20.45.122.144",)),),
        note="""\
`acrdns trace TOPOLOGY NAME --from VANTAGE` shows the step that leads away. This is for a record set of a private zone;
a private endpoint with a zone group writes the right ones by itself.""",
        cannot_tell="""\
Whether anything at that vantage point pulls from the registry; and what servers answer that the file does not
describe.""",
        references=(
            "facts sections 2.1 and 3 (private endpoints, the order of resolution), behaviours 7 to 9",
            "Microsoft Learn: Private endpoint DNS configuration",
        ),
    ),
    _find,
)
