"""ACR152: an endpoint that has no address from a vantage point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.estate.properties import Property
from acrdns.check.fixes.fix import PRIVATELINK
from acrdns.check.fixes.relax_filter import RelaxFilter
from acrdns.check.fixes.set_forwarder import SetForwarder
from acrdns.check.fixes.set_record import SetRecord
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.proven.decided import server_of
from acrdns.check.rules.proven.finding import findings, why
from acrdns.names import name
from acrdns.resolve.chain import MatchKind
from acrdns.resolve.servers.filters import strips_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.estate.properties import Violation
    from acrdns.check.facts import Facts
    from acrdns.check.finding import Finding
    from acrdns.check.fixes.fix import Fix


def _find(facts: Facts) -> Iterator[Finding]:
    return findings(facts, RULE.code, Property.NO_BLACK_HOLE, _says, _fix)


def _says(violation: Violation) -> str:
    response = violation.counterexample.response
    ended = "NOERROR without an address" if response.nodata else response.rcode.name
    return f"has no address: the answer is {ended}{why(violation)}"


def _fix(facts: Facts, violation: Violation) -> tuple[tuple[Fix, ...], ...]:
    """Return what to do about rebinding protection of a server on the route, or about the network that it asks."""
    response, topology = violation.counterexample.response, facts.topology
    asked = (server_of(topology, step) for step in violation.counterexample.steps)
    strips = next((server for server in asked if server and strips_in(response, server)), None)
    if strips is None:
        forwarded = tuple(_forwarded(facts, violation))
        return (forwarded,) if forwarded else ()
    suffix, called = topology.cloud.registry, strips.key or strips.address
    allowed = RelaxFilter("rebind_protection", suffix, called)
    # With the addresses back, DNS64 makes AAAA records of them.
    return ((allowed,), (allowed, RelaxFilter("dns64", suffix, called))) if strips.dns64 else ((allowed,),)


def _forwarded(facts: Facts, violation: Violation) -> Iterator[Fix]:
    """Return what sends names that the zone of another network denies to one in reach whose zone has the records."""
    topology, layout, steps = facts.topology, facts.layout, violation.counterexample.steps
    server = next((s for step in steps if (s := server_of(topology, step))), None)
    if server is None or steps[-1].matched.kind is not MatchKind.PRIVATE_ZONE:
        return
    near = [r for r in topology.private_resolvers.values() if r.network in topology.reach(server.network)]
    for _, fqdn in violation.endpoints:
        alias = layout.by_name[name(fqdn)].alias
        zones = ((r.inbound_endpoints, layout.holder(r.network, alias)) for r in near if r.inbound_endpoints)
        targets = next((inbound for inbound, zone in zones if zone and layout.holds(zone, alias)), None)
        if targets:
            yield SetForwarder(server.key or server.address, fqdn, targets)


RULE = Rule(
    "ACR152",
    "black-hole",
    Page(
        finds="""\
An endpoint whose question ends in NXDOMAIN, without an address, in a refusal or in silence from some vantage point, for
a reason that no rule about zones and servers (ACR101 to ACR149, ACR2xx) has found there. Every endpoint is tried from
every vantage point. The finding carries the counterexample, step by step.""",
        why="""\
`no such host`: the client does not even get to try another way. Where only a data endpoint is lost, login and manifests
work and the pull stops at the first layer.""",
        example="""\
A server that people run is authoritative for a name of the public chain, and does not have the next one:

```yaml
dns_servers:
  192.168.0.53:
    network: office
    recursion: iterate
    zones:
      trafficmanager.net: {printers: {A: [192.168.0.9]}}
```""",
        fixes=(SetRecord(PRIVATELINK, "contoso.eastus.data", ("10.0.0.8",)),),
        note="""\
`acrdns trace TOPOLOGY NAME --from VANTAGE` shows the server that says no. This is for a private zone that lacks the
record; a private endpoint with a zone group writes all of them by itself. Where a server of your own says no, take the
zone out of its configuration.""",
        cannot_tell="""\
Whether the client has the name in its hosts file, and what servers that the file does not describe answer.""",
        references=(
            "facts section 3 (a linked zone is authoritative), F04, F12, F14",
            "RFC 1034 section 4.3.2, RFC 2308",
        ),
    ),
    _find,
)
