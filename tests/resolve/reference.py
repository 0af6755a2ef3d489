"""A second resolver for the same topologies: slow, obvious, and written from facts.md section 3 and topology.md alone.

It shares nothing with `acrdns.resolve` and `acrdns.zone` but the made-up names and addresses (`acrdns.zone.publish.derive`). Names
are text, records are tuples of text, every list is searched from the start, and a loop is what has gone on for too long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from acrdns.record import is_private
from tests.resolve.published import (
    Record,
    Zone,
    addresses,
    below,
    connected_registries,
    local_zones,
    private_zones,
    public_zones,
    start,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from acrdns.names import Name
    from acrdns.topology.model import DnsServer, ForwardingRule, Topology

AZURE = "168.63.129.16"
DNS64 = "64:ff9b::"
"""Addresses that DNS64 makes begin so; their TTLs, which differ by program, are left out."""
MOST_COMBINATIONS = 64
"""Of choices among servers, that are tried for a question."""
MOST_HOPS = 40
"""More servers than any topology of the tests has: a question that is passed on more often goes round in circles."""
MOST_ALIASES = 40


class Answer(NamedTuple):
    """What a client sees."""

    rcode: str
    records: tuple[Record, ...] = ()
    soa: str = ""
    """The zone that said no."""


SERVFAIL = Answer("SERVFAIL")
REFUSED = Answer("REFUSED")


class Reference:
    """All servers of a topology, as seen by the clients of one vantage point."""

    def __init__(self, topology: Topology, vantage: str, *, rules_apply_to_aliases: bool = False) -> None:
        self.topology = topology
        self.rules_apply_to_aliases = rules_apply_to_aliases
        self.vantage = vantage
        self.private_zones = private_zones(topology)
        self.script: list[int] = []
        """Which server is asked first wherever any of several may answer."""
        self.chosen: list[tuple[int, int]] = []
        """Which was, and of how many."""
        self.deepest = 0
        """How many servers the question was passed on through."""

    def answers(self, name: str, type_: str) -> set[Answer] | None:
        """Return the answers that all choices among servers give; None where a question may go round in circles.

        Whether a question leaves a circle is chance then, and depends on how long the servers go on.
        """
        found: set[Answer] = set()
        self.script = []
        for _ in range(MOST_COMBINATIONS):
            found.add(self.resolve(name, type_))
            if self.chosen and self.deepest > len(self.topology.dns_servers):
                return None
            while self.chosen and self.chosen[-1][0] + 1 == self.chosen[-1][1]:
                self.chosen.pop()
            if not self.chosen:
                return found
            self.script = [number for number, _ in self.chosen]
            self.script[-1] += 1
        return None

    def resolve(self, name: str, type_: str) -> Answer:
        """Ask as a client of the vantage point does."""
        name = name.lower().rstrip(".")
        self.chosen, self.deepest = [], 0
        home, _, inside = self.vantage.partition("/")
        network = self.topology.networks.get(home)
        if network is None:
            return self.public(None, name, type_)
        # "clients: what they leave out is the network's"
        client = network.clients.get(inside)
        servers, selection, hosts = network.dns_servers, network.selection, network.hosts
        if client is not None:
            servers = servers if client.dns_servers is None else client.dns_servers
            selection, hosts = client.selection or selection, hosts if client.hosts is None else client.hosts
        pinned = {text(owner): texts for owner, texts in hosts.items()}
        if name in pinned and type_ in ("A", "AAAA"):
            # "a hosts file: wins over DNS, for A and AAAA"
            return Answer("NOERROR", tuple(r for r in addresses(name, 0, pinned[name]) if r.type == type_))
        connected = [
            Zone(owner, [start(owner), *addresses(owner, 3600, [address])])
            for owner, address in connected_registries(home, self.topology)
        ]
        if servers:
            answer = self.first(servers, self.vantage, name, type_, 0, selection)
        elif zone := most_specific(connected, name):
            found = look_up(zone, name, type_)
            answer = ended(zone, found, list(found.records))
        elif network.kind == "virtual_network":
            answer = self.ask(AZURE, self.vantage, name, type_, 0)
        else:
            answer = self.public(self.vantage, name, type_)
        return answer or SERVFAIL

    # who is asked

    def first(
        self, addresses: Iterable[str], asker: str, name: str, type_: str, hops: int, selection: str = "order"
    ) -> Answer | None:
        """Ask several servers from a vantage point; the first that answers counts, whatever it says.

        "order: the next one where one is silent; fastest, random: any of them may answer"
        """
        waiting = list(addresses)
        if selection != "order" and len(waiting) > 1:
            number = self.script[len(self.chosen)] if len(self.chosen) < len(self.script) else 0
            self.chosen.append((number, len(waiting)))
            waiting = waiting[number:] + waiting[:number]
        for address in waiting:
            answer = self.ask(address, asker, name, type_, hops)
            if answer is not None:
                return answer
        return None

    def ask(self, address: str, asker: str, name: str, type_: str, hops: int) -> Answer | None:
        """Ask one server from a vantage point. None: it cannot be reached, or there is none."""
        self.deepest = max(self.deepest, hops)
        if hops > MOST_HOPS:
            return SERVFAIL
        network, _, inside_of = asker.partition("/")
        if address == AZURE:
            # "only from inside Azure; on-prem cannot use it"
            inside = self.topology.networks[network].kind == "virtual_network"
            return self.azure(network, name, type_, hops) if inside else None
        if owned := [server for server in self.topology.dns_servers.values() if server.address == address]:
            # "A server at a loopback or link-local address belongs to one client"
            near = [s for s in owned if s.client and (s.network, s.client) == (network, inside_of)]
            near += [s for s in owned if not s.client and self.reaches(network, s.network)]
            return self.custom(near[0], name, type_, hops) if near else None
        for resolver in self.topology.private_resolvers.values():
            if address in resolver.inbound_endpoints:
                # "Inbound endpoint answers with the zones linked to ITS VNet."
                there = resolver.network
                return self.azure(there, name, type_, hops) if self.reaches(network, there) else None
        # "a public one (8.8.8.8) is a public resolver, a private one does not answer"
        return None if is_private(address) else self.public(network, name, type_)

    def reaches(self, one: str, other: str) -> bool:
        """Return whether packets get from one network to another: peering is symmetric and not transitive.

        "hub.transit: what is peered with hub reaches what is peered with hub"; "virtual_hub: what is peered with it
        reaches each other", over any number of such hubs.
        """
        networks = self.topology.networks

        def joined(a: str, b: str) -> bool:
            return a == b or b in networks[a].peerings or a in networks[b].peerings

        if joined(one, other) or any(joined(one, h) and joined(h, other) for h in networks if networks[h].transit):
            return True
        hubs = {h for h in networks if networks[h].kind == "virtual_hub" and joined(one, h)}
        for _ in networks:
            hubs |= {h for h in networks if networks[h].kind == "virtual_hub" and any(joined(h, o) for o in hubs)}
        return any(joined(h, other) for h in hubs)

    # the kinds of servers

    def zones_seen(self, network: str | None) -> list[Zone]:
        """Return the public zones, where Traffic Manager takes a question for one of its asker's region."""
        return public_zones(self.topology, self.topology.networks[network].location if network else None)

    def public(self, network: str | None, name: str, type_: str) -> Answer:
        """Resolve by public DNS, asked from a network; names outside of the simulated zones are refused."""
        zones = self.zones_seen(network)
        chain: list[Record] = []
        for _ in range(MOST_ALIASES):
            zone = most_specific(zones, name)
            if zone is None:
                return Answer("REFUSED", tuple(chain))
            found = look_up(zone, name, type_)
            chain += found.records
            if found.alias is None:
                return ended(zone, found, chain)
            name = found.alias
        return SERVFAIL

    def azure(self, network: str, name: str, type_: str, hops: int) -> Answer:
        """Resolve as Azure-provided DNS of a network does: linked zones, then rules, then public DNS."""
        public = self.zones_seen(network)
        chain: list[Record] = []
        for _ in range(MOST_ALIASES):
            linked = most_specific([zone for zone in self.private_zones if network in zone.linked], name)
            # "Does a ruleset rule apply to the CNAME target resolved by Azure DNS? UNKNOWN."
            rules_count = not chain or self.rules_apply_to_aliases
            if linked is None and rules_count and (rule := self.rule(network, name)) is not None:
                # "3 no zone match -> ruleset links"; the queries leave from the outbound endpoint's network.
                outbound, targets = rule
                answer = self.first(targets, outbound, name, type_, hops + 1) or SERVFAIL
                return with_chain(chain, answer)
            zone = linked or most_specific(public, name)
            if linked and redirects(linked, network, type_, self.topology):
                # "on NXDOMAIN from that private-link zone the Azure recursive resolver retries"
                zone = linked if look_up(linked, name, type_).rcode == "NOERROR" else most_specific(public, name)
            if zone is None:
                return Answer("REFUSED", tuple(chain))
            found = look_up(zone, name, type_)
            chain += found.records
            if found.alias is None:
                return Answer(
                    found.rcode, tuple(chain), "" if found.rcode == "NOERROR" and found.records else zone.apex
                )
            name = found.alias
        return SERVFAIL

    def rule(self, network: str, name: str) -> tuple[str, Sequence[str]] | None:
        """Find the enabled rule with the longest suffix among the rulesets linked to a network."""
        best: tuple[str, ForwardingRule] | None = None
        for ruleset in self.topology.dns_forwarding_rulesets.values():
            if network not in ruleset.links:
                continue
            for rule in ruleset.rules:
                if not rule.enabled or not below(name, text(rule.domain)):
                    continue
                if text(rule.domain) == "." and self.is_reserved(name):
                    continue
                if best is None or len(rule.domain) > len(best[1].domain):
                    best = (ruleset.outbound_endpoint, rule)
        if best is None:
            return None
        for resolver in self.topology.private_resolvers.values():
            if best[0] in resolver.outbound_endpoints:
                return resolver.network, best[1].targets
        raise AssertionError(f"no resolver has the outbound endpoint {best[0]}")

    def is_reserved(self, name: str) -> bool:
        """Return whether a `.` rule passes a name over: "wildcard `.` rules skip reserved Azure domains"."""
        return below(name, self.topology.cloud.registry) or below(name, self.topology.cloud.blob)

    def custom(self, server: DnsServer, name: str, type_: str, hops: int) -> Answer:
        """Resolve as a server does that people run themselves, and make an AAAA record where DNS64 does (RFC 6147)."""
        answer = self.unsynthesized(server, name, type_, hops)
        if server.dns64 is None or type_ != "AAAA" or answer.rcode != "NOERROR":
            return answer
        if any(record.type == "AAAA" for record in answer.records):
            return answer
        if server.recursion == "unbound" and most_specific(local_zones(server, self.topology), name):
            # Measured: unbound makes nothing of its own data.
            return answer
        four = self.unsynthesized(server, name, "A", hops)
        if four.rcode == "SERVFAIL":
            return SERVFAIL
        if not four.records or four.records[-1].type != "A":
            return answer
        made = [record for record in four.records if record.type == "A"]
        six = tuple(r._replace(type="AAAA", ttl=0, data=DNS64 + embedded(r.data)) for r in made)
        return four._replace(records=(*(r for r in four.records if r.type != "A"), *six))

    def unsynthesized(self, server: DnsServer, name: str, type_: str, hops: int) -> Answer:
        """Resolve as a server does that people run themselves, without DNS64."""
        asker = f"{server.network}/{server.client}" if server.client else server.network
        own = local_zones(server, self.topology)
        chain: list[Record] = []
        for turn in range(MOST_ALIASES):
            # "A zone of its own does not count for an alias target, only for the name asked": unbound.
            zone = most_specific(own, name) if turn == 0 or server.recursion != "unbound" else None
            domain = forwarded_by(server, name)
            if zone is not None:
                # "zone name -> records: what it is authoritative for": nobody else is asked. Measured: dnsmasq goes by
                # the longest suffix for what it has no record of.
                found = look_up(zone, name, type_)
                below_zone = domain is not None and text(domain) != zone.apex and below(text(domain), zone.apex)
                if found.records or not (server.recursion == "forward" and below_zone):
                    chain += found.records
                    if found.alias is None:
                        return ended(zone, found, chain)
                    if server.recursion == "unbound":
                        # Measured: unbound follows no alias of its own zones.
                        return Answer("NOERROR", tuple(chain))
                    name = found.alias
                    continue
            targets = server.conditional_forwarders[domain] if domain is not None else server.forwarders
            answer = self.public(server.network, name, type_)
            if targets:
                answer = self.first(targets, asker, name, type_, hops + 1, server.selection) or SERVFAIL
            kept = links_kept(server, name, type_, answer)
            if not kept:
                answer = of_the_domain(server, domain, type_, answer)
            if domain is not None and answer.rcode == "SERVFAIL" and server.fallback == "public":
                # "where a conditional forwarder is silent or fails, public DNS is asked", and no forwarder then
                answer = self.public(server.network, name, type_)
                kept = links_kept(server, name, type_, answer)
            if not kept:
                return with_chain(chain, without_private(server, answer))
            chain += kept
            name = kept[-1].data.lower()
        return SERVFAIL


