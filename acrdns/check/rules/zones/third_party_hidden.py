"""ACR208: a linked zone that hides somebody else's registry."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from acrdns.check.causes.gap import GapCause, gaps_of, redirects
from acrdns.check.causes.mend import with_records
from acrdns.check.causes.route import RouteEnd
from acrdns.check.finding import Finding, Scope
from acrdns.check.fixes.delete_server_zone import DeleteServerZone
from acrdns.check.fixes.fix import PRIVATELINK, ZoneName
from acrdns.check.fixes.link_zone import privatelink_zone
from acrdns.check.fixes.set_forwarder import answering, targets_for
from acrdns.check.fixes.set_link import SetLink
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import agrees, some
from acrdns.names import deepest, is_under, name, show

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from acrdns.check.causes.gap import Gap
    from acrdns.check.causes.layout import Layout
    from acrdns.check.causes.routed import EndpointNames
    from acrdns.check.facts import Facts
    from acrdns.names import Name


def _find(facts: Facts) -> Iterator[Finding]:
    for gaps in _by_zone(_seen(facts)):
        yield _finding(facts, gaps)
    hidden = _hidden_by_servers(facts.layout)
    by_zone: defaultdict[tuple[str, Name, tuple[str, ...]], list[str]] = defaultdict(list)
    for (network, server, apex), endpoints in hidden.items():
        by_zone[server, apex, tuple(endpoint.fqdn for endpoint in endpoints)].append(network)
    for (server, apex, _), networks in by_zone.items():
        yield _local(facts, tuple(networks), (server, apex), hidden[networks[0], server, apex])


def _seen(facts: Facts) -> Iterator[Gap]:
    """Return the gaps with the names that some vantage point gets a wrong answer for.

    A DNS server of one's own may send a third party's names to public DNS, past the zone that is linked.
    """
    for gap in gaps_of(facts.gaps, GapCause.THIRD_PARTY):
        if redirects(gap.network, gap.zone):
            continue
        if endpoints := tuple(endpoint for endpoint in gap.endpoints if endpoint.fqdn in facts.wrong_names):
            yield replace(gap, endpoints=endpoints)


def _by_zone(gaps: Iterable[Gap]) -> Iterable[list[Gap]]:
    """Return the gaps of networks in which one zone hides the same endpoints."""
    found: defaultdict[tuple[str, tuple[str, ...]], list[Gap]] = defaultdict(list)
    for gap in gaps:
        found[gap.zone.key, tuple(endpoint.fqdn for endpoint in gap.endpoints)].append(gap)
    return found.values()


def _hidden_by_servers(layout: Layout) -> Mapping[tuple[str, str, Name], list[EndpointNames]]:
    """Return the endpoints out of reach that a server's own privatelink zone denies, by network, server and zone."""
    suffix = name(layout.topology.cloud.privatelink)
    found: defaultdict[tuple[str, str, Name], list[EndpointNames]] = defaultdict(list)
    if not any(is_under(apex, suffix) for server in layout.topology.dns_servers.values() for apex in server.zones):
        return found
    for network in layout.topology.vantages[1:]:
        for endpoint in layout.private:
            route = layout.routes.find(network, endpoint.public, endpoint.alias)
            if route.end is RouteEnd.LOCAL and endpoint.registry.name not in layout.reach[network]:
                server = layout.topology.dns_servers.get(str(route.path[1]))
                apex = deepest(endpoint.alias, server.zones) if server else None
                if (
                    server
                    and apex
                    and is_under(apex, suffix)
                    and endpoint.alias not in {r.name for r in server.zones[apex]}
                ):
                    found[network, server.key or server.address, apex].append(endpoint)
    return found


def _finding(facts: Facts, gaps: Sequence[Gap]) -> Finding:
    first, networks = gaps[0], tuple(gap.network for gap in gaps)
    apex, links = show(first.zone.apex), agrees(networks, "the link", "the links")
    message = (
        f"{_hidden(first.endpoints, some(networks))}, and the zone {apex} linked there has no record for "
        f"{_them(first.endpoints)}; let {links} fall back to public DNS"
    )
    place = facts.topology.place("private_dns_zones", first.zone.key, "virtual_network_links", first.network)
    named = ZoneName.of(first.zone)
    fixes = tuple(SetLink(named, network, "resolution_policy", "NxDomainRedirect") for network in networks)
    about = Scope(names=frozenset(endpoint.fqdn for endpoint in first.endpoints))
    return Finding(RULE.code, apex, message, fixes, place, networks=networks, about=about)


