"""Phrases that the messages of several rules share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import CLOUDS
from acrdns.check.finding import Finding
from acrdns.check.fixes.fix import ZoneName
from acrdns.check.fixes.set_record import SetRecord
from acrdns.names import ROOT, is_under, name, relative, show
from acrdns.record import Type
from acrdns.suggest import close

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from acrdns.check.causes.layout import Layout
    from acrdns.check.causes.routed import EndpointNames, Routed
    from acrdns.check.causes.wrong_records import WrongRecord
    from acrdns.check.evidence import Case
    from acrdns.check.facts import Facts
    from acrdns.check.fixes.fix import Fix
    from acrdns.errors import Path
    from acrdns.topology.model import AddressOwner, PrivateZone, Topology

LIKE = 0.8
"""As in `azurecr.oi`; `contoso.example` is not like `azurecr.io`."""


def finding(
    facts: Facts, case: Case, code: str, message: str, fixes: tuple[Fix, ...], path: Path = (), cause: str = ""
) -> Finding:
    """Return a finding about a case; without a path, its place is the registry's line of the topology file."""
    place = facts.place(*(path or ("registries", case.registry)))
    return Finding(code, case.fqdn, message, fixes, place, facts.vantage, cause=cause)


def finding_in_record(facts: Facts, code: str, record: WrongRecord, message: str) -> Finding:
    """Return a finding about an address in a hand-made record set."""
    owner = relative(record.rrset.name, record.zone.apex)
    place = facts.place("private_dns_zones", record.zone.key, "records", owner, "A")
    added = () if set(record.right).intersection(record.rrset.texts()) else record.right[:1]
    fixes = (SetRecord(ZoneName.of(record.zone), owner, added, record.wrong),)
    return Finding(code, record.endpoint.fqdn, message, fixes, place, networks=tuple(record.zone.links))


def finding_in_gap(facts: Facts, code: str, gap: tuple[PrivateZone, EndpointNames], networks: Sequence[str]) -> Finding:
    """Return a finding about a record that a zone lacks, while it has others of the registry."""
    zone, endpoint = gap
    owner, near = relative(endpoint.alias, zone.apex), facts.layout.reach[networks[0]][endpoint.registry.name]
    address = next(private.addresses[endpoint.member] for private in near if endpoint.member in private.addresses)
    message = (
        f"{show(zone.apex)} has no record {owner}{misnamed(facts.layout, zone, address)}, so {endpoint.fqdn} does not "
        f"exist in {some(networks)} while other names of {endpoint.registry.name} do, and {_failing(endpoint)}; add it "
        f"at {address}, or give the private endpoint a zone group"
    )
    fixes = (SetRecord(ZoneName.of(zone), owner, (address,)),)
    place = facts.place("private_dns_zones", zone.key, "records")
    return Finding(code, endpoint.fqdn, message, fixes, place, networks=tuple(networks))


def misnamed(layout: Layout, zone: PrivateZone, *addresses: str) -> str:
    """Return which record of a zone has one of these addresses, and is no registry's name; empty without one."""
    for rrset in zone.records:
        held = set(addresses).intersection(rrset.texts()) if rrset.type == Type.A else ()
        if held and rrset.name not in layout.by_name:
            known = relative(rrset.name, zone.apex)
            return f" (its record {known} has {min(held)}, and nobody asks for {show(rrset.name)})"
    return ""


def _failing(endpoint: EndpointNames) -> str:
    return {"data": "layers that it serves fail", "login": "logins, manifests and pushes fail"}.get(
        endpoint.member.kind, "whatever asks for it fails"
    )


def unlinked(topology: Topology, network: str) -> str:
    """Return that a network sees no privatelink zone: none is linked to it, or there is none."""
    zone = topology.cloud.privatelink
    if any(show(known.apex) == zone for known in topology.private_dns_zones.values()):
        return f"{zone} is not linked to {network}"
    return f"there is no private zone {zone} that {network} could be linked to{_elsewhere(topology)}"


def _elsewhere(topology: Topology) -> str:
    """Return that another zone has private endpoints' addresses, where no alias leads; empty without one."""
    suffix = name(topology.cloud.registry)
    for zone in topology.private_dns_zones.values():
        if not is_under(zone.apex, suffix):
            addresses = [address for rrset in zone.records if rrset.type == Type.A for address in rrset.texts()]
            if held := next((a for a in addresses if topology.owner_of(a)), None):
                return f" ({zone.key} has {held}, and no name of a registry leads there)"
    return ""


def idle_rules(topology: Topology, network: str) -> str:
    """Return which rules for registry names do nothing for a network, to follow a sentence; empty without any."""
    suffix, alias, found = name(topology.cloud.registry), name(topology.cloud.privatelink), []
    for ruleset in topology.dns_forwarding_rulesets.values():
        for rule in ruleset.rules if network in ruleset.links else ():
            domain = show(rule.domain)
            skipped = rule.domain == ROOT and topology.assumptions.wildcard_rule_skips_registries
            if not rule.enabled and is_under(suffix, rule.domain):
                found.append(f"the rule for {domain} of ruleset {ruleset.name} is disabled")
            elif rule.enabled and skipped:
                found.append(
                    f"the rule for {domain} of ruleset {ruleset.name} does not apply to names of registries (acrdns "
                    "assumptions, wildcard-rule-skips-registries)"
                )
            elif rule.enabled and not is_under(rule.domain, suffix) and close(domain, {show(suffix)}, cutoff=LIKE):
                found.append(
                    f"the rule of ruleset {ruleset.name} is for {domain}, which no name of a registry here ends in; "
                    f"did you mean {show(suffix)}?"
                )
            elif rule.enabled and is_under(rule.domain, alias) and not topology.assumptions.rules_apply_to_aliases:
                found.append(
                    f"the rule for {domain} of ruleset {ruleset.name} does nothing, since clients ask for public names "
                    "(acrdns assumptions, rules-apply-to-aliases)"
                )
    return "".join(f"; {each}" for each in found)