def forwarded_by(server: DnsServer, name: str) -> Name | None:
    """Return the domain of the conditional forwarder for a name: the longest."""
    domains = [domain for domain in server.conditional_forwarders if below(name, text(domain))]
    return max(domains, key=len, default=None)


def links_kept(server: DnsServer, name: str, type_: str, answer: Answer) -> list[Record]:
    """Return the aliases that a server takes from an answer before it resolves the last one's target itself."""
    if server.recursion == "forward" or type_ == "CNAME":
        return []
    if server.recursion == "iterate":
        return [r for r in answer.records if (r.name, r.type) == (name, "CNAME")][:1]
    # "unbound: keeps the chain that a forwarder returns unless a conditional forwarder covers the alias target"
    for number, record in enumerate(answer.records, 1):
        if record.type == "CNAME" and forwarded_by(server, record.data.lower()) != forwarded_by(server, name):
            return list(answer.records[:number])
    return []


def of_the_domain(server: DnsServer, domain: Name | None, type_: str, answer: Answer) -> Answer:
    """Leave out the SOA of a zone above the domain that is forwarded.

    Measured: BIND fails where there is nothing else, and with `forward first` (a fallback) it takes the answer as it is.
    """
    if domain is None or not answer.soa or server.recursion == "forward" or below(answer.soa, text(domain)):
        return answer
    if server.recursion == "iterate" and server.fallback == "public":
        return answer
    empty = answer.rcode == "NOERROR" and not any(record.type == type_ for record in answer.records)
    return SERVFAIL if empty and server.recursion == "iterate" else answer._replace(soa="")


