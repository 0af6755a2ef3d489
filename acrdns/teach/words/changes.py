"""The changes of a topology that bear on a step, each with its condition in words: `the zone were linked to hub`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from acrdns import names
from acrdns.azure import AZURE_DNS, INTERNET
from acrdns.names import show
from acrdns.record import Rcode, Type, addresses
from acrdns.resolve.chain import CLIENT, MatchKind
from acrdns.resolve.servers.directory import FORWARDING_LOOP
from acrdns.resolve.whose_address import Ownership
from acrdns.teach.words.altered import linked, unlinked, with_network, with_server, with_servers, with_zone
from acrdns.teach.words.owner import OwnerKind, network_at, owner_at, owner_of
from acrdns.topology.model import PrivateZone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.names import Name
    from acrdns.resolve.chain import Resolution, Step
    from acrdns.topology.model import DnsServer, Network, Topology


class ChangedTopology(NamedTuple):
    """A topology that differs in one respect, and that respect as the condition of a sentence."""

    condition: str
    topology: Topology
    vantage: str = ""
    """Another vantage point to ask from; empty for the same."""


def changes_at(topology: Topology, resolution: Resolution, number: int) -> Iterator[ChangedTopology]:
    """Return the changes that bear on a step, the most telling first; steps are numbered from 1."""
    step = resolution.steps[number - 1]
    kind = step.matched.kind
    if kind is MatchKind.PRIVATE_ZONE:
        yield from _private_zone(topology, resolution, step)
    elif kind is MatchKind.PUBLIC_ZONE and step.network:
        yield from _past_private_zones(topology, resolution, step)
    elif kind is MatchKind.PUBLIC_ZONE and step.asked_by == CLIENT and number == 1:
        yield from _straight_to_public(topology, resolution)
    elif kind is MatchKind.RULESET_RULE:
        yield _without_rule(topology, step)
    elif kind in (MatchKind.CONDITIONAL_FORWARDER, MatchKind.FORWARDER, MatchKind.UPSTREAM, MatchKind.LOCAL_ZONE):
        yield from _own_server(topology, resolution, step)
    elif kind is MatchKind.HOSTS:
        yield _without_hosts(topology, resolution.vantage, step)
    elif kind is MatchKind.NONE and step.rcode == Rcode.SERVFAIL and not step.why.startswith(FORWARDING_LOOP):
        yield from _silent(topology, step)
    if kind is MatchKind.PUBLIC_ZONE:
        yield from _private_link(topology, step)


def _private_zone(topology: Topology, resolution: Resolution, step: Step) -> Iterator[ChangedTopology]:
    key, network = step.matched.key or step.matched.name, step.matched.link
    zone, name = topology.private_dns_zones[key], step.question.name
    called = f"the private zone {key}"
    right = _endpoint_address(topology, resolution.vantage, name)
    without_link = ChangedTopology(
        f"{called} were not linked to {network}", with_zone(topology, unlinked(zone, network))
    )
    if step.rcode != Rcode.NXDOMAIN:
        answered = [text for rrset in step.records if rrset.type == Type.A for text in rrset.texts()]
        if answered and right and right not in answered:
            yield from _right_record(topology, zone, name, right)
        yield without_link
        return
    if any(network in other.links and other.links[network].active for other in _shallower(topology, zone, name)):
        yield without_link
    if right:
        made = tuple(addresses(name, zone.ttl, (right,)))
        record = f"an A record {names.relative(name, zone.apex)} with {right}"
        changed = with_zone(topology, replace(zone, records=(*zone.records, *made)))
        yield ChangedTopology(f"{called} had {record}", changed)
    for other in topology.private_dns_zones.values():
        if other.apex == zone.apex and other.key != key:
            moved = with_zone(with_zone(topology, unlinked(zone, network)), linked(other, network))
            yield ChangedTopology(f"the private zone {other.key} were linked to {network} instead of {key}", moved)
    redirects = zone.links[network].resolution_policy == "NxDomainRedirect"
    link = replace(zone.links[network], resolution_policy="Default" if redirects else "NxDomainRedirect")
    redirecting = replace(zone, links={**zone.links, network: link})
    says = f"the link of {called} to {network} said {link.resolution_policy}"
    yield ChangedTopology(says, with_zone(topology, redirecting))


def _right_record(topology: Topology, zone: PrivateZone, name: Name, right: str) -> Iterator[ChangedTopology]:
    """Return the changes after which a zone has the address of the endpoint in reach, and no other one."""
    others = [record for record in zone.records if (record.name, record.type) != (name, Type.A)]
    if len(others) < len(zone.records):
        made = replace(zone, records=(*others, *addresses(name, zone.ttl, (right,))))
        record = f"the A record {names.relative(name, zone.apex)} of the private zone {zone.key}"
        yield ChangedTopology(f"{record} were {right}", with_zone(topology, made))
    writing = [each for each in topology.private_endpoints.values() if zone.key in each.dns_zone_group]
    wrong = [each for each in writing if right not in each.addresses.values()]
    if wrong and len(wrong) < len(writing):
        kept = {each.name: replace(each, dns_zone_group=()) for each in wrong}
        changed = replace(topology, private_endpoints={**topology.private_endpoints, **kept})
        who = " and ".join(each.name for each in wrong)
        yield ChangedTopology(f"{who} wrote no records into the private zone {zone.key}", changed)


def _shallower(topology: Topology, zone: PrivateZone, name: Name) -> list[PrivateZone]:
    """Return the other zones that hold a name, which a lookup reaches only without the deeper one."""
    return [z for z in topology.private_dns_zones.values() if _covers(z, name) and z.apex != zone.apex]


def _past_private_zones(topology: Topology, resolution: Resolution, step: Step) -> Iterator[ChangedTopology]:
    """Return the zones that could have held the name where Azure-provided DNS went to public DNS."""
    name, network = step.question.name, step.network
    if topology.networks[network].kind == "virtual_hub":  # it takes no link of a zone
        return
    covering = [zone for zone in topology.private_dns_zones.values() if _covers(zone, name)]
    for zone in covering:
        link = zone.links.get(network)
        if link is None:
            condition = f"the private zone {zone.key} were linked to {network}"
        elif not link.active:
            condition = f"the link of the private zone {zone.key} to {network} were completed"
        else:
            continue
        yield ChangedTopology(condition, with_zone(topology, linked(zone, network)))
    apex = names.name(topology.cloud.privatelink)
    address = _endpoint_address(topology, resolution.vantage, name)
    if address and not covering and names.is_under(name, apex):
        record = tuple(addresses(name, 10, (address,)))
        zone = linked(PrivateZone(topology.cloud.privatelink, apex, 10, 10, {}, record), network)
        where = f"were linked to {network} and had an A record with {address}"
        yield ChangedTopology(f"a private zone {topology.cloud.privatelink} {where}", with_zone(topology, zone))


def _straight_to_public(topology: Topology, resolution: Resolution) -> Iterator[ChangedTopology]:
    vantage = resolution.vantage
    if vantage == INTERNET:
        for other in topology.vantages[1:]:
            yield ChangedTopology(f"a client in {other} asked", topology, other)
        return
    network = topology.vantage(vantage)
    if network.kind == "virtual_network" and network.dns_servers:
        azure = with_servers(topology, network, ())
        yield ChangedTopology(f"clients in {vantage} asked Azure-provided DNS ({AZURE_DNS})", azure)
    for address, called in _seeing_servers(topology, network):
        yield ChangedTopology(f"clients in {vantage} asked {called}", with_servers(topology, network, (address,)))


def _private_link(topology: Topology, step: Step) -> Iterator[ChangedTopology]:
    """Return the change of the endpoint that makes a public name an alias into privatelink, or the reverse."""
    label = next(names.labels(step.question.name), b"").decode(errors="replace")
    name = step.question.name
    public, private = names.name(topology.cloud.registry), names.name(topology.cloud.privatelink)
    registry = next((each for each in topology.registries.values() if each.dns_label == label), None)
    if registry is None or not names.is_under(name, public) or names.is_under(name, private):
        return
    mine = [each for each in topology.private_endpoints.values() if each.registry == registry.name]
    for endpoint in mine:
        if not endpoint.approved:
            approved = {**topology.private_endpoints, endpoint.name: replace(endpoint, status="Approved")}
            yield ChangedTopology(
                f"the private endpoint {endpoint.name} were approved", replace(topology, private_endpoints=approved)
            )
    if registry.private_link is None and any(each.approved for each in mine):
        kept = {key: each for key, each in topology.private_endpoints.items() if each.registry != registry.name}
        yield ChangedTopology(f"{registry.name} had no private endpoint", replace(topology, private_endpoints=kept))


def _without_rule(topology: Topology, step: Step) -> ChangedTopology:
    ruleset = topology.dns_forwarding_rulesets[step.matched.key]
    domain = step.matched.name
    rules = tuple(replace(r, enabled=False) if show(r.domain) == domain else r for r in ruleset.rules)
    changed = {**topology.dns_forwarding_rulesets, ruleset.name: replace(ruleset, rules=rules)}
    return ChangedTopology(
        f"the rule for {domain} of the ruleset {ruleset.name} were disabled",
        replace(topology, dns_forwarding_rulesets=changed),
    )


def _own_server(topology: Topology, resolution: Resolution, step: Step) -> Iterator[ChangedTopology]:
    found = _server_of(topology, step)
    if found is None:
        return
    key, server = found
    called = f"{server.address} in {server.network}"
    domain = step.matched.name
    if server.rebind_protection and step.records:
        yield ChangedTopology(
            f"{called} had no rebinding protection",
            with_server(topology, key, replace(server, rebind_protection=False)),
        )
    if step.matched.kind is MatchKind.LOCAL_ZONE:
        zones = {apex: records for apex, records in server.zones.items() if show(apex) != domain}
        if len(zones) < len(server.zones):
            yield ChangedTopology(
                f"{called} had no zone {domain}", with_server(topology, key, replace(server, zones=zones))
            )
        return
    if step.question.name == resolution.question.name or _is_registrys(topology, step.question.name):
        yield from _sent_elsewhere(topology, step, key, server, called)
    if step.matched.kind is MatchKind.CONDITIONAL_FORWARDER:
        kept = {d: to for d, to in server.conditional_forwarders.items() if show(d) != domain}
        without = replace(server, conditional_forwarders=kept)
        yield ChangedTopology(
            f"{called} had no conditional forwarder for {domain}", with_server(topology, key, without)
        )


def _sent_elsewhere(
    topology: Topology, step: Step, key: str, server: DnsServer, called: str
) -> Iterator[ChangedTopology]:
    """Return the conditional forwarders that would take the question where private zones are seen."""
    network = network_at(topology, server.host)
    if network is None:
        return
    suffix = names.name(topology.cloud.registry)
    name = step.question.name
    domain = suffix if names.is_under(name, suffix) else name
    better = list(_seeing_servers(topology, network))
    if network.kind == "virtual_network":
        better.append((AZURE_DNS, f"Azure-provided DNS ({AZURE_DNS})"))
    for address, where in better:
        if address not in server.conditional_forwarders.get(domain, ()) and address != server.address:
            forwarders = {**server.conditional_forwarders, domain: (address,)}
            changed = with_server(topology, key, replace(server, conditional_forwarders=forwarders))
            yield ChangedTopology(f"{called} sent {show(domain)} to {where}", changed)


def _silent(topology: Topology, step: Step) -> Iterator[ChangedTopology]:
    """Return the peering that would let the asker reach a server."""
    owner = owner_at(topology, step.server, step.sent_from)
    asker = network_at(topology, step.sent_from)
    home = topology.networks.get(owner.network)
    if asker and home and owner.kind in (OwnerKind.OWN, OwnerKind.INBOUND) and home.name != asker.name:
        here, there = topology.networks[asker.name], home
        peered = {
            here.name: replace(here, peerings=here.peerings | {there.name}),
            there.name: replace(there, peerings=there.peerings | {here.name}),
        }
        changed = replace(topology, networks={**topology.networks, **peered})
        yield ChangedTopology(f"{here.name} were peered with {there.name}", changed)


def _without_hosts(topology: Topology, vantage: str, step: Step) -> ChangedTopology:
    network = topology.vantage(vantage)
    hosts = {name: texts for name, texts in network.hosts.items() if name != step.question.name}
    condition = f"the hosts file of {vantage} had no line for {show(step.question.name)}"
    return ChangedTopology(condition, with_network(topology, network, hosts=hosts))


def _server_of(topology: Topology, step: Step) -> tuple[str, DnsServer] | None:
    if owner_of(topology, step).kind is not OwnerKind.OWN:
        return None
    asker = network_at(topology, step.sent_from)
    found = topology.server_at(asker, step.server) if asker else topology.dns_servers.get(step.server)
    return next(((key, each) for key, each in topology.dns_servers.items() if each is found), None)


def _seeing_servers(topology: Topology, asker: Network) -> Iterator[tuple[str, str]]:
    """Return the servers in reach that may see private zones, each by its address and in words.

    They are inbound endpoints, then DNS servers of one's own in virtual networks.
    """
    near = topology.reach(asker.name) | {asker.name}
    for resolver in topology.private_resolvers.values():
        if resolver.network in near:
            for address in resolver.inbound_endpoints:
                yield address, f"the inbound endpoint {address} in {resolver.network}"
    for server in topology.dns_servers.values():
        home = topology.networks[server.network]
        if home.name in near and home.kind == "virtual_network" and not server.client:
            yield server.address, f"the DNS server {server.address} in {home.name}"


def _endpoint_address(topology: Topology, vantage: str, name: Name) -> str:
    """Return the address that the endpoint in reach has for a registry's name, or empty."""
    subject = Ownership(topology).subject(name)
    if subject is None or vantage == INTERNET:
        return ""
    registry, member = subject
    reach = topology.endpoints_in_reach(vantage, registry.name)
    return next((each.addresses[member] for each in reach if member in each.addresses), "")


def _is_registrys(topology: Topology, name: Name) -> bool:
    return names.is_under(name, names.name(topology.cloud.registry))


def _covers(zone: PrivateZone, name: Name) -> bool:
    return names.is_under(name, zone.apex)
