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

    from acrdns.topology.model import ForwardingRule, Topology

AZURE = "168.63.129.16"
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

    def resolve(self, name: str, type_: str) -> Answer:
        """Ask as a client of the vantage point does."""
        name = name.lower().rstrip(".")
        network = self.topology.networks.get(self.vantage)
        if network is None:
            return self.public(None, name, type_)
        connected = [
            Zone(owner, [start(owner), *addresses(owner, 3600, [address])])
            for owner, address in connected_registries(self.vantage, self.topology)
        ]
        if network.dns_servers:
            answer = self.first(network.dns_servers, self.vantage, name, type_, 0)
        elif zone := most_specific(connected, name):
            found = look_up(zone, name, type_)
            answer = ended(zone, found, list(found.records))
        elif network.kind == "virtual_network":
            answer = self.ask(AZURE, self.vantage, name, type_, 0)
        else:
            answer = self.public(self.vantage, name, type_)
        return answer or SERVFAIL

    # who is asked

    def first(self, addresses: Iterable[str], network: str, name: str, type_: str, hops: int) -> Answer | None:
        """Ask several servers in turn from a network; the first that answers counts, whatever it says."""
        for address in addresses:
            answer = self.ask(address, network, name, type_, hops)
            if answer is not None:
                return answer
        return None

    def ask(self, address: str, network: str, name: str, type_: str, hops: int) -> Answer | None:
        """Ask one server from a network. None: it cannot be reached, or there is none."""
        if hops > MOST_HOPS:
            return SERVFAIL
        if address == AZURE:
            # "only from inside Azure; on-prem cannot use it"
            inside = self.topology.networks[network].kind == "virtual_network"
            return self.azure(network, name, type_, hops) if inside else None
        if address in self.topology.dns_servers:
            there = self.topology.dns_servers[address].network
            return self.custom(address, name, type_, hops) if self.reaches(network, there) else None
        for resolver in self.topology.private_resolvers.values():
            if address in resolver.inbound_endpoints:
                # "Inbound endpoint answers with the zones linked to ITS VNet."
                there = resolver.network
                return self.azure(there, name, type_, hops) if self.reaches(network, there) else None
        # "a public one (8.8.8.8) is a public resolver, a private one does not answer"
        return None if is_private(address) else self.public(network, name, type_)

    def reaches(self, one: str, other: str) -> bool:
        """Return whether packets get from one network to another: peering is symmetric and not transitive."""
        networks = self.topology.networks
        return one == other or other in networks[one].peerings or one in networks[other].peerings

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

    def custom(self, address: str, name: str, type_: str, hops: int) -> Answer:
        """Resolve as a server does that people run themselves."""
        server = self.topology.dns_servers[address]
        own = local_zones(server, self.topology)
        chain: list[Record] = []
        for _ in range(MOST_ALIASES):
            zone = most_specific(own, name)
            if zone is not None:
                # "zone name -> records: what it is authoritative for": nobody else is asked.
                found = look_up(zone, name, type_)
                chain += found.records
                if found.alias is None:
                    return ended(zone, found, chain)
                name = found.alias
                continue
            forwarded = [domain for domain in server.conditional_forwarders if below(name, text(domain))]
            domain = max(forwarded, key=len, default=None)
            targets = server.conditional_forwarders[domain] if domain is not None else server.forwarders
            if targets:
                answer = self.first(targets, server.network, name, type_, hops + 1) or SERVFAIL
            else:
                answer = self.public(server.network, name, type_)
            alias = next((r for r in answer.records if (r.name, r.type) == (name, "CNAME")), None)
            if server.recursion == "forward" or alias is None or type_ == "CNAME":
                return with_chain(chain, answer)
            chain.append(alias)
            name = alias.data.lower()
        return SERVFAIL


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
