"""ACR214: of several zones with one name, the one without the records is linked."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from acrdns.check.causes.gap import Gap, GapCause, gaps_of, redirects
from acrdns.check.causes.mend import relink
from acrdns.check.finding import Finding, Scope
from acrdns.check.fixes.add_zone_group import AddZoneGroup
from acrdns.check.fixes.fix import ZoneName
from acrdns.check.fixes.link_zone import LinkZone
from acrdns.check.fixes.set_link import SetLink
from acrdns.check.fixes.set_record import SetRecord
from acrdns.check.fixes.unlink_zone import UnlinkZone
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import agrees, called, misnamed, some
from acrdns.names import relative

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from acrdns.check.causes.layout import Layout
    from acrdns.check.causes.routed import EndpointNames
    from acrdns.check.facts import Facts
    from acrdns.check.fixes.fix import Fix
    from acrdns.names import Name
    from acrdns.topology.model import PrivateEndpoint, PrivateZone


def _find(facts: Facts) -> Iterator[Finding]:
    for gap in gaps_of(facts.gaps, GapCause.ELSEWHERE):
        other = _holder(facts.layout, gap)
        # Where a zone of another name has the records, the link of that one is missing, which is ACR101.
        if other is None or other.apex == gap.zone.apex:
            yield _finding(facts, gap, other)
    for other, gap in _of_other_endpoints(facts.layout):
        yield _finding(facts, gap, other)


def _of_other_endpoints(layout: Layout) -> Iterator[tuple[PrivateZone, Gap]]:
    """Return endpoints whose records in the linked zone have other addresses, and the zone with the right ones."""
    topology = layout.topology
    by_apex: defaultdict[Name, list[PrivateZone]] = defaultdict(list)
    for zone in topology.private_dns_zones.values():
        by_apex[zone.apex].append(zone)
    # Networks that are linked to one zone, and reach the same private endpoints, have the same records.
    elsewhere: dict[tuple[str, int], dict[str, list[EndpointNames]]] = {}
    for network, view in layout.views.items():
        for apex, key in view.items():
            linked, others = topology.private_dns_zones[key], [z for z in by_apex[apex] if z.key != key]
            same = key, id(layout.reach[network])
            if same not in elsewhere:
                found = elsewhere[same] = defaultdict(list)
                by_hand = {rrset.name for rrset in linked.records}
                for registry, near in layout.reach[network].items() if others else ():
                    if _writes_alone(layout, registry, near, by_hand):
                        continue
                    for endpoint, other_key in _of_registry(layout, registry, near, linked, others):
                        found[other_key].append(endpoint)
            for other_key, endpoints in elsewhere[same].items():
                gap = Gap(network, linked, GapCause.ELSEWHERE, tuple(endpoints))
                yield topology.private_dns_zones[other_key], gap


def _writes_alone(layout: Layout, registry: str, near: Sequence[PrivateEndpoint], by_hand: set[Name]) -> bool:
    """Return whether a zone has no addresses of a registry but those that private endpoints in reach write."""
    if len(near) != len(layout.topology.approved_endpoints(registry)):
        return False
    return not by_hand or by_hand.isdisjoint([each.alias for each in layout.endpoints[registry]])


def _of_registry(
    layout: Layout, registry: str, near: Sequence[PrivateEndpoint], linked: PrivateZone, others: Sequence[PrivateZone]
) -> Iterator[tuple[EndpointNames, str]]:
    """Return a registry's endpoints that have none of their right addresses in a zone, and the zone that has one."""
    names, written = {private.name for private in near}, layout.written[linked.key]
    for endpoint in layout.endpoints[registry] if near else ():
        writers = written.get(endpoint.alias, ())
        if writers and writers[-1].endpoint in names and not linked.records:
            continue
        right = {private.addresses[endpoint.member] for private in near if endpoint.member in private.addresses}
        known = layout.addresses_in(linked, endpoint.alias)
        if known and right.isdisjoint(known):
            has_it = (z for z in others if not right.isdisjoint(layout.addresses_in(z, endpoint.alias)))
            if other := next(has_it, None):
                yield endpoint, other.key


def _finding(facts: Facts, gap: Gap, other: PrivateZone | None) -> Finding:
    names = [endpoint.fqdn for endpoint in gap.endpoints]
    hidden = _hidden(facts, gap)
    if other:
        same = " of the same name" if other.apex == gap.zone.apex else ""
        step = (
            f"the {_right(facts.layout, gap)} are in another zone{same}, {other.key} in the file; a network can be "
            "linked to one zone of a name only: link the one with the records, or merge the two"
        )
        if hidden:
            do = agrees(hidden, "does", "do")
            step += f"; {some(hidden)} {do} not exist there either, so let the link fall back to public DNS"
    else:
        near = facts.layout.reach[gap.network].get(gap.endpoints[0].registry.name, ())
        known = misnamed(
            facts.layout, gap.zone, *(address for private in near for address in private.addresses.values())
        )
        step = f"no zone has the records{known}; add {agrees(names, 'it', 'them')}, or let a zone group write there"
    message = f"{gap.network} is linked to the zone {called(gap.zone)}, which {_has(facts.layout, gap)}; {step}"
    place = facts.topology.place("private_dns_zones", gap.zone.key, "virtual_network_links", gap.network)
    added = _records(facts, gap, gap.zone)
    fixes: tuple[Fix, ...] = added
    if other:
        fixes = (*relink(gap, other), *_records(facts, gap, other))
    if other and hidden:
        fixes = (*fixes, SetLink(ZoneName.of(other), gap.network, "resolution_policy", "NxDomainRedirect"))
    asking = {
        vantage
        for vantage, every in facts.layout.routed.items()
        if any(routed.route.network == gap.network for routed in every)
    }
    return Finding(
        RULE.code,
        gap.endpoints[0].fqdn,
        message,
        fixes,
        place,
        networks=(gap.network,),
        about=Scope(frozenset((gap.network, *asking))),
        otherwise=(added,) if other else (),
    )


