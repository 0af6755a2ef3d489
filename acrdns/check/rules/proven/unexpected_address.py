"""ACR156: an endpoint that resolves to an address of none of its private endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS
from acrdns.check.causes.mend import unlink_or_connect, way_to, zone_of_its_own
from acrdns.check.estate.properties import Property
from acrdns.check.fixes.fix import PRIVATELINK
from acrdns.check.fixes.set_client_servers import asking_only
from acrdns.check.fixes.set_forwarder import SetForwarder, is_inside
from acrdns.check.fixes.set_record import SetRecord
from acrdns.check.fixes.unlink_zone import UnlinkZone
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.proven.finding import findings, why
from acrdns.check.rules.wording import listed
from acrdns.check.simulate import addresses
from acrdns.names import show
from acrdns.record import Type
from acrdns.resolve.chain import MatchKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.estate.properties import Violation
    from acrdns.check.facts import Facts
    from acrdns.check.finding import Finding
    from acrdns.check.fixes.fix import Fix
    from acrdns.names import Name
    from acrdns.topology.model import Network


def _find(facts: Facts) -> Iterator[Finding]:
    def says(violation: Violation) -> str:
        return f"{_says(facts, violation)}{_step(facts, violation)}"

    return findings(facts, RULE.code, Property.EXPECTED_ADDRESS, says, _fix)


def _home(facts: Facts, violation: Violation) -> str:
    """Return the network of the private endpoint that a client gets the address of without a way to it, or empty."""
    topology, found = facts.topology, addresses(violation.counterexample.response, Type.A)
    if not found or violation.vantage not in topology.vantages[1:]:
        return ""
    owner, registry = topology.owner_of(found[0]), violation.endpoints[0][0]
    if owner is None or owner.endpoint.registry != registry or not owner.endpoint.approved:
        return ""
    return "" if topology.endpoints_in_reach(violation.vantage, registry) else owner.endpoint.network


def _fix(facts: Facts, violation: Violation) -> tuple[tuple[Fix, ...], ...]:
    """Return what `private-answer` (ACR307) proposes for the same answer."""
    home, registry = _home(facts, violation), violation.endpoints[0][0]
    if not home:
        return (*_nearer(facts, violation), *_without_zone(facts, violation))
    network, owner = facts.topology.vantage(violation.vantage).name, violation.counterexample.response.answer[-1].name
    options = unlink_or_connect(facts.layout, network, owner, registry, home)
    unlinks = any(isinstance(fixes[0], UnlinkZone) for fixes in options)
    needed = _needed(facts, network, owner) if unlinks else ""
    return (*options, zone_of_its_own(facts.layout, network, needed)) if needed else options


def _needed(facts: Facts, network: str, owner: Name) -> str:
    """Return a registry whose records a network needs of the zone that decides about a name there, or empty."""
    layout = facts.layout
    zone = layout.holder(network, owner)
    for registry in layout.reach.get(network, {}):
        if any(layout.holder(network, each.alias) is zone for each in layout.endpoints[registry]):
            return registry
    return ""


def _without_zone(facts: Facts, violation: Violation) -> Iterator[tuple[Fix, ...]]:
    """Return what lets clients with no private endpoint in reach do without a zone that has another's address."""
    vantage, registry, steps = violation.vantage, violation.endpoints[0][0], violation.counterexample.steps
    in_zone = bool(steps) and steps[-1].matched.kind is MatchKind.PRIVATE_ZONE
    if in_zone and vantage in facts.topology.networks and not facts.topology.endpoints_in_reach(vantage, registry):
        owner = violation.counterexample.response.answer[-1].name
        yield from unlink_or_connect(facts.layout, vantage, owner, registry, "")


def _answered_elsewhere(facts: Facts, violation: Violation) -> str:
    """Return the other network in which a question is answered, by way of DNS servers that are set, or empty."""
    topology, steps = facts.topology, violation.counterexample.steps
    if violation.vantage not in topology.vantages[1:] or not steps or steps[-1].matched.kind is MatchKind.HOSTS:
        return ""
    network, where = topology.vantage(violation.vantage), steps[-1].network
    return where if network.dns_servers and where not in ("", network.name) else ""


def _nearer(facts: Facts, violation: Violation) -> Iterator[tuple[Fix, ...]]:
    """Return what lets clients ask a DNS server of their own network, or Azure-provided DNS there."""
    if not _answered_elsewhere(facts, violation):
        return
    topology = facts.topology
    network = topology.vantage(violation.vantage)
    servers = [s.address for s in topology.dns_servers.values() if s.network == network.name and not s.client]
    servers += [
        a for r in topology.private_resolvers.values() if r.network == network.name for a in r.inbound_endpoints
    ]
    for server in servers:
        if server not in network.dns_servers:
            yield (asking_only(topology, network, (server,)),)
    yield from _other_targets(facts, network)
    if is_inside(topology, network.name, network.client):
        yield (asking_only(topology, network, (AZURE_DNS,)),)


def _other_targets(facts: Facts, network: Network) -> Iterator[tuple[Fix, ...]]:
    """Return what lets a network's DNS servers forward to inbound endpoints in reach, those of each network apart."""
    topology = facts.topology
    for asked in network.dns_servers:
        server = topology.server_at(network, asked)
        near = topology.reach(server.network) | {server.network} if server else ()
        for resolver in topology.private_resolvers.values() if server else ():
            if server and resolver.network in near and resolver.inbound_endpoints:
                called = server.key or server.address
                yield (SetForwarder(called, topology.cloud.registry, resolver.inbound_endpoints),)


def _step(facts: Facts, violation: Violation) -> str:
    """Return what would lead the client to an address that it reaches, in the order of the fixes."""
    home, topology = _home(facts, violation), facts.topology
    if not home:
        if where := _answered_elsewhere(facts, violation):
            return f"; {violation.vantage} asks a server whose questions are answered in {where}"
        unlinked = "; no private endpoint is in reach from there: unlink the zone, and clients use the public address"
        return unlinked if any(_without_zone(facts, violation)) else ""
    network = topology.vantage(violation.vantage).name
    if hubs := topology.joining(network, home):
        return f"; a firewall, an appliance or a gateway in {hubs[0]} joins them"
    way, named = way_to(topology, network, home), show(violation.counterexample.response.answer[-1].name)
    instead = ""
    if any(isinstance(fixes[0], UnlinkZone) for fixes in _fix(facts, violation)):
        instead = f"unlink the zone of {named} from {network}, whose clients then use the public address, or "
        if _needed(facts, network, violation.counterexample.response.answer[-1].name):
            instead = f"give {network} a zone of its own without {named}, whose link falls back to public DNS, or "
    return f"; {instead}{way}"


def _says(facts: Facts, violation: Violation) -> str:
    response = violation.counterexample.response
    found = listed(addresses(response, Type.A))
    cause = why(violation)
    if _home(facts, violation):
        return f"resolves to {found}, the address of a private endpoint out of reach{cause}"
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