def without_private(server: DnsServer, answer: Answer) -> Answer:
    """Take private addresses out of what a server is told, as the programs with its `recursion` do."""
    private = [r for r in answer.records if r.type in ("A", "AAAA") and is_private(r.data)]
    if not server.rebind_protection or not private:
        return answer
    if server.recursion == "forward":
        return Answer("NOERROR")
    if server.recursion == "iterate":
        return SERVFAIL
    return answer._replace(records=tuple(r for r in answer.records if r not in private))


def embedded(address: str) -> str:
    """Write an IPv4 address as the end of an IPv6 address (RFC 6052 section 2.2)."""
    number = int.from_bytes(map(int, address.split(".")))
    return f"{number >> 16:x}:{number & 0xFFFF:x}"


def text(name: bytes) -> str:
    """Write a name; the reference works with text."""
    from acrdns.names import show

    return show(name)


def ended(zone: Zone, found: Found, chain: list[Record]) -> Answer:
    """Make the answer of a chain that ends in a zone; a negative one has the zone's SOA."""
    negative = found.rcode == "NXDOMAIN" or not found.records
    return Answer(found.rcode, tuple(chain), zone.apex if negative else "")


def with_chain(chain: list[Record], answer: Answer) -> Answer:
    """Put the aliases that led to a question before its answer. A failure has no records."""
    if answer.rcode == "SERVFAIL":
        return SERVFAIL
    return answer._replace(records=(*chain, *answer.records))


