"""ACR157: an IPv6 address next to a private one, wherever it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.estate.properties import Property
from acrdns.check.fixes.advice import Advice
from acrdns.check.fixes.relax_filter import RelaxFilter
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.proven.decided import server_of
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
    return findings(facts, RULE.code, Property.NO_IPV6_BYPASS, _says, _fix)


def _says(violation: Violation) -> str:
    found = listed(addresses(violation.counterexample.response, Type.AAAA))
    cause = why(violation)
    return f"has the IPv6 address {found} beside a private IPv4 address, and clients that prefer IPv6 go there{cause}"


def _fix(facts: Facts, violation: Violation) -> tuple[tuple[Fix, ...], ...]:
    """Return what to do about DNS64 of a server on the route."""
    asked = (server_of(facts.topology, step) for step in violation.counterexample.steps)
    makes = next((server for server in asked if server and server.dns64), None)
    suffix = facts.topology.cloud.registry
    return ((RelaxFilter("dns64", suffix, makes.key or makes.address),),) if makes else ()


RULE = Rule(
    "ACR157",
    "ipv6-past-private-endpoint",
    Page(
        finds="""\
An endpoint that resolves to a private IPv4 address from a vantage point, and to an IPv6 address as well, for a reason
that `ipv6-bypass` (ACR308) has not found in a private zone. The finding carries the counterexample, step by step.""",
        why="""\
Private endpoints have IPv4 addresses only. Clients that prefer IPv6 (RFC 6724, RFC 8305) go past the private endpoint,
unseen, or are refused with 403.""",
        example="""\
A server that people run answers the AAAA question from a zone of its own:

```yaml
dns_servers:
  10.0.0.53:
    network: hub
    forwarders: [168.63.129.16]
    zones:
      privatelink.azurecr.io:
        contoso: {A: [10.0.0.7], AAAA: ['2001:db8::7']}
```""",
        fixes=(Advice("on 10.0.0.53: delete the AAAA record contoso in privatelink.azurecr.io"),),
        cannot_tell="""\
Whether the clients have IPv6 at all.""",
        references=("facts F31, section 3 (AAAA)", "RFC 6724, RFC 8305 (address selection)"),
    ),
    _find,
)