def _local(
    facts: Facts, networks: tuple[str, ...], where: tuple[str, Name], hidden: Sequence[EndpointNames]
) -> Finding:
    (server, zone), topology = where, facts.topology
    apex, asked = show(zone), topology.dns_servers[server]
    message = (
        f"{_hidden(hidden, some(networks))}, and {server} is authoritative for {apex} and has no record for "
        f"{_them(hidden)}; keep the records in a private zone whose link falls back to public DNS, "
        f"and forward {topology.cloud.registry} there"
    )
    deleted = DeleteServerZone(
        server, topology.cloud.registry, targets_for(topology, asked.network, asked.client), apex
    )
    answers = answering(topology, asked.network, asked.client)
    linkable = topology.networks[answers].kind == "virtual_network"
    near = facts.layout.reach[answers] if linkable else ()
    records = [fix for registry in near for fix in with_records(facts.layout, answers, registry)]
    zones = dict.fromkeys(privatelink_zone(topology, registry)[0] for registry in near)
    redirects = [SetLink(zone, answers, "resolution_policy", "NxDomainRedirect") for zone in zones]
    fixes = (deleted, *dict.fromkeys(records), *redirects)
    place = facts.place("dns_servers", server, "zones", apex)
    about = Scope(frozenset(networks), frozenset(each.fqdn for each in hidden))
    return Finding(RULE.code, apex, message, fixes, place, networks=networks, about=about)


def _them(endpoints: Sequence[EndpointNames]) -> str:
    return agrees([endpoint.fqdn for endpoint in endpoints], "it", "them")


def _hidden(endpoints: Sequence[EndpointNames], network: str) -> str:
    """Return that names do not exist, and why they are aliases: `fabrikam.azurecr.io does not exist in hub: ...`."""
    names, registries = [e.fqdn for e in endpoints], [e.registry.name for e in endpoints]
    is_alias = agrees(names, "the name is an alias", "the names are aliases")
    return (
        f"{some(names)} {agrees(names, 'does', 'do')} not exist in {network}: {is_alias} into privatelink, since "
        f"{some(registries)} {agrees(registries, 'has a private endpoint', 'have private endpoints')}, but not one in "
        "reach from there"
    )


RULE = Rule(
    "ACR208",
    "third-party-hidden",
    Page(
        finds="""\
A registry that has a private endpoint, but none within reach of a network, while a private zone
`privatelink.azurecr.io` linked to that network has no record for it.""",
        why="""\
A private endpoint anywhere makes the registry's public name an alias under `privatelink.azurecr.io`, for
everybody. In a network with a zone of that name the alias is looked up there, and the zone is authoritative:
NXDOMAIN, though the registry is public. Partners' registries stop working the day they get a private endpoint.""",
        example="""\
```yaml
registries: {contoso: {location: eastus}, fabrikam: {location: westeurope}}
private_endpoints:
  contoso-pe:  {registry: contoso, network: hub}
  fabrikam-pe: {registry: fabrikam, network: partner}     # not peered with hub
private_dns_zones:
  privatelink.azurecr.io:
    virtual_network_links: {hub: {}}                      # fabrikam.azurecr.io is NXDOMAIN in hub
```""",
        fixes=(SetLink(PRIVATELINK, "hub", "resolution_policy", "NxDomainRedirect"),),
        note="""\
or create a private endpoint to that registry in your own network, which its owner has to approve. The policy needs
version 2024-06-01 of the API, or later.""",
        cannot_tell="""\
Registries that the topology does not name; and whether anybody in that network uses this one. The fallback also
hides records that are missing for your own registries, see ACR209.""",
        references=(
            "facts F17, behaviours 12 and 17",
            "Microsoft Learn: Fallback to internet for Azure Private DNS zones",
            "cloud-adoption-framework#1131, AKS#1839, ALZ-Bicep#961",
        ),
    ),
    _find,
)