def most_specific(zones: Sequence[Zone], name: str) -> Zone | None:
    """Return the zone with the longest apex that a name is under."""
    return max((zone for zone in zones if below(name, zone.apex)), key=lambda zone: len(zone.apex), default=None)


def redirects(zone: Zone, network: str, type_: str, topology: Topology) -> bool:
    """Return whether a link's policy is NxDomainRedirect, and the question of a type that it applies to."""
    link = topology.private_dns_zones[zone.key].links[network]
    return link.resolution_policy == "NxDomainRedirect" and type_ in ("A", "AAAA", "CNAME")


class Found(NamedTuple):
    """What one zone says."""

    rcode: str
    records: tuple[Record, ...]
    alias: str | None = None
    """Where to go on."""


def look_up(zone: Zone, name: str, type_: str) -> Found:
    """Look a name up in one zone (RFC 1034 section 4.3.2, RFC 4592 for wildcards)."""
    here = [record for record in zone.records if record.name == name]
    if not here and not exists(zone, name):
        encloser = name
        while not exists(zone, encloser):
            encloser = encloser.partition(".")[2]
        if not exists(zone, f"*.{encloser}"):
            return Found("NXDOMAIN", ())
        here = [record._replace(name=name) for record in zone.records if record.name == f"*.{encloser}"]
    wanted = tuple(record for record in here if record.type == type_)
    aliases = tuple(record for record in here if record.type == "CNAME")
    if aliases and not wanted:
        return Found("NOERROR", aliases, aliases[0].data.lower())
    return Found("NOERROR", wanted)


def exists(zone: Zone, name: str) -> bool:
    """Return whether a name, or one below it, has records (an empty non-terminal exists, RFC 8020)."""
    return any(below(record.name, name) for record in zone.records)