def called(zone: PrivateZone) -> str:
    """Return the name of a private zone, with its key where that is another: `privatelink.azurecr.io (zone-east)`."""
    apex = show(zone.apex)
    return apex if zone.key == apex else f"{apex} ({zone.key})"


def own_zone(layout: Layout, routed: Routed) -> str:
    """Return that the zone of a server on the route does not count, to follow a sentence; empty without one."""
    found = layout.unused_zone(routed)
    if found is None:
        return ""
    server, recursion, zone = found
    return (
        f"; the zone {zone} on {server} does not change that: with `recursion: {recursion}`, the server answers from "
        "it what is asked by that very name, and hands out the rest of a chain as it comes"
    )


def idle_entries(layout: Layout, every: Sequence[Routed]) -> str:
    """Return which forwarders and hosts files on routes are for names that nobody asks for, to follow a sentence."""
    topology, suffix = layout.topology, layout.topology.cloud.registry
    alias, others = name(topology.cloud.privatelink), {name(c.registry) for c in CLOUDS.values()} - {name(suffix)}
    found = []
    for at in dict.fromkeys(routed.network for routed in every):
        held = [show(host) for host in topology.vantage(at).hosts if is_under(host, alias)]
        found += [f"the hosts file of {at} has {host}, an alias target, which no client asks for" for host in held[:1]]
    servers = {server.key or server.address: server for routed in every for server in layout.servers_on(routed)}
    for key, server in servers.items():
        foreign = sorted(map(show, others.intersection(server.conditional_forwarders)))
        found += [f"{key} forwards {d}, which is of another cloud: names here end in {suffix}" for d in foreign]
        found += _misspelt(layout, key, {show(d) for d in server.conditional_forwarders}.difference(foreign), every)
    return "".join(f"; {each}" for each in found)


def _misspelt(layout: Layout, server: str, domains: set[str], every: Sequence[Routed]) -> Iterator[str]:
    """Return which domains that a server forwards are like the suffix or a name asked, and are nobody's."""
    suffix = layout.topology.cloud.registry
    known = {suffix, *(routed.endpoint.fqdn for routed in every)}
    for domain in sorted(domains):
        asked = any(is_under(public, name(domain)) for public in layout.by_name)
        if not asked and (meant := close(domain, known, cutoff=LIKE)):
            yield f"{server} forwards {domain}, which no name of a registry here ends in; did you mean {meant[0]}?"


def should_be(record: WrongRecord) -> str:
    """Return which address is right: `it should be 10.0.0.7`."""
    if record.right:
        return f"it should be {some(record.right)}"
    return f"no private endpoint in reach has an address for {record.endpoint.fqdn}"


def whose(facts: Facts, owner: AddressOwner) -> str:
    """Return the name that an address belongs to: `contoso.azurecr.io (private endpoint contoso-pe)`."""
    registry = facts.topology.registries[owner.endpoint.registry]
    fqdn = owner.member.fqdn(registry.dns_label, facts.topology.cloud)
    return f"{fqdn} (private endpoint {owner.endpoint.name})"


def seen_from(facts: Facts) -> str:
    """Return where an answer was observed: `from hub`, or `through this resolver`."""
    vantage = facts.vantage
    if not vantage:
        return "through this resolver"
    return "from the internet" if vantage == "internet" else f"from {vantage}"


def listed(items: Iterable[str], word: str = "and") -> str:
    """Return `a`, `a and b`, `a, b and c`."""
    *most, last = items
    return f"{', '.join(most)} {word} {last}" if most else last


def agrees(items: Iterable[object], one: str, many: str) -> str:
    """Return the word that agrees with the number of distinct items: `is` or `are`."""
    return one if len(set(items)) == 1 else many


def some(items: Iterable[str], limit: int = 3) -> str:
    """Return the first few distinct items: `a`, `a and b`, `a, b, c and 7 more`; empty without any."""
    different = list(dict.fromkeys(items))
    rest = [f"{len(different) - limit} more"] if len(different) > limit else []
    return listed((*different[:limit], *rest)) if different else ""


def expected(case: Case) -> str:
    """Return the expectation: `expected 10.0.0.8 (private endpoint contoso-pe in hub)`."""
    expectation = case.expectation
    if expectation.addresses:
        return f"expected {listed(expectation.addresses, 'or')} ({expectation.why})"
    if expectation.any_private:
        return f"expected a private address ({expectation.why})"
    if expectation.kind == "private":
        return f"expected a private address, but {expectation.why}"
    if expectation.kind == "public":
        return f"expected a public address ({expectation.why})"
    return "which address is right only a topology can tell"


def harm(case: Case, *, login: bool) -> str:
    """Return what breaks while clients do not reach this endpoint; `login`: whether the login server has an answer."""
    if case.member.kind == "data" and not login:
        return "layers of images are fetched from here"
    if case.member.kind == "data":
        return "login and manifests work, but layers of images are fetched from here"
    return "login, manifests and pushes go here"
