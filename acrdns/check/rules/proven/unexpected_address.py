"""ACR156: an endpoint that resolves to an address which is nobody's that it should be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.causes.mend import unlink_or_peer
from acrdns.check.estate.properties import Property
from acrdns.check.fixes.fix import PRIVATELINK
from acrdns.check.fixes.set_record import SetRecord
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.proven.finding import findings, why
from acrdns.check.rules.wording import listed
from acrdns.check.simulate import addresses
from acrdns.record import Type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.estate.properties import Violation
    from acrdns.check.facts import Facts
    from acrdns.check.finding import Finding
    from acrdns.check.fixes.fix import Fix


def _find(facts: Facts) -> Iterator[Finding]:
    return findings(facts, RULE.code, Property.EXPECTED_ADDRESS, _says, _fix)


def _fix(facts: Facts, violation: Violation) -> tuple[tuple[Fix, ...], ...]:
    """Return what `private-answer` (ACR307) proposes for the same answer."""
    response = violation.counterexample.response
    found = addresses(response, Type.A)
    owner = facts.topology.owner_of(found[0]) if found else None
    in_reach = facts.topology.endpoints_in_reach(violation.vantage, violation.endpoints[0][0])
    if owner is None or in_reach or violation.vantage not in facts.topology.vantages[1:]:
        return ()
    network = facts.topology.vantage(violation.vantage).name
    return unlink_or_peer(facts.layout, network, response.answer[-1].name, owner.endpoint.network)


def _says(violation: Violation) -> str:
    response = violation.counterexample.response
    found = listed(addresses(response, Type.A))
    cause = why(violation)
    return f"resolves to {found}, which is not the address that the topology's private endpoints make one expect{cause}"


RULE = Rule(
    "ACR156",
    "unexpected-address",
    Page(
        finds="""\
An endpoint that resolves to a private address other than that of an approved private endpoint in reach, to several of
them at once, to a private address where none is in reach, or to another public address than the file gives, for a
reason that no rule about zones and servers (ACR101 to ACR149, ACR2xx) has found there. Every endpoint is tried from
every vantage point. The finding carries the counterexample, step by step.""",
        why="""\
The client connects to an address where its registry does not listen: a timeout, or the certificate of somebody else.
DNS looks healthy, because the address is private.""",
        example="""\
A server that people run holds an old copy of the zone:

```yaml
dns_servers:
  10.0.0.53:
    network: hub
    forwarders: [168.63.129.16]
    zones:
      privatelink.azurecr.io:
        contoso: {A: [10.0.0.99]}                # the private endpoint is at 10.0.0.7
        contoso.eastus.data: {A: [10.0.0.8]}
```""",
        fixes=(SetRecord(PRIVATELINK, "contoso", ("10.0.0.7",), ("10.0.0.99",)),),
        note="""\
`acrdns trace TOPOLOGY NAME --from VANTAGE` shows whose record it is. This is for a private zone's; a private endpoint
with a zone group writes the right ones by itself.""",
        cannot_tell="""\
Whether a route outside the file leads to that address all the same.""",
        references=(
            "facts F07, F09, F32, section 2.1 (members and their addresses), behaviour 37",
            "Microsoft Learn: Private endpoint DNS configuration",
        ),
    ),
    _find,
)