def _holder(layout: Layout, gap: Gap) -> PrivateZone | None:
    """Return the zone that has most of the missing records: of those of the same name, else any; None without one."""
    zones = layout.topology.private_dns_zones.values()
    held = [(sum(layout.holds(zone, each.alias) for each in gap.endpoints), zone) for zone in zones]
    ranked = [(zone.apex == gap.zone.apex, count, zone) for count, zone in held if count]
    return max(ranked, key=lambda found: found[:2], default=(False, 0, None))[2]


def _hidden(facts: Facts, gap: Gap) -> list[str]:
    """Return the names of third parties that the linked zone hides, too."""
    others = (each for each in gaps_of(facts.gaps, GapCause.THIRD_PARTY) if each.network == gap.network)
    hiding = (each for each in others if each.zone is gap.zone and not redirects(gap.network, gap.zone))
    return [endpoint.fqdn for each in hiding for endpoint in each.endpoints]


def _has(layout: Layout, gap: Gap) -> str:
    """Return the records of the linked zone: none, or those at addresses that are not right in the network."""
    names, first = [endpoint.fqdn for endpoint in gap.endpoints], gap.endpoints[0]
    known = layout.addresses_in(gap.zone, first.alias)
    if not known:
        return f"has no record for {some(names)}, so {agrees(names, 'it does', 'they do')} not exist there"
    owner = layout.topology.owner_of(known[0])
    whose = f"private endpoint {owner.endpoint.name} in {owner.endpoint.network}" if owner else "no private endpoint"
    return f"sends {some(names)} elsewhere: {first.fqdn} to {known[0]}, the address of {whose}"


def _right(layout: Layout, gap: Gap) -> str:
    """Return whose the right records are."""
    near = layout.reach[gap.network].get(gap.endpoints[0].registry.name, ())
    return f"records of {near[0].name} in {near[0].network}" if near else "records"


def _records(facts: Facts, gap: Gap, into: PrivateZone) -> tuple[Fix, ...]:
    """Return what adds the records that the zone lacks: by zone groups of private endpoints in reach, or by hand."""
    zone = ZoneName.of(into)
    fixes: dict[Fix, None] = {}
    for endpoint in (each for each in gap.endpoints if not facts.layout.addresses_in(into, each.alias)):
        near = facts.layout.reach[gap.network][endpoint.registry.name]
        private = next((each for each in near if endpoint.member in each.addresses), None)
        if private and _may_write(facts, private, into):
            fixes[AddZoneGroup(private.name, zone, has_others=True)] = None
        elif private:
            fixes[SetRecord(zone, relative(endpoint.alias, into.apex), (private.addresses[endpoint.member],))] = None
    return tuple(fixes)


def _may_write(facts: Facts, private: PrivateEndpoint, zone: PrivateZone) -> bool:
    """Return whether a private endpoint has a zone group that names no zone of the same name."""
    zones = facts.topology.private_dns_zones
    return bool(private.dns_zone_group) and all(zones[key].apex != zone.apex for key in private.dns_zone_group)


RULE = Rule(
    "ACR214",
    "wrong-zone-linked",
    Page(
        finds="""\
A network with a private endpoint in reach is linked to a private zone that has no record of the registry, while
another place has: mostly a second zone of the same name in another resource group or subscription.""",
        why="""\
Zones of one name in several subscriptions know nothing of each other, and a network can be linked to one of them.
Linked to the wrong one, its own registry is NXDOMAIN there. Teams that each create the zone for their own endpoint
end here.""",
        example="""\
```yaml
private_dns_zones:
  team-a: {name: privatelink.azurecr.io, virtual_network_links: {hub: {}}}
  team-b: {name: privatelink.azurecr.io}       # contoso-pe's zone group writes here
```""",
        fixes=(
            UnlinkZone(ZoneName("privatelink.azurecr.io", "team-a"), "hub"),
            LinkZone(ZoneName("privatelink.azurecr.io", "team-b"), "hub"),
        ),
        note="""\
or keep one zone for all, and give the private endpoint its zone group there:
```
az network private-endpoint dns-zone-group add -g RESOURCE_GROUP --endpoint-name contoso-pe -n default \\
  --private-dns-zone ID_OF_THE_ZONE_OF_TEAM_A --zone-name team-a
```
Elsewhere, refer to that zone with `data "azurerm_private_dns_zone"` in Terraform, and with `existing` and its `scope`
in Bicep.""",
        cannot_tell="""\
Which of the zones is meant to stay: "Creating multiple zones with the same name ... need manual operations to
merge the DNS records".""",
        references=(
            "facts F18, section 3 (zones of one name), behaviour 15",
            "azure-docs#122956",
        ),
    ),
    _find,
)
